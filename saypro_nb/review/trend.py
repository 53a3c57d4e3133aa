"""Where a KPI is heading: its slope over the last half year and when it reaches its target, with the doubt due."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from saypro_nb.agree.schema import Cadence

Numbers = npt.NDArray[np.float64]

PERIODS = 26  # the last half year of weeks
FEWEST = 8
CLEAR = 2.58  # standard errors beyond which a slope is called a trend (1 % under a normal distribution)
SURE = 1.96  # standard errors of a 95 % interval
YEAR: dict[Cadence, int] = {"week": 52, "month": 12, "quarter": 4}  # ahead; a line says nothing of what lies farther


@dataclass(frozen=True)
class Line:
    """A straight line through the last periods: its `level` at their mean, `slope` per period, and standard errors.

    `ahead` is how many periods the last one lies after the mean of all.
    """

    level: float
    level_error: float
    slope: float
    slope_error: float
    ahead: float


@dataclass(frozen=True)
class Crossing:
    """In how many periods a line reaches a target, with its 95 % interval; missing where that can't be told."""

    expected: float
    earliest: float
    latest: float


NEVER = Crossing(np.nan, np.nan, np.nan)


def fit(value: pd.Series) -> Line:
    """Return the least-squares line of the last 26 periods; missing below 8 values.

    Errors are widened for neighbouring points that resemble each other, by (1 + r) / (1 - r) with r the lag-1
    autocorrelation of the residuals (the effective number of observations of Bayley and Hammersley, 1946).
    """
    recent = value.iloc[-PERIODS:].reset_index(drop=True)
    known = recent.dropna()
    if len(known) < FEWEST:
        return Line(np.nan, np.nan, np.nan, np.nan, np.nan)
    time = known.index.to_numpy(dtype=float)
    centred = time - time.mean()
    change = float((centred * known).sum() / (centred**2).sum())
    residual = known.to_numpy() - known.mean() - change * centred
    variance = (residual**2).sum() / (len(known) - 2) * _likeness(residual)
    error, slope_error = np.sqrt(variance / len(known)), np.sqrt(variance / (centred**2).sum())
    return Line(float(known.mean()), float(error), change, float(slope_error), float(len(recent) - 1 - time.mean()))


def _likeness(residual: Numbers) -> float:
    """Return how many times more the variance of a mean is than if neighbours didn't resemble each other."""
    squares = (residual**2).sum()
    if squares == 0:
        return 1.0
    resemblance = np.clip((residual[1:] * residual[:-1]).sum() / squares, 0, 0.9)
    return float((1 + resemblance) / (1 - resemblance))


def slope(value: pd.Series) -> tuple[float, float]:
    """Return the change per period over the last 26 periods, and its standard error; missing below 8 values."""
    line = fit(value)
    return line.slope, line.slope_error


def direction(change: float, error: float, better: str) -> str:
    """Return whether the slope is clear, and which way: improving, worsening or flat (rising, falling: flat too)."""
    if np.isnan(change) or abs(change) <= CLEAR * error or change == 0 or better == "neither":
        return "flat"
    return "improving" if (change > 0) == (better == "higher") else "worsening"


def is_gradual(value: pd.Series) -> bool:
    """Return whether the last 26 periods lie closer to a straight line than to any two levels, one after the other."""
    recent = value.iloc[-PERIODS:].reset_index(drop=True).dropna()
    if len(recent) < FEWEST:
        return False
    line, known = np.polynomial.Polynomial.fit(recent.index, recent, 1), recent.to_numpy(dtype=float)
    off_line = ((known - line(recent.index.to_numpy())) ** 2).sum()
    off_levels = min(_squares(known[:place]) + _squares(known[place:]) for place in range(1, len(known)))
    return bool(off_line < off_levels)


def _squares(value: Numbers) -> float:
    return float(((value - value.mean()) ** 2).sum())


def crossing(line: Line, target: float, every: Cadence) -> Crossing:
    """Return in how many periods from the last one the line reaches `target`.

    The interval is Fieller's (E. C. Fieller, JRSS B 16, 1954): every moment at which the line's 95 % band holds the
    target. Nothing is told where the slope may as well be zero, where the line doesn't head for the target, or
    reaches it only beyond a year; ``latest`` alone is missing where the band holds the target even then.
    """
    if not abs(line.slope) > SURE * line.slope_error:  # False for a missing slope, too
        return NEVER
    distance = target - line.level
    expected = distance / line.slope - line.ahead
    if not 0 <= expected <= YEAR[every]:
        return NEVER
    square = line.slope**2 - (SURE * line.slope_error) ** 2
    rest = distance**2 - (SURE * line.level_error) ** 2
    root = np.sqrt(max((line.slope * distance) ** 2 - square * rest, 0.0))
    earliest, latest = ((line.slope * distance + side * root) / square - line.ahead for side in (-1, 1))
    return Crossing(expected, max(earliest, 0.0), latest if latest <= YEAR[every] else np.nan)
