"""A records table wherever it lies, as an expression that an engine evaluates; its rows stay where they are.

DuckDB reads files, in this process and in bounded memory; a database evaluates its own. Both are made to mean the
same: an empty text is a missing one, and so is a number that is none (NaN, which engines sort above every number).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path

import ibis
import pandas as pd
import pyarrow as pa

from saypro_nb.agree import day_format
from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.sources import Source
from saypro_nb.keep import addresses, csv_files, databases, notation, sources

LOOKED_AT = 20_000  # cells of a column that tell what it holds; a later one that is otherwise is an error


@contextmanager
def opened(source: Source, root: Path) -> Iterator[ibis.Table]:
    """Give the records of a source; raises InputError where they can't be read, also while they are being read."""
    if source.kind == "database":
        with databases.opened(source, root) as table:
            yield _alike(_named(table, source, databases.named(source)))
        return
    try:
        with _in_engine(source, addresses.files_of(source, root)) as table:
            yield _alike(table)
    except InputError:
        raise
    except Exception as error:  # DuckDB's errors have no common base that ibis exposes
        raise _damaged(source, error) from None


@cache
def engine() -> ibis.BaseBackend:
    """Return this process's own DuckDB; opening one for every question would take longer than the answer."""
    return ibis.duckdb.connect(**databases.engine_limits())


def _damaged(source: Source, error: Exception) -> InputError:
    reason = " ".join(str(error).splitlines()[:2])
    if "utf-8" in reason.casefold() or "unicode" in reason.casefold():
        return csv_files.not_utf8(str(source.file))
    found = f"not readable as records ({reason})"
    return InputError([Fault(str(source.file), found, "Mend that place, or save the file anew")])


def _named(table: ibis.Table, source: Source, place: str) -> ibis.Table:
    """Return the columns of the table that are used, under our names."""
    names = sources.chosen(table.columns, source, place)
    return table.select(**{ours: table[theirs] for theirs, ours in names.items()})


def _alike(table: ibis.Table) -> ibis.Table:
    """Return the table with what engines and files tell apart, and people don't, made one."""
    texts = {name: table[name].nullif("") for name, kind in table.schema().items() if kind.is_string()}
    floats = [name for name, kind in table.schema().items() if kind.is_floating()]
    if not table.get_backend().has_operation(ibis.expr.operations.IsNan):  # SQLite keeps NaN as a missing value
        return table.mutate(**texts)
    numbers = {name: table[name].isnan().ifelse(ibis.null(table[name].type()), table[name]) for name in floats}
    return table.mutate(**texts, **numbers)


@contextmanager
def _in_engine(source: Source, files: dict[str, Path]) -> Iterator[ibis.Table]:
    if source.kind == "excel":
        name = ibis.util.gen_name("sheet")
        engine().con.register(
            name, _sheets(source.model_dump_json(exclude_unset=True), tuple(files.items()), _states(files))
        )
        try:
            yield engine().table(name)
        finally:
            engine().con.unregister(name)
    elif source.kind == "parquet":
        _check_alike({place: sources.parquet_titles(file) for place, file in files.items()}, source)
        # by name: without it, the first file's types hold for all, and 1.5 becomes 2
        yield _named(engine().read_parquet(list(files.values()), union_by_name=len(files) > 1), source, _first(files))
    else:
        _check_alike({place: csv_files.titles(file, place, source) for place, file in files.items()}, source)
        read = _csv([csv_files.as_utf8(file, place, source) for place, file in files.items()], source)
        yield _declared(_named(read, source, _first(files)), source)


def _first(files: dict[str, Path]) -> str:
    return next(iter(files))


def _check_alike(titles: dict[str, list[str]], source: Source) -> None:
    """Raise InputError where a file lacks a column that is read, or has others than the first where all are."""
    first, *_ = titles
    wanted = set(sources.chosen(titles[first], source, first))
    for place, found in titles.items():
        if wanted - set(found) or (source.columns is None and set(found) - wanted):
            differing = ", ".join(sorted(wanted ^ set(found)))
            raise InputError([Fault(place, f"other columns than {first} ({differing})", "Give all files the same")])
        sources.chosen(found, source, place)


