"""Where a KPI is heading: its slope over the last half year, with the doubt that is due."""

import numpy as np
import pandas as pd

PERIODS = 26  # the last half year of weeks
FEWEST = 8
CLEAR = 2.58  # standard errors beyond which a slope is called a trend (1 % under a normal distribution)


def slope(value: pd.Series) -> tuple[float, float]:
    """Return the change per period over the last 26 periods, and its standard error; missing below 8 values.

    Least squares; the error is widened for neighbouring points that resemble each other, by (1 + r) / (1 - r) with r
    the lag-1 autocorrelation of the residuals (the effective number of observations of Bayley and Hammersley, 1946).
    """
    recent = value.iloc[-PERIODS:].reset_index(drop=True).dropna()
    if len(recent) < FEWEST:
        return np.nan, np.nan
    time = recent.index.to_numpy(dtype=float)
    centred = time - time.mean()
    change = float((centred * recent).sum() / (centred**2).sum())
    residual = recent.to_numpy() - recent.mean() - change * centred
    variance = (residual**2).sum() / (len(recent) - 2)
    if variance == 0:
        return change, 0.0
    likeness = np.clip((residual[1:] * residual[:-1]).sum() / (residual**2).sum(), 0, 0.9)
    return change, float(np.sqrt(variance / (centred**2).sum() * (1 + likeness) / (1 - likeness)))


def direction(change: float, error: float, better: str) -> str:
    """Return whether the slope is clear, and which way: improving, worsening or flat (rising, falling: flat too)."""
    if np.isnan(change) or abs(change) <= CLEAR * error or change == 0 or better == "neither":
        return "flat"
    return "improving" if (change > 0) == (better == "higher") else "worsening"
