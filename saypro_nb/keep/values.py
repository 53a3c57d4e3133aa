"""KPI values: those that were handed in, and those that are computed from records, period by period without holes."""

import datetime
from collections import Counter
from functools import lru_cache

import numpy as np
import pandas as pd

from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.schema import Cadence, Kpi
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import addresses, checks, databases, record_checks, records

COLUMNS = ["department", "kpi", "period", "value", "numerator", "denominator"]
LONGEST_PAUSE = datetime.timedelta(days=366)  # of a whole organisation; beyond, a date has slipped
STEPS: dict[Cadence, str] = {"week": "W-MON", "month": "MS", "quarter": "QS"}


def of_organisation(workspace: Workspace, until: datetime.date) -> pd.DataFrame:
    """Return every department's values up to the review period `until`, one row per KPI and period.

    A period without a value has a row with a missing ``value``. Raises InputError where the tables have faults.
    """
    handed_in = _handed_in(workspace)
    tables = [_of_department(name, handed_in, workspace, until) for name in workspace.review.departments]
    return pd.concat([table for table in tables if len(table)] or tables, ignore_index=True)


def _of_department(
    department: str, handed_in: pd.DataFrame, workspace: Workspace, until: datetime.date
) -> pd.DataFrame:
    owned = workspace.owned_by(department)
    rows = handed_in[handed_in["department"] == department]
    series = {name: rows[rows["kpi"] == name] for name, kpi in owned.items() if not kpi.computed}
    series |= {name: _computed(name, kpi, workspace) for name, kpi in owned.items() if kpi.computed}
    ends = workspace.last_day(until)
    complete = [_without_holes(series[name], kpi.every, until, ends) for name, kpi in owned.items()]
    tables = [table.assign(department=department, kpi=name) for name, table in zip(owned, complete, strict=True)]
    return pd.concat([frame for frame in tables if len(frame)] or tables[:1] or [rows])[COLUMNS].reset_index(drop=True)


def as_of(values: pd.DataFrame, workspace: Workspace, until: datetime.date) -> pd.DataFrame:
    """Return those of the `values` that were known when the earlier review period `until` ended, or due by then."""
    ends = workspace.last_day(until)
    due = values["kpi"].map({name: _last_due(kpi.every, ends) for name, kpi in workspace.kpis.items()})
    past = values["period"] <= pd.Timestamp(until)
    return values[past & (values["value"].notna() | (values["period"] <= due))].reset_index(drop=True)


def resolve(period: str, workspace: Workspace) -> datetime.date:
    """Return the review period that `period` names: "latest", or a date on which a period with values begins.

    Raises InputError where no value is of that period, and for "latest" where the last one looks like a slip of the
    pen: it is more than a year after the one before, or half as many KPIs have a value as in that one, or fewer, and
    the two are no neighbours.
    """
    count = _reported(workspace)
    known = list(count.index)
    if not known:
        source = workspace.review.sources.kpi_values
        place = source.file or databases.named(source)
        remedy = "Add rows of department, kpi, period and value, or records of the KPIs that are computed"
        raise InputError([Fault(place, "no KPI has a value yet", remedy)])
    if period == "latest":
        return _not_a_slip(count, workspace)
    if period in map(str, known):
        return datetime.date.fromisoformat(period)
    remedy = f"Values run from {known[0]} to {known[-1]}; give the first day of a period, or 'latest'"
    raise InputError([Fault("the parameter period", f"no KPI has a value for '{period}'", remedy)])


def _reported(workspace: Workspace) -> "pd.Series[int]":
    """Return how many KPIs have a value in each review period, in the order of time."""
    table = _handed_in(workspace).dropna(subset="value")
    reviewed = [name for name, kpi in workspace.kpis.items() if kpi.every == workspace.every]
    handed_in = table.loc[table["kpi"].isin(reviewed), "period"].dt.date
    computed = Counter(
        (kpi.computed.records, kpi.computed.date) for kpi in workspace.kpis.values() if kpi.computed and kpi.departments
    )
    recorded = [
        pd.Series(count, records.periods(name, date, workspace.every, workspace), dtype=int)
        for (name, date), count in computed.items()
    ]
    together: pd.Series[int] = pd.concat([handed_in.value_counts(), *recorded])
    return together.groupby(level=0).sum().sort_index()


def _not_a_slip(count: "pd.Series[int]", workspace: Workspace) -> datetime.date:
    last: datetime.date = count.index[-1]
    if len(count) == 1:
        return last
    before: datetime.date = count.index[-2]
    neighbour = workspace.last_day(before) + datetime.timedelta(days=1)
    many = 2 * count.iloc[-1] > count.iloc[-2] and last - before <= LONGEST_PAUSE
    if last <= neighbour or many:
        return last
    found = f"{count.iloc[-1]} KPI values are of {last}, long after the {count.iloc[-2]} of {before}"
    remedy = f"Correct the dates if they slipped; if not, ask for the period {last} or {before} by name"
    raise InputError([Fault("the period 'latest'", found, remedy)])


def _handed_in(workspace: Workspace) -> pd.DataFrame:
    source = workspace.review.sources.kpi_values
    try:
        files = [] if source.kind == "database" else addresses.files_of(source, workspace.root).values()
    except InputError:  # which checking says better
        files = []
    states = [file.stat() for file in files]
    return _checked(workspace, tuple((state.st_mtime_ns, state.st_size) for state in states))


@lru_cache(maxsize=1)
def _checked(workspace: Workspace, _states: tuple[tuple[int, int], ...]) -> pd.DataFrame:
    """Return the table, with its files in those `_states`; a dossier asks twice, and checking takes a while."""
    table, faults = checks.table("kpi_values", workspace.review.sources.kpi_values, workspace)
    if faults:
        raise InputError(faults)
    return table


def _computed(name: str, kpi: Kpi, workspace: Workspace) -> pd.DataFrame:
    assert kpi.computed is not None
    faults = record_checks.faults(name, kpi.computed, workspace)
    if faults:
        raise InputError(faults)
    totals = records.totals(kpi.computed, kpi.every, workspace)
    if kpi.computed.denominator is None:
        return totals.assign(value=totals["numerator"], numerator=np.nan, denominator=np.nan)
    quotient = totals["numerator"] / totals["denominator"].where(totals["denominator"] != 0)
    return totals.assign(value=quotient * kpi.scale)


def _without_holes(series: pd.DataFrame, every: Cadence, until: datetime.date, ends: datetime.date) -> pd.DataFrame:
    past: pd.DataFrame = series[series["period"].dt.date <= until]
    if past.empty:
        return past
    grid = pd.date_range(past["period"].min(), max(past["period"].max(), _last_due(every, ends)), freq=STEPS[every])
    periods = pd.DataFrame({"period": grid.astype("datetime64[s]")})
    return periods.merge(past, how="left", on="period")


def _last_due(every: Cadence, ends: datetime.date) -> pd.Timestamp:
    """Return the last week, month or quarter that is over on the last day of the review period."""
    step = pd.tseries.frequencies.to_offset(STEPS[every])
    return step.rollback(pd.Timestamp(ends) + pd.Timedelta(days=1)) - step
