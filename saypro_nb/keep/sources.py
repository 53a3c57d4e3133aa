"""Where the tables are read from: CSV, Excel and Parquet files, and databases. Nothing here writes.

What is read is as it stands: what days and numbers mean is told by `notation`, and whether they may be so by `checks`.
"""

import warnings
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from saypro_nb.agree.errors import Fault, InputError, did_you_mean
from saypro_nb.agree.sources import Source
from saypro_nb.keep import addresses, csv_files, databases


@dataclass(frozen=True)
class Part:
    """What one file, or the table of a database, holds: its `place` for people, and `rows` by their number there."""

    place: str
    rows: pd.DataFrame


def read(source: Source, root: Path, known: Collection[str]) -> list[Part]:
    """Return the table as it stands, file by file; CSV cells are text, and an empty cell is missing.

    A database is asked only for columns that are `known`, and for no row where it has others. Raises InputError where
    there is no such file or table, or it can't be read.
    """
    if source.kind == "database":
        return [_fetched(source, root, known)]
    return [Part(place, _read(file, place, source)) for place, file in addresses.files_of(source, root).items()]


def chosen(titles: Iterable[object], source: Source, place: str) -> dict[str, str]:
    """Return which columns are read, as {their name: ours}; raises InputError where one is missing or there twice."""
    count = Counter(map(str, titles))
    wanted = source.columns or {title: title for title in count}
    faults = [
        Fault(f"{place}, columns", f"there is no column '{title}'", did_you_mean(title, count))
        for title in wanted
        if title not in count
    ]
    faults += [
        Fault(f"{place}, column {title}", "the title stands there twice", "Give each column a title of its own")
        for title in wanted
        if count[title] > 1
    ]
    if faults:
        raise InputError(faults)
    return wanted


def _read(file: Path, place: str, source: Source) -> pd.DataFrame:
    try:
        rows = _READERS[source.kind](file, place, source)
    except InputError:
        raise
    except Exception as error:  # pandas, openpyxl and Arrow have no common error for a damaged file
        raise InputError([Fault(place, f"not readable ({type(error).__name__})", "Save the file anew")]) from None
    return rows


def _fetched(source: Source, root: Path, known: Collection[str]) -> Part:
    place = databases.named(source)
    with databases.opened(source, root) as table:
        names = chosen(table.columns, source, place)
        asked = table.select(**{ours: table[theirs] for theirs, ours in names.items()})
        rows = pd.DataFrame((asked if set(names.values()) <= set(known) else asked.limit(0)).to_pandas())
    return Part(source.table or place, rows.set_axis(rows.index + 1))


def _csv(file: Path, place: str, source: Source) -> pd.DataFrame:
    names = chosen(csv_files.titles(file, place, source), source, place)
    csv_files.check_letters(file, place, source)
    with warnings.catch_warnings():
        # A row longer than the header would otherwise shift or lose its cells with no more than a warning.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            table = pd.read_csv(
                file,
                sep=source.separator,
                dtype=str,
                encoding=csv_files.codec(source),
                keep_default_na=False,
                na_values=[""],
                index_col=False,
                skip_blank_lines=False,
            )
        except UnicodeDecodeError:
            raise csv_files.not_utf8(place) from None
        except (pd.errors.ParserError, pd.errors.ParserWarning):
            raise csv_files.misfit(file, place, source) from None
    return _numbered(table, names)


def excel(file: Path, place: str, source: Source) -> pd.DataFrame:
    """Return the sheet with cells as the workbook has them: texts, numbers, and days where they are such."""
    with pd.ExcelFile(file) as book:
        if source.sheet is not None and source.sheet not in book.sheet_names:
            found = f"there is no sheet '{source.sheet}'"
            raise InputError([Fault(place, found, did_you_mean(source.sheet, book.sheet_names))])
        table = pd.read_excel(book, sheet_name=source.sheet or 0, dtype=object, keep_default_na=False, na_values=[""])
    return _numbered(table, chosen(table.columns, source, place))


def _numbered(table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Return the columns under our names; the index is the row in the file, whose header is the first."""
    table = table.set_axis(table.index + 2).dropna(how="all")  # only now, so that the index still tells the row
    return table.set_axis(table.columns.astype(str), axis=1)[list(names)].rename(columns=names)


def parquet_titles(file: Path) -> list[str]:
    """Return the columns of a Parquet file, without the nameless index that pandas may have left there."""
    import pyarrow.parquet as pq

    return [title for title in pq.read_schema(file).names if not title.startswith("__index_level_")]


def _parquet(file: Path, place: str, source: Source) -> pd.DataFrame:
    names = chosen(parquet_titles(file), source, place)
    table = pd.read_parquet(file, columns=list(names)).rename(columns=names)
    return table.reset_index(drop=True).set_axis(range(1, len(table) + 1))


_READERS = {"csv": _csv, "excel": excel, "parquet": _parquet}
