"""Records, the single cases behind a KPI: leads, tickets, orders. They are added up where they lie.

Aggregation happens in the engine (DuckDB for files, the database itself behind a URL), so only totals per week, or
per week and segment, reach memory, and of them only the columns that a KPI names.
"""

import datetime
import operator
from contextlib import AbstractContextManager
from functools import reduce

import ibis
import pandas as pd

from saypro_nb.agree import measures
from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.schema import LARGEST, Cadence, Computed
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import record_tables
from saypro_nb.keep.checks import EARLIEST, LATEST

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
_UNITS: dict[Cadence, str] = {"week": "W", "month": "M", "quarter": "Q"}


def opened(name: str, workspace: Workspace) -> AbstractContextManager[ibis.Table]:
    """Give the records table `name` as an expression (see `record_tables.opened`)."""
    return record_tables.opened(workspace.review.sources.records[name], workspace.root)


def periods(name: str, date: str, every: Cadence, workspace: Workspace) -> list[datetime.date]:
    """Return the first days of the periods that the records' column `date` touches."""
    with opened(name, workspace) as table:
        found = _period(table, date, every).as_table().distinct().to_pandas()
    return [day.date() for day in _days(found["period"], name).dropna()]


def totals(computed: Computed, every: Cadence, workspace: Workspace) -> pd.DataFrame:
    """Return ``period``, ``numerator`` and ``denominator`` (missing for a plain sum), one row per period."""
    with opened(computed.records, workspace) as table:
        grouped = pd.DataFrame(summed(table, computed, every).to_pandas())
    if (grouped[["numerator", "denominator"]].astype(float).abs() > LARGEST).any(axis=None):
        where = f"the records '{computed.records}', {computed.numerator} or {computed.denominator}"
        raise InputError([Fault(where, f"a number beyond {LARGEST:.0e}", "Correct it in the records")])
    return grouped.assign(period=_days(grouped["period"], computed.records))


def summed(table: ibis.Table, computed: Computed, every: Cadence) -> ibis.Table:
    """Return what the engine is asked for `totals`."""
    table = table.select(*used(computed))
    return table.group_by(_period(table, computed.date, every)).agg(**_sums(table, computed)).order_by("period")


def used(computed: Computed) -> list[str]:
    """Return the columns that a computed KPI needs, without dimensions: its date, its numbers, its conditions."""
    terms = [
        term for measure in (computed.numerator, computed.denominator) if measure for term in measures.parse(measure)
    ]
    named = [term.column for term in terms] + [term.condition.column for term in terms if term.condition]
    return list(dict.fromkeys([computed.date, *(name for name in named if name is not None)]))


def dimensions(table: ibis.Table) -> list[str]:
    """Return the text columns of the records, by which a KPI can be broken down."""
    return [name for name, kind in table.schema().items() if kind.is_string()]


def _period(table: ibis.Table, date: str, every: Cadence) -> ibis.Value:
    return table[date].cast("date").truncate(_UNITS[every]).name("period")


def _days(periods: pd.Series, name: str) -> pd.Series:
    """Return the periods as days; raises InputError for a slip of the pen, which would make an endless series."""
    days = pd.to_datetime(periods).astype("datetime64[s]")
    wrong = days[days.notna() & ~days.between(EARLIEST, LATEST)]
    if len(wrong):
        found = f"a record of the year {wrong.iloc[0].year}"
        raise InputError([Fault(f"the records '{name}'", found, "Correct its date; dates are from 1900 to 2100")])
    return days


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
    total = table.count(where=holds) if term.column is None else _amount(table, term.column).sum(where=holds)
    return term.sign * total.cast("float64")


def _amount(table: ibis.Table, column: str) -> ibis.Value:
    """Return a number column as such; yes and no count 1 and 0."""
    value = table[column]
    return (value.cast("int32") if value.type().is_boolean() else value).cast("float64")


def _holds(table: ibis.Table, condition: measures.Condition) -> ibis.Value:
    column = table[condition.column]
    value = column if column.type().is_string() else _amount(table, condition.column)
    return COMPARED[condition.comparison](value, condition.value)


def cells(computed: Computed, workspace: Workspace, first: datetime.date, last: datetime.date) -> pd.DataFrame:
    """Return the records from `first` to `last` added up per week and combination of dimension values.

    Columns: ``period`` (Monday), a text column per dimension, ``rows``, and the sums ``value`` (numerator), ``weight``
    (denominator; the number of records for a plain sum), ``value_squares``, ``products`` and ``weight_squares``.
    Values beyond the 50 most frequent of a dimension are one, "(other)", and so are those that are as rare as the
    51st; a missing one is "(missing)".
    """
    with opened(computed.records, workspace) as table:
        found = pd.DataFrame(added_up(table, computed, first, last).to_pandas())
    return found.assign(period=_days(found["period"], computed.records))


def added_up(table: ibis.Table, computed: Computed, first: datetime.date, last: datetime.date) -> ibis.Table:
    """Return what the engine is asked for `cells`."""
    named = dimensions(table)
    table = table.select(*dict.fromkeys([*used(computed), *named]))
    table = table.filter(table[computed.date].cast("date").between(first, last))
    table = table.select(
        period=_period(table, computed.date, "week"),
        _value=_number(table, computed.numerator),
        _weight=_number(table, computed.denominator or "rows"),
        **{name: _pooled(table, name) for name in named},
    )
    value, weight = table["_value"], table["_weight"]
    return table.group_by("period", *named).agg(
        rows=table.count().cast("float64"),
        value=value.sum(),
        weight=weight.sum(),
        value_squares=(value * value).sum(),
        products=(value * weight).sum(),
        weight_squares=(weight * weight).sum(),
    )


def _number(table: ibis.Table, measure: str) -> ibis.Value:
    """Return what each record adds to the measure; nothing where its column or its condition's is missing."""
    parts = [_of_record(table, term) for term in measures.parse(measure)]
    return reduce(operator.add, parts)


def _of_record(table: ibis.Table, term: measures.Term) -> ibis.Value:
    amount = ibis.literal(1.0) if term.column is None else _amount(table, term.column).fill_null(0.0)
    if term.condition is None:
        return term.sign * amount
    return ibis.cases((_holds(table, term.condition).fill_null(False), term.sign * amount), else_=0.0)  # noqa: FBT003


def _pooled(table: ibis.Table, dimension: str) -> ibis.Value:
    """Return the dimension's values with the rare ones as one, so that free text can't flood the memory."""
    value = table[dimension]
    counted = table.filter(value.notnull()).group_by(dimension).agg(count=lambda known: known.count())
    most = counted.order_by(ibis.desc("count")).limit(MOST_VALUES + 1).to_pandas()
    if len(most) > MOST_VALUES:  # which of those that are equally rare comes first differs by engine
        most = most[most["count"] > most["count"].min()]
    return ibis.cases((value.isnull(), "(missing)"), (value.isin(sorted(most[dimension])), value), else_="(other)")
