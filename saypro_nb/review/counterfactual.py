"""What a KPI would have been without an action, from the periods before the action alone.

Nobody knows which model made those periods, so a few hundred are weighed against each other:

    value = level + trend [+ yearly wave] [+ month end] [+ control series] + noise
    noise = AR(1), and on top of it a level that may wander (random walk)

Coefficients have normal priors in units of the noise's standard deviation; they and the noise's variance are
integrated out in closed form, so that a prediction under one model is a Student's t (Bayesian linear
regression: Gelman et al., Bayesian Data Analysis, 3rd ed., chapter 14). Predictions are mixed by the models'
posterior probabilities (Hoeting et al., Bayesian Model Averaging, 1999). No sampling: the same values always
give the same answer.

Periods keep their distance in the calendar: a missing one is left out of the likelihood, never filled.
What lies after the action is predicted, never fitted.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize.elementwise import find_root
from scipy.special import softmax, stdtr, stdtrit

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

# How far the noise of one period follows the one before; prior √(1 - phi): low is a little likelier.
AUTOCORRELATIONS = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9)
# How far the level wanders each period, in standard deviations of the noise, with prior probabilities.
WANDERINGS = {0.0: 0.5, 0.06: 0.25, 0.15: 0.17, 0.3: 0.08}

# Prior standard deviations of coefficients, in standard deviations of the noise.
LEVEL = 100.0
TRENDS = {0.03: 0.4, 0.2: 0.3, 0.6: 0.3}  # change in half a year: none to speak of, some, much; with its probability
MONTH_END = 1.0
WAVE = 1.2
CONTROL = 4.0  # per standard deviation of the control
WITH_WAVE, WITH_WAVE_BESIDE_CONTROLS = 0.75, 0.3  # probability; controls mostly carry the season already

NEGLIGIBLE = 1e-4  # share of the heaviest model's weight below which a model is left out of the mixture
ROUNDING = 1e-6  # relative


@dataclass(frozen=True)
class History:
    """A KPI before an action, and the periods to predict.

    `value`: those before, oldest first. `number`: their place in the calendar, counted in periods.
    `ahead`: the places to predict. `per_year`: periods in a year. `month_end` and `controls` have a row for each
    place, before and ahead; `month_end` is None where periods are months or longer.
    """

    value: Array
    number: Whole
    ahead: Whole
    per_year: float
    month_end: Array | None
    controls: Array


@dataclass(frozen=True)
class Prediction:
    """What is expected of a few averages of periods ahead, in the KPI's unit: a mixture of Student's t.

    `weight`: of each model. `centre` and `spread`: a row per average, a column per model. `freedom`: degrees of it.
    """

    weight: Array
    centre: Array
    spread: Array
    freedom: int

    @property
    def mean(self) -> Array:
        """Return the expected averages."""
        return np.asarray(self.centre @ self.weight)

    def of(self, average: int) -> Self:
        """Return what is expected of one average alone."""
        return replace(self, centre=self.centre[[average]], spread=self.spread[[average]])

    def below(self, value: Array) -> Array:
        """Return the probability that each average lies below its `value`."""
        return np.asarray(stdtr(self.freedom, (value[:, None] - self.centre) / self.spread) @ self.weight)

    def quantile(self, probability: float) -> Array:
        """Return the values that averages stay below with that `probability`."""
        # A mixture's quantile lies between the lowest and the highest of its parts'.
        parts = self.centre + stdtrit(self.freedom, probability) * self.spread
        slack = ROUNDING * self.spread.max(axis=1)  # all parts may be one
        rows = np.arange(len(parts))

        def excess(value: Array, row: Whole) -> Array:
            distance = (value[:, None] - self.centre[row]) / self.spread[row]
            return np.asarray(stdtr(self.freedom, distance) @ self.weight - probability)

        found = find_root(
            excess, (parts.min(axis=1) - slack, parts.max(axis=1) + slack), args=(rows,), tolerances={"xrtol": 1e-12}
        )
        return np.asarray(found.x)


def predict(history: History, averages: Array) -> Prediction:
    """Return what is expected of `averages`: a row of weights over the periods ahead for each of them."""
    before = len(history.value)
    centre, scale = history.value.mean(), history.value.std(ddof=1)
    design, spreads, log_chance = _design(history)
    noise = _noise(tuple(history.number.tolist()), tuple(history.ahead.tolist()))
    white = noise.inverse @ np.column_stack([design[:before], (history.value - centre) / scale])
    past, standard = white[:, :, :-1], white[:, :, -1:]
    fit = _fit(past.mT @ past, past.mT @ standard, (standard.mT @ standard)[:, 0, 0], spreads, before - 1)
    log_weight = fit.log_evidence + log_chance + (noise.log_prior - noise.log_volume)[:, None]
    # What follows from the noise before carries over; the rest of each average is for the columns to tell.
    carried = noise.carried @ averages.T
    columns = (averages @ design[before:]).T - past.mT @ carried
    at = (carried.mT @ standard)[:, None, :, 0] + fit.coefficients @ columns
    own = ((averages @ noise.ahead) * averages).sum(axis=2) - (carried**2).sum(axis=1)
    unsure = np.einsum("npt,nspq,nqt->nst", columns, fit.uncertain, columns, optimize=True)
    spread = np.sqrt((own[:, None] + unsure) * fit.variance[:, :, None])
    weight = softmax(log_weight)
    kept = weight > NEGLIGIBLE * weight.max()
    share = weight[kept] / weight[kept].sum()
    return Prediction(share, centre + scale * at[kept].T, scale * spread[kept].T, before - 1)


@dataclass(frozen=True)
class Fit:
    """What the past makes of each model: a row per noise, a column per structure."""

    coefficients: Array
    uncertain: Array
    variance: Array
    log_evidence: Array


def _fit(gram: Array, target: Array, square: Array, spreads: Array, freedom: int) -> Fit:
    """Integrate the coefficients out; a column with prior spread zero is not in that structure."""
    scaled = spreads[:, :, None] * spreads[:, None, :]
    inner = gram[:, None] * scaled + np.eye(gram.shape[-1])
    uncertain = np.linalg.inv(inner) * scaled
    coefficients = (uncertain @ target[:, None])[..., 0]
    # Below the floor a model explains the past to rounding.
    rest = np.maximum(square[:, None] - np.einsum("nsp,np->ns", coefficients, target[:, :, 0]), 1e-12)
    log_evidence = -np.linalg.slogdet(inner)[1] / 2 - freedom / 2 * np.log(rest)
    return Fit(coefficients, uncertain, rest / freedom, log_evidence)


@dataclass(frozen=True)
class Noise:
    """Every kind of noise on one calendar, in variances of the AR(1) part; it serves all series on that calendar.

    `inverse`: of the Cholesky factor of the covariance before. `carried`: covariance of before (whitened) and ahead.
    `ahead`: covariance ahead. `log_volume`: of the factor. `log_prior`: of the kind.
    """

    inverse: Array
    carried: Array
    ahead: Array
    log_volume: Array
    log_prior: Array


@lru_cache(maxsize=8)
def _noise(number: tuple[int, ...], ahead: tuple[int, ...]) -> Noise:
    places = np.array([*number, *ahead], dtype=float)
    apart = np.abs(places[:, None] - places)
    since = np.minimum(places[:, None], places) - places[0] + 1
    kinds = list(product(AUTOCORRELATIONS, WANDERINGS))
    covariance = np.stack([phi**apart + q**2 * since for phi, q in kinds])
    size = len(number)
    inverse = np.linalg.inv(np.linalg.cholesky(covariance[:, :size, :size]))
    return Noise(
        inverse,
        inverse @ covariance[:, :size, size:],
        covariance[:, size:, size:],
        -np.log(np.diagonal(inverse, axis1=1, axis2=2)).sum(axis=1),
        np.array([np.log(np.sqrt(1 - phi) * WANDERINGS[q]) for phi, q in kinds]),
    )


def _design(history: History) -> tuple[Array, Array, Array]:
    """Return columns for all places, the structures as prior spreads of the columns, and their log probabilities."""
    places = np.concatenate([history.number, history.ahead])
    turn = 2 * np.pi * places / history.per_year
    trend = (places - history.number.mean()) / (history.per_year / 2)
    columns = [np.ones(len(places)), trend, np.sin(turn), np.cos(turn)]
    fixed = []
    if history.month_end is not None:
        columns.append(history.month_end)
        fixed.append(MONTH_END)
    controls = _standardised(history.controls, len(history.number))
    fixed += [CONTROL] * controls.shape[1]
    with_wave = WITH_WAVE_BESIDE_CONTROLS if controls.shape[1] else WITH_WAVE
    structures = list(product(TRENDS.items(), ((WAVE, with_wave), (0.0, 1 - with_wave))))
    spreads = np.array([[LEVEL, trend, wave, wave, *fixed] for (trend, _), (wave, _) in structures])
    chances = np.array([one * other for (_, one), (_, other) in structures])
    return np.column_stack([*columns, controls]), spreads, np.log(chances)


def _standardised(controls: Array, before: int) -> Array:
    """Return the controls in deviations of the periods before; one that never varied there is left out."""
    past = controls[:before]
    moves = np.ptp(past, axis=0) > 0
    return np.asarray((controls[:, moves] - past[:, moves].mean(axis=0)) / past[:, moves].std(axis=0, ddof=1))
