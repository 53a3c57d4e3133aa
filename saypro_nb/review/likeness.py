"""Likeness: a sentence as a row of numbers, so that how alike two sentences are is the sum of their products.

A row has three parts: what the sentence says and what it speaks of (see `wording`), each of length 1, and where its
words point together (see `meanings`), of length √2. Rarer marks and words weigh more (K. Spärck Jones, Journal of
Documentation 28, 1972).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Self

import numpy as np
from scipy import sparse

from saypro_nb.review.meanings import Meanings
from saypro_nb.review.wording import Wording, stem

DIRECTION = sqrt(2)  # chosen by leaving out one set of examples at a time


@dataclass(frozen=True)
class Measure:
    """How sentences become numbers: the marks of all examples, by place in the row and by rarity.

    ``rarest`` is the rarity of what no example has.
    """

    wording: Wording
    meanings: Meanings
    rarity: Mapping[str, float]
    rarest: float
    place: Mapping[str, int]

    @classmethod
    def of(cls, examples: Sequence[str], wording: Wording, meanings: Meanings) -> Self:
        """Return the measure that `examples` give."""
        counted = Counter(mark for text in examples for mark in wording.marks(text))
        rarity = {mark: 1 + log((1 + len(examples)) / (1 + count)) for mark, count in counted.items()}
        return cls.by_rarity(rarity, len(examples), wording, meanings)

    @classmethod
    def by_rarity(cls, rarity: Mapping[str, float], count: int, wording: Wording, meanings: Meanings) -> Self:
        """Return the measure that `count` examples give, whose marks have that `rarity`."""
        places = {mark: number for number, mark in enumerate(rarity)}
        return cls(wording, meanings, rarity, 1 + log(1 + count), places)

    def numbers(self, texts: Sequence[str]) -> sparse.csr_array:
        """Return one row per sentence: its marks, then the numbers of its direction."""
        weighed = [self._weigh(text) for text in texts]
        rows = [row for row, marks in enumerate(weighed) for _ in marks]
        columns = [self.place[mark] for marks in weighed for mark in marks]
        values = [weight for marks in weighed for weight in marks.values()]
        marked = sparse.csr_array((values, (rows, columns)), shape=(len(texts), len(self.place)))
        pointed = [sum(self._point(text).values(), np.zeros(self.meanings.size)) for text in texts]
        return sparse.csr_array(sparse.hstack([marked, sparse.csr_array(np.array(pointed))]))

    def shares(self, text: str, weights: np.ndarray) -> dict[str, float]:
        """Return how much each word of `text` adds to the sum of its numbers times `weights`.

        What a mark adds is split between the words that make it.
        """
        shares = dict.fromkeys(self.wording.words(text), 0.0)
        made_of = self.wording.marks(text)
        for mark, weight in self._weigh(text).items():
            words = dict.fromkeys(made_of[mark])
            for word in words:
                shares[word] += weight * weights[self.place[mark]] / len(words)
        for word, direction in self._point(text).items():
            shares[word] += float(direction @ weights[len(self.place) :])
        return shares

    def nearest(self, word: str, examples: Sequence[str]) -> str | None:
        """Return the word of `examples` whose meaning lies nearest to that of `word`; None where it has none."""
        return self.meanings.nearest(word, {other for text in examples for other in self.wording.words(text)})

    def knows(self, word: str) -> bool:
        """Tell whether any example has the word, in whichever form."""
        return stem(word) in self.rarity

    def _weigh(self, text: str) -> dict[str, float]:
        """Return the weight of each known mark."""
        weighed: dict[str, float] = {}
        for marks in (self.wording.said(text), self.wording.speaks_of(text)):
            weighed |= _scaled({mark: self.rarity[mark] for mark in marks if mark in self.rarity})
        return weighed

    def _point(self, text: str) -> dict[str, np.ndarray]:
        """Return what each known word adds to where the sentence points."""
        words = self.wording.words(text)
        counted = Counter(words)
        added = {
            word: direction * counted[word] * self.rarity.get(stem(word), self.rarest)
            for word, direction in self.meanings.of(dict.fromkeys(words)).items()
        }
        length = float(np.linalg.norm(sum(added.values(), np.zeros(self.meanings.size))))
        return {word: direction * DIRECTION / length for word, direction in added.items()} if length else {}


def _scaled(weights: Mapping[str, float]) -> dict[str, float]:
    length = sqrt(sum(weight**2 for weight in weights.values()))
    return {mark: weight / length for mark, weight in weights.items()}
