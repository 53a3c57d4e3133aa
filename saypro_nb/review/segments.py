"""Which segments explain why a KPI departed from its baseline, or whether none does.

`search` compares every segment with its own past and with the rest of the same weeks, and names the fewest
that must be named. It may also say "general" (everything moved, no segment more than the rest) or "no change"
(the weeks wobbled as they always do).

A sum is studied per week, as records times value per record: effects are volume and rate. Of a mean or a
ratio the effects are mix and rate. A value that appears or disappears is a finding of its own: new, gone.
Where a KPI may be negative, its values are lifted by a constant first, so that factors stay positive.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from saypro_nb.review import segment_model
from saypro_nb.review.segment_cells import (
    FEWEST_RECORDS,
    SMALLEST_SHARE,
    Cells,
    Floats,
    Kind,
    arrange,
    candidates,
    lifted,
    without,
)
from saypro_nb.review.segment_choice import Choice, choose, per_cell
from saypro_nb.review.segment_limits import CONFIDENCE, Change, limits
from saypro_nb.review.segment_model import Expectation, score

Verdict = Literal["segments", "general", "no change"]

LEAST_PART = 0.05  # of the gap, or of all contributions together: less is not worth a meeting's time
COLUMNS = {
    "segment": "object",
    "effect": "str",
    "contribution": "float64",
    "share": "float64",
    "low": "float64",
    "high": "float64",
    "p": "float64",
}


@dataclass(frozen=True)
class Explanation:
    """What departed from the baseline, in the KPI's unit (a sum: per week); above zero, the review is higher.

    `findings`, largest first: ``segment`` (dimension to value; empty: everything), ``effect`` (rate, mix,
    volume, new, gone), ``contribution`` with its 95 % interval ``low`` to ``high`` (missing for new and gone,
    which are arithmetic), ``share`` of the gap (missing without a gap), ``p`` after Bonferroni. `unexplained`
    is the gap less all contributions. `limits` is what a value that is not named may still carry, per dimension.
    """

    findings: pd.DataFrame
    verdict: Verdict
    baseline: float
    review: float
    gap: float
    unexplained: float
    limits: pd.DataFrame


@dataclass(frozen=True)
class _Question:
    """What was asked (rates or counts), the candidates that answer it, and the factor of each cell."""

    promise: Expectation
    choice: Choice
    factors: Floats

    @classmethod
    def ask(cls, promise: Expectation) -> "_Question":
        """Return the answer to what the baseline promises."""
        choice = choose(promise)
        return cls(promise, choice, per_cell(promise.candidates, choice.terms, choice.factors))

    def one(self, at: int) -> Floats:
        """Return the factor of each cell for cause number `at` alone."""
        return per_cell(self.promise.candidates, [self.choice.terms[at]], self.choice.factors[[at]])


@dataclass(frozen=True)
class _Level:
    """The KPI at the review's `weight` per cell, with and without a cause; the other question in and out."""

    kind: Kind
    weeks: int
    weight: Floats
    lift: float

    def by_rate(self, rates: _Question, counts: _Question, at: int) -> float:
        """Return by how much cause number `at` of the rates moves the KPI."""
        usual, rate = self._usual(counts), self._rate(rates) * rates.factors
        held = (usual, usual / counts.factors)
        moved = [self._of(weight, rate) - self._of(weight, rate / rates.one(at)) for weight in held]
        return float(np.mean(moved) * rates.promise.own[rates.choice.terms[at]])

    def by_count(self, rates: _Question, counts: _Question, at: int) -> float:
        """Return by how much cause number `at` of the counts moves the KPI."""
        usual, term = self._usual(counts), counts.choice.terms[at]
        own = self._rate(rates) * per_cell(counts.promise.candidates, [term], rates.promise.own[[term]])
        held = (own - self.lift, own * rates.factors - self.lift)
        return float(np.mean([self._of(usual, rate) - self._of(usual / counts.one(at), rate) for rate in held]))

    def change(self, gap: float) -> Change:
        """Return the `gap` with what the KPI is made of."""
        per = self.weeks if self.kind == "sum" else float(self.weight.sum())
        return Change(gap, self.weight, per, whole=self.kind == "sum")

    def _usual(self, counts: _Question) -> Floats:
        """Return the weights without what everything shares; of a mean or ratio only their shares count."""
        return self.weight / counts.choice.shared

    def _rate(self, rates: _Question) -> Floats:
        return rates.promise.cells / np.where(self.weight > 0, self.weight, 1)

    def _of(self, weights: Floats, rates: Floats) -> float:
        return float((weights * rates).sum() / (self.weeks if self.kind == "sum" else weights.sum()))


def search(cells: pd.DataFrame, review_start: pd.Timestamp, kind: Kind) -> Explanation:
    """Return the segments that explain how the KPI changed from `review_start` on; raises `InputError`.

    Parameters
    ----------
    cells
        One row per period and combination of values: ``period``, a text column per dimension, ``rows``
        (records), ``value`` (sum of the numerator), ``value_squares`` (sum of its squares); for a ratio also
        ``weight`` (sum of the denominator), ``weight_squares`` and ``products`` (of both, record by record).
    """
    known = arrange(cells, review_start, kind)
    sides = zip((known.baseline, known.review), known.weeks, strict=True)
    baseline, review = (_level(sums, kind, weeks) for sums, weeks in sides)
    turnover, turned = _turnover(known, kind)
    rest = without(known, turned)
    causes, left = _causes(rest, kind, review - baseline)
    found = pd.DataFrame([*turnover, *causes], columns=list(COLUMNS)).astype(COLUMNS)
    findings = _worth_telling(found, review - baseline)
    return Explanation(
        findings,
        _verdict(findings),
        baseline=baseline,
        review=review,
        gap=review - baseline,
        unexplained=review - baseline - float(findings["contribution"].sum()),
        limits=left,
    )


