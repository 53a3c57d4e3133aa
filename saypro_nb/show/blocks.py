"""The pieces of a report that are not tables or pictures: the answer, notes, and what is folded away."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from saypro_nb.show import theme
from saypro_nb.show.html import Block, render
from saypro_nb.show.picture import Picture

if TYPE_CHECKING:
    from saypro_nb.show.findings import Answer


def answer(said: "Answer", *, word: str = "") -> Block:
    """Return the answer that a report opens with, such as `findings` word it.

    Its tone gives shape and colour; `word` replaces the tone's usual word.
    Raises WorkbenchError for an unknown tone.
    """
    tone = theme.tone_named(said.tone)
    return render("answer.html.j2", said=said, tone=tone, word=word or tone.word)


def notes(sentences: Sequence[str], *, title: str = "") -> Block:
    """Return the `sentences` as a list, under a small `title` where one is given."""
    return render("notes.html.j2", sentences=list(sentences), title=title)


def details(summary: str, *blocks: Block | Picture) -> Block:
    """Return the `blocks` folded away under a `summary` that opens them; print shows them open."""
    return render("details.html.j2", summary=summary, blocks=blocks)
