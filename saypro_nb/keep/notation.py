"""How days and numbers are written in a file: read as its source declares, and never guessed.

What isn't written so is missing in the answer, and `remedy` says what to declare for it.
"""

import re
from typing import Literal

import pandas as pd

from saypro_nb.agree import day_format
from saypro_nb.agree.schema import LARGEST
from saypro_nb.agree.sources import Source

SPACES = " \u00a0\u202f"  # as thousands separators: plain, no-break, and narrow no-break
LOOKED_AT = 1_000  # different texts of a column that tell how it is written

Wanted = Literal["dates", "numbers"]

_CODE = "%Y-%m-%d"
_DAYS = {
    r"\d{1,2}\.\d{1,2}\.\d{4}\b.*": "dates: DD.MM.YYYY",
    r"\d{1,2}\.\d{1,2}\.\d{2}\b.*": "dates: DD.MM.YY",
    r"\d{4}/\d{1,2}/\d{1,2}\b.*": "dates: YYYY/MM/DD",
    r"\d{8}": "dates: YYYYMMDD",
    r"\d{1,2}-[A-Za-z]{3}-\d{4}\b.*": "dates: DD-MMM-YYYY",
}
_SLASHED = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})\b")
_NUMBERS = {
    r"[+-]?\d{1,3}(\.\d{3})+,\d+": "decimal: ','` and `thousands: '.'",
    r"[+-]?\d{1,3}([ \u00a0\u202f]\d{3})+,\d+": "decimal: ','` and `thousands: ' '",
    r"[+-]?\d{1,3}(,\d{3})+\.\d+": "thousands: ','",
    r"[+-]?\d{1,3}(['’]\d{3})+(\.\d+)?": 'thousands: "\'"',
    r"[+-]?\d+,(\d{1,2}|\d{4,})": "decimal: ','",
    r"[+-]?\d{1,3}(,\d{3})+": "decimal: ','` or `thousands: ','",
    r"[+-]?\d{1,3}(\.\d{3})+": "decimal: '.'` or `thousands: '.'",
}
"""What to declare for a text of this pattern; what tells more comes first."""


def days(cells: pd.Series, source: Source) -> pd.Series:
    """Return the day of each cell; a date is one as it is, and a text where it is written as declared."""
    if pd.api.types.is_numeric_dtype(cells):
        return pd.Series(pd.NaT, cells.index, dtype="datetime64[s]")
    if _mixed(cells):  # a number is no day: pandas would count it from 1970
        cells = cells.where(~cells.map(pd.api.types.is_number).astype(bool))
    if source.dates is None:
        return pd.to_datetime(cells, format=_CODE, errors="coerce")
    written = day_format.parse(source.dates)
    texts = _texts(cells).str.strip().str.extract(f"^{written.pattern}$")[0]
    read = pd.to_datetime(texts, format=written.code, errors="coerce")
    if not _mixed(cells):
        return read
    return read.fillna(pd.to_datetime(cells.where(_texts(cells).isna()), format=_CODE, errors="coerce"))


def numbers(cells: pd.Series, source: Source) -> pd.Series:
    """Return the number of each cell; a number is one as it is, and a text where it is written as declared."""
    plain = pd.to_numeric(cells, errors="coerce")
    if source.decimal is None and source.thousands is None:
        # "1.234" is a text in the workbook of a country that writes thousands so
        return plain.where(~_texts(cells).str.contains(".", regex=False, na=False)) if _mixed(cells) else plain
    texts = _texts(cells).str.strip()
    fitting = texts.where(texts.str.fullmatch(number_pattern(source), na=False))
    for mark in thousands(source):
        fitting = fitting.str.replace(mark, "", regex=False)
    read = pd.to_numeric(fitting.str.replace(source.decimal or ".", ".", regex=False), errors="coerce")
    return read.fillna(plain.where(texts.isna()))


def number_pattern(source: Source) -> str:
    """Return the pattern of a number as `source` declares it."""
    marks = thousands(source)
    grouped = rf"|\d{{1,3}}(?:[{marks}]\d{{3}})+" if marks else ""
    return rf"[+-]?(?:\d+{grouped})(?:{re.escape(source.decimal or '.')}\d+)?(?:[eE][+-]?\d+)?"


def thousands(source: Source) -> str:
    """Return the marks that may stand between thousands; none where none is declared."""
    return SPACES if source.thousands == " " else source.thousands or ""


def remedy(cells: pd.Series, wanted: Wanted, source: Source) -> str:
    """Return what would make days or numbers of `cells`, which are none as they are."""
    if wanted == "numbers" and pd.to_numeric(cells, errors="coerce").abs().gt(LARGEST).any():
        return f"Write a number of at most {LARGEST:.0e}"
    if wanted == "dates" and source.dates is not None:
        return f"Write dates as {source.dates}, as its 'dates' says, from 1900 to 2100"
    if wanted == "numbers" and (source.decimal is not None or source.thousands is not None):
        example = f"1{source.thousands or ''}234{source.decimal or '.'}5"
        return f"Write a plain number such as {example}, as its 'decimal' and 'thousands' say"
    plain = "dates as YYYY-MM-DD, from 1900 to 2100" if wanted == "dates" else "a plain number such as 1234.5"
    declaration = declared(cells, wanted) if source.kind in ("csv", "excel") else None
    return f"Write {plain}" + (
        f", or declare `{declaration}` for the file in params/review.yaml" if declaration else ""
    )


def declared(cells: pd.Series, wanted: Wanted) -> str | None:
    """Return the declaration with which `cells` are days or numbers; None where there is none."""
    texts = [str(cell).strip() for cell in cells.drop_duplicates().head(LOOKED_AT)]
    slashed = [match for match in map(_SLASHED.match, texts) if match]
    if wanted == "dates" and slashed:
        return _day_or_month_first(slashed)
    known = _DAYS if wanted == "dates" else _NUMBERS
    found = {_declared(text, known) for text in texts}
    return None if None in found else next((one for one in known.values() if one in found), None)


def is_plain(cells: pd.Series, wanted: Wanted) -> pd.Series:
    """Return which texts are days or numbers without any declaration."""
    if wanted == "dates":
        return pd.to_datetime(cells, format=_CODE, errors="coerce").notna()
    return pd.to_numeric(cells, errors="coerce").notna()


def _declared(text: str, known: dict[str, str]) -> str | None:
    return next((declaration for pattern, declaration in known.items() if re.fullmatch(pattern, text)), None)


def _day_or_month_first(slashed: list[re.Match[str]]) -> str:
    mark, year = slashed[0][2], "Y" * len(slashed[0][4])
    day_first, month_first = f"DD{mark}MM{mark}{year}", f"MM{mark}DD{mark}{year}"
    if any(int(match[1]) > 12 for match in slashed):
        return f"dates: {day_first}"
    if any(int(match[3]) > 12 for match in slashed):
        return f"dates: {month_first}"
    return f"dates: {day_first}` or `dates: {month_first}"


def _mixed(cells: pd.Series) -> bool:
    """Tell whether a column can hold both texts and what isn't one, as a workbook's can."""
    return cells.dtype == object


def _texts(cells: pd.Series) -> pd.Series:
    texts = cells.where(cells.map(lambda cell: isinstance(cell, str)).astype(bool)) if _mixed(cells) else cells
    return texts.astype("str").where(texts.notna())
