"""Expected against observed: what the baseline promises every candidate for the review, and how surely.

Two questions are asked of the same candidates: of *rates* (value per weight) and of *counts* (records).
The expected rate of a cell is a product of one factor per value of every dimension, fitted to the baseline
(raking); its expected count is that of its own baseline weeks. Every candidate then carries its `own`
baseline over that of its cells, so that it is compared with its own past.

Weeks wobble beyond sampling, in two ways. A *shared* wobble moves everything together (a holiday): a segment
is therefore compared with the rest of the same weeks, as far as such weeks are known to occur (best linear
prediction from the rest). An *own* wobble moves a segment against the rest. Both are variances of one week
relative to its squared size, estimated from the baseline weeks by the method of moments. Of a mean or ratio
only the shares of the records matter, never their number: there the shared wobble of the counts is boundless.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from saypro_nb.review.segment_cells import EVERYTHING, Candidates, Cells, Floats, Integers, Kind

DEPTHS = 3  # everything, values, pairs: each has the same chance of a false finding
LENT_FREEDOM = 20.0  # degrees of freedom that the wobble of a whole depth lends to one set of dimensions
FEWEST_BEFORE, FEWEST_NOW = 20, 10  # records of a segment from which its rate is judged
ERRATIC = 1e-4  # chance, in a usual segment, of weeks so far apart: then it is judged by its own weeks alone
TOO_LARGE = 0.99  # share of everything from which a segment is everything
ROUNDS, SETTLED = 50, 1e-6  # of raking
TINY = 1e-300  # keeps a division by nothing harmless


@dataclass(frozen=True)
class Noise:
    """Sampling variance per candidate: of its baseline, per unit expected, and at least, in the review."""

    before: Floats
    per_unit: Floats
    least: Floats


@dataclass(frozen=True)
class Wobble:
    """Relative variance of a week beyond sampling; the degrees of freedom are those of `own`."""

    shared: float
    own: Floats
    freedom: Floats


@dataclass(frozen=True)
class Expectation:
    """What the baseline promises; per candidate, but for `cells` and `seen`: review totals per cell."""

    candidates: Candidates
    cells: Floats
    seen: Floats
    own: Floats
    before: Floats
    noise: Noise
    wobble: Wobble
    judged: NDArray[np.bool_]
    weeks: tuple[int, int]

    @property
    def observed(self) -> Floats:
        """Return what was seen of every candidate in the review."""
        return np.asarray(self.candidates.total(self.seen))

    @property
    def span(self) -> float:
        """Return what a wobble of one week amounts to between the means of the baseline and the review."""
        return 1 / self.weeks[0] + 1 / self.weeks[1]

    @property
    def trials(self) -> Integers:
        """Return, per candidate, how many are judged at its depth."""
        depth = self.candidates.depth
        return np.maximum(np.bincount(depth[self.judged], minlength=DEPTHS), 1)[depth]


@dataclass(frozen=True)
class Scores:
    """Per candidate: `p` (Bonferroni) of no change, `gain` in deviance, `error` of observed over expected.

    `z` is how many errors what was observed lies above what the rest lets expect; missing where it is not judged.
    """

    p: Floats
    gain: Floats
    error: Floats
    z: Floats


def of_counts(cells: Cells, candidates: Candidates, kind: Kind) -> Expectation:
    """Return what the baseline promises of the number of records; of their shares unless `kind` is sum."""
    before, weekly = cells.baseline["rows"], _weekly(candidates, cells.weekly["rows"])
    promised = np.repeat(weekly.mean(axis=1, keepdims=True), cells.weeks[0], axis=1)
    wobble = _wobble(candidates, weekly - promised, promised, promised)
    records = candidates.total(before)
    certain = np.zeros(len(records))
    return Expectation(
        candidates,
        cells=before * (cells.weeks[1] / cells.weeks[0]),
        seen=cells.review["rows"],
        own=np.ones(len(records)),
        before=records,
        noise=Noise(records, certain + 1, certain),
        wobble=wobble if kind == "sum" else Wobble(np.inf, wobble.own, wobble.freedom),
        judged=(records >= FEWEST_BEFORE) & _small(records) & ((candidates.depth > 0) | (kind == "sum")),
        weeks=cells.weeks,
    )


def of_rates(cells: Cells, candidates: Candidates) -> Expectation:
    """Return what the baseline promises of the value per weight, at the weights of the review."""
    rate, half_a_record = _raked(cells)
    before, now = cells.baseline, cells.review
    total = candidates.total
    fitted = total(rate * before["weight"])
    own = (total(before["value"]) + half_a_record) / (fitted + half_a_record)
    promised = _weekly(candidates, _scaled(cells.weekly["weight"], rate)) * own[:, None]
    seen = _weekly(candidates, cells.weekly["value"])
    noise, weekly_noise = _sampling(cells, candidates, rate, own)
    records = total(before["rows"])
    enough = (records >= FEWEST_BEFORE) & (total(now["rows"]) >= FEWEST_NOW)
    return Expectation(
        candidates,
        cells=rate * now["weight"],
        seen=now["value"],
        own=own,
        before=own * fitted,
        noise=noise,
        wobble=_wobble(candidates, seen - promised, promised, weekly_noise),
        judged=enough & _small(records) & (noise.before > 0),
        weeks=cells.weeks,
    )


def score(promise: Expectation, factors: Floats) -> Scores:
    """Judge every candidate against the rest, with `factors` (per cell) of the causes named so far."""
    expected = promise.own * promise.candidates.total(promise.cells * factors)
    sure = promise.judged & (expected > 0)
    expected = np.where(expected > 0, expected, 1.0)
    observed = promise.observed
    excess = np.where(sure, observed / expected - 1, 0.0)
    alone, rest_excess, rest = _against_the_rest(promise, expected, observed)
    usual = promise.wobble.shared * promise.span
    cautious = np.maximum(usual, rest_excess**2 - rest)  # these weeks may be worse than any of the baseline
    (z, error), (z_cautious, _) = (_compared(excess, alone, rest_excess, rest, shared) for shared in (usual, cautious))
    if sure[EVERYTHING]:
        z[EVERYTHING] = z_cautious[EVERYTHING] = excess[EVERYTHING] / np.sqrt(alone[EVERYTHING] + usual)
    tail = stats.t.sf(np.minimum(np.abs(z), np.abs(z_cautious)), promise.wobble.freedom)
    p = np.minimum(1, 2 * tail * promise.trials * DEPTHS)
    gain = np.where(sure, z**2 - 2 * np.log(promise.trials), -np.inf)
    return Scores(np.where(sure, p, 1.0), gain, error, np.where(sure, z, np.nan))


def sampling(promise: Expectation, expected: Floats) -> Floats:
    """Return the sampling variance of observed less `expected`, of each candidate."""
    ratio = expected / np.where(promise.before > 0, promise.before, 1)
    now = np.maximum(promise.noise.per_unit * expected, promise.noise.least)
    return np.asarray(now + ratio**2 * promise.noise.before)


def _against_the_rest(promise: Expectation, expected: Floats, observed: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the relative variance of each candidate, and excess and relative variance of all the rest."""
    chance = sampling(promise, expected)
    wobble = promise.wobble.own * promise.span
    rest = expected[EVERYTHING] - expected
    there = rest > (1 - TOO_LARGE) * expected[EVERYTHING]
    rest = np.where(there, rest, 1.0)
    rest_sampling = np.clip(chance[EVERYTHING] - chance, 0, None) / rest**2
    return (
        np.where(promise.judged, chance / expected**2 + wobble, 1.0),
        np.where(there, (observed[EVERYTHING] - observed) / rest - 1, 0.0),
        np.where(there, rest_sampling + wobble * expected / rest, np.inf),
    )


