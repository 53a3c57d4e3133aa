"""What a KPI's baseline weeks lead one to expect of the weeks after them, and how surprising those were.

Nobody knows which model made a baseline, so many are weighed against each other instead of one being chosen:

    value = level [+ month end] [+ yearly wave] [+ trend] [+ one old level shift, at any week] + noise
    noise = AR(1), equally wide every week, or as wide as the week's denominator makes a rate

Coefficients have normal priors in units of the noise's standard deviation and are integrated out together
with the noise variance, in closed form; a model's weight is its posterior probability (Bayesian linear
regression: see Gelman et al., Bayesian Data Analysis, 3rd ed., chapter 14; AR(1) is whitened as Prais and
Winsten did, 1954).

A *surprise* is the distance of a monitored week from what the baseline and the monitored weeks before it led
to expect, in standard deviations of that expectation. Uncertain coefficients and autocorrelation are in it,
so without a change surprises are uncorrelated, with variance one (Student's t, as the noise is estimated).
Only baseline weeks estimate coefficients and noise, and a surprise never looks ahead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import softmax

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Noise = tuple[float, Array, float]  # autocorrelation, relative width by week, log prior weight

YEAR = 365.25 / 7  # weeks
AUTOCORRELATIONS = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75)  # of consecutive weeks' noise; prior 1 - phi
KEPT = 20  # models: the heaviest twenty predict as all of them do, at a fraction of the time
EDGE = 6  # weeks: a level shift nearer to either end of the baseline can't be told from noise

# Columns of the design that every KPI has; an old level shift at each possible week comes after them.
LEVEL, MONTH_END, SINE, COSINE, TREND, FIRST_SHIFT = range(6)
RECURRING = (MONTH_END, SINE, COSINE)
PRIOR_SD = {LEVEL: 100.0, MONTH_END: 1.0, SINE: 1.2, COSINE: 1.2, TREND: 0.3, FIRST_SHIFT: 1.5}
# How often we expect to meet each; they matter only where the baseline itself can't tell.
PROBABLE = {MONTH_END: 0.3, SINE: 0.3, TREND: 0.15, FIRST_SHIFT: 0.2}
BY_DENOMINATOR = 0.7  # probability that a rate's noise is as wide as its denominator makes it


@dataclass(frozen=True)
class Weeks:
    """A KPI's weeks with a value, oldest first; the first `baseline` of them precede monitoring.

    `number` counts calendar weeks from the first one, so missing weeks leave gaps.
    `width` is the noise's relative width by the denominators, None where they aren't known.
    """

    value: Array
    number: Whole
    month_end: Array
    width: Array | None
    baseline: int


@dataclass(frozen=True)
class Model:
    """One explanation of the baseline: its columns and noise, and what the baseline makes of them."""

    log_weight: float
    columns: tuple[int, ...]
    autocorrelation: float
    width: Array
    coefficients: Array
    variance: float


@dataclass(frozen=True)
class Surprises:
    """What one model makes of the monitored weeks; above zero means higher than expected.

    Column j of `patterns` is what the j-th pattern of change looks like in surprises; `past` are those of the
    baseline; `weight` is the model's probability. `season` is the yearly wave and the month ends of every week, in
    the KPI's unit and zero on average over the baseline; None where the model has neither.
    """

    weight: float
    weeks: Array
    patterns: Array
    past: Array
    season: Array | None


def line_up(values: pd.Series, begins: pd.Timestamp, denominators: pd.Series | None = None) -> Weeks:
    """Return the weeks of `values` (indexed by the first day of each week), monitored from `begins` on."""
    known = values.dropna().sort_index()
    periods = pd.DatetimeIndex(known.index)
    baseline = int((periods < begins).sum())
    number = ((periods - periods[:1].min()) / pd.Timedelta(weeks=1)).to_numpy().round().astype(np.int64)
    width = None
    if denominators is not None and baseline:
        counts = denominators.reindex(known.index).to_numpy(dtype=float)
        if (counts > 0).all():  # False for a missing one, too
            width = np.sqrt(counts[:baseline].mean() / counts)
    return Weeks(known.to_numpy(dtype=float), number, holds_month_end(periods), width, baseline)


def holds_month_end(periods: pd.DatetimeIndex) -> Array:
    """Return 1 for weeks (given by their first day) that hold the last day of a month, else 0."""
    return ((periods + pd.Timedelta(days=7)).month != periods.month).astype(float)


def surprises(weeks: Weeks, patterns: Array) -> list[Surprises]:
    """Return the surprises of the monitored weeks under each of the heaviest models, weights adding up to 1.

    `patterns` has a row per week (baseline ones too) and a column per pattern of change to be looked for.
    """
    past = weeks.value[: weeks.baseline]
    deviation = past.std(ddof=1)
    standard = (weeks.value - past.mean()) / deviation
    columns = _columns(weeks)
    models = _heaviest(weeks, columns, standard)
    shares = softmax([model.log_weight for model in models])
    return [
        replace(
            _predict(weeks, model, share, np.column_stack([columns[:, model.columns], standard, patterns])),
            season=_season(columns, model, weeks.baseline, deviation),
        )
        for model, share in zip(models, shares, strict=True)
    ]


def season(weeks: Weeks, found: Sequence[Surprises]) -> Array:
    """Return the season of every week, averaged over the models that have one; zero where most likely there is none."""
    seasonal = [(model.weight, model.season) for model in found if model.season is not None]
    probable = sum(weight for weight, _ in seasonal)
    if probable <= 0.5:
        return np.zeros(len(weeks.value))
    return np.asarray(sum(weight * wave for weight, wave in seasonal) / probable)


def _season(columns: Array, model: Model, baseline: int, deviation: float) -> Array | None:
    recurring = [place for place, column in enumerate(model.columns) if column in RECURRING]
    if not recurring:
        return None
    wave = deviation * columns[:, np.array(model.columns)[recurring]] @ model.coefficients[recurring]
    return np.asarray(wave - wave[:baseline].mean())


def _columns(weeks: Weeks) -> Array:
    turn = 2 * np.pi * weeks.number / YEAR
    trend = (weeks.number - weeks.number[: weeks.baseline].mean()) / 26  # change in half a year
    shifts = weeks.number[:, None] >= weeks.number[_shift_places(weeks.baseline)]
    return np.column_stack(
        [np.ones(len(turn)), weeks.month_end, np.sin(turn), np.cos(turn), trend, shifts.astype(float)]
    )


def _shift_places(baseline: int) -> Whole:
    return np.arange(EDGE, baseline - EDGE, 1 if baseline < 70 else 2)  # every other week halves the time


@lru_cache(maxsize=64)
def _structures(shifts: int) -> dict[int, tuple[Whole, Array]]:
    """Return by number of columns: the columns of each structure, and its log prior probability."""
    found: dict[int, list[tuple[tuple[int, ...], float]]] = {}
    for has in product((False, True), repeat=4):
        with_month_end, with_wave, with_trend, with_shift = has
        prior = sum(np.log(p if yes else 1 - p) for yes, p in zip(has, PROBABLE.values(), strict=True))
        always = (LEVEL,) + (MONTH_END,) * with_month_end + (SINE, COSINE) * with_wave + (TREND,) * with_trend
        places = range(FIRST_SHIFT, FIRST_SHIFT + shifts) if with_shift else ()
        several = [((*always, place), prior - np.log(shifts)) for place in places] or [(always, prior)]
        found.setdefault(len(several[0][0]), []).extend(several)
    return {
        size: (np.array([columns for columns, _ in several]), np.array([prior for _, prior in several]))
        for size, several in found.items()
    }


def _noises(weeks: Weeks) -> Iterator[Noise]:
    """Yield each noise: its autocorrelation, its relative width by week, and its log prior weight."""
    widths = [(np.ones(len(weeks.value)), 1 - BY_DENOMINATOR)]
    if weeks.width is not None:
        widths.append((weeks.width, BY_DENOMINATOR))
    for (width, prior), autocorrelation in product(widths, AUTOCORRELATIONS):
        yield autocorrelation, width, np.log(prior * (1 - autocorrelation))


def whiten(table: Array, number: Whole, autocorrelation: float, width: Array) -> tuple[Array, Array]:
    """Return `table` with AR(1) noise of that `width` made independent and of variance one, and the divisors.

    From each row is subtracted what the row before predicts: phi to the power of the weeks between them.
    """
    carried = np.append(0.0, autocorrelation ** np.diff(number).astype(float))[: len(number)]
    scaled = table / width[:, None]
    before = np.vstack([np.zeros_like(scaled[:1]), scaled[:-1]])
    rest = np.sqrt(1 - carried**2)
    return (scaled - carried[:, None] * before) / rest[:, None], width * rest


def _heaviest(weeks: Weeks, columns: Array, standard: Array) -> list[Model]:
    table = np.column_stack([columns, standard])[: weeks.baseline]
    number = weeks.number[: weeks.baseline]
    models = [model for noise in _noises(weeks) for model in _weigh(table, number, noise)]
    return sorted(models, key=lambda model: -model.log_weight)[:KEPT]


def _weigh(table: Array, number: Whole, noise: Noise) -> Iterator[Model]:
    """Yield the better models with this `noise`; the last column of `table` is the standardised baseline."""
    autocorrelation, width, prior = noise
    white, divisor = whiten(table, number, autocorrelation, width[: len(table)])
    gram, freedom = white.T @ white, len(table) - 1
    for columns, prior_of_columns in _structures(gram.shape[1] - 1 - FIRST_SHIFT).values():
        sd = _prior_sd(columns)
        precision = gram[columns[:, :, None], columns[:, None, :]]
        precision = precision + np.eye(columns.shape[1]) / sd[:, None, :] ** 2
        target = gram[columns, -1]
        coefficients = np.linalg.solve(precision, target[:, :, None])[:, :, 0]
        # Below the floor the model explains the baseline to rounding.
        variance = np.maximum(gram[-1, -1] - (target * coefficients).sum(axis=1), 1e-12) / freedom
        volume = np.linalg.slogdet(precision)[1] / 2 + np.log(sd).sum(axis=1) + np.log(divisor).sum()
        log_weight = prior + prior_of_columns - volume - freedom / 2 * np.log(variance)
        best = np.argsort(-log_weight)[:KEPT]
        found = zip(log_weight[best], columns[best], coefficients[best], variance[best], strict=True)
        for weight, chosen, estimated, noise_variance in found:
            yield Model(weight, tuple(chosen), autocorrelation, width, estimated, noise_variance)


def _prior_sd(columns: Whole) -> Array:
    return np.array(list(PRIOR_SD.values()))[np.minimum(columns, FIRST_SHIFT)]


def _predict(weeks: Weeks, model: Model, weight: float, table: Array) -> Surprises:
    """Return the surprises; `table` holds the model's columns, the standardised values, then the patterns."""
    white, _ = whiten(table, weeks.number, model.autocorrelation, model.width)
    size = len(model.columns)
    design, rest = white[:, :size], white[:, size:]
    rest[:, 0] = (rest[:, 0] - design @ model.coefficients) / np.sqrt(model.variance)
    past, ahead = design[: weeks.baseline], design[weeks.baseline :]
    uncertain = np.linalg.inv(past.T @ past + np.diag(1 / _prior_sd(np.array(model.columns)) ** 2))
    # The Cholesky factor's upper rows don't depend on later weeks: no surprise looks ahead.
    factor = np.linalg.cholesky(np.eye(len(ahead)) + ahead @ uncertain @ ahead.T)
    solved = np.linalg.solve(factor, rest[weeks.baseline :])
    leverage = np.einsum("ij,jk,ik->i", past, uncertain, past)
    residual = rest[: weeks.baseline, 0] / np.sqrt(np.maximum(1 - leverage, 0.05))
    return Surprises(float(weight), solved[:, 0], solved[:, 1:], residual, None)
