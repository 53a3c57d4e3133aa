"""The register as a file: every entry in the order it was written, as CSV or JSON, out and in again without loss.

In the CSV a cell that a spreadsheet would run as a formula has an apostrophe in front, which reading takes off again.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from saypro_nb.agree.decisions import SHAPES
from saypro_nb.agree.errors import ConflictError, Fault, InputError, did_you_mean
from saypro_nb.agree.spreadsheets import neutral, original
from saypro_nb.keep.register import Entry, Register

COLUMNS = ("kind", "subject", "version", "at", "who", "why", "content")
SUFFIXES = (".csv", ".json")


def write(entries: Sequence[Entry], file: Path) -> None:
    """Write `entries` to `file`, as its name ends in .csv or .json."""
    _refuse_other_kinds(file)
    rows = _rows(entries)
    if file.suffix == ".json":
        file.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
        return
    with file.open("w", encoding="utf-8", newline="") as lines:
        sheet = csv.writer(lines, lineterminator="\n", quoting=csv.QUOTE_ALL)
        sheet.writerow(COLUMNS)
        for row in rows:
            sheet.writerow([neutral(str(cell)) for cell in _flat(row).values()])


def table(entries: Sequence[Entry]) -> pd.DataFrame:
    """Return the entries as a table to look at, with the content as JSON."""
    return pd.DataFrame([_flat(row) for row in _rows(entries)], columns=list(COLUMNS))


def read(file: Path) -> list[Entry]:
    """Return the entries that `write` wrote to `file`; raises InputError with every fault of it."""
    _refuse_other_kinds(file)
    try:
        text = file.read_bytes().decode("utf-8-sig")
        rows = json.loads(text) if file.suffix == ".json" else list(_csv_rows(text))
    except FileNotFoundError:
        raise _unreadable(file, "there is no such file", "Correct its name") from None
    except (UnicodeDecodeError, ValueError, csv.Error) as error:
        raise _unreadable(file, f"not readable ({type(error).__name__})", "Export the register anew") from None
    if not isinstance(rows, list):
        raise _unreadable(file, "not a list of entries", "Export the register anew")
    found: list[Entry] = []
    faults: list[Fault] = []
    for number, row in enumerate(rows, start=1 if file.suffix == ".json" else 2):
        _add(row, f"{file.name}, row {number}", found, faults)
    if faults:
        raise InputError(faults)
    return found


def take_in(register: Register, entries: Sequence[Entry]) -> int:
    """Add the `entries` that the register lacks, all or none, and return how many they were.

    Raises ConflictError where an entry says something else than the register's of the same version.
    """
    known = {(entry.kind, entry.subject, entry.version): entry for entry in register.everything()}
    missing = [entry for entry in entries if (entry.kind, entry.subject, entry.version) not in known]
    other = [entry for entry in entries if known.get((entry.kind, entry.subject, entry.version), entry) != entry]
    if other:
        lines = [
            f"Version {entry.version} of the {entry.kind} '{entry.subject}' in the file is by {entry.who} "
            f"({entry.why}); the register has another one. Both can't be right: look, and mend the file."
            for entry in other
        ]
        raise ConflictError("\n".join(lines))
    register.keep(missing)
    return len(missing)


def _rows(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [vars(entry) | {"at": entry.at.isoformat()} for entry in entries]


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    cells = {**row, "content": json.dumps(row["content"], ensure_ascii=False)}
    return {column: cells[column] for column in COLUMNS}


def _csv_rows(text: str) -> Iterator[dict[str, Any]]:
    csv.field_size_limit(2**31 - 1)  # a check-in can be long
    for row in csv.DictReader(io.StringIO(text, newline=""), strict=True):
        yield {str(column): original(cell) if isinstance(cell, str) else cell for column, cell in row.items()}


def _add(row: Any, where: str, found: list[Entry], faults: list[Fault]) -> None:
    if not isinstance(row, Mapping) or set(row) != set(COLUMNS):
        faults.append(Fault(where, "not the columns of an entry", f"They are {', '.join(COLUMNS)}"))
        return
    try:
        content = json.loads(row["content"]) if isinstance(row["content"], str) else row["content"]
        SHAPES[row["kind"]].model_validate(content)
        at = datetime.fromisoformat(row["at"]).astimezone(UTC)
        found.append(Entry(row["kind"], row["subject"], int(row["version"]), at, row["who"], row["why"], content))
    except KeyError:
        faults.append(Fault(f"{where}, kind", f"there is no kind '{row['kind']}'", did_you_mean(row["kind"], SHAPES)))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        faults.append(Fault(f"{where}, content", f"{place}: {first['msg']}", "Take the row from a whole export"))
    except (TypeError, ValueError) as error:
        faults.append(Fault(where, str(error), "Take the row from a whole export"))


def _refuse_other_kinds(file: Path) -> None:
    if file.suffix not in SUFFIXES:
        raise _unreadable(file, "not a kind of file for the register", f"Use one of {', '.join(SUFFIXES)}")


def _unreadable(file: Path, found: str, remedy: str) -> InputError:
    return InputError([Fault(str(file), found, remedy)])
