"""How a day is written in a file: "DD.MM.YYYY", "MM/DD/YYYY", "YYYYMMDD", "DD-MMM-YY" and whatever else of that kind.

A time after the day is passed over ("03.04.2026 14:05", "4/3/2026, 2:05 PM"): a review counts days.
"""

import re
from dataclasses import dataclass

_TOKENS = {
    "YYYY": ("%Y", r"\d{4}"),
    "YY": ("%y", r"\d{2}"),
    "MMM": ("%b", r"[A-Za-z]{3}"),
    "MM": ("%m", r"\d{1,2}"),
    "DD": ("%d", r"\d{1,2}"),
}
_TOKEN = re.compile("YYYY|YY|MMM|MM|DD")
_PARTS = ("%Y%y", "%b%m", "%d")  # year, month and day: one of each
_TIME = r"(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?)?"


@dataclass(frozen=True)
class DayFormat:
    """A way to write a day: `pattern` matches a whole cell with the day as its first group, which `code` parses."""

    pattern: str
    code: str


def parse(written: str) -> DayFormat:
    """Return what "DD.MM.YYYY" and the like mean; raises ValueError, in words, where it means no day."""
    tokens = _TOKEN.findall(written)
    between = _TOKEN.sub("", written)
    codes = [_TOKENS[token][0] for token in tokens]
    complete = len(codes) == len(_PARTS) and all(sum(code in part for code in codes) == 1 for part in _PARTS)
    if not complete or re.search(r"[A-Za-z0-9%]", between):
        raise ValueError(f"'{written}' is no way to write a day; write it with DD, MM (or MMM: Apr) and YYYY (or YY)")
    pattern = _TOKEN.sub(lambda token: _TOKENS[token[0]][1], re.escape(written))
    if not between:  # nothing tells where one ends and the next begins but their length
        pattern = pattern.replace("{1,2}", "{2}")
    return DayFormat(f"({pattern}){_TIME}", _TOKEN.sub(lambda token: _TOKENS[token[0]][0], written))
