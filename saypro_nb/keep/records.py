"""Records, the single cases behind a KPI: leads, tickets, orders. They are added up where they lie.

Aggregation happens in the engine (DuckDB for files, the database itself behind a URL), so only totals per week, or
per week and segment, reach memory.
"""

import datetime
import operator
from functools import cache, reduce
from pathlib import Path
from typing import Literal

import ibis
import pandas as pd

from saypro_nb.agree import measures
from saypro_nb.agree.errors import Fault, InputError, did_you_mean
from saypro_nb.agree.schema import LARGEST, Cadence, Computed, Source
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import sources

MOST_VALUES = 50  # of a dimension; a column with more is rather a name or a text than a way to break a KPI down
CELLS = ("period", "rows", "value", "weight", "value_squares", "products", "weight_squares")  # of one segment
COMPARED = {
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
Use = tuple[str, str, Literal["dates", "numbers", "texts"]]
_UNITS: dict[Cadence, str] = {"week": "W", "month": "M", "quarter": "Q"}


def opened(name: str, workspace: Workspace) -> ibis.Table:
    """Return the records table as an expression that the engine evaluates."""
    source = workspace.review.sources.records[name]
    if isinstance(source, Source):
        return sources.connect(source, workspace.root)
    file = sources.file_of(source, workspace.root)
    try:
        return _read(_engine(), file)
    except Exception as error:  # DuckDB's errors have no common base that ibis exposes
        raise _refused(source, error) from None


def _refused(source: str | Source, error: Exception) -> InputError:
    if isinstance(source, Source):
        return sources.refused(source, error)
    reason = " ".join(str(error).splitlines()[:2])
    return InputError([Fault(source, f"not readable as records ({reason})", "Mend that place, or save the file anew")])


def _collected(answer: ibis.Table, name: str, workspace: Workspace) -> pd.DataFrame:
    """Return what the engine answers; only now does it read every row of the records `name`."""
    try:
        return pd.DataFrame(answer.to_pandas())
    except Exception as error:
        raise _refused(workspace.review.sources.records[name], error) from None


@cache
def _engine() -> ibis.BaseBackend:
    """Return this process's own DuckDB; opening one for every question would take longer than the answer."""
    return ibis.duckdb.connect(threads=1)


def _read(engine: ibis.BaseBackend, file: Path) -> ibis.Table:
    if file.suffix == ".parquet":
        return engine.read_parquet(file)
    if file.suffix == ".xlsx":
        return ibis.memtable(pd.read_excel(file, keep_default_na=False, na_values=[""]))
    # Left to guess, DuckDB takes 07/05/2026 for the 7th of May, and a row with a cell too many for the header.
    return engine.read_csv(
        file, delim=",", header=True, dateformat="%Y-%m-%d", timestampformat="%Y-%m-%d %H:%M:%S", strict_mode=True
    )


def faults(kpi: str, computed: Computed, workspace: Workspace) -> list[Fault]:
    """Return what keeps `kpi` from being computed from its records."""
    try:
        schema = opened(computed.records, workspace).schema()
    except InputError as error:
        return list(error.faults)
    found = [
        _column_fault(f"params/kpis.yaml, {kpi}.computed", use, computed.records, schema) for use in _used(computed)
    ]
    return [fault for fault in found if fault] + _reserved(computed.records, schema)


def _used(computed: Computed) -> list[Use]:
    """Return every column that a computed KPI uses: the part of the declaration, the column, and what it must hold."""
    uses: list[Use] = [("date", computed.date, "dates")]
    for part, measure in (("numerator", computed.numerator), ("denominator", computed.denominator)):
        for term in measures.parse(measure) if measure else ():
            if term.column is not None:
                uses.append((part, term.column, "numbers"))
            if term.condition is not None:
                uses.append(
                    (part, term.condition.column, "texts" if isinstance(term.condition.value, str) else "numbers")
                )
    return uses


def _column_fault(where: str, use: Use, name: str, schema: ibis.Schema) -> Fault | None:
    part, column, wanted = use
    if column not in schema:
        missing = f"the records '{name}' have no column '{column}'"
        return Fault(f"{where}.{part}", missing, did_you_mean(column, schema.names))
    kind = schema[column]
    fits = {
        "dates": kind.is_temporal(),
        "numbers": kind.is_numeric() or kind.is_boolean(),
        "texts": kind.is_string(),
    }
    if fits[wanted]:
        return None
    shape = " (YYYY-MM-DD)" if wanted == "dates" else ""
    said = f"the column '{column}' doesn't hold {wanted}{shape} in the records '{name}'"
    return Fault(f"{where}.{part}", said, "Choose another column, or mend the records")


def _reserved(name: str, schema: ibis.Schema) -> list[Fault]:
    """Return the dimensions whose names `cells` needs for its own columns."""
    remedy = "Give it a more telling name, in the file or by a view"
    return [
        Fault(f"the records '{name}', column {column}", "a text column can't have this name", remedy)
        for column, kind in schema.items()
        if kind.is_string() and column.casefold() in CELLS
    ]


def periods(name: str, date: str, every: Cadence, workspace: Workspace) -> list[datetime.date]:
    """Return the first days of the periods that the records' column `date` touches."""
    column = opened(name, workspace)[date].cast("date").truncate(_UNITS[every]).name("period")
    found = _collected(column.as_table().distinct(), name, workspace)
    return [day.date() for day in found["period"].astype("datetime64[s]").dropna()]


def totals(computed: Computed, every: Cadence, workspace: Workspace) -> pd.DataFrame:
    """Return ``period``, ``numerator`` and ``denominator`` (missing for a plain sum), one row per period."""
    table = opened(computed.records, workspace)
    period = table[computed.date].cast("date").truncate(_UNITS[every]).name("period")
    answer = table.group_by(period).agg(**_sums(table, computed)).order_by("period")
    grouped = _collected(answer, computed.records, workspace)
    if (grouped[["numerator", "denominator"]].astype(float).abs() > LARGEST).any(axis=None):
        where = f"the records '{computed.records}', {computed.numerator} or {computed.denominator}"
        raise InputError([Fault(where, f"a number beyond {LARGEST:.0e}", "Correct it in the records")])
    return grouped.assign(period=pd.to_datetime(grouped["period"]).astype("datetime64[s]"))


def dimensions(computed: Computed, workspace: Workspace) -> list[str]:
    """Return the text columns of the records, by which a KPI can be broken down."""
    schema = opened(computed.records, workspace).schema()
    return [name for name, kind in schema.items() if kind.is_string()]


def _sums(table: ibis.Table, computed: Computed) -> dict[str, ibis.Value]:
    return {
        "numerator": _measure(table, computed.numerator),
        "denominator": ibis.null("float64") if computed.denominator is None else _measure(table, computed.denominator),
    }


def _measure(table: ibis.Table, measure: str) -> ibis.Value:
    """Return the measure's sum; a sum over no number at all is missing, a count of no record zero."""
    parts = [_added_up(table, term) for term in measures.parse(measure)]
    return reduce(operator.add, parts)


def _added_up(table: ibis.Table, term: measures.Term) -> ibis.Value:
    holds = None if term.condition is None else _holds(table, term.condition)
    total = table.count(where=holds) if term.column is None else table[term.column].cast("float64").sum(where=holds)
    return term.sign * total.cast("float64")


def _holds(table: ibis.Table, condition: measures.Condition) -> ibis.Value:
    column = table[condition.column]
    if column.type().is_boolean():
        column = column.cast("int8")
    return COMPARED[condition.comparison](column, condition.value)


def cells(computed: Computed, workspace: Workspace, first: datetime.date, last: datetime.date) -> pd.DataFrame:
    """Return the records from `first` to `last` added up per week and combination of dimension values.

    Columns: ``period`` (Monday), a text column per dimension, ``rows``, and the sums ``value`` (numerator), ``weight``
    (denominator; the number of records for a plain sum), ``value_squares``, ``products`` and ``weight_squares``.
    Values beyond the 50 most frequent of a dimension are one, "(other)"; a missing one is "(missing)".
    """
    table = opened(computed.records, workspace)
    table = table.filter(table[computed.date].cast("date").between(first, last))
    table = table.mutate(
        period=table[computed.date].cast("date").truncate("W"),
        _value=_number(table, computed.numerator),
        _weight=_number(table, computed.denominator or "rows"),
        **{name: _pooled(table, name) for name in dimensions(computed, workspace)},
    )
    grouped = table.group_by("period", *dimensions(computed, workspace)).agg(
        rows=table.count().cast("float64"),
        value=table["_value"].sum(),
        weight=table["_weight"].sum(),
        value_squares=(table["_value"] ** 2).sum(),
        products=(table["_value"] * table["_weight"]).sum(),
        weight_squares=(table["_weight"] ** 2).sum(),
    )
    found = _collected(grouped, computed.records, workspace)
    return found.assign(period=pd.to_datetime(found["period"]).astype("datetime64[s]"))


def _number(table: ibis.Table, measure: str) -> ibis.Value:
    """Return what each record adds to the measure; nothing where its column or its condition's is missing."""
    parts = [_of_record(table, term) for term in measures.parse(measure)]
    return reduce(operator.add, parts)


def _of_record(table: ibis.Table, term: measures.Term) -> ibis.Value:
    amount = ibis.literal(1.0) if term.column is None else table[term.column].cast("float64").fill_null(0.0)
    if term.condition is None:
        return term.sign * amount
    return ibis.cases((_holds(table, term.condition).fill_null(False), term.sign * amount), else_=0.0)  # noqa: FBT003


def _pooled(table: ibis.Table, dimension: str) -> ibis.Value:
    """Return the dimension's values with the rare ones as one, so that free text can't flood the memory."""
    frequent = table[dimension].topk(MOST_VALUES)[dimension].to_pandas().dropna().tolist()
    value = table[dimension]
    return ibis.cases((value.isnull(), "(missing)"), (value.isin(frequent), value), else_="(other)")
