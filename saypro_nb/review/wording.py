"""Wording: what a sentence is made of, so that sentences can be compared.

The marks of a sentence are what it says (its word stems and pairs of neighbouring ones) and what it speaks of (the
word families that it touches, alone and two together). A word family is a list of words of one meaning, such as staff
or waiting; it carries over to words that no example sentence has. Both kinds of marks weigh the same in a sentence.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Self

_ENDINGS = ("ingly", "edly", "ings", "ing", "ies", "ied", "ed", "es", "s", "ly")
SHORTEST_STEM = 3
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


@dataclass(frozen=True)
class Wording:
    """The word families by name, each as one pattern."""

    families: Mapping[str, re.Pattern[str]]

    @classmethod
    def of(cls, words: Mapping[str, Sequence[str]]) -> Self:
        """Return the wording of `words`: a list per family; an entry may be a phrase, and end in * for any ending."""
        return cls({name: _pattern(entries) for name, entries in words.items()})

    def words(self, sentence: str) -> list[str]:
        """Return the words of `sentence` in small letters, in its order."""
        return _WORD.findall(plain(sentence))

    def marks(self, sentence: str) -> dict[str, list[str]]:
        """Return all that `sentence` says and speaks of, each mark with the words that make it."""
        return self.said(sentence) | self.speaks_of(sentence)

    def said(self, sentence: str) -> dict[str, list[str]]:
        """Return the stems of `sentence` and pairs of neighbours, each with the words that make it."""
        stems = [(stem(word), word) for word in self.words(sentence)]
        alone = {one: [word] for one, word in stems}
        return alone | {f"{one} {other}": [word, after] for (one, word), (other, after) in pairwise(stems)}

    def speaks_of(self, sentence: str) -> dict[str, list[str]]:
        """Return the word families that `sentence` touches and pairs of them, each with the words that make it."""
        touched = self.touched(sentence)
        pairs = {f"[{one} + {other}]": [*touched[one], *touched[other]] for one, other in combinations(touched, 2)}
        return {f"[{name}]": words for name, words in touched.items()} | pairs

    def touched(self, sentence: str) -> dict[str, list[str]]:
        """Return the word families that `sentence` touches, each with its words."""
        text = plain(sentence)
        found = {name: _WORD.findall(" ".join(pattern.findall(text))) for name, pattern in self.families.items()}
        return {name: words for name, words in found.items() if words}


def plain(sentence: str) -> str:
    """Return `sentence` in small letters with straight apostrophes."""
    return sentence.lower().replace("’", "'").replace("‘", "'")


def stem(word: str) -> str:
    """Return `word` without its English ending where three letters or more remain."""
    ending = next((one for one in _ENDINGS if word.endswith(one) and len(word) - len(one) >= SHORTEST_STEM), "")
    return word.removesuffix(ending)


def _pattern(entries: Sequence[str]) -> re.Pattern[str]:
    """Return one pattern for all `entries`, longest first so that a phrase wins over its first word."""
    escaped = (re.escape(plain(entry)) for entry in sorted(entries, key=len, reverse=True))
    alternatives = (entry.replace(r"\*", r"[\w'-]*").replace(r"\ ", r"\s+") for entry in escaped)
    return re.compile(rf"(?<![\w'])(?:{'|'.join(alternatives)})(?![\w'])")
