"""The dice of the sample: noise, cases, shares, yes-or-no outcomes and amounts.

Weeks differ by more than pure chance in real data, so every draw takes a `wobble`: the standard deviation, on the
logarithmic or logit scale, of an effect that all cases of a week share.
"""

import zlib
from collections.abc import Mapping

import numpy as np
import pandas as pd

from sample.weeks import WEEKS

SEED = 3880  # one of many tried: chance hides nothing that is planted, and what should be quiet is quiet

Numbers = np.ndarray  # one number a case or a week
Shares = Mapping[str, float]


def dice(name: str) -> np.random.Generator:
    """Return dice of its own for each table, so that changing one table leaves the others as they were."""
    return np.random.default_rng([SEED, zlib.crc32(name.encode())])


def noise(rng: np.random.Generator, length: int, sd: float, ar: float = 0.0) -> Numbers:
    """Return stationary noise with standard deviation `sd` in which a week remembers the share `ar` of the last."""
    shocks = rng.normal(0, 1, length)
    for week in range(1, length):
        shocks[week] = ar * shocks[week - 1] + np.sqrt(1 - ar**2) * shocks[week]
    return sd * shocks


def season(days: pd.DatetimeIndex, swing: float) -> Numbers:
    """Return a yearly factor around 1: highest in mid-January, lowest in mid-July."""
    return 1 + swing * np.cos(2 * np.pi * (days.dayofyear.to_numpy() - 15) / 365.25)


def case_weeks(rng: np.random.Generator, expected: Numbers | float, last: int, wobble: float = 0.05) -> Numbers:
    """Return the number of the week of every case: about `expected` a week, exactly `last` in the last one."""
    counts = rng.poisson(expected * np.exp(rng.normal(0, wobble, len(WEEKS))))
    counts[-1] = last
    return np.repeat(np.arange(len(WEEKS)), counts)


def days(rng: np.random.Generator, week: Numbers, open_days: int) -> pd.DatetimeIndex:
    """Return a day of each case's week, among its first `open_days`."""
    return WEEKS[week] + pd.to_timedelta(rng.integers(0, open_days, len(week)), unit="D")


def weekly_shares(
    rng: np.random.Generator, before: Shares, after: Shares | None = None, change: str = ""
) -> pd.DataFrame:
    """Return the share of each value a week; those of `after` from `change` on."""
    shares = pd.DataFrame(dict(before), index=WEEKS)
    if after is not None:
        shares.loc[change:] = list(after.values())
    wobbling = shares * np.exp(rng.normal(0, 0.06, shares.shape))
    return wobbling.div(wobbling.sum(axis=1), axis=0)


def pick(rng: np.random.Generator, week: Numbers, shares: pd.DataFrame) -> Numbers:
    """Return a value for each case, drawn with the shares of its week."""
    borders = shares.to_numpy().cumsum(axis=1)[week, :-1]
    place = (rng.random(len(week))[:, np.newaxis] > borders).sum(axis=1)
    return shares.columns.to_numpy(dtype=object)[place]


def happens(rng: np.random.Generator, week: Numbers, rate: Numbers | float, wobble: float) -> Numbers:
    """Return 1 with probability `rate` for each case, else 0."""
    logit = np.log(rate) - np.log1p(-np.asarray(rate)) + rng.normal(0, wobble, len(WEEKS))[week]
    return (rng.random(len(week)) < 1 / (1 + np.exp(-logit))).astype("int8")


def amounts(rng: np.random.Generator, week: Numbers, mean: Numbers | float, spread: float, wobble: float) -> Numbers:
    """Return lognormal amounts above zero around `mean`, with standard deviation `spread` of their logarithm."""
    factor = rng.normal(-(spread**2) / 2, spread, len(week)) + rng.normal(0, wobble, len(WEEKS))[week]
    return mean * np.exp(factor)


def forget(rng: np.random.Generator, cases: pd.DataFrame, share: float = 0.003) -> pd.DataFrame:
    """Return `cases` with a few text cells missing, as in every real system."""
    texts = cases.select_dtypes(["object", "str"])
    return cases.assign(**{name: texts[name].astype("str").mask(rng.random(len(cases)) < share) for name in texts})