def follows(shared: float | Floats, rest: Floats) -> Floats:
    """Return how much of the excess of the rest a segment shares, from the variances of wobble and rest."""
    with np.errstate(invalid="ignore"):
        part = np.where(np.isinf(shared), 1.0, shared / (shared + rest))
    return np.where(np.isfinite(rest), part, 0.0)


def _compared(
    excess: Floats, alone: Floats, rest_excess: Floats, rest: Floats, shared: float | Floats
) -> tuple[Floats, Floats]:
    """Return z and error of an excess less what the rest of the weeks lets expect of it."""
    part = follows(shared, rest)
    error = np.sqrt(alone + part * np.where(np.isfinite(rest), rest, 0.0))
    return (excess - part * rest_excess) / error, error


def _weekly(candidates: Candidates, per_cell: sparse.csr_array) -> Floats:
    return np.asarray(candidates.total(per_cell).todense(), dtype=np.float64)


def _scaled(weekly: sparse.csr_array, per_cell: Floats) -> sparse.csr_array:
    return sparse.csr_array(sparse.diags_array(per_cell) @ weekly)


def _small(records: Floats) -> NDArray[np.bool_]:
    return np.asarray((records < TOO_LARGE * records[EVERYTHING]) | (np.arange(len(records)) == EVERYTHING))


