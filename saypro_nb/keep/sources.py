"""Where the tables are read from: CSV, Excel and Parquet files, and database tables. Nothing here writes."""

import csv
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.schema import Source
from saypro_nb.keep.addresses import file_behind, shown, with_secrets

if TYPE_CHECKING:
    import ibis

SUFFIXES = (".csv", ".xlsx", ".parquet")
SHOWN = 5  # faults of one kind that are listed row by row


def read(source: str | Source, root: Path) -> pd.DataFrame:
    """Return the whole table as it stands; CSV cells are text, and an empty cell is missing.

    Raises InputError where there is no such file or table, or it can't be read.
    """
    if isinstance(source, Source):
        return _fetch(source, root)
    file = file_of(source, root)
    try:
        return _read_file(file)
    except pd.errors.EmptyDataError:
        raise _unreadable(source, "the file is empty", "Give it a header line and rows") from None
    except UnicodeDecodeError:
        raise _unreadable(source, "the text is not UTF-8", "Save it as 'CSV UTF-8'") from None
    except (pd.errors.ParserError, pd.errors.ParserWarning):
        raise _misfit(source, file) from None
    except Exception as error:  # pandas, openpyxl and Arrow have no common error for a damaged file
        raise _unreadable(source, f"not readable ({type(error).__name__})", "Save the file anew") from None


def file_of(source: str, root: Path) -> Path:
    """Return the file that `source` names, looked up from the workspace's folder `root`."""
    file = root / source
    if file.suffix not in SUFFIXES:
        raise _unreadable(source, "not a kind of file that can be read", f"Use one of {', '.join(SUFFIXES)}")
    if not file.is_file():
        raise _unreadable(source, "there is no such file", "Put it there, or correct 'sources' in params/review.yaml")
    return file


def connect(source: Source, root: Path) -> "ibis.Table":
    """Return the database table as an expression that the database itself will evaluate.

    The path of a SQLite or DuckDB file is looked up from the workspace's folder `root`.
    """
    import ibis

    try:
        return ibis.connect(_located(source.url, root)).table(source.table)
    except InputError:
        raise
    except Exception as error:
        raise refused(source, error) from None


def refused(source: Source, error: Exception) -> InputError:
    """Return what to say when the database refuses; its own words may hold the secret and are left out."""
    found = f"the table can't be read ({type(error).__name__})"
    return _unreadable(f"{shown(source.url)}, table {source.table}", found, "Check the URL, the table and access")


def _located(url: str, root: Path) -> str:
    """Return `url` with its secrets and, for a database file, its whole path.

    A file that is not there is refused, since opening it would create it.
    """
    file = file_behind(url, root)
    scheme = url.partition(":")[0]
    if file is None:
        return with_secrets(url)
    if not file.is_file():
        remedy = f"Put it there, or correct the URL; {scheme}:///FILE starts at the workspace"
        raise _unreadable(shown(url), "there is no such file", remedy)
    return f"{scheme}://{file}"


def _fetch(source: Source, root: Path) -> pd.DataFrame:
    table = connect(source, root)
    try:
        return pd.DataFrame(table.to_pandas())
    except Exception as error:
        raise refused(source, error) from None


def _read_file(file: Path) -> pd.DataFrame:
    if file.suffix == ".parquet":
        return pd.read_parquet(file)
    if file.suffix == ".xlsx":
        return pd.read_excel(file, dtype=object, keep_default_na=False, na_values=[""]).dropna(how="all")
    with warnings.catch_warnings():
        # A row longer than the header would otherwise shift or lose its cells with no more than a warning.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        table = pd.read_csv(
            file,
            dtype=str,
            encoding="utf-8-sig",
            keep_default_na=False,
            na_values=[""],
            index_col=False,
            skip_blank_lines=False,
        )
    return table.dropna(how="all")  # only now, so that the index still tells the row in the file


def _misfit(source: str, file: Path) -> InputError:
    """Return which rows of a CSV have more cells than its header."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            widths = [len(cells) for cells in csv.reader(lines)]
    except csv.Error:
        widths = []
    rows = [str(row) for row, width in enumerate(widths, start=1) if width > widths[0]]
    if not rows:
        return _unreadable(source, "a quotation mark is opened and never closed", "Close or remove it")
    place = ", ".join(rows[:SHOWN]) + (f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else "")
    return _unreadable(f"{source}, row {place}", "more cells than the header", "Put a cell with a comma into quotes")


def _unreadable(where: str, found: str, remedy: str) -> InputError:
    return InputError([Fault(where, found, remedy)])
