"""Measures: what is added up of records, as a line that an analyst writes in params/kpis.yaml.

    rows                                                  how many records there are
    revenue                                               the sum of a number column
    rows where answer >= 9                                how many records fulfil a condition
    revenue where kind = new                              the sum over the records that fulfil it
    rows where answer >= 9 - rows where answer <= 6       terms, added or subtracted, with spaces around + and -

Every measure adds up: that of a week is the sum of those of its segments, whatever the segments are.
"""

import re
from dataclasses import dataclass
from typing import Literal

Sign = Literal[1, -1]
Comparison = Literal["=", "!=", ">=", "<=", ">", "<"]

ROWS = "rows"
_BETWEEN = re.compile(r"\s+([+-])\s+")
_CONDITION = re.compile(r"(?P<column>.+?)\s*(?P<comparison>>=|<=|!=|=|>|<)\s*(?P<value>.+)")


@dataclass(frozen=True)
class Condition:
    """What a record must fulfil to be counted: `column` compared with a number or a text."""

    column: str
    comparison: Comparison
    value: float | str


@dataclass(frozen=True)
class Term:
    """One part of a measure: the sum of `column`, or the number of records where it is None; `sign` is 1 or -1."""

    sign: Sign
    column: str | None
    condition: Condition | None = None


def parse(measure: str) -> tuple[Term, ...]:
    """Return the terms of a measure; raises ValueError, in words, where it is none."""
    pieces = _BETWEEN.split(measure.strip())
    signs: list[Sign] = [1, *(1 if sign == "+" else -1 for sign in pieces[1::2])]
    return tuple(_term(sign, piece, measure) for sign, piece in zip(signs, pieces[::2], strict=True))


def columns(measure: str) -> set[str]:
    """Return the columns whose numbers a measure adds up, not those of its conditions."""
    return {term.column for term in parse(measure) if term.column is not None}


def subtracts(measure: str) -> bool:
    """Return whether a measure is a difference; its parts can then be negative, and no share of a whole."""
    return any(term.sign < 0 for term in parse(measure))


def _term(sign: Sign, text: str, measure: str) -> Term:
    what, *conditions = re.split(r"\s+where\s+", text.strip())
    if not what or len(conditions) > 1 or re.search(r"\swhere$|^where\s", text):
        raise ValueError(f"'{measure}' can't be read: write 'rows', a column, or either with 'where COLUMN = VALUE'")
    return Term(sign, None if what == ROWS else what, _condition(conditions[0], measure) if conditions else None)


def _condition(text: str, measure: str) -> Condition:
    found = _CONDITION.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"'{measure}' can't be read: after 'where' write COLUMN, then = != >= <= > or <, then a value")
    value = found["value"].strip().strip("'\"")
    try:
        number: float | str = float(value)
    except ValueError:
        number = value
    comparison: Comparison = found["comparison"]  # type: ignore[assignment]
    if isinstance(number, str) and comparison not in ("=", "!="):
        raise ValueError(f"'{measure}' can't be read: '{value}' is no number, and only = and != compare texts")
    return Condition(found["column"].strip(), comparison, number)
