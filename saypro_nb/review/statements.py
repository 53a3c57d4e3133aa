"""Statements: which cause families the free text of forms and interviews points at, and the words that led there.

The reader learns from example sentences that people labelled (params/statements.yaml). Each sentence becomes weights
on its marks (see `wording`), rarer marks heavier (K. Spärck Jones, Journal of Documentation 28, 1972). A ridge
regression on the labels (A. Hoerl and R. Kennard, Technometrics 12, 1970), one of which is "none", gives each mark a
weight per label, so the score of a statement is a plain sum over its words, and can be read back from them.
Nothing is drawn at random: the same examples and statements give the same answer.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import get_args

import numpy as np
import pandas as pd
from scipy import sparse

from saypro_nb.agree.schema import Family, Statements
from saypro_nb.review.wording import Wording

FAMILIES: tuple[Family, ...] = get_args(Family)
LABELS = (*FAMILIES, "none")
PENALTY = 1.0  # of the ridge, in squared lengths of a sentence; chosen by leaving out one set of examples at a time
SECOND = 0.34  # score from which a second family is named beside the first; likewise
UNCLEAR = 0.05  # lead over the next label below which about half of the left-out examples were read wrongly
WORDS_SHOWN = 4
CAUSE, NO_CAUSE, UNREAD = "cause", "no cause", "please read"
COLUMNS = ("statement", "verdict", "families", "lead", "words", "like")

_UNSHOWN = frozenset({"a", "an", "and", "as", "at", "by", "for", "in", "is", "it", "of", "on", "the", "to", "with"})


@dataclass(frozen=True)
class Reader:
    """What was learnt: a weight per mark and label, and the examples to point back to."""

    wording: Wording
    rarity: Mapping[str, float]
    place: Mapping[str, int]
    weights: np.ndarray
    level: np.ndarray
    examples: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    vectors: sparse.csr_array


def learn(statements: Statements, *, without: Iterable[str] = ()) -> Reader:
    """Return a reader that learnt from all sets of examples but those named in `without`."""
    left_out = set(without)
    sets = [groups for name, groups in statements.examples.items() if name not in left_out]
    labelled = [(text, tuple(key.split(";"))) for groups in sets for key, texts in groups.items() for text in texts]
    examples, labels = (tuple(column) for column in zip(*labelled, strict=True))
    wording = Wording.of(statements.words)
    counted = Counter(mark for text in examples for mark in _marks(wording, text))
    rarity = {mark: 1 + log((1 + len(examples)) / (1 + count)) for mark, count in counted.items()}
    place = {mark: number for number, mark in enumerate(rarity)}
    vectors = _matrix([_weigh(wording, rarity, text) for text in examples], place)
    weights, level = _ridge(vectors, _shares(labels))
    return Reader(wording, rarity, place, weights, level, examples, labels, vectors)


def read(texts: Sequence[str], reader: Reader) -> pd.DataFrame:
    """Return one row per statement: its verdict, and what led to it.

    Returns
    -------
    pandas.DataFrame
        ``statement``; ``verdict``: cause, no cause (nothing that needs a remedy is said), or please read (unclear);
        ``families``: what a cause points at, likeliest first, joined by ";"; ``lead``: how far the score of what was
        chosen lies before the next, 0 to about 1; ``words`` of the statement that led there, in its order; ``like``:
        the example with the same label that it resembles most.
    """
    return pd.DataFrame([_judge(text, reader) for text in texts], columns=list(COLUMNS))


def _judge(text: str, reader: Reader) -> dict[str, object]:
    weighed = _weigh(reader.wording, reader.rarity, text)
    vector = _matrix([weighed], reader.place)
    scores = dict(zip(LABELS, (vector @ reader.weights)[0] + reader.level, strict=True))
    ranked = sorted(LABELS, key=lambda label: -scores[label])
    named = ranked[:1] + [label for label in ranked[1:2] if "none" not in ranked[:2] and scores[label] >= SECOND]
    lead = scores[named[-1]] - scores[ranked[len(named)]]
    unclear = lead < UNCLEAR or not weighed
    verdict = UNREAD if unclear else NO_CAUSE if named == ["none"] else CAUSE
    return {
        "statement": text,
        "verdict": verdict,
        "families": ";".join(named) if verdict == CAUSE else "",
        "lead": float(lead),
        "words": ", ".join(_words(text, weighed, named, reader)),
        "like": _like(vector, named[0], reader) if weighed else "",
    }


def _words(text: str, weighed: Mapping[str, float], named: Sequence[str], reader: Reader) -> list[str]:
    """Return the words of `text` that speak most for the labels `named`, in its order.

    A mark's share of the score is split between the words that make it. Articles and the like are not shown.
    """
    made_of = _marks(reader.wording, text)
    speaking = reader.weights[:, [LABELS.index(label) for label in named]].sum(axis=1)
    shares: Counter[str] = Counter()
    for mark, weight in weighed.items():
        words = dict.fromkeys(made_of[mark])
        for word in words:
            shares[word] += weight * speaking[reader.place[mark]] / len(words)
    strongest = [word for word, share in shares.most_common() if share > 0 and word not in _UNSHOWN]
    return sorted(strongest[:WORDS_SHOWN], key=text.lower().replace("’", "'").find)


def _like(vector: sparse.csr_array, label: str, reader: Reader) -> str:
    alike = (reader.vectors @ vector.T).toarray()[:, 0]
    same = np.array([label in labels for labels in reader.labels])
    return reader.examples[int(np.argmax(np.where(same, alike, -1.0)))]


def _marks(wording: Wording, text: str) -> dict[str, list[str]]:
    return wording.said(text) | wording.speaks_of(text)


def _weigh(wording: Wording, rarity: Mapping[str, float], text: str) -> dict[str, float]:
    """Return the weight of each known mark; what is said and what is spoken of each have length 1."""
    weighed: dict[str, float] = {}
    for marks in (wording.said(text), wording.speaks_of(text)):
        known = {mark: rarity[mark] for mark in marks if mark in rarity}
        length = sqrt(sum(weight**2 for weight in known.values()))
        weighed |= {mark: weight / length for mark, weight in known.items()}
    return weighed


def _matrix(weighed: Sequence[Mapping[str, float]], place: Mapping[str, int]) -> sparse.csr_array:
    rows = [row for row, marks in enumerate(weighed) for _ in marks]
    columns = [place[mark] for marks in weighed for mark in marks]
    values = [weight for marks in weighed for weight in marks.values()]
    return sparse.csr_array((values, (rows, columns)), shape=(len(weighed), len(place)))


def _shares(labels: Sequence[Sequence[str]]) -> np.ndarray:
    """Return one row per example that adds up to 1; a sentence of two families counts half for each."""
    return np.array([[(label in named) / len(named) for label in LABELS] for named in labels])


def _ridge(vectors: sparse.csr_array, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights of all marks and the level of each label, solved in the space of the examples."""
    count = vectors.shape[0]
    centre = np.eye(count) - 1 / count
    alike = centre @ (vectors @ vectors.T).toarray() @ centre
    dual = np.linalg.solve(alike + PENALTY * np.eye(count), shares - shares.mean(axis=0))
    weights = vectors.T @ dual
    level = shares.mean(axis=0) - (vectors @ weights).mean(axis=0)
    return weights, level
