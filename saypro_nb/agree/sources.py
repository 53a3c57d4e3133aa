"""Where a table is and how it is written: the entries under `sources:` in params/review.yaml.

    data/drivers.csv                                     a file
    {file: "exports/deals_*.csv", separator: ";", …}     one or many files, and how they are written
    {url: "postgres://reader:${PASSWORD}@host/db", …}    a table, or a query, of a database

Everything that a file leaves open is declared, and a declaration that can't be meant is refused here.
"""

import codecs
import re
from pathlib import PurePath
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from saypro_nb.agree import day_format

Words = Annotated[str, StringConstraints(min_length=1)]
Kind = Literal["csv", "excel", "parquet", "database"]

KINDS: dict[str, Kind] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".parquet": "parquet",
}
_OPTIONS: dict[str, tuple[Kind, ...]] = {
    "sheet": ("excel",),
    "encoding": ("csv",),
    "separator": ("csv",),
    "decimal": ("csv", "excel"),
    "thousands": ("csv", "excel"),
    "dates": ("csv", "excel"),
    "table": ("database",),
    "query": ("database",),
}
"""What each option is for."""

_ELSEWHERE = {
    "csv": "a CSV file has no such thing",
    "excel": "an Excel file says so itself",
    "parquet": "a Parquet file says so itself",
    "database": "that is for files; in a database say it in the 'query'",
}
_SECRET = re.compile(r"[?&][^=&]*(?:password|passwd|pwd|token|secret|key)[^=&]*=([^&]*)", re.I)
_NAMED = re.compile(r"\$\{\w+\}")


class Source(BaseModel):
    """One table. `columns` renames {their name: ours}; with it, no other column is read.

    `file` is a path from the workspace; with * it stands for many files of the same columns. `encoding`, `separator`,
    `decimal`, `thousands` and `dates` (see `day_format`) say how a text file is written, `sheet` which of a workbook.
    `url` is a database's address, with its secrets as ${NAME} from the environment, and `table` or `query` what is
    read there; a query is one SELECT.
    """

    # an address or a path may hold what nobody should read in an error
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    file: Words | None = None
    sheet: Words | None = None
    encoding: Words = "utf-8"
    separator: Annotated[
        Literal[",", ";", "\t", "|"], BeforeValidator(lambda word: "\t" if word == "tab" else word)
    ] = ","
    decimal: Literal[".", ","] | None = None
    thousands: Literal[".", ",", " ", "'", "’"] | None = None
    dates: Words | None = None
    url: Words | None = None
    table: Words | None = None
    query: Words | None = None
    columns: Annotated[dict[Words, Words], Field(min_length=1)] | None = None

    @property
    def kind(self) -> Kind:
        """What holds the table."""
        return "database" if self.file is None else KINDS[PurePath(self.file).suffix.lower()]

    @field_validator("dates")
    @classmethod
    def _a_day_can_be_read(cls, written: str | None) -> str | None:
        if written is not None:
            day_format.parse(written)
        return written

    @field_validator("encoding")
    @classmethod
    def _an_encoding_of_text(cls, name: str) -> str:
        try:
            "".encode(name)
        except LookupError:
            raise ValueError("no such encoding; write utf-8, utf-16, windows-1252, latin-1 or another's name") from None
        return "utf-8" if codecs.lookup(name).name == "utf-8" else name  # it has several names

    @field_validator("url")
    @classmethod
    def _holds_no_secret(cls, url: str | None) -> str | None:
        if not all(_NAMED.fullmatch(secret) for secret in _secrets(url or "")):
            raise ValueError("write the password as ${NAME}, and put it into the environment: export NAME=…")
        return url

    @field_validator("columns")
    @classmethod
    def _one_column_for_each_name(cls, columns: dict[str, str] | None) -> dict[str, str] | None:
        ours = list((columns or {}).values())
        for name in ours:
            if ours.count(name) > 1:
                raise ValueError(f"two columns would be '{name}'; choose one of them")
        return columns

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.file is None) == (self.url is None):
            raise ValueError("give either 'file', or 'url' with 'table' or 'query'")
        if self.file is not None and "://" in self.file:
            raise ValueError("an address goes under 'url', with 'table' or 'query' beside it")
        if self.file is not None and PurePath(self.file).suffix.lower() not in KINDS:
            raise ValueError(f"'{self.file}' is no kind of file that can be read; use one of {', '.join(KINDS)}")
        if self.url is not None and (self.table is None) == (self.query is None):
            raise ValueError("beside 'url' give either 'table' or 'query'")
        return self

    @model_validator(mode="after")
    def _options_that_fit(self) -> Self:
        for option in self.model_fields_set & set(_OPTIONS):
            if self.kind not in _OPTIONS[option]:
                raise ValueError(f"leave out '{option}': {_ELSEWHERE[self.kind]}")
        if self.thousands is not None and self.thousands == (self.decimal or "."):
            raise ValueError(f"'{self.thousands}' can't be both 'thousands' and 'decimal'; declare the other as well")
        return self

    def requires_decimal(self) -> bool:
        """Tell whether its numbers could be misread: a separator other than the comma frees that for decimals."""
        return self.kind == "csv" and self.separator != "," and self.decimal is None


def _secrets(url: str) -> list[str]:
    """Return what stands in a URL where secrets do: behind the user's name, and in options of such names."""
    address = url.partition("?")[0].partition("://")[2]
    user, _, _ = ("" if address.startswith("/") else address).rpartition("@")
    password = [user.partition(":")[2]] if ":" in user else []
    return password + _SECRET.findall(url)


def _a_path_alone(written: object) -> object:
    return {"file": written} if isinstance(written, str) else written


Place = Annotated[Source, BeforeValidator(_a_path_alone)]
"""A source as it is written: its options, or no more than a file's path."""