def _level(sums: dict[str, Floats], kind: Kind, weeks: int) -> float:
    return float(sums["value"].sum() / (weeks if kind == "sum" else sums["weight"].sum()))


def _turnover(cells: Cells, kind: Kind) -> tuple[list[dict[str, Any]], NDArray[np.bool_]]:
    """Return the values that are new or gone, and the cells that they concern."""
    found: list[dict[str, Any]] = []
    turned = np.zeros(len(cells.codes), dtype=bool)
    for at, dimension in enumerate(cells.dimensions):
        for code, effect in _turned(without(cells, turned), at):
            concerned = (cells.codes[:, at] == code) & ~turned
            turned |= concerned
            segment = {dimension: cells.values[at][code]}
            contribution = _of_turnover(cells, concerned, kind)
            found.append({"segment": segment, "effect": effect, "contribution": contribution, "p": 0.0})
    return found, turned


def _turned(cells: Cells, at: int) -> Iterator[tuple[int, str]]:
    """Return the codes that appear for the first time, or disappear after records in every baseline week."""
    code, size = cells.codes[:, at], len(cells.values[at])
    before, now = (np.bincount(code, sums["rows"], size) for sums in (cells.baseline, cells.review))
    weekly = cells.weekly["rows"].tocoo()
    present = np.zeros((size, cells.weeks[0]), dtype=bool)
    present[code[weekly.coords[0][weekly.data > 0]], weekly.coords[1][weekly.data > 0]] = True
    awaited = before * cells.weeks[1] / cells.weeks[0]
    new = (before == 0) & (now >= max(FEWEST_RECORDS, SMALLEST_SHARE * now.sum()))
    gone = (now == 0) & (awaited >= max(FEWEST_RECORDS, SMALLEST_SHARE * awaited.sum())) & present.all(axis=1)
    yield from ((int(each), "new") for each in np.flatnonzero(new))
    yield from ((int(each), "gone") for each in np.flatnonzero(gone))


def _of_turnover(cells: Cells, concerned: NDArray[np.bool_], kind: Kind) -> float:
    """Return what the review has more, and the baseline less, with the cells `concerned` than without."""
    rest = without(cells, concerned)
    more = 0.0
    for sign, whole, part, weeks in (
        (-1, cells.baseline, rest.baseline, cells.weeks[0]),
        (1, cells.review, rest.review, cells.weeks[1]),
    ):
        if kind == "sum" or part["weight"].sum() > 0:
            more += sign * (_level(whole, kind, weeks) - _level(part, kind, weeks))
    return more


def _causes(cells: Cells, kind: Kind, gap: float) -> tuple[list[dict[str, Any]], pd.DataFrame]:
    """Return what the rates and the counts of `cells` tell, and how much of the `gap` they may leave untold."""
    raised, lift = lifted(cells)
    if not (raised.baseline["value"].any() and raised.review["weight"].any()):
        return [], pd.DataFrame(columns=["dimension", "most"])
    named = candidates(cells)
    rates = _Question.ask(segment_model.of_rates(raised, named))
    counts = _Question.ask(segment_model.of_counts(cells, named, kind))
    level = _Level(kind, cells.weeks[1], cells.review["weight"], lift)
    moved = "volume" if kind == "sum" else "mix"
    found = [
        *(
            _finding(rates, counts, at, "rate", level.by_rate(rates, counts, at))
            for at in range(len(rates.choice.terms))
        ),
        *(
            _finding(
                counts, rates, at, moved, _of_missing(cells, counts, at, kind) or level.by_count(rates, counts, at)
            )
            for at in range(len(counts.choice.terms))
        ),
    ]
    return found, limits(level.change(gap), (rates.promise, rates.factors), (counts.promise, counts.factors))


def _of_missing(cells: Cells, counts: _Question, at: int, kind: Kind) -> float:
    """Return what a segment without any record in the review leaves out, by arithmetic; zero where it has some."""
    term = counts.choice.terms[at]
    if counts.promise.observed[term]:
        return 0.0
    concerned = np.zeros(len(cells.codes), dtype=bool)
    concerned[counts.promise.candidates.cells_of(term)] = True
    return _of_turnover(cells, concerned, kind)


def _finding(question: _Question, other: _Question, at: int, effect: str, contribution: float) -> dict[str, Any]:
    """Return a row of findings; its interval is that of the factor and of the size it applies to."""
    term, factor = question.choice.terms[at], question.choice.factors[at]
    of_factor = question.choice.errors[at] * factor / (factor - 1)
    of_size = score(other.promise, other.factors).error[term] if other.promise.judged[term] else 0.0
    beyond = stats.t.ppf((1 + CONFIDENCE) / 2, question.promise.wobble.freedom[term])
    margin = abs(contribution) * beyond * np.hypot(of_factor, of_size)
    return {
        "segment": question.promise.candidates.labels[term],
        "effect": effect,
        "contribution": contribution,
        "low": contribution - margin,
        "high": contribution + margin,
        "p": question.choice.p[at],
    }


def _worth_telling(found: pd.DataFrame, gap: float) -> pd.DataFrame:
    """Return the findings that carry enough of the gap, with ``share``, largest first."""
    size = found["contribution"].abs()
    return (
        found.assign(share=found["contribution"] / (gap if gap else np.nan), size=size)
        .loc[(size > 0) & (size >= LEAST_PART * max(abs(gap), size.sum()))]
        .sort_values("size", ascending=False, kind="stable", ignore_index=True)
        .drop(columns="size")
    )


def _verdict(findings: pd.DataFrame) -> Verdict:
    if findings.empty:
        return "no change"
    return "segments" if findings["segment"].map(bool).any() else "general"
