"""Choose the fewest segments that explain where the review departs from its baseline.

Forward: the strongest significant candidate is named, given a factor of its own, and all are fitted together
again; named segments that are no longer needed go. Then pairs give way to a value that explains them all.
"""

from dataclasses import dataclass

import numpy as np

from saypro_nb.review.segment_cells import EVERYTHING, PAIR, Candidates, Floats, Integers
from saypro_nb.review.segment_model import TOO_LARGE, Expectation, Scores, follows, sampling, score

FALSE_ALARM = 0.005  # chance, over all candidates, that a question names one where nothing changed
MOST_TERMS = 8
TERM_PRICE = 6.0  # deviance that a further segment must explain to be preferred to one that spans them all
ROUNDS, SETTLED = 200, 1e-7  # of the joint fit
SMALLEST_FACTOR = 1e-6


@dataclass(frozen=True)
class Choice:
    """The candidates named, with factor, p given the others, and error of each factor relative to it.

    `shared` is the factor by which all the rest moved within the usual wobble; it is nobody's cause.
    """

    terms: list[int]
    factors: Floats
    p: Floats
    errors: Floats
    shared: float


def choose(promise: Expectation) -> Choice:
    """Return the candidates that must be named, given what the baseline promised."""
    terms: list[int] = []
    tried: set[frozenset[int]] = set()
    while len(terms) < MOST_TERMS and frozenset(terms) not in tried:
        tried.add(frozenset(terms))
        scores = _score(promise, terms)
        gain = np.where(scores.p < FALSE_ALARM, scores.gain, -np.inf)
        gain[terms] = -np.inf
        if np.isneginf(gain).all():
            break
        terms = _needed(promise, [*terms, int(np.argmax(gain))])
    terms = _gathered(promise, terms)
    factors, shared = fit(promise, terms)
    return Choice(
        terms,
        factors,
        _p_without(promise, terms),
        _score(promise, terms).error[terms],
        shared,
    )


def per_cell(candidates: Candidates, terms: list[int], factors: Floats) -> Floats:
    """Return the product of the factors of the `terms` that each cell belongs to."""
    product = np.ones(candidates.membership.shape[1])
    for term, factor in zip(terms, factors, strict=True):
        product[candidates.cells_of(term)] *= factor
    return product


def fit(promise: Expectation, terms: list[int]) -> tuple[Floats, float]:
    """Return a factor per term, such that each is expected as observed, and the factor shared by the rest."""
    cells, factors = promise.cells.copy(), np.ones(len(terms))
    members = [promise.candidates.cells_of(term) for term in terms]
    observed, shared = promise.observed, _shared(promise, members)
    for _ in range(ROUNDS):
        furthest = 0.0
        for at, (term, member) in enumerate(zip(terms, members, strict=True)):
            expected = shared * promise.own[term] * cells[member].sum()
            ratio = observed[term] / expected if expected > 0 else 1.0
            factor = max(factors[at] * ratio, SMALLEST_FACTOR) / factors[at]  # what is gone stays above zero
            cells[member] *= factor
            factors[at] *= factor
            furthest = max(furthest, abs(factor - 1))
        if furthest < SETTLED:
            break
    return factors, shared


def _shared(promise: Expectation, members: list[Integers]) -> float:
    """Return the factor by which the cells outside all `members` moved, as far as weeks wobble together."""
    rest = np.ones(len(promise.cells), dtype=bool)
    for member in members:
        rest[member] = False
    expected = promise.cells[rest].sum()
    if expected <= (1 - TOO_LARGE) * promise.cells.sum():
        return 1.0
    excess = promise.seen[rest].sum() / expected - 1
    noise = sampling(promise, promise.own * promise.candidates.total(promise.cells))[EVERYTHING]
    variance = noise / (promise.cells.sum() * expected)
    if variance <= 0:
        return 1.0
    wobble = max(promise.wobble.shared * promise.span, excess**2 - variance)
    return float(1 + excess * follows(wobble, np.array(variance)))


def _score(promise: Expectation, terms: list[int]) -> Scores:
    factors, _ = fit(promise, terms)
    return score(promise, per_cell(promise.candidates, terms, factors))


def _p_without(promise: Expectation, terms: list[int]) -> Floats:
    """Return the p of each term when all the others are named."""
    return np.array([_score(promise, [other for other in terms if other != term]).p[term] for term in terms])


def _needed(promise: Expectation, terms: list[int]) -> list[int]:
    """Return the `terms` less those, the least needed first, that are not significant beside the others."""
    while len(terms) > 1:
        p = _p_without(promise, terms)
        if p.max() < FALSE_ALARM:
            break
        terms = [term for at, term in enumerate(terms) if at != int(np.argmax(p))]
    return terms


def _gathered(promise: Expectation, terms: list[int]) -> list[int]:
    """Return the `terms` with pairs replaced by a value of theirs where that explains as much with less."""
    for pair in [term for term in terms if promise.candidates.depth[term] == PAIR]:
        for parent in promise.candidates.parents[pair].tolist():
            children = [term for term in terms if parent in promise.candidates.parents[term]]
            others = [term for term in terms if term not in children]
            if parent == EVERYTHING or parent in terms or pair not in terms:
                continue
            loss = _gain(promise, others, children) - _gain(promise, others, [parent])
            fewer = [*others, parent]
            if loss < TERM_PRICE * (len(children) - 1) and _p_without(promise, fewer).max() < FALSE_ALARM:
                terms = fewer
    return terms


def _gain(promise: Expectation, terms: list[int], added: list[int]) -> float:
    """Return the gain of naming those `added` one after the other besides the `terms`."""
    return sum(float(_score(promise, [*terms, *added[:at]]).gain[term]) for at, term in enumerate(added))
