"""What can go wrong, and how it is said.

    WorkbenchError          anything that the workbench explains in words
    ├── InputError          what people gave is not usable; carries every fault that was found
    └── ConflictError       somebody changed the same entry in the meantime

A fault says what was found, where, and what would work. Only the command line turns one into a message.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Self

LONGEST = 800  # characters of a part of a message


class WorkbenchError(Exception):
    """An error that is explained to the person who met it."""


class ConflictError(WorkbenchError):
    """The entry was changed by somebody else since it was read."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend: `where` (file, row, column or parameter), `found`, and the `remedy`."""

    where: str
    found: str
    remedy: str

    def __str__(self) -> str:
        end = "" if self.remedy.endswith("?") else "."
        where, found, remedy = map(legible, (self.where, self.found, self.remedy))
        return f"{where}: {found}. {remedy}{end}"


def legible(text: str) -> str:
    """Return `text` as one line that a terminal shows and doesn't obey.

    Control letters, which could colour, move or hide what follows, stand as their codes; of a long text the middle is
    left out.
    """
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} … {text[-LONGEST // 4 :]}"
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(letter: str) -> str:
    visible = letter.isprintable() or unicodedata.category(letter) == "Zs"
    return letter if visible else letter.encode("unicode_escape").decode("ascii")


class InputError(WorkbenchError):
    """Every fault of the input, so that all can be mended in one go."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Fault, ...]]]:
        """Let another process of the batch hand the error on."""
        return type(self), (self.faults,)


def did_you_mean(word: object, options: Iterable[object]) -> str:
    """Return a remedy for an unknown `word`: the closest of `options`, or the first dozen of them."""
    known = [str(option) for option in options]
    folded = {option.casefold(): option for option in known}
    close = get_close_matches(str(word).casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{folded[close[0]]}'?"
    shown = ", ".join(known[:12]) or "none"
    return f"Known: {shown}" + (", …" if len(known) > 12 else "")
