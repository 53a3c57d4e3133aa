"""How much of a KPI's change goes along with each driver: its coefficient times how far the driver itself moved.

A driver may move with a KPI for years and yet explain nothing of this change, because it stood still.
"""

import datetime
from dataclasses import dataclass

import pandas as pd

from saypro_nb.review.drivers import Associations

COLUMNS = ["driver", "lag", "named", "share", "low", "high"]
BASELINE = datetime.timedelta(weeks=52)
WEEK = datetime.timedelta(weeks=1)


@dataclass(frozen=True)
class Associated:
    """The drivers found for one KPI, with the series that they were found in, and their shares of its change.

    ``moved`` is the outcome of `shares`; None where the KPI has not changed.
    """

    found: Associations
    kpi: pd.Series
    drivers: pd.DataFrame
    moved: pd.DataFrame | None


def shares(found: Associations, kpi: pd.Series, drivers: pd.DataFrame, begins: pd.Timestamp) -> pd.DataFrame:
    """Return per driver and lag the share of the KPI's change since `begins`, against the year before.

    Columns: ``driver``, ``lag``, ``named`` (it is associated), ``share`` (missing for one that is not named) and its
    95 % interval ``low`` to ``high``: 1 is the whole change, below zero the driver worked against it. Empty where
    either side of the comparison has no value. `kpi` and `drivers` are indexed by week.
    """
    change = _moved(kpi, begins, 0)
    named = found.table.assign(named=True, share=found.table["coefficient"])
    rows = pd.concat([named, found.others.assign(named=False, share=float("nan"))], ignore_index=True)
    if rows.empty or pd.isna(change) or change == 0:
        return pd.DataFrame(columns=COLUMNS)
    factor = [
        _moved(drivers[driver], begins, int(lag)) / change
        for driver, lag in zip(rows["driver"], rows["lag"], strict=True)
    ]
    scaled = rows[["share", "low", "high"]].mul(factor, axis=0)
    ends = scaled[["low", "high"]]
    rows = rows.assign(share=scaled["share"], low=ends.min(axis=1), high=ends.max(axis=1))
    return rows.loc[ends.notna().all(axis=1), COLUMNS].reset_index(drop=True)


def _moved(series: pd.Series, begins: pd.Timestamp, lag: int) -> float:
    """Return the mean from `begins` on less that of the year before, both `lag` weeks earlier."""
    start = begins - lag * WEEK
    weeks = pd.DatetimeIndex(series.index)
    ends = weeks.max() - lag * WEEK
    now = series[(weeks >= start) & (weeks <= ends)]
    before = series[(weeks >= start - BASELINE) & (weeks < start)]
    return float(now.mean() - before.mean())
