"""Meanings: how near words are to each other by the company they keep, so that "roster" can stand for "staffing".

Each word is a direction; near directions are words that stand beside the same words in much text (J. Pennington,
R. Socher and C. Manning, GloVe, EMNLP 2014). The table comes with the package: see `keep.meanings_table`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np


@dataclass(frozen=True)
class Meanings:
    """The words that are known, by the row of `vectors` that holds their direction, of length 1."""

    rows: Mapping[str, int]
    vectors: np.ndarray

    @classmethod
    def none(cls) -> Self:
        """Return meanings of no words: sentences are then compared by their wording alone."""
        return cls({}, np.zeros((0, 0)))

    @property
    def size(self) -> int:
        """How many numbers make a direction."""
        return int(self.vectors.shape[1])

    def of(self, words: Iterable[str]) -> dict[str, np.ndarray]:
        """Return the direction of each of `words` that is known."""
        return {word: self.vectors[self.rows[word]] for word in words if word in self.rows}

    def nearest(self, word: str, among: Iterable[str]) -> str | None:
        """Return which word `among` others lies nearest to `word`; None where it or all others are unknown."""
        others = sorted(set(among) & self.rows.keys())
        if word not in self.rows or not others:
            return None
        cosines = self.vectors[[self.rows[other] for other in others]] @ self.vectors[self.rows[word]]
        return others[int(np.argmax(cosines))]
