"""Signal or noise: the XmR process-behaviour chart.

A KPI wobbles from week to week even when nothing has changed. The chart learns from the KPI's own history how far it
wobbles, and flags only what goes beyond: a point outside the limits, or a pattern that chance rarely makes. Rules and
constants are those of NHS England's "Making Data Count", as in the R package NHSRplotthedots 0.2.2.

We deviate where the source misleads: a constant series has its limits at its mean instead of none, so it passes or
fails its target; a KPI without a target has no assurance; and a missing value breaks a run instead of the program.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from saypro_nb.agree.schema import Kpi
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review import rates
from saypro_nb.review.rates import SCREEN

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LIMIT = 2.66  # 3 / d2, d2 = 1.128: mean moving range to three standard deviations
NEAR = 2 / 3  # of the way to the limit
RUN = 7  # points in a shift or a trend
ENOUGH = 13  # points below which limits are not yet to be trusted

SERIES = ["department", "kpi"]


@dataclass(frozen=True)
class Limits:
    """The expected level of a process, and how far chance carries each point above and below it."""

    centre: float
    reach: float | Numbers


def judge(values: pd.DataFrame, kpis: Catalogue) -> pd.DataFrame:
    """Return `values` with each point's limits, signal and meaning.

    `values` has one row per department, kpi and period, in the order of time, with a missing ``value`` where a period
    has none. Where it has a ``season`` (in the KPI's unit), points are judged, and limits drawn, around it. Where
    numerator and denominator are counts, limits are the period's own (see `rates`).

    ``centre``, ``lower``, ``upper`` are in the KPI's unit; ``limits`` is values, share or rate; ``segment`` counts the
    rebases so far. ``signal`` is outside, trend, two_of_three, shift or none; ``meaning`` is improvement, concern,
    neutral_high, neutral_low or common_cause.
    """
    charts = [
        _chart(segment, kpis[str(name[1])])
        for name, points in values.groupby(SERIES, sort=False)
        for segment in _segments(points, kpis[str(name[1])])
    ]
    if not charts:
        nothing = dict.fromkeys(("centre", "lower", "upper"), np.nan)
        return values.assign(**nothing, limits="values", segment=0, signal="none", meaning="common_cause")
    return pd.concat(charts).reindex(values.index)


def assurance(points: pd.DataFrame) -> str:
    """Return whether a process (one row per point, in the order of time) will meet its target: pass, fail, hit_or_miss.

    Returns none where there is no target. `points` carries ``better``. A season is left out: the question is about
    the whole year.
    """
    last = points.iloc[-1]
    if pd.isna(last["target"]) or pd.isna(last["centre"]) or last["better"] == "neither":
        return "none"
    lower, upper = (last[name] - last.get("season", 0.0) for name in ("lower", "upper"))
    above, below = last["target"] > upper, last["target"] < lower
    if not above and not below and lower < upper:
        return "hit_or_miss"
    if lower == upper == last["target"]:
        return "pass"
    return "pass" if below == (last["better"] == "higher") else "fail"


def limits(value: Numbers) -> Limits:
    """Return the limits of a series in the order of time; missing values are left out and not bridged.

    Both are in the unit of the values. The moving ranges here are 2, 1 and 2, their mean 5/3:

    >>> found = limits(np.array([10.0, 12.0, 11.0, 13.0]))
    >>> found.centre, round(float(found.reach), 2)
    (11.5, 4.43)
    """
    present = value[~np.isnan(value)]
    if not len(present):
        return Limits(np.nan, np.nan)
    centre = present.mean()
    centre += (present - centre).mean()  # exact on a constant series, where rounding would put every point on one side
    moving = np.abs(np.diff(value))
    moving = moving[~np.isnan(moving)]
    kept = moving[moving < SCREEN * moving.mean()] if len(moving) else moving
    return Limits(float(centre), LIMIT * float(kept.mean()) if len(kept) else 0.0)


def _segments(points: pd.DataFrame, kpi: Kpi) -> Iterator[pd.DataFrame]:
    """Yield the points between one rebase and the next; runs never cross a border."""
    begun = sum((points["period"] >= pd.Timestamp(rebase.date) for rebase in kpi.rebase), pd.Series(0, points.index))
    for number, segment in points.groupby(begun):
        yield segment.assign(segment=number)


def _chart(points: pd.DataFrame, kpi: Kpi) -> pd.DataFrame:
    season = points["season"].to_numpy(dtype=float) if "season" in points else np.zeros(len(points))
    kind = rates.kind(points, kpi)
    value = points["value"].to_numpy(dtype=float) if kind is None else _from_counts(points, kpi)
    process = limits(value - season) if kind is None else _own_limits(points, kpi, kind)
    signal, direction = _signals(value - season, process)
    low, high = (0.0, kpi.scale if kind == "share" else np.inf) if kind else (-np.inf, np.inf)
    return points.assign(
        centre=process.centre + season,
        lower=np.maximum(process.centre - process.reach, low) + season,
        upper=np.minimum(process.centre + process.reach, high) + season,
        limits=kind or "values",
        signal=signal,
        meaning=[_meaning(sign, kpi.better) for sign in direction],
        better=kpi.better,
    )


def _from_counts(points: pd.DataFrame, kpi: Kpi) -> Numbers:
    """Return the values without the rounding with which they were handed in: it would put a constant off its centre."""
    whole = points["denominator"].where(points["denominator"] > 0)
    exact = kpi.scale * (points["numerator"] / whole)
    return exact.where(points["value"].notna()).to_numpy(dtype=float)


def _own_limits(points: pd.DataFrame, kpi: Kpi, kind: rates.Kind) -> Limits:
    """Return each period's own limits; a period without cases has those of a usual one."""
    known = points[points["value"].notna()]
    centre, reach = rates.reach(known["numerator"], known["denominator"], kind)
    return Limits(kpi.scale * centre, kpi.scale * reach.reindex(points.index).fillna(reach.mean()).to_numpy())


def _signals(value: Numbers, process: Limits) -> tuple[npt.NDArray[np.str_], Numbers]:
    """Return the first rule that each point breaks, and whether upwards (1) or downwards (-1; 0 for none)."""
    side = np.nan_to_num(np.sign(value - process.centre))
    outside = np.abs(value - process.centre) > process.reach
    rising = _trend_direction(value)
    rules = {
        "outside": outside,
        "trend": rising != 0,
        "two_of_three": _two_of_three(side, ~outside & (np.abs(value - process.centre) > NEAR * process.reach)),
        "shift": _runs(side > 0, RUN) | _runs(side < 0, RUN),
    }
    signal = np.select(list(rules.values()), list(rules), "none")
    direction = np.select([signal == "trend", signal != "none"], [rising, side], 0.0)
    return signal, direction


def _runs(flags: Flags, length: int) -> Flags:
    """Return True on every member of a run of at least `length` flags."""
    edges = np.flatnonzero(np.diff(np.r_[False, flags, False].astype(int)))
    found = np.zeros(len(flags), dtype=bool)
    for start, stop in edges.reshape(-1, 2):
        found[start:stop] = stop - start >= length
    return found


def _trend_direction(value: Numbers) -> Numbers:
    """Return 1 on points of a strict rise of seven, -1 on a fall; a point between two trends belongs to the next."""
    step = np.nan_to_num(np.sign(np.diff(value)))
    trend = step * (_runs(step > 0, RUN - 1) | _runs(step < 0, RUN - 1))
    direction = np.append(trend, 0.0)
    direction[1:][direction[1:] == 0] = trend[direction[1:] == 0]
    return direction


def _two_of_three(side: Numbers, close: Flags) -> Flags:
    """Return the close points of every three on one side of the centre of which at least two are close."""
    found = np.zeros(len(side), dtype=bool)
    for start in range(len(side) - 2):
        window = slice(start, start + 3)
        if abs(side[window].sum()) == 3 and close[window].sum() >= 2:
            found[window] |= close[window]
    return found


def _meaning(direction: float, better: str) -> str:
    if direction == 0:
        return "common_cause"
    if better == "neither":
        return "neutral_high" if direction > 0 else "neutral_low"
    return "improvement" if (direction > 0) == (better == "higher") else "concern"
