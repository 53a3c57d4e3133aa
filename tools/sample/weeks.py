"""The days of the sample: what is measured when, and when something changed."""

import pandas as pd

WEEKS = pd.date_range("2024-01-01", "2026-06-22", freq="W-MON")
MONTHS = pd.date_range("2024-01-01", "2026-05-01", freq="MS")  # June 2026 is not over yet
QUARTERS = pd.date_range("2024-01-01", "2026-01-01", freq="QS")

CHANGE = "2026-03-30"  # first of the last 13 weeks: the planted falls begin here
ABSENCE_ROSE = "2026-03-16"  # two weeks earlier, as absence acts on resolution time two weeks later
ACTION_WORKED = "2025-12-29"  # first week after the subject-line tests were completed
CHECK_LISTS = "2026-03-23"  # first week after operations' check lists became electronic
DRIFT_BEGAN = "2025-09-22"  # uptime falls slowly from here on


def begun(days: pd.DatetimeIndex, start: str) -> pd.Series:
    """Return for each of `days` whether `start` has come."""
    return pd.Series(days >= pd.Timestamp(start), index=days)


def since(days: pd.DatetimeIndex, start: str) -> pd.Series:
    """Return 0 up to `start`, then evenly rising, 1 on the last day."""
    passed = (days - pd.Timestamp(start)) / (days[-1] - pd.Timestamp(start))
    return pd.Series(passed, index=days).clip(lower=0)
