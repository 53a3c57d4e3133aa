"""Gaps: how far each KPI is from its target, its benchmark and its own usual level, and which of them matter.

A gap is a shortfall: above zero where the KPI misses, whichever direction is better. Whether it deserves the meeting's
time is another question, answered by its state:

    worse       a signal for the worse: something has changed
    failing     no signal, but the target lies beyond what the process reaches as it is
    drifting    still on target, with a clear trend away from it
    better      a signal for the better
    unsteady    the target lies within the usual wobble, and is met or missed by chance
    steady      on target, as far as chance reaches
    untested    no target to test against, and no signal
    too_short   fewer than 13 values: limits can't be trusted yet
    missing     no value for the period
"""

import numpy as np
import pandas as pd

from saypro_nb.agree.schema import Kpi, Priority
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review import signals, trend

STATES = ("worse", "failing", "drifting", "better", "unsteady", "steady", "untested", "too_short", "missing")
SHORTLISTED = ("worse", "failing", "drifting")

COLUMNS = [
    "department", "kpi", "period", "value", "target", "benchmark", "usual", "lower", "upper", "points",
    "gap", "gap_percent", "gap_to_benchmark", "gap_to_usual",
    "signal", "since", "variation", "assurance", "slope", "slope_error", "trend",
]  # fmt: skip


def identify(values: pd.DataFrame, kpis: Catalogue, priority: Priority) -> pd.DataFrame:
    """Return the ranked gaps of `values`: targets, signals, gaps and priorities in one go."""
    points = signals.judge(with_targets(values, kpis), kpis)
    return rank(measure(points, kpis), kpis, priority)


def with_targets(values: pd.DataFrame, kpis: Catalogue) -> pd.DataFrame:
    """Return `values` with the ``target`` in force in each period."""
    days = values["period"].dt.date
    target = [kpis[kpi].target_on(day) for kpi, day in zip(values["kpi"], days, strict=True)]
    return values.assign(target=pd.Series(target, values.index, dtype=float))


def measure(points: pd.DataFrame, kpis: Catalogue) -> pd.DataFrame:
    """Return one row per department and KPI with its gaps, signal, trend and state at its last period.

    `points` is the outcome of `signals.judge`. ``gap``, ``gap_to_benchmark`` and ``gap_to_usual`` are in the KPI's
    unit; ``gap_percent`` is percent of the target, missing where that is zero; ``slope`` is per period.
    """
    rows = [_measure(series, kpis[str(kpi)]) for (_, kpi), series in points.groupby(signals.SERIES, sort=False)]
    measured = pd.DataFrame(rows, columns=COLUMNS)
    return measured.assign(state=_state(measured))


def rank(measured: pd.DataFrame, kpis: Catalogue, priority: Priority) -> pd.DataFrame:
    """Return `measured` by priority, the highest first, with the parts of the priority and ``shortlisted``.

    priority = size × weight × signal × trend, where ``size`` is the shortfall as a share of the target (of the usual
    level where the target is zero or absent), at most 1. Shortlisted gaps come before all others.
    """
    weight = [kpis[kpi].weight for kpi in measured["kpi"]]
    evidence = measured["variation"].replace({"neutral_high": "common_cause", "neutral_low": "common_cause"})
    ranked = measured.assign(
        size=_size(measured),
        weight=pd.Series(weight, measured.index, dtype=float),
        signal_factor=evidence.map(dict(priority.signal)).astype(float),
        trend_factor=measured["trend"].map(dict(priority.trend)).astype(float),
        shortlisted=measured["state"].isin(SHORTLISTED),
    )
    ranked["priority"] = ranked[["size", "weight", "signal_factor", "trend_factor"]].prod(axis=1)
    return ranked.sort_values(["shortlisted", "priority", "kpi"], ascending=[False, False, True], ignore_index=True)


def _size(measured: pd.DataFrame) -> pd.Series:
    """Return the shortfall as a share; a change for the worse that still meets its target counts by that change."""
    shortfall = measured["gap"].where(measured["gap"] > 0, measured["gap_to_usual"]).clip(lower=0)
    reference = measured["target"].where(measured["target"].fillna(0) != 0, measured["usual"]).abs()
    return (shortfall / reference.where(reference > 0)).clip(upper=1).fillna(0.0)


def shortfall(value: float, reference: float | None, kpi: Kpi) -> float:
    """Return how far `value` misses `reference`, above zero where it misses; missing where there is none.

    Where neither direction is better, every distance is a miss.
    """
    if reference is None or kpi.better == "neither":
        return np.nan if reference is None else abs(reference - value)
    return reference - value if kpi.better == "higher" else value - reference


def _measure(series: pd.DataFrame, kpi: Kpi) -> dict[str, object]:
    last = series.iloc[-1]
    change, error = trend.slope(series["value"])
    gap = shortfall(last["value"], last["target"], kpi)
    return {
        **last[["department", "kpi", "period", "value", "target", "lower", "upper", "signal"]],
        "benchmark": kpi.benchmark,
        "usual": last["centre"],
        "points": int(series["value"].notna().sum()),
        "gap": gap,
        "gap_percent": 100 * gap / abs(last["target"]) if last["target"] else np.nan,
        "gap_to_benchmark": shortfall(last["value"], kpi.benchmark, kpi),
        "gap_to_usual": shortfall(last["value"], last["centre"], kpi),
        "since": _since(series),
        "variation": last["meaning"],
        "assurance": signals.assurance(series),
        "slope": change,
        "slope_error": error,
        "trend": trend.direction(change, error, kpi.better),
    }


def _since(series: pd.DataFrame) -> pd.Timestamp:
    """Return the first period of the signal that the last point belongs to; missing where there is none."""
    same = (series["meaning"] == series["meaning"].iloc[-1]) & (series["signal"] != "none")
    run = same[::-1].cumprod().astype(bool)[::-1]
    return pd.Timestamp(series.loc[run, "period"].min())


def _state(measured: pd.DataFrame) -> pd.Series:
    """Return the first state that holds, in this order."""
    rules = {
        "missing": measured["value"].isna(),
        "too_short": measured["points"] < signals.ENOUGH,
        "worse": measured["variation"] == "concern",
        "better": measured["variation"] == "improvement",
        "failing": measured["assurance"] == "fail",
        "drifting": (measured["trend"] == "worsening") & ~(measured["gap"] > 0),
        "unsteady": measured["assurance"] == "hit_or_miss",
        "untested": measured["assurance"] == "none",
    }
    return pd.Series(np.select(list(rules.values()), list(rules), "steady"), measured.index)
