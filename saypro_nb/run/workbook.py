"""Tables as files that people open in a spreadsheet: one Excel file with a sheet each, or one CSV file each.

No text in them can run as a formula, and a file comes into being complete or not at all.
"""

import datetime
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from saypro_nb.agree.spreadsheets import neutral
from saypro_nb.show.theme import ON_PAPER, ToneName

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

NARROWEST, WIDEST = 9, 60  # characters of a column
LONGEST = 32_767  # characters that Excel takes in a cell
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # what a workbook can't hold


@dataclass(frozen=True)
class Sheet:
    """A table to hand out: its money columns, the tone of each word in its status column, and choices by column."""

    name: str
    table: pd.DataFrame
    money: Sequence[str] = ()
    status: str | None = None
    tones: Mapping[str, ToneName] = field(default_factory=dict)
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


def write_excel(file: Path, sheets: Sequence[Sheet], currency: str) -> None:
    """Write the sheets to one Excel file: frozen and filtered header, fitting widths, dates and money formatted."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet, currency)
    aside = _aside(file)
    book.save(aside)
    aside.replace(file)


def write_csv(file: Path, sheet: Sheet) -> None:
    """Write one sheet as CSV in UTF-8, dates as YYYY-MM-DD, with the mark by which Excel knows the encoding."""
    aside = _aside(file)
    plain = sheet.table.map(_plain).astype(object)
    plain.to_csv(aside, index=False, encoding="utf-8-sig", lineterminator="\n")
    aside.replace(file)


def _fill(page: "Worksheet", sheet: Sheet, currency: str) -> None:
    from openpyxl.utils import get_column_letter

    page.append([neutral(str(title)) for title in sheet.table.columns])
    for row in sheet.table.itertuples(index=False):
        page.append([_cell(cell) for cell in row])
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    for place, title in enumerate(sheet.table.columns, start=1):
        letter = get_column_letter(place)
        page.column_dimensions[letter].width = _width(str(title), sheet.table.iloc[:, place - 1])
        if title in sheet.choices:
            _offer(page, letter, sheet.choices[title])
        for cell in page[letter][1:]:
            _format(cell, currency if title in sheet.money else None)
            if title == sheet.status:
                _colour(cell, sheet.tones)
    _head(page)


def _head(page: "Worksheet") -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    for cell in page[1]:
        cell.font = Font(bold=True, color=ON_PAPER["ink"][1:])
        cell.fill = PatternFill("solid", start_color=ON_PAPER["shade"][1:])
        cell.alignment = Alignment(vertical="top", wrap_text=True)


def _format(cell: Any, currency: str | None) -> None:
    from openpyxl.styles import Alignment

    cell.alignment = Alignment(vertical="top", wrap_text=isinstance(cell.value, str))
    if isinstance(cell.value, datetime.date):
        cell.number_format = "yyyy-mm-dd"
    elif currency is not None:
        sign = currency.replace('"', "")
        cell.number_format = f'"{sign}"#,##0;-"{sign}"#,##0'
    elif isinstance(cell.value, float) and not cell.value.is_integer():
        cell.number_format = "#,##0.00"


def _colour(cell: Any, tones: Mapping[str, ToneName]) -> None:
    from openpyxl.styles import Font, PatternFill

    tone = tones.get(str(cell.value))
    if tone is not None:
        cell.fill = PatternFill("solid", start_color=ON_PAPER[f"{tone}-tint"][1:])
        cell.font = Font(bold=True, color=ON_PAPER[tone][1:])


def _offer(page: "Worksheet", letter: str, choices: Sequence[str]) -> None:
    """Let the column's cells be chosen from a list; Excel takes 255 characters of it at most."""
    from openpyxl.worksheet.datavalidation import DataValidation

    listed = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    listed.add(f"{letter}2:{letter}1000")
    page.add_data_validation(listed)


def _width(title: str, column: pd.Series) -> int:
    lines = [len(line) for cell in column for line in str(_plain(cell) or "").splitlines()]
    return min(max([NARROWEST, len(title) + 4, *(length + 2 for length in lines)]), WIDEST)


def _plain(cell: Any) -> Any:
    """Return the cell as a spreadsheet may hold it: no time zone, no missing value but None, no formula."""
    if isinstance(cell, str):
        return neutral(_UNPRINTABLE.sub("", cell))
    if isinstance(cell, list | tuple):
        return _plain(", ".join(map(str, cell)))
    if pd.isna(cell):
        return None
    if isinstance(cell, datetime.datetime):
        return cell.date()
    return cell.item() if hasattr(cell, "item") else cell


def _cell(cell: Any) -> Any:
    plain = _plain(cell)
    if isinstance(plain, str) and len(plain) > LONGEST:
        return plain[: LONGEST - 1] + "…"
    return plain


def _aside(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    return file.with_name(f".{file.stem}.{os.getpid()}{file.suffix}")
