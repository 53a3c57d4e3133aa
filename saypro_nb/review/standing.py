"""Where each KPI stands: its baseline, its level now, and how much of its goal each of them attains."""

import pandas as pd

from saypro_nb.review.signals import SERIES

BASELINE = 52  # periods before the last quarter: a whole year of weeks, so that no season is left out
LATEST = 13


def against_goal(points: pd.DataFrame) -> pd.DataFrame:
    """Return per department and KPI the ``baseline`` (mean of up to 52 earlier periods), the mean ``now`` (last 13
    periods), the ``goal`` (the target in force), and how much of the goal each attains, in percent.

    ``attained_then`` and ``attained`` are 100 at the goal and more beyond it, whichever direction is better: value by
    goal where higher is better, goal by value where lower is. They are missing without a goal above zero.
    """
    rows = [_standing(series) for _, series in points.groupby(SERIES, sort=False)]
    columns = ["department", "kpi", "baseline", "now", "goal", "attained_then", "attained"]
    return pd.DataFrame(rows, columns=columns)


def attained(value: float, goal: float, better: str) -> float:
    """Return how much of the goal a value attains, in percent."""
    if not (goal > 0 and value > 0) or better == "neither":
        return float("nan")
    return 100 * (value / goal if better == "higher" else goal / value)


def _standing(series: pd.DataFrame) -> dict[str, object]:
    last = series.iloc[-1]
    baseline = series["value"].iloc[:-LATEST].tail(BASELINE).mean()
    now = series["value"].tail(LATEST).mean()
    return {
        **last[["department", "kpi"]],
        "baseline": baseline,
        "now": now,
        "goal": last["target"],
        "attained_then": attained(baseline, last["target"], last["better"]),
        "attained": attained(now, last["target"], last["better"]),
    }
