"""Spans: the months and quarters that a report tells of, and what a KPI comes to in each of them.

Most KPIs are measured by the week, and a week can lie in two months. It belongs to the one that holds most of its
days, which is that of its Thursday, as ISO 8601 gives a week to the year of its Thursday. So no week is split or
counted twice, the figures of a report add up from those of the weekly pages, and a month has four weeks or five, a
quarter mostly thirteen, at times twelve or fourteen. A span is complete when its last week is over.

What the values of a span come to:

    sum     of a KPI that adds up, such as revenue or leads (`Kpi.is_sum`)
    ratio   of the sums of numerators and denominators, where every period tells both
    mean    of all others; each period counts alike, which is a guess where some have more cases than others

A target is put together with the same weights: it is what the KPI would have come to had each period just met its own.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from saypro_nb.agree.schema import Cadence, Kpi
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review import rates
from saypro_nb.review.rhythm import MONTHS
from saypro_nb.review.signals import SERIES

Length = Literal["month", "quarter"]
How = Literal["sum", "ratio", "mean"]

THURSDAY = 3  # days after the Monday on which a week begins
_WEEK = datetime.timedelta(weeks=1)
COLUMNS = [*SERIES, "length", "first", "how", "known", "due", "value", "target", "level", "target_level"]


@dataclass(frozen=True)
class Span:
    """The month or quarter that begins on `first`."""

    length: Length
    first: datetime.date

    def moved(self, by: int) -> "Span":
        """Return the span that lies so many after this one, before it where below zero."""
        months = self.first.year * 12 + self.first.month - 1 + by * MONTHS[self.length]
        return Span(self.length, datetime.date(months // 12, months % 12 + 1, 1))

    @property
    def a_year_before(self) -> "Span":
        """The same month or quarter of the year before."""
        return self.moved(-12 // MONTHS[self.length])

    def last_day(self, every: Cadence) -> datetime.date:
        """Return the last day of its last period of that cadence."""
        after = self.moved(1).first
        return (_first_week(after) if every == "week" else after) - datetime.timedelta(days=1)

    def first_day(self, every: Cadence) -> datetime.date:
        """Return the first day of its first period of that cadence, which a week may have in the month before."""
        return _first_week(self.first) if every == "week" else self.first

    def last_period(self, every: Cadence) -> datetime.date:
        """Return the first day of its last period of that cadence."""
        if every == "week":
            return self.last_day(every) - _WEEK + datetime.timedelta(days=1)
        return Span("month", self.moved(1).first).moved(-MONTHS[every]).first


def of(row: Mapping[Any, Any]) -> Span:
    """Return the span that a row of `over` tells of."""
    return Span(row["length"], row["first"].date())


def last_complete(period: datetime.date, every: Cadence, length: Length) -> Span:
    """Return the last span that is over when the review period that begins on `period` is.

    Where reviews are quarterly, it is a quarter, whatever `length` was asked for.
    """
    length = told_by(every, length)
    present = Span(length, starts(pd.DatetimeIndex([period]), every, length)[0].date())
    return present if period >= present.last_period(every) else present.moved(-1)


def starts(periods: pd.DatetimeIndex, every: Cadence, length: Length) -> pd.DatetimeIndex:
    """Return the first day of the span to which each of the `periods` belongs."""
    inside = periods + pd.Timedelta(days=THURSDAY) if every == "week" else periods
    return inside.to_period("M" if length == "month" else "Q").start_time


def told_by(every: Cadence, length: Length) -> Length:
    """Return the length of the spans by which a KPI is told: a quarterly one has no months."""
    return "quarter" if every == "quarter" else length


def over(points: pd.DataFrame, kpis: Catalogue, length: Length) -> pd.DataFrame:
    """Return what each KPI came to in every span in which it has a value, one row each, in the order of time.

    `points` are values with their ``target``, the outcome of `signals.judge` or `gaps.with_targets`. ``value`` and
    ``target`` are put together as ``how`` says, from the periods that are ``known`` of those that are ``due``;
    ``level`` and ``target_level`` are what one period came to on average, by which months of four weeks and of five
    can be compared. A target is missing where a known period has none.
    """
    tables = [
        _of_kpi(series.dropna(subset="value"), kpis[str(name[1])], length).assign(
            department=str(name[0]), kpi=str(name[1])
        )
        for name, series in points.groupby(SERIES, sort=False)
    ]
    tables = [table for table in tables if len(table)]
    return pd.concat(tables, ignore_index=True)[COLUMNS] if tables else pd.DataFrame(columns=COLUMNS)


def how(known: pd.DataFrame, kpi: Kpi) -> How:
    """Return how the KPI's `known` values are put together."""
    if kpi.is_sum:
        return "sum"
    return "ratio" if rates.is_quotient(known, kpi) else "mean"


def _of_kpi(known: pd.DataFrame, kpi: Kpi, length: Length) -> pd.DataFrame:
    way, length = how(known, kpi), told_by(kpi.every, length)
    weight = known["denominator"] if way == "ratio" else pd.Series(1.0, known.index)
    value = kpi.scale * known["numerator"] if way == "ratio" else known["value"]
    parts = pd.DataFrame({"weight": weight, "value": value, "target": weight * known["target"]}).astype(float)
    first = starts(pd.DatetimeIndex(known["period"]), kpi.every, length)
    totals = parts.groupby(first).sum(skipna=False).rename_axis("first").reset_index()
    count = parts.groupby(first).size().to_numpy()
    level, target_level = totals["value"] / totals["weight"], totals["target"] / totals["weight"]
    times = count if way == "sum" else 1
    return pd.DataFrame(
        {
            "length": length,
            "first": totals["first"],
            "how": way,
            "known": count,
            "due": [_due(Span(length, day.date()), kpi.every) for day in totals["first"]],
            "value": level * times,
            "target": target_level * times,
            "level": level,
            "target_level": target_level,
        }
    )


def _due(span: Span, every: Cadence) -> int:
    if every == "week":
        return (span.last_day("week") - span.first_day("week") + datetime.timedelta(days=1)) // _WEEK
    return MONTHS[span.length] // MONTHS[every]


def _first_week(first: datetime.date) -> datetime.date:
    """Return the Monday of the week whose Thursday is the first of the month that begins on `first`."""
    thursday = first + datetime.timedelta(days=(THURSDAY - first.weekday()) % 7)
    return thursday - datetime.timedelta(days=THURSDAY)
