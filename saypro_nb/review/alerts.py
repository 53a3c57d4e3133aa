"""Alerts: a KPI that has crossed its threshold, or has turned for the worse, and since when.

There are two reasons, which may hold together:

    threshold   the value lies beyond the KPI's threshold, on the bad side
    signal      the alarm that gap identification raises: calibrated where it can be, else the KPI's own chart

One alert lasts from the first period with a reason until there has been none for several periods in a row; a KPI that
wobbles around its threshold is one alert, not ten. A missing value neither prolongs nor ends it. After its end the
KPI may give a new one.

A chart flags all seven points of a run once the seventh is there. Here a run counts from the point that completed it,
because nobody could have been told of it before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

import pandas as pd

from saypro_nb.agree.schema import Cadence
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review import rhythm, signals

Reason = Literal["threshold", "signal"]
State = Literal["new", "open", "acknowledged", "resolved"]
REASONS: tuple[Reason, ...] = ("threshold", "signal")


@dataclass(frozen=True)
class Ground:
    """A reason of an alert: the first period in which it held, and whether it holds in the last one."""

    reason: Reason
    since: date
    holds: bool


@dataclass(frozen=True)
class Taken:
    """Who has taken up the alert of a KPI: the new `owner`, the period in which, who said so and on which day."""

    kpi: str
    period: date
    owner: str
    who: str
    on: date


@dataclass(frozen=True)
class Alert:
    """What one KPI of a department has to tell: from the period `began` until `ended`, or still.

    `known_on` is the last day of that first period; `period` and `value` are the last ones known. Whatever was said
    of the KPI for a period from `covers_from` on belongs to this alert, and not to an earlier one: data that are
    corrected later may move its beginning a little.
    """

    department: str
    kpi: str
    began: date
    known_on: date
    covers_from: date
    period: date
    value: float
    threshold: float | None
    reasons: tuple[Ground, ...]
    ended: date | None = None
    taken: Taken | None = None

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.ended is not None:
            return "resolved"
        if self.taken is not None:
            return "acknowledged"
        return "new" if self.began == self.period else "open"

    def covers(self, period: date) -> bool:
        """Return whether what was said for `period` belongs to this alert."""
        return self.covers_from <= period and (self.ended is None or period < self.ended)


@dataclass(frozen=True)
class Trial:
    """What a `threshold` by itself would have done since the day `since`.

    `began` has the first period of each alert that it would have given since then, `lasting` that of the one that
    lasted already. Of the `known` periods with a value, `beyond` lay beyond the threshold.
    """

    threshold: float | None
    since: date
    began: tuple[date, ...]
    lasting: date | None
    beyond: int
    known: int


def signs(points: pd.DataFrame, weekly: pd.DataFrame, kpis: Catalogue) -> pd.DataFrame:
    """Return which reasons each period gives: department, kpi, period, value, ``threshold`` and ``signal``.

    `points` is the outcome of `signals.judge`, `weekly` that of `attention.judge`. A reason is missing in a period
    without a value, and the signal also before a calibrated KPI is watched.
    """
    found = [
        _signs(series, weekly[(weekly["department"] == department) & (weekly["kpi"] == kpi)], kpis[str(kpi)].threshold)
        for (department, kpi), series in points.groupby(signals.SERIES, sort=False)
    ]
    columns = [*signals.SERIES, "period", "value", *REASONS]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def follow(found: pd.DataFrame, kpis: Catalogue, taken: Iterable[Taken] = (), clear_after: int = 2) -> list[Alert]:
    """Return the alerts of the last period: those that last, and those that ended in it.

    `found` is the outcome of `signs`. An alert ends with the last of `clear_after` periods in a row without a reason;
    the KPI's last value counts, however old.
    """
    claims = list(taken)
    last = [
        _last_alert(series.reset_index(drop=True), kpis, claims, clear_after)
        for _, series in found.groupby(signals.SERIES, sort=False)
    ]
    return [alert for alert in last if alert is not None]


def last_quarter(series: pd.DataFrame, every: Cadence) -> date:
    """Return the first day of the quarter of a year that ends with the last period of a KPI's `series`."""
    last = pd.Timestamp(series["period"].iloc[-1])
    return rhythm.period_at(1 - rhythm.RHYTHMS[every].planned_look, every, last).date()


def try_out(series: pd.DataFrame, threshold: float | None, since: date, clear_after: int = 2) -> Trial:
    """Return what the threshold would have done to one KPI, whose `series` is of the outcome of `signals.judge`."""
    beyond = _beyond(series, threshold).dropna().astype(bool)
    days: list[date] = list(series.loc[beyond.index, "period"].dt.date)
    spells = _spells(list(beyond), clear_after)
    before = [spell for spell in spells if days[spell.start] < since <= days[-1 if spell.end is None else spell.end]]
    return Trial(
        threshold=threshold,
        since=since,
        began=tuple(days[spell.start] for spell in spells if days[spell.start] >= since),
        lasting=days[before[-1].start] if before else None,
        beyond=sum(one for one, day in zip(beyond, days, strict=True) if day >= since),
        known=sum(day >= since for day in days),
    )


