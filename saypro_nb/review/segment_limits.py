"""How much of a change a value that was not named may still carry: what the records rule out.

A search that names nobody is no proof of innocence: with few records, or restless weeks, a segment may have moved
unseen. The limit says how much of the change that can be at most (95 %, two-sided); where it is small, the records
speak against the dimension.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from saypro_nb.review.segment_cells import EVERYTHING, Floats
from saypro_nb.review.segment_model import Expectation, score

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Change:
    """The change of the KPI: its size `gap`, the review's `weight` per cell, and what the KPI is divided by (`per`).

    `whole` tells whether the KPI is a sum, of which every record is a part, or a level that records raise or lower.
    """

    gap: float
    weight: Floats
    per: float
    whole: bool


def limits(change: Change, rates: tuple[Expectation, Floats], counts: tuple[Expectation, Floats]) -> pd.DataFrame:
    """Return per dimension ``most``: the largest share of the change that one of its values may carry unseen.

    `rates` and `counts` are the two questions with the factor of each cell that was named. Values below one percent
    of the records are not looked at, and nor is a dimension that holds the same records as one before it.
    """
    promise, factors = rates
    expected = promise.own * promise.candidates.total(promise.cells * factors)
    by_rate = _unseen(promise, factors, expected / change.per, change.gap)
    by_count = _unseen(*counts, _moved(change, counts[0], expected), change.gap)
    alone = promise.candidates.depth == 1
    named = [next(iter(label)) for label, one in zip(promise.candidates.labels, alone, strict=True) if one]
    largest = np.fmax(by_rate, by_count)[alone] / (abs(change.gap) or np.nan)
    found = pd.DataFrame({"dimension": named, "most": largest}, columns=["dimension", "most"])
    return found.dropna().groupby("dimension", sort=False)["most"].max().reset_index()


def _moved(change: Change, promise: Expectation, value: Floats) -> Floats:
    """Return by how much the KPI moves if a candidate's records double; it has `value` in all."""
    held = promise.candidates.total(change.weight)
    there = np.where(held > 0, held, 1.0)
    usual = 0.0 if change.whole else value[EVERYTHING] / there[EVERYTHING]
    return np.asarray(held * (value / there - usual) / change.per)


def _unseen(promise: Expectation, factors: Floats, size: Floats, gap: float) -> Floats:
    """Return how far a candidate may have moved the KPI towards the gap, its relative change being worth `size`."""
    scores = score(promise, factors)
    beyond = stats.t.ppf((1 + CONFIDENCE) / 2, promise.wobble.freedom)
    worth = scores.error * size * np.sign(gap)
    return np.asarray(scores.z * worth + beyond * np.abs(worth))
