"""The rhythm of a KPI: how its weeks, months or quarters lie in the calendar, and how many of them a judgement takes.

Periods are counted, not listed: each has its place, a whole number, and a missing one leaves a hole.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.schema import Cadence

Whole = NDArray[np.int64]
DAYS = 7
MONTHS = {"month": 1, "quarter": 3}


@dataclass(frozen=True)
class Rhythm:
    """How many periods make a year, and how many it takes to know a KPI's habits and to look at what came after.

    `fewest_before`: with fewer, level, trend and persistence can't be told apart. `most_before`: what lies further
    back says little of today. `fewest_after`: one or two odd periods are no effect. `planned_look`: a quarter, after
    which an action is judged anyway. `longest_after`: half a year; beyond it a trend or a season carried forward is a
    guess.
    """

    per_year: float
    fewest_before: int
    most_before: int
    fewest_after: int
    planned_look: int
    longest_after: int


RHYTHMS: dict[Cadence, Rhythm] = {
    "week": Rhythm(365.25 / 7, 26, 156, 4, 13, 26),
    "month": Rhythm(12, 24, 60, 2, 3, 6),
    "quarter": Rhythm(4, 12, 24, 1, 1, 2),
}


def places(periods: pd.DatetimeIndex, every: Cadence, first: pd.Timestamp) -> Whole:
    """Return the place of each of `periods` (first days), counted from the period that begins on `first`.

    Raises InputError where two of them fall on one place.
    """
    if every == "week":
        found = np.asarray((periods - first).days) // DAYS
    else:
        months = (periods.year - first.year) * 12 + periods.month - first.month
        found = np.asarray(months) // MONTHS[every]
    if len(np.unique(found)) < len(found):
        raise InputError([Fault("periods of a KPI", f"two values within one {every}", f"Keep one row a {every}")])
    return found.astype(np.int64)


def period_at(place: int, every: Cadence, first: pd.Timestamp) -> pd.Timestamp:
    """Return the first day of the period at `place`, counted from the one that begins on `first`."""
    if every == "week":
        return first + pd.Timedelta(days=DAYS * place)
    return first + pd.DateOffset(months=MONTHS[every] * place)


def place_of(day: pd.Timestamp, every: Cadence, first: pd.Timestamp) -> int:
    """Return the place of the period that holds `day`."""
    return int(places(pd.DatetimeIndex([day]), every, first)[0])


def place_from(day: pd.Timestamp, every: Cadence, first: pd.Timestamp) -> int:
    """Return the place of the first period that begins on `day` or later."""
    place = place_of(day, every, first)
    return place + (period_at(place, every, first) < day)
