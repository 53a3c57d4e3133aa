"""The plan sheet: actions as rows of a spreadsheet that people fill in and hand back.

A row tells its action's id and the version that it shows, so that what others decided since can be told from what was
filled in. The column ``decision`` is for approve, adjust or decline.
"""

import csv
import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from saypro_nb.agree.errors import Fault, InputError, did_you_mean
from saypro_nb.agree.plans import Action, Milestone
from saypro_nb.agree.spreadsheets import original
from saypro_nb.keep.decisions import Standing
from saypro_nb.review.actions import FIELDS

SHEET = "Plan to fill in"
COLUMNS = ("decision", "id", "version", *FIELDS[1:])
DECISIONS = ("approve", "adjust", "decline")
DATES = ("start", "end", "by")
NUMBERS = ("version", "budget", "baseline", "amount")
OPTIONAL = ("recommendation", "baseline")
_MILESTONE = re.compile(r"^(\[x\] )?(\d{4}-\d{2}-\d{2}): (.+)$")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # what no cell of a spreadsheet can hold

Cell = str | float | datetime.date | None


@dataclass(frozen=True)
class Row:
    """A row that was handed back: its `number` in the file, and its cells, of which the empty ones are None."""

    number: int
    cells: Mapping[str, Cell]


def table(standings: Iterable[Standing]) -> pd.DataFrame:
    """Return the sheet for the actions, without a decision."""
    rows = [{"decision": None, "version": one.version, **cells(one.action)} for one in standings]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(object)


def cells(action: Action) -> dict[str, Cell]:
    """Return the action as the cells of its row."""
    plain: dict[str, Any] = action.model_dump(exclude={"milestones", "criterion"})
    plain |= {
        "milestones": "\n".join(_line(step) for step in action.milestones),
        "criterion": action.criterion.kpi,
        "baseline": action.criterion.baseline,
        "amount": action.criterion.amount,
        "by": action.criterion.by,
    }
    return {name: _tidy(cell) for name, cell in plain.items()}


def fields(filled: Mapping[str, Cell]) -> dict[str, Any]:
    """Return filled-in cells as the fields of an action; raises ValueError for milestones that can't be read."""
    found: dict[str, Any] = dict(filled)
    if "milestones" in found:
        found["milestones"] = _milestones(str(found["milestones"] or ""))
    for name in ("progress", "next_steps"):
        if name in found:
            found[name] = found[name] or ""
    return found


def read(file: Path) -> list[Row]:
    """Return the filled-in rows of a plan, an Excel or CSV file; raises InputError with every fault."""
    lines = _excel(file) if file.suffix == ".xlsx" else _csv(file)
    header = [str(cell or "").strip() for cell in lines[0][1]] if lines else []
    faults = list(_misnamed(file, header))
    rows = []
    for number, values in lines[1:] if not faults else []:
        raw = dict(zip(header, values, strict=False))
        if any(cell not in (None, "") for cell in raw.values()):
            rows.append(Row(number, {name: _typed(file, number, name, raw.get(name), faults) for name in COLUMNS}))
    if faults:
        raise InputError(faults)
    return rows


def _excel(file: Path) -> list[tuple[int, Sequence[Any]]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(file)
    except FileNotFoundError:
        raise _unreadable(file, "there is no such file", "Correct its name") from None
    except Exception as error:  # openpyxl has no common error for a damaged file
        raise _unreadable(file, f"not readable ({type(error).__name__})", "Save the file anew") from None
    if SHEET not in book.sheetnames:
        raise _unreadable(file, f"there is no sheet '{SHEET}'", "Fill in the file that saypro export wrote")
    return list(enumerate(book[SHEET].iter_rows(values_only=True), start=1))


def _csv(file: Path) -> list[tuple[int, Sequence[Any]]]:
    if file.suffix != ".csv":
        raise _unreadable(file, "not a kind of file for a plan", "Use .xlsx or .csv")
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return list(enumerate(csv.reader(lines, strict=True), start=1))
    except FileNotFoundError:
        raise _unreadable(file, "there is no such file", "Correct its name") from None
    except (UnicodeDecodeError, csv.Error):
        raise _unreadable(file, "not readable as CSV in UTF-8", "Save it as 'CSV UTF-8'") from None


def _misnamed(file: Path, header: Sequence[str]) -> Iterable[Fault]:
    for name in header:
        if name and name not in COLUMNS:
            unused = [known for known in COLUMNS if known not in header]
            yield Fault(f"{file.name}, column {name}", "there is no such column", did_you_mean(name, unused))
    for name in COLUMNS:
        if name not in header:
            yield Fault(file.name, f"the column '{name}' is missing", "Put it back; it may be empty")


def _typed(file: Path, number: int, name: str, cell: Any, faults: list[Fault]) -> Cell:
    """Return the cell as what its column holds; what doesn't fit becomes None and a fault."""
    where = f"{file.name}, row {number}, {name}"
    if isinstance(cell, str):
        if file.suffix == ".xlsx" and cell.startswith("="):
            faults.append(Fault(where, "the cell holds a formula", "Paste its value instead"))
            return None
        cell = original(cell)
    if cell is None or cell == "":
        return None
    if name in DATES:
        return _date(where, cell, faults)
    if name in NUMBERS:
        return _number(where, cell, faults)
    text: str | None = _tidy(str(cell))
    return text


def _date(where: str, cell: Any, faults: list[Fault]) -> datetime.date | None:
    if isinstance(cell, datetime.datetime):
        return cell.date()
    try:
        return datetime.date.fromisoformat(str(cell).strip())
    except ValueError:
        faults.append(Fault(where, f"'{cell}' is no date", "Write it as YYYY-MM-DD"))
        return None


def _number(where: str, cell: Any, faults: list[Fault]) -> float | None:
    try:
        return float(cell)
    except (TypeError, ValueError):
        faults.append(Fault(where, f"'{cell}' is no number", "Write a plain number such as 1234.5"))
        return None


def _tidy(cell: Any) -> Any:
    """Return text as a spreadsheet gives it back, and no text at all as None."""
    if not isinstance(cell, str):
        return cell
    return _UNPRINTABLE.sub("", cell.replace("\r\n", "\n").replace("\r", "\n")).strip() or None


def _line(step: Milestone) -> str:
    return f"{'[x] ' if step.done else ''}{step.due}: {' '.join(step.what.split())}"


def _milestones(text: str) -> list[dict[str, Any]]:
    found = [_MILESTONE.match(line.strip()) for line in text.splitlines() if line.strip()]
    if None in found:
        raise ValueError("milestones are lines such as '2026-06-05: Draft agreed', with '[x] ' in front when done")
    return [{"done": bool(step[1]), "due": step[2], "what": step[3]} for step in found if step]


def _unreadable(file: Path, found: str, remedy: str) -> InputError:
    return InputError([Fault(str(file), found, remedy)])