def _raked(cells: Cells) -> tuple[Floats, float]:
    """Return each cell's expected rate, and half the value of an average record, added to every value."""
    value, weight = cells.baseline["value"], cells.baseline["weight"]
    rate = np.full(len(value), value.sum() / weight.sum())
    half_a_record = 0.5 * value.sum() / cells.baseline["rows"].sum()
    for _ in range(ROUNDS):
        furthest = 0.0
        for code in cells.codes.T:
            seen, fitted = np.bincount(code, value), np.bincount(code, rate * weight)
            factor = (seen + half_a_record) / (fitted + half_a_record)
            rate = rate * factor[code]
            furthest = max(furthest, np.abs(factor - 1).max())
        if furthest < SETTLED:
            break
    return rate, half_a_record


def _sampling(cells: Cells, candidates: Candidates, rate: Floats, own: Floats) -> tuple[Noise, Floats]:
    """Return the sampling variance of the rates, and that of every baseline week."""
    if _is_share(cells):
        spread = np.clip(rate * (1 - rate), 0, None)
        before = candidates.total(spread * cells.baseline["weight"])
        weekly = _weekly(candidates, _scaled(cells.weekly["weight"], spread))
        least = np.zeros(len(own))
    else:
        before = _residual(candidates, cells.baseline, rate, own)
        seen, fitted = (candidates.total(of) for of in (cells.review["value"], rate * cells.review["weight"]))
        level = np.where(fitted > 0, seen / np.where(fitted > 0, fitted, 1), 0)
        least = np.clip(_residual(candidates, cells.review, rate, level), 0, None)
        squares = cells.weekly["value_squares"] - 2 * _scaled(cells.weekly["products"], rate)
        weekly = _weekly(candidates, squares + _scaled(cells.weekly["weight_squares"], rate**2))
    expected = own * candidates.total(rate * cells.baseline["weight"])
    return Noise(before, before / np.where(expected > 0, expected, 1), least), weekly


def _residual(candidates: Candidates, sums: dict[str, Floats], rate: Floats, level: Floats) -> Floats:
    """Return the sum of (value - level * rate * weight)^2 over each candidate's records."""
    crossed = candidates.total(rate * sums["products"])
    squared = candidates.total(rate**2 * sums["weight_squares"])
    return np.asarray(candidates.total(sums["value_squares"]) - 2 * level * crossed + level**2 * squared)


def _is_share(cells: Cells) -> bool:
    """Tell whether every record counts nothing or one: then the rate alone gives its variance."""
    sums = (cells.baseline, cells.review)
    return all(
        np.array_equal(of["value"], of["value_squares"])
        and np.array_equal(of["weight"], of["rows"])
        and np.array_equal(of["weight_squares"], of["rows"])
        and bool((of["value"] <= of["rows"]).all())
        for of in sums
    )


def _wobble(candidates: Candidates, excess: Floats, expected: Floats, noise: Floats) -> Wobble:
    """Return the wobble that the excess of the baseline weeks (candidates × weeks) shows beyond `noise`."""
    freedom = excess.shape[1] - 1
    fair = excess.shape[1] / freedom  # the weeks were compared with their own mean
    whole = (fair * excess[EVERYTHING] ** 2 - noise[EVERYTHING]).sum() / (expected[EVERYTHING] ** 2).sum()
    share = expected / expected[EVERYTHING]
    seen = (fair * (excess - share * excess[EVERYTHING]) ** 2).sum(axis=1)
    chance = (noise * (1 - 2 * share) + share**2 * noise[EVERYTHING]).sum(axis=1)
    size = (expected**2 * np.clip(1 - share, 0, None)).sum(axis=1)
    own, pooled_freedom = _pooled(candidates, seen - chance, size, freedom)
    usual = np.maximum(chance + own * size, TINY)
    erratic = stats.chi2.sf(freedom * seen / usual, freedom) < ERRATIC
    alone = np.clip(seen - chance, 0, None) / np.where(size > 0, size, 1)
    own = np.where(erratic, np.maximum(own, alone), own)
    own = np.maximum(own, own[candidates.parents].max(axis=1))  # what moves a value moves its pairs
    return Wobble(max(0.0, whole), own, pooled_freedom)


def _pooled(candidates: Candidates, top: Floats, bottom: Floats, weeks: int) -> tuple[Floats, Floats]:
    """Return top over bottom per set of dimensions, drawn towards that of all sets of the same depth."""
    group, depth = candidates.group, candidates.depth
    above, below, squares = (np.bincount(group, of)[group] for of in (top, bottom, bottom**2))
    freedom = weeks * below**2 / np.where(squares > 0, squares, 1)
    of_depth = np.bincount(depth, top)[depth] / np.maximum(np.bincount(depth, bottom)[depth], TINY)
    own = np.clip(above / np.where(below > 0, below, 1), 0, None)
    drawn = (freedom * own + LENT_FREEDOM * np.clip(of_depth, 0, None)) / (freedom + LENT_FREEDOM)
    everything = depth == 0
    return np.where(everything, 0.0, drawn), np.where(everything, weeks, freedom + LENT_FREEDOM)
