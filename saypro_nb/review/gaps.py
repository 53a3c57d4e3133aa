"""Gaps: how far each KPI is from its target, its benchmark and its own usual level, and which of them matter.

A gap is a shortfall: above zero where the KPI misses, whichever direction is better. Whether it deserves the meeting's
time is another question, answered by its state:

    worse       an alarm: something has changed for the worse
    unstable    an alarm: it scatters more widely than it used to, although its target is met
    failing     no alarm, but the target lies beyond what the process reaches as it is: not news, yet to be decided
    drifting    still on target, with a clear trend away from it, step by step rather than at once
    watch       a weaker sign of a change for the worse, which one stable KPI in twenty shows every week
    better      a change for the better
    by_chance   the target lies within the usual wobble, and is met or missed by chance
    steady      on target, as far as chance reaches
    untested    no target to test against, and no sign of a change
    too_short   fewer than 13 values: limits can't be trusted yet
    missing     no value for the period

An alarm, watch and a change for the better come from the calibrated evidence of `attention`, in which season and
autocorrelation are taken into account and all KPIs of the week are judged together. A KPI that it can't judge is left
to its process-behaviour chart (`signals`): ``evidence`` says which of the two spoke, and ``fallback`` why the chart.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from saypro_nb.agree.schema import Kpi, Priority
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review import signals, trend

Evidence = Mapping[Any, Any]  # a row of `attention.latest`

STATES = (
    "worse", "unstable", "failing", "drifting", "watch", "better", "by_chance", "steady", "untested", "too_short",
    "missing",
)  # fmt: skip
SHORTLISTED = ("worse", "unstable", "failing", "drifting")
NEW = ("worse", "unstable")  # an alarm of this week; the others on the shortlist are no news
UNKNOWN = ("too_short", "missing")

COLUMNS = [
    "department", "kpi", "every", "period", "value", "target", "benchmark", "usual", "lower", "upper", "limits",
    "points", "gap", "gap_percent", "gap_to_benchmark", "gap_to_usual",
    "evidence", "fallback", "p", "p_adjusted", "kind", "direction", "signal", "since", "or_earlier",
    "variation", "assurance",
    "slope", "slope_error", "trend", "crosses", "crosses_earliest", "crosses_latest",
    "rebased", "rebase_reason", "rebase_author",
]  # fmt: skip
SWITCHES = ["shortlisted", "new"]
FLAGS = ["alarm", "watch", "improved", "gradual"]
DAYS = ["period", "since", "crosses", "crosses_earliest", "crosses_latest", "rebased"]


def identify(
    values: pd.DataFrame, kpis: Catalogue, priority: Priority, latest: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the ranked gaps of `values`: targets, signals, gaps and priorities in one go.

    `latest` is the outcome of `attention.latest`; without it every KPI is left to its chart.
    """
    points = signals.judge(with_targets(values, kpis), kpis)
    return rank(measure(points, kpis, latest), kpis, priority)


def with_targets(values: pd.DataFrame, kpis: Catalogue) -> pd.DataFrame:
    """Return `values` with the ``target`` in force in each period."""
    days = values["period"].dt.date
    target = [kpis[kpi].target_on(day) for kpi, day in zip(values["kpi"], days, strict=True)]
    return values.assign(target=pd.Series(target, values.index, dtype=float))


