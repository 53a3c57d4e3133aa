"""A table as people read it, and as a spreadsheet takes it: one description of its columns serves both."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from math import isfinite
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from saypro_nb.agree.errors import WorkbenchError, did_you_mean
from saypro_nb.agree.spreadsheets import neutral
from saypro_nb.show.html import Block, render
from saypro_nb.show.theme import Tone, tone_named
from saypro_nb.show.words import short_day

if TYPE_CHECKING:
    import pandas as pd

    from saypro_nb.show.picture import Picture

MISSING = "–"
LONG = 40  # letters: from here on a column of text gets room to breathe
_AMOUNT = re.compile(r"(?P<whole>\D*[\d,]+)(?P<tail>(?:\.\d+)?\D*)")


@dataclass(frozen=True)
class Column:
    """One column of a table.

    A ``number`` stands right, with `decimals` and, if `signed`, a plus; text in such a column (an amount
    with its unit) is shown as it is. A ``badge`` shows the tone of its cell: the column named by `tone` holds
    the tone and this one the word, or without `tone` the cell is the tone itself. `exported` names the column
    that goes into the CSV instead, such as the plain number behind a formatted amount; a ``picture`` is left out.
    """

    key: str
    title: str
    kind: Literal["text", "number", "badge", "picture"] = "text"
    decimals: int = 1
    signed: bool = False
    tone: str = ""
    exported: str = ""

    def needs(self) -> tuple[str, ...]:
        """Return the columns of the frame that this one reads."""
        return tuple(key for key in (self.key, self.tone, self.exported) if key)


@dataclass(frozen=True)
class _Cell:
    """What stands in a cell: `text` or a `picture`; of an amount, `tail` is what follows the units' digit."""

    text: str
    tone: Tone | None = None
    picture: "Picture | None" = None
    tail: str = ""


@dataclass(frozen=True)
class _Look:
    """How a column is set: with room for `long` text, and the width of its `tail` (in em) that aligns the decimals."""

    long: bool
    tail: float

    @classmethod
    def of(cls, cells: Sequence[_Cell]) -> "_Look":
        """Return the look that the longest of the cells need."""
        widest = max((sum(_width(letter) for letter in cell.tail) for cell in cells), default=0)
        return cls(any(len(cell.text) > LONG for cell in cells), round(widest, 2))


def _width(letter: str) -> float:
    """Return about how wide a letter is, in em, in the fonts of a page."""
    return 0.64 if letter.isdigit() or letter in "%m" else 0.32 if letter in ".,\N{NO-BREAK SPACE}il t" else 0.62


def table(
    frame: "pd.DataFrame",
    columns: Sequence[Column],
    *,
    caption: str,
    file_name: str,
    empty: str = "Nothing to list.",
) -> Block:
    """Return `frame` as a table under its `caption`, with a CSV to download; the first column names the row.

    A missing value is shown as "–"; a frame without rows says `empty`.
    Raises WorkbenchError when `columns` name what `frame` hasn't got.
    """
    _check(frame, columns, caption)
    shown = [_shown(frame, column) for column in columns]
    return render(
        "table.html.j2",
        caption=caption,
        columns=columns,
        looks=[_Look.of(cells) for cells in shown],
        rows=list(zip(*shown, strict=True)),
        empty=empty,
        file_name=file_name.removesuffix(".csv"),
        file=quote(as_csv(frame, columns), safe=""),
    )


def as_csv(frame: "pd.DataFrame", columns: Sequence[Column]) -> str:
    """Return the CSV of `frame`: plain numbers, ISO dates, and no text that a spreadsheet would run.

    It opens with a byte-order mark, without which Excel misreads every letter outside ASCII.
    """
    columns = [column for column in columns if column.kind != "picture"]
    cells = [[_exported(value) for value in frame[column.exported or column.key]] for column in columns]
    file = StringIO()
    # Text stays in quotes, or a spreadsheet that splits at ";" could find a formula in the middle of a cell.
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([_exported(column.title) for column in columns])
    writer.writerows(zip(*cells, strict=True))
    return "\ufeff" + file.getvalue()


def _check(frame: "pd.DataFrame", columns: Sequence[Column], caption: str) -> None:
    for key in (key for column in columns for key in column.needs()):
        if key not in frame.columns:
            remedy = did_you_mean(key, frame.columns)
            raise WorkbenchError(f"The table '{caption}' is to show a column '{key}', which its data lacks. {remedy}")


def _shown(frame: "pd.DataFrame", column: Column) -> list[_Cell]:
    if column.kind == "badge":
        words, tones = frame[column.key], frame[column.tone or column.key]
        return [_badge(word, tone, column) for word, tone in zip(words, tones, strict=True)]
    if column.kind == "picture":
        return [_Cell(MISSING) if _is_missing(value) else _Cell("", picture=value) for value in frame[column.key]]
    texts = [_in_words(value, column) for value in frame[column.key]]
    return [_amount(text) if column.kind == "number" else _Cell(text) for text in texts]


def _amount(text: str) -> _Cell:
    parts = _AMOUNT.fullmatch(text)
    return _Cell(parts["whole"], tail=parts["tail"]) if parts else _Cell(text)


def _badge(word: object, tone: object, column: Column) -> _Cell:
    if _is_missing(word) or _is_missing(tone):
        return _Cell(MISSING)
    named = tone_named(str(tone))
    return _Cell(str(word) if column.tone else named.word, named)


def _in_words(value: Any, column: Column) -> str:
    if _is_missing(value):
        return MISSING
    if isinstance(value, bool) or type(value).__name__ in {"bool", "bool_"}:
        return "yes" if value else "no"
    if isinstance(value, Real):
        return _number(value, column)
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return short_day(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return short_day(value)
    return str(value)


def _number(value: Real, column: Column) -> str:
    decimals = 0 if isinstance(value, Integral) else column.decimals
    rounded = round(float(value), decimals) + 0.0  # no minus before a zero
    plus = "+" if column.signed and rounded > 0 else ""
    return f"{plus}{rounded:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def _exported(value: Any) -> str | int | float:
    if _is_missing(value):
        return ""
    if isinstance(value, bool) or type(value).__name__ in {"bool", "bool_"}:
        return "yes" if value else "no"
    if isinstance(value, Real):
        return int(value) if isinstance(value, Integral) else float(value)
    if isinstance(value, date):
        return value.isoformat().removesuffix("T00:00:00")
    return neutral(str(value))


def _is_missing(value: Any) -> bool:
    import pandas as pd

    if isinstance(value, Real):
        return not isfinite(float(value))
    return value is None or value == "" or value is pd.NaT or value is pd.NA
