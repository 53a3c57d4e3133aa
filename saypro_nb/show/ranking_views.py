"""The ranking of gaps before and after a meeting weighed them otherwise, side by side, and what it changed."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from saypro_nb.agree.settings import Catalogue
from saypro_nb.review.gaps import SHORTLISTED
from saypro_nb.review.ranking import Chosen, Weighing, applied
from saypro_nb.show import theme
from saypro_nb.show.blocks import notes, stack
from saypro_nb.show.html import Block, render
from saypro_nb.show.theme import Tone
from saypro_nb.show.words import STATES, TONES, counted, day, lower_first, share

SIGNALS = {
    "concern": "An alarm",
    "watch": "A KPI on watch",
    "common_cause": "No sign of a change",
    "improvement": "A change for the better",
}
TRENDS = {"worsening": "A worsening trend", "flat": "No trend", "improving": "An improving trend"}
"""What multiplies a priority, as it opens a sentence, by its name in params."""

AS_PARAMS_SAY = "As params say"
LEGEND = "◆ and ▲: on the shortlist. ■: not on it, whatever its priority."


@dataclass(frozen=True)
class Place:
    """A gap's place in a ranking: its `length` is its priority in percent of the highest one, `moved` the places up."""

    name: str
    state: str
    tone: Tone
    priority: float
    length: float
    shortlisted: bool
    moved: int = 0

    @property
    def told(self) -> str:
        """How far it has moved, in words."""
        if not self.moved:
            return "same place"
        return f"{counted(abs(self.moved), 'place')} {'up' if self.moved > 0 else 'down'}"


def side_by_side(before: pd.DataFrame, after: pd.DataFrame, kpis: Catalogue, titles: tuple[str, str]) -> Block:
    """Return two rankings of the same gaps (see `gaps.rank`) beside each other, with how far each gap has moved.

    Both have a row for each gap, so that it never changes its height.
    """
    places = {kpi: place for place, kpi in enumerate(before["kpi"])}
    moved = {kpi: places.get(kpi, place) - place for place, kpi in enumerate(after["kpi"])}
    sides = [(titles[0], list(_places(before, kpis, {}))), (titles[1], list(_places(after, kpis, moved)))]
    return render("rankings.html.j2", sides=sides, legend=LEGEND)


def _places(ranked: pd.DataFrame, kpis: Catalogue, moved: Mapping[str, int]) -> Iterator[Place]:
    highest = ranked["priority"].max()
    for gap in ranked.to_dict("records"):
        yield Place(
            name=kpis[gap["kpi"]].name,
            state=_state(gap),
            tone=theme.tone_named(TONES[gap["state"]] if gap["shortlisted"] else "neutral"),
            priority=gap["priority"],
            length=round(100 * gap["priority"] / highest, 1) if highest > 0 else 0.0,
            shortlisted=gap["shortlisted"],
            moved=moved.get(gap["kpi"], 0),
        )


def _state(gap: Mapping[Hashable, Any]) -> str:
    too_small = gap["state"] in SHORTLISTED and not gap["shortlisted"]
    return f"Too small to count: {lower_first(STATES[gap['state']])}" if too_small else STATES[gap["state"]]


def chosen(choice: Chosen | None, before: pd.DataFrame, after: pd.DataFrame, by_params: Weighing) -> Block:
    """Return what a meeting chose, by whom and why, with the ranking by params `before` it and the one `after` it."""
    if choice is None:
        return notes(["No meeting has weighed these gaps otherwise: they stand as params say."])
    told = differences(by_params, applied(choice.ranking, by_params))
    signed = f"by {choice.who} on {day(choice.at.date())}: {choice.why}"
    if not told:
        return notes([f"Ranked as params say, {signed}"])
    said = notes([f"Ranked as the meeting chose, {signed}", *told])
    return stack(said, side_by_side(before, after, by_params[0], (AS_PARAMS_SAY, "As the meeting chose")))


def differences(before: Weighing, after: Weighing) -> list[str]:
    """Return what is weighed otherwise than before, in a sentence each."""
    (kpis, factors), (kpis_now, factors_now) = before, after
    told = [
        (kpi.name, "counts", kpis[name].weight, kpi.weight)
        for name, kpi in kpis_now.items()
        if name in kpis and kpi.weight != kpis[name].weight
    ]
    for words, was, now in ((SIGNALS, factors.signal, factors_now.signal), (TRENDS, factors.trend, factors_now.trend)):
        pairs = ((name, getattr(was, name), getattr(now, name)) for name in words)
        told += [(words[name], "counts", old, new) for name, old, new in pairs if old != new]
    sentences = [f"{what} {verb} {new:g} instead of {old:g}." for what, verb, old, new in told]
    if factors.least != factors_now.least:
        size = share(100 * factors_now.least).lstrip("+")
        sentences.append(f"A gap comes onto the shortlist from {size} of its target on.")
    return sentences
