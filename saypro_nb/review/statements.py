"""Statements: which cause families the free text of forms and interviews points at, and the words that led there.

The reader learns from example sentences that people labelled (params/statements.yaml). Each sentence becomes a row of
numbers (see `likeness`): its marks, and where its words point. A ridge regression on the labels (A. Hoerl and
R. Kennard, Technometrics 12, 1970), one of which is "none", gives each number a weight per label, so the score of a
statement is a plain sum over its words, and can be read back from them.
Nothing is drawn at random: the same examples and statements give the same answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, get_args

import numpy as np
import pandas as pd
from scipy import sparse

from saypro_nb.agree.library import Statements
from saypro_nb.agree.schema import Family
from saypro_nb.review.likeness import Measure
from saypro_nb.review.meanings import Meanings
from saypro_nb.review.wording import Wording

FAMILIES: tuple[Family, ...] = get_args(Family)
LABELS = (*FAMILIES, "none")
PENALTY = 1.0  # of the ridge, in squared lengths of a sentence; chosen by leaving out one set of examples at a time
SECOND = 0.34  # score from which a second family is named beside the first; likewise
UNCLEAR = 0.03  # lead over the next label below which a person must read the statement; likewise
WORDS_SHOWN = 4
CAUSE, NO_CAUSE, UNREAD = "cause", "no cause", "please read"
COLUMNS = ("statement", "verdict", "families", "lead", "words", "like")

_UNSHOWN = frozenset({"a", "an", "and", "as", "at", "by", "for", "in", "is", "it", "of", "on", "the", "to", "with"})


@dataclass(frozen=True)
class Reader:
    """What was learnt: a weight per number of a sentence and label, and the examples to point back to."""

    measure: Measure
    weights: np.ndarray
    level: np.ndarray
    examples: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    vectors: sparse.csr_array

    @property
    def wording(self) -> Wording:
        """The word families that it knows."""
        return self.measure.wording

    def learnt(self) -> dict[str, np.ndarray]:
        """Return as arrays what takes long to learn, for `recalled`."""
        marks = np.frombuffer("\n".join(self.measure.rarity).encode(), dtype=np.uint8)
        rows = {f"row_{part}": getattr(self.vectors, part) for part in ("data", "indices", "indptr")}
        rarity = np.array(list(self.measure.rarity.values()))
        return {"marks": marks, "rarity": rarity, "weights": self.weights, "level": self.level, **rows}

    @classmethod
    def recalled(cls, arrays: Mapping[str, np.ndarray], statements: Statements, meanings: Meanings) -> Self:
        """Return the reader whose `learnt` arrays these are, from the same statements and meanings."""
        marks = arrays["marks"].tobytes().decode().split("\n")
        rarity = dict(zip(marks, arrays["rarity"].tolist(), strict=True))
        examples, labels = _labelled(statements)
        measure = Measure.by_rarity(rarity, len(examples), Wording.of(statements.words), meanings)
        rows = tuple(arrays[f"row_{part}"] for part in ("data", "indices", "indptr"))
        vectors = sparse.csr_array(rows, shape=(len(examples), len(arrays["weights"])))
        return cls(measure, arrays["weights"], arrays["level"], examples, labels, vectors)


def learn(statements: Statements, meanings: Meanings, *, without: Iterable[str] = ()) -> Reader:
    """Return a reader that learnt from all sets of examples but those named in `without`.

    With `Meanings.none()` words that no example and no word family has say nothing.
    """
    examples, labels = _labelled(statements, without)
    measure = Measure.of(examples, Wording.of(statements.words), meanings)
    vectors = measure.numbers(examples)
    weights, level = _ridge(vectors, _shares(labels))
    return Reader(measure, weights, level, examples, labels, vectors)


def _labelled(
    statements: Statements, without: Iterable[str] = ()
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the examples, and the labels of each."""
    left_out = set(without)
    sets = [groups for name, groups in statements.examples.items() if name not in left_out]
    labelled = [(text, tuple(key.split(";"))) for groups in sets for key, texts in groups.items() for text in texts]
    return tuple(text for text, _ in labelled), tuple(labels for _, labels in labelled)


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
    vector = reader.measure.numbers([text])
    scores = dict(zip(LABELS, (vector @ reader.weights)[0] + reader.level, strict=True))
    ranked = sorted(LABELS, key=lambda label: -scores[label])
    named = ranked[:1] + [label for label in ranked[1:2] if "none" not in ranked[:2] and scores[label] >= SECOND]
    lead = scores[named[-1]] - scores[ranked[len(named)]]
    known = vector.nnz > 0
    verdict = UNREAD if lead < UNCLEAR or not known else NO_CAUSE if named == ["none"] else CAUSE
    return {
        "statement": text,
        "verdict": verdict,
        "families": ";".join(named) if verdict == CAUSE else "",
        "lead": float(lead),
        "words": ", ".join(_words(text, named, reader)),
        "like": _like(vector, named[0], reader) if known else "",
    }


def _words(text: str, named: Sequence[str], reader: Reader) -> list[str]:
    """Return the words of `text` that speak most for the labels `named`, in its order.

    A word that no example has is shown with the word that it was read as close to. Articles and the like are not shown.
    """
    speaking = reader.weights[:, [LABELS.index(label) for label in named]].sum(axis=1)
    shares = reader.measure.shares(text, speaking)
    shown = [word for word, share in shares.items() if share > 0 and word not in _UNSHOWN]
    strongest = sorted(shown, key=lambda word: -shares[word])[:WORDS_SHOWN]
    return [_explained(word, named, reader) for word in shares if word in strongest]


def _explained(word: str, named: Sequence[str], reader: Reader) -> str:
    if reader.measure.knows(word):
        return word
    same = [text for text, labels in zip(reader.examples, reader.labels, strict=True) if {*labels} & {*named}]
    near = reader.measure.nearest(word, same)
    return f"{word} (close to {near})" if near else word


def _like(vector: sparse.csr_array, label: str, reader: Reader) -> str:
    alike = (reader.vectors @ vector.T).toarray()[:, 0]
    same = np.array([label in labels for labels in reader.labels])
    return reader.examples[int(np.argmax(np.where(same, alike, -np.inf)))]


def _shares(labels: Sequence[Sequence[str]]) -> np.ndarray:
    """Return one row per example that adds up to 1; a sentence of two families counts half for each."""
    return np.array([[(label in named) / len(named) for label in LABELS] for named in labels])


def _ridge(vectors: sparse.csr_array, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights of all numbers and the level of each label, solved in the space of the examples."""
    alike = (vectors @ vectors.T).toarray()
    alike = alike - alike.mean(axis=0) - alike.mean(axis=1, keepdims=True) + alike.mean()
    dual = np.linalg.solve(alike + PENALTY * np.eye(len(alike)), shares - shares.mean(axis=0))
    weights = vectors.T @ dual
    level = shares.mean(axis=0) - (vectors @ weights).mean(axis=0)
    return weights, level