def measure(points: pd.DataFrame, kpis: Catalogue, latest: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return one row per department and KPI with its gaps, evidence, trend and state at its last period.

    `points` is the outcome of `signals.judge`, `latest` that of `attention.latest`. ``gap``, ``gap_to_benchmark`` and
    ``gap_to_usual`` are in the KPI's unit; ``gap_percent`` is percent of the target, missing where that is zero.
    ``kind`` (level, single week, spread; else the rule that the last point breaks) and ``since`` say what was found
    and from when on (``or_earlier``: that is where watching began), ``p`` how often chance alone looks as bad.
    ``slope`` is per period, the season left out; ``crosses`` the period in which a worsening KPI reaches its target,
    with its 95 % interval. ``rebased`` is the date from which its present limits count.
    """
    found = [] if latest is None else latest.to_dict("records")
    evidence: dict[Any, Evidence] = {(row["department"], row["kpi"]): row for row in found}
    rows = [
        _measure(series, kpis[str(name[1])], evidence.get(name, {}))
        for name, series in points.groupby(signals.SERIES, sort=False)
    ]
    measured = pd.DataFrame(rows, columns=[*COLUMNS, *FLAGS]).astype(dict.fromkeys(DAYS, "datetime64[s]"))
    measured = measured.astype(dict.fromkeys(FLAGS, "boolean")).fillna(dict.fromkeys(FLAGS, False))
    return measured.assign(strength=_strength(measured), state=_state(measured)).drop(columns=FLAGS)


def rank(measured: pd.DataFrame, kpis: Catalogue, priority: Priority) -> pd.DataFrame:
    """Return `measured` by priority, the highest first, with the parts of the priority and ``shortlisted``.

    priority = size × weight × signal × trend, where ``size`` is the shortfall as a share of the target (of the usual
    level where the target is zero or absent), at most 1. Shortlisted gaps come before all others; of them, ``new``
    are the alarms of this period. A gap smaller than the least size that counts isn't shortlisted. What was ranked
    before can be ranked anew.
    """
    weight = [kpis[kpi].weight for kpi in measured["kpi"]]
    size = _size(measured)
    counts = size >= priority.least
    ranked = measured.assign(
        size=size,
        weight=pd.Series(weight, measured.index, dtype=float),
        signal_factor=measured["strength"].map(dict(priority.signal)).astype(float),
        trend_factor=measured["trend"].map(dict(priority.trend)).astype(float),
        shortlisted=measured["state"].isin(SHORTLISTED) & counts,
        new=measured["state"].isin(NEW) & counts,
    )
    ranked["priority"] = ranked[["size", "weight", "signal_factor", "trend_factor"]].prod(axis=1)
    return ranked.sort_values(["shortlisted", "priority", "kpi"], ascending=[False, False, True], ignore_index=True)


def urgency(ranked: pd.DataFrame) -> float:
    """Return the priority of all gaps on the shortlist together: the department with most is to be looked at first."""
    return float(ranked.loc[ranked["shortlisted"], "priority"].sum())


def _size(measured: pd.DataFrame) -> pd.Series:
    """Return the shortfall as a share.

    A change for the worse that still meets its target counts by that change, a wider spread by how far chance carries
    the KPI to either side.
    """
    shortfall = measured["gap"].where(measured["gap"] > 0, measured["gap_to_usual"]).clip(lower=0)
    swing = (measured["upper"] - measured["lower"]) / 2
    shortfall = shortfall.where(measured["state"] != "unstable", swing)
    reference = measured["target"].where(measured["target"].fillna(0) != 0, measured["usual"]).abs()
    return (shortfall / reference.where(reference > 0)).clip(upper=1).fillna(0.0)


def shortfall(value: float, reference: float | None, kpi: Kpi) -> float:
    """Return how far `value` misses `reference`, above zero where it misses; missing where there is none.

    Where neither direction is better, every distance is a miss.
    """
    if reference is None or kpi.better == "neither":
        return np.nan if reference is None else abs(reference - value)
    return reference - value if kpi.better == "higher" else value - reference


def _measure(series: pd.DataFrame, kpi: Kpi, evidence: Evidence) -> dict[str, object]:
    present = series[series["segment"] == series["segment"].iloc[-1]]
    last = present.iloc[-1]
    gap = shortfall(last["value"], last["target"], kpi)
    return {
        **last[["department", "kpi", "period", "value", "target", "lower", "upper", "limits", "signal"]],
        "every": kpi.every,
        "benchmark": kpi.benchmark,
        "usual": last["centre"],
        "points": int(present["value"].notna().sum()),
        "gap": gap,
        "gap_percent": 100 * gap / abs(last["target"]) if last["target"] else np.nan,
        "gap_to_benchmark": shortfall(last["value"], kpi.benchmark, kpi),
        "gap_to_usual": shortfall(last["value"], last["centre"], kpi),
        "variation": last["meaning"],
        "assurance": signals.assurance(present),
        **(evidence if evidence.get("evidence") == "calibrated" else _by_chart(present, evidence)),
        **_since(present, evidence),
        **_heading(present, kpi),
        **_rebased(kpi, int(last["segment"])),
    }


def _by_chart(series: pd.DataFrame, evidence: Evidence) -> dict[str, object]:
    """Return what the process-behaviour chart says, in the words of the calibrated evidence."""
    last = series.iloc[-1]
    direction = "up" if last["value"] > last["centre"] else "down"
    return {
        "evidence": "chart",
        "fallback": evidence.get("fallback"),
        "kind": None if last["signal"] == "none" else last["signal"],
        "direction": None if last["signal"] == "none" else direction,
        "alarm": last["meaning"] == "concern",
        "watch": False,
        "improved": last["meaning"] == "improvement",
    }


def _since(series: pd.DataFrame, evidence: Evidence) -> dict[str, object]:
    """Return since when: of the evidence, or the first period of the signal that the last point belongs to."""
    if evidence.get("evidence") == "calibrated":
        return {"since": evidence["flagged"], "or_earlier": evidence["or_earlier"]}
    same = (series["meaning"] == series["meaning"].iloc[-1]) & (series["signal"] != "none")
    run = same[::-1].cumprod().astype(bool)[::-1]
    return {"since": series.loc[run, "period"].min(), "or_earlier": False}


def _heading(series: pd.DataFrame, kpi: Kpi) -> dict[str, object]:
    """Return the trend without the season, and when a worsening one crosses the target, if it is still met."""
    value = series["value"] - series.get("season", 0.0)
    line, gradual = trend.fit(value), trend.is_gradual(value)
    heads = trend.direction(line.slope, line.slope_error, kpi.better)
    last = series.iloc[-1]
    ahead = trend.crossing(line, last["target"], kpi.every) if gradual and heads == "worsening" else trend.NEVER
    return {
        "slope": line.slope,
        "slope_error": line.slope_error,
        "trend": heads,
        "gradual": gradual,
        "crosses": _ahead(last["period"], ahead.expected, kpi),
        "crosses_earliest": _ahead(last["period"], ahead.earliest, kpi),
        "crosses_latest": _ahead(last["period"], ahead.latest, kpi),
    }


def _ahead(period: pd.Timestamp, periods: float, kpi: Kpi) -> pd.Timestamp | None:
    """Return the first day of the period that lies `periods` after the given one, the next whole one."""
    if np.isnan(periods):
        return None
    whole = int(np.ceil(periods))
    steps = {"week": pd.DateOffset(weeks=whole), "month": pd.DateOffset(months=whole)}
    return pd.Timestamp(period + steps.get(kpi.every, pd.DateOffset(months=3 * whole)))


def _rebased(kpi: Kpi, segment: int) -> dict[str, object]:
    if not segment:
        return {"rebased": None, "rebase_reason": None, "rebase_author": None}
    last = kpi.rebase[segment - 1]
    return {"rebased": pd.Timestamp(last.date), "rebase_reason": last.reason, "rebase_author": last.author}


def _strength(measured: pd.DataFrame) -> pd.Series:
    """Return how strong the evidence of a change is, in the words of the priority's factors."""
    flags = [measured[name].to_numpy(dtype=bool) for name in ("alarm", "improved", "watch")]
    return pd.Series(np.select(flags, ["concern", "improvement", "watch"], "common_cause"), measured.index)


def _state(measured: pd.DataFrame) -> pd.Series:
    """Return the first state that holds, in this order."""
    met = measured["target"].notna() & ~(measured["gap"] > 0)
    heading_away = met & (measured["trend"] == "worsening")
    rules = {
        "missing": measured["value"].isna(),
        "too_short": measured["points"] < signals.ENOUGH,
        "unstable": measured["alarm"] & (measured["kind"] == "spread") & ~(measured["gap"] > 0),
        "drifting": heading_away & (measured["gradual"] | ~measured["alarm"]),
        "worse": measured["alarm"],
        "better": measured["improved"],
        "failing": measured["assurance"] == "fail",
        "watch": measured["watch"],
        "by_chance": measured["assurance"] == "hit_or_miss",
        "untested": measured["assurance"] == "none",
    }
    conditions = [rule.to_numpy(dtype=bool) for rule in rules.values()]
    return pd.Series(np.select(conditions, list(rules), "steady"), measured.index)