def _csv(paths: list[str], source: Source) -> ibis.Table:
    # Left to guess, DuckDB takes 07/05/2026 for the 7th of May, a row with a cell too many for the header, a line that
    # begins with # for a comment, and 1.5 for 15 where thousands are declared.
    return engine().read_csv(
        paths,
        delim=source.separator,
        header=True,
        skip=0,
        quote='"',
        escape='"',
        comment="",
        dateformat="%Y-%m-%d",
        timestampformat="%Y-%m-%d %H:%M:%S",
        decimal_separator=source.decimal or ".",
        sample_size=-1 if source.thousands else 20_480,
        union_by_name=len(paths) > 1,
        strict_mode=True,
    )


def _declared(table: ibis.Table, source: Source) -> ibis.Table:
    """Return the table with the texts that are days or numbers as declared made such; one that isn't is an error."""
    if source.dates is None and source.thousands is None:
        return table
    texts = [name for name, kind in table.schema().items() if kind.is_string()]
    made = {name: made for name in texts if (made := _column(name, table, source)) is not None}
    if not made:
        return table
    columns = [f"{made[name]} AS {_quoted(name)}" if name in made else _quoted(name) for name in table.columns]
    view = ibis.util.gen_name("declared")
    written = ibis.to_sql(table, dialect="duckdb")
    engine().con.execute(f"CREATE TEMP VIEW {view} AS SELECT {', '.join(columns)} FROM ({written}) AS written")
    return engine().table(view)


def _column(name: str, table: ibis.Table, source: Source) -> str | None:
    cells = table[name].as_table().filter(table[name].notnull()).limit(LOOKED_AT).to_pandas()[name]
    if cells.empty:
        return None
    if source.dates is not None and notation.days(cells, source).notna().all():
        return _day_of(_quoted(name), source.dates)
    if source.thousands is not None and notation.numbers(cells, source).notna().all():
        return _number_of(_quoted(name), source)
    return None


def _day_of(column: str, dates: str) -> str:
    written = day_format.parse(dates)
    day = f"regexp_extract({column}, '^{written.pattern}$', 1)"
    return _or_refused(column, f"CAST(try_strptime({day}, '{written.code}') AS DATE)", dates)


def _number_of(column: str, source: Source) -> str:
    pattern = notation.number_pattern(source).replace("'", "''")
    plain = f"regexp_replace({column}, '[{notation.thousands(source)}]', '', 'g')".replace("[']", "['']")
    number = f"TRY_CAST(replace({plain}, '{source.decimal or '.'}', '.') AS DOUBLE)"
    checked = f"CASE WHEN regexp_full_match({column}, '{pattern}') THEN {number} END"
    return _or_refused(column, checked, "as declared")


def _or_refused(column: str, value: str, wanted: str) -> str:
    found = f"error('a cell is not written {wanted}: ' || {column})"
    return f"CASE WHEN {column} IS NULL THEN NULL ELSE coalesce({value}, {found}) END"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _states(files: dict[str, Path]) -> tuple[tuple[int, int], ...]:
    return tuple((state.st_mtime_ns, state.st_size) for state in (file.stat() for file in files.values()))


@lru_cache(maxsize=8)
def _sheets(source: str, files: tuple[tuple[str, Path], ...], _states: tuple[tuple[int, int], ...]) -> pa.Table:
    """Return the rows of workbooks in those `_states`; opening one takes a second, and every KPI asks for it."""
    declared = Source.model_validate_json(source)
    sheets = [sources.excel(file, place, declared) for place, file in files]
    return pa.Table.from_pandas(_typed(pd.concat(sheets), declared), preserve_index=False)


def _typed(sheet: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Return a workbook's columns with a kind each: days, numbers, yes and no, or texts where they are mixed."""
    return pd.DataFrame({name: _kind_of(sheet[name], source) for name in sheet.columns})


def _kind_of(cells: pd.Series, source: Source) -> pd.Series:
    filled = cells.dropna()
    if filled.empty:
        return cells.astype("str")
    if filled.map(lambda cell: isinstance(cell, bool)).all():
        return cells.astype("boolean")
    days = notation.days(filled, source)
    if days.notna().all():
        return days.reindex(cells.index)
    declared = source.decimal is not None or source.thousands is not None
    numbers = notation.numbers(filled, source)
    if numbers.notna().all() and (declared or not filled.map(lambda cell: isinstance(cell, str)).any()):
        return numbers.reindex(cells.index)
    return cells.astype("str").where(cells.notna())  # such as a code of digits, which the workbook has as a text