def _signs(series: pd.DataFrame, weekly: pd.DataFrame, threshold: float | None) -> pd.DataFrame:
    signal = _by_evidence(series, weekly) if len(weekly) and pd.notna(weekly["p"].iloc[-1]) else _by_chart(series)
    return series.assign(threshold=_beyond(series, threshold), signal=signal.mask(series["value"].isna()))


def _beyond(series: pd.DataFrame, threshold: float | None) -> pd.Series:
    """Return which values lie beyond the threshold, on the bad side; missing where nothing can be said."""
    better = series["better"].iloc[-1]
    if threshold is None or better == "neither":
        return pd.Series(pd.NA, series.index, dtype="boolean")
    beyond = series["value"] < threshold if better == "higher" else series["value"] > threshold
    return beyond.astype("boolean").mask(series["value"].isna())


def _by_evidence(series: pd.DataFrame, weekly: pd.DataFrame) -> pd.Series:
    watched = weekly.dropna(subset="p").set_index("period")["alarm"].astype("boolean")
    return series["period"].map(watched).astype("boolean")


def _by_chart(series: pd.DataFrame) -> pd.Series:
    """Return which points were a concern as soon as they were there (see `signals` for the rules)."""
    concern = series["meaning"] == "concern"
    run = concern.groupby((~concern).cumsum()).cumsum()
    complete = {"outside": concern, "two_of_three": concern.rolling(3, min_periods=1).sum() >= 2}
    known = run >= signals.RUN
    for rule, told in complete.items():
        known |= (series["signal"] == rule) & told
    return (concern & known).astype("boolean")


def _last_alert(series: pd.DataFrame, kpis: Catalogue, taken: Sequence[Taken], clear_after: int) -> Alert | None:
    """Return the KPI's last alert, unless it ended before the last period with a value."""
    valued = series.dropna(subset="value").reset_index(drop=True)
    lasting = [_lasts(row) for row in zip(*(valued[reason] for reason in REASONS), strict=True)]
    spell = next(reversed(_spells(lasting, clear_after)), None)
    if spell is None or (spell.end is not None and spell.end < len(valued) - 1):
        return None
    days: list[date] = list(valued["period"].dt.date)
    last, kpi = valued.iloc[-1], str(valued["kpi"].iloc[-1])
    began = days[spell.start]
    alert = Alert(
        department=str(last["department"]),
        kpi=kpi,
        began=began,
        known_on=rhythm.period_at(1, kpis[kpi].every, pd.Timestamp(began)).date() - timedelta(days=1),
        covers_from=days[max(spell.start - clear_after + 1, 0)],
        period=days[-1],
        value=float(last["value"]),
        threshold=kpis[kpi].threshold,
        reasons=_reasons(valued.iloc[spell.start :]),
        ended=None if spell.end is None else days[spell.end],
    )
    mine = [claim for claim in taken if claim.kpi == kpi and alert.covers(claim.period)]
    return replace(alert, taken=max(mine, key=lambda claim: claim.on, default=None))


def _lasts(reasons: Sequence[object]) -> bool | None:
    """Return whether any reason holds; None where nothing is known of either."""
    known = [bool(reason) for reason in reasons if reason is not pd.NA]
    return any(known) if known else None


@dataclass(frozen=True)
class _Spell:
    """The places of an alert's first period, and of the one that ended it."""

    start: int
    end: int | None


def _spells(lasting: Sequence[bool | None], clear_after: int) -> list[_Spell]:
    """Return every alert, the earliest first; `lasting` tells of each period whether it gives a reason."""
    spells: list[_Spell] = []
    clear = 0
    for place, reason in enumerate(lasting):
        if reason is None:
            continue
        clear = 0 if reason else clear + 1
        if reason and (not spells or spells[-1].end is not None):
            spells.append(_Spell(place, None))
        elif spells and spells[-1].end is None and clear == clear_after:
            spells[-1] = _Spell(spells[-1].start, place)
    return spells


def _reasons(spell: pd.DataFrame) -> tuple[Ground, ...]:
    found = []
    for reason in REASONS:
        held = spell.loc[spell[reason].fillna(value=False).astype(bool), "period"]
        if len(held):
            found.append(Ground(reason, held.iloc[0].date(), bool(held.iloc[-1] == spell["period"].iloc[-1])))
    return tuple(found)
