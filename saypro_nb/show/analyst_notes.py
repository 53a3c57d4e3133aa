"""What analysts noted, with author and day: it stands beside what the figures say and never in its place."""

from collections.abc import Sequence

from saypro_nb.agree.decisions import Noted
from saypro_nb.agree.settings import Catalogue
from saypro_nb.show.blocks import notes, stack
from saypro_nb.show.html import Block
from saypro_nb.show.words import day


def on(kpi: str | None, noted: Sequence[Noted]) -> list[str]:
    """Return the notes on a KPI, or those on the department as a whole for None, each with its author and day."""
    return [f"Note by {one.who}, {day(one.on)}: “{one.note.text.strip()}”" for one in noted if one.note.kpi == kpi]


def listed(noted: Sequence[Noted], kpis: Catalogue) -> Block:
    """Return all notes, each with the KPI that it is on; nothing where there are none."""
    named = [(None, ""), *((kpi, f"{facts.name}. ") for kpi, facts in kpis.items())]
    lines = [f"{name}{line}" for kpi, name in named for line in on(kpi, noted)]
    return notes(lines, title="What an analyst adds") if lines else stack()
