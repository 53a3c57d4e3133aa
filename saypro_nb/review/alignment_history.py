"""Alignment over the quarters: the plans as they were in force at the end of each, judged by the rules of today."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from saypro_nb.review import alignment
from saypro_nb.review.alignment import Finding, Plans
from saypro_nb.review.alignment_scores import Assessed

LOOKED_BACK = 8  # quarters


@dataclass(frozen=True)
class Moved:
    """What has changed since an earlier quarter: findings that came, and those that are closed."""

    since: datetime.date
    came: tuple[Finding, ...]
    closed: tuple[Finding, ...]


def quarters(plans: Plans, departments: Sequence[str]) -> pd.DataFrame:
    """Return a row per quarter in which the plans are known, the latest last.

    ``plans`` of ``planned`` departments were fully aligned, ``objectives`` of ``lines``; ``score`` is the
    organisation's and ``findings`` how many there were. Empty where no objective says since when it is in force.
    """
    rows = [_row(first, replace(plans, today=day), departments) for first, day in _looks(plans)]
    columns = ["quarter", "plans", "planned", "objectives", "lines", "score", "findings"]
    return pd.DataFrame(rows, columns=columns)


def moved(plans: Plans) -> Moved | None:
    """Return what has changed since the end of the quarter before, or None where no plan of then is known."""
    looks = _looks(plans)
    if len(looks) < 2:
        return None
    first, day = looks[-2]
    before, now = (alignment.assess(replace(plans, today=today)) for today in (day, plans.today))
    known, left = {found.id for found in before}, {found.id for found in now}
    came = tuple(found for found in now if found.id not in known)
    return Moved(first, came, tuple(found for found in before if found.id not in left))


def _looks(plans: Plans) -> list[tuple[datetime.date, datetime.date]]:
    """Return the first day of each quarter and the day on which to look at it: its last, or today."""
    begun = [one.since for one in plans.agreed.objectives if one.since is not None and one.since <= plans.today]
    if not begun:
        return []
    months = pd.period_range(min(begun), plans.today, freq="Q")[-LOOKED_BACK:]
    return [(month.start_time.date(), min(month.end_time.date(), plans.today)) for month in months]


def _row(first: datetime.date, plans: Plans, departments: Sequence[str]) -> tuple[object, ...]:
    then = Assessed(plans, tuple(departments))
    plan, line = then.aligned, then.clean
    return pd.Timestamp(first), plan.aligned, plan.whole, line.aligned, line.whole, then.score, len(then.findings)
