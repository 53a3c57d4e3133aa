"""Performance: what each KPI came to in the span of a report, against its target, the span before, and the year before.

A month that differs from the one before is not yet a change: what differs by three points today may wobble by four.
So each difference comes with what the KPI's own history says of it (``moved``), which is what gap identification says:

    begun     a signal began within this span, and the difference goes its way
    part      a signal began within the span before, so the difference is a part of that change
    lasting   a signal is older than both spans, or the difference goes against it: no further change
    single    one week stands out, or the signal is of the last week alone: that is no other level yet
    ordinary  no signal: the difference is ordinary variation
    unknown   too few values to tell, or none at the end
"""

from typing import Any, Literal

import numpy as np
import pandas as pd

from saypro_nb.agree.schema import Kpi
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review import comparisons, spans
from saypro_nb.review.gaps import UNKNOWN, shortfall
from saypro_nb.review.signals import SERIES
from saypro_nb.review.spans import Span

Moved = Literal["begun", "part", "lasting", "single", "ordinary", "unknown"]

JUDGED = ["state", "kind", "since", "crosses", "shortlisted", "benchmark", "usual"]
WITHIN = ["lowest", "highest", "met", "marked"]


def measure(spanned: pd.DataFrame, ranked: pd.DataFrame, span: Span, kpis: Catalogue) -> pd.DataFrame:
    """Return a row per KPI of `ranked`, in its order, with the last span up to `span` in which it has a value.

    `spanned` is the outcome of `spans.over`, `ranked` that of `gaps.rank` as the span ended. To the columns of both
    come, as means of a period: ``before`` and ``before_target`` of the span before, ``year_before`` of the same one a
    year before; ``change`` and ``change_year``, how far the ``level`` lies from them; ``variance`` of the value from
    its target, ``variance_percent`` of it, and the ``verdict`` (see `comparisons`); ``was``, whether the target was
    met (good) or missed (bad) in the span before, empty where that can't be told; and ``moved``.
    """
    told = spanned[spanned["first"] <= pd.Timestamp(span.first)]
    last = told.groupby(SERIES, sort=False).tail(1)
    rows = ranked[[*SERIES, *JUDGED]].merge(last, how="inner", on=SERIES)
    rows = _beside_earlier(rows, told)
    rows = rows.assign(change=rows["level"] - rows["before"], change_year=rows["level"] - rows["year_before"])
    records = rows.to_dict("records")
    return _against_target(rows, kpis).assign(
        moved=[moved(row, kpis[row["kpi"]]) for row in records],
        was=[_was(row, kpis[row["kpi"]]) for row in records],
    )


def compare(rows: pd.DataFrame, kpis: Catalogue) -> pd.DataFrame:
    """Return the three comparisons of each KPI (see `comparisons.compare`) over the span of its row.

    A benchmark and a usual level of single periods are taken as often as there are known ones, where the KPI adds up.
    """
    times = rows["known"].where(rows["how"] == "sum", 1)
    measured = rows.assign(period=rows["first"], **{name: rows[name] * times for name in ("benchmark", "usual")})
    return comparisons.compare(measured, kpis)


def within(points: pd.DataFrame, rows: pd.DataFrame, kpis: Catalogue) -> pd.DataFrame:
    """Return `rows` with the ``lowest`` and ``highest`` single value of the span, in how many periods the target was
    ``met`` (missing without a target), and how many are ``marked`` as signals on the KPI's chart.

    `points` is the outcome of `signals.judge`.
    """
    series = dict(list(points.groupby("kpi", sort=False)))
    found = [_within(series[row["kpi"]], row, kpis[row["kpi"]]) for row in rows.to_dict("records")]
    return pd.concat([rows, pd.DataFrame(found, rows.index, WITHIN)], axis=1)


def moved(row: dict[Any, Any], kpi: Kpi) -> Moved:
    """Return what the KPI's own history says of the difference from the span before."""
    if row["state"] in UNKNOWN:
        return "unknown"
    if row["state"] not in ("worse", "better"):
        return "ordinary"
    span = spans.of(row)
    alone = row["due"] > 1 and row["since"] >= pd.Timestamp(span.last_period(kpi.every))
    if alone or (row["state"] == "worse" and row["kind"] == "single week"):
        return "single"
    rises = (row["state"] == "better") == (kpi.better == "higher")
    if not (row["change"] > 0 if rises else row["change"] < 0):
        return "lasting"
    if row["since"] >= pd.Timestamp(span.first_day(kpi.every)):
        return "begun"
    return "part" if row["since"] >= pd.Timestamp(span.moved(-1).first_day(kpi.every)) else "lasting"


def _beside_earlier(rows: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """Return `rows` with the levels of the span before and of the year before; missing where there is none."""
    told_of = [spans.of(row) for row in rows.to_dict("records")]
    known = told.set_index([*SERIES, "first"])[["level", "target_level"]]
    before, year = (
        known.reindex(pd.MultiIndex.from_arrays([rows["department"], rows["kpi"], pd.DatetimeIndex(days)]))
        for days in ([span.moved(-1).first for span in told_of], [span.a_year_before.first for span in told_of])
    )
    return rows.assign(
        before=before["level"].to_numpy(),
        before_target=before["target_level"].to_numpy(),
        year_before=year["level"].to_numpy(),
    )


def _against_target(rows: pd.DataFrame, kpis: Catalogue) -> pd.DataFrame:
    compared = comparisons.compare(rows.assign(period=rows["first"]), kpis)
    found = compared.loc[compared["against"] == "target", [*SERIES, "variance", "variance_percent", "verdict"]]
    return rows.merge(found, how="left", on=SERIES)


def _was(row: dict[Any, Any], kpi: Kpi) -> str:
    missed = shortfall(row["before"], row["before_target"], kpi)
    return "" if np.isnan(missed) or kpi.better == "neither" else "bad" if missed > 0 else "good"


def _within(series: pd.DataFrame, row: dict[Any, Any], kpi: Kpi) -> dict[str, object]:
    known = series.dropna(subset="value")
    inside = known[spans.starts(pd.DatetimeIndex(known["period"]), kpi.every, row["length"]) == row["first"]]
    missed = [shortfall(value, target, kpi) for value, target in zip(inside["value"], inside["target"], strict=True)]
    met = np.nan if np.isnan(missed).any() or kpi.better == "neither" else float(sum(miss <= 0 for miss in missed))
    marked = int((inside["signal"] != "none").sum())
    return {"lowest": inside["value"].min(), "highest": inside["value"].max(), "met": met, "marked": marked}
