"""Sentences with figures: the only place where a report says what the numbers are.

A notebook's prose states no figure, so the same notebook is true for every department; what it has found is written
here, by rule, from the tables.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from saypro_nb.agree.schema import Cadence, Kpi
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review import gaps as gaps_of
from saypro_nb.review import rollup
from saypro_nb.review.gaps import UNKNOWN
from saypro_nb.show import definition_words
from saypro_nb.show.theme import ToneName
from saypro_nb.show.words import (
    ASSURANCES,
    STATES,
    TONES,
    amount,
    counted,
    difference,
    lower_first,
    period,
    upper_first,
)

TOLD = 3  # gaps, causes or actions that an answer names; the tables have them all


@dataclass(frozen=True)
class Answer:
    """What a report opens with: the verdict and its tone, a few sentences, and what is to be decided.

    For the index: `urgency` is the department's priority, the sum of those of its gaps, `kpis` how each KPI stands, and
    `because` what keeps the verdict from being better.
    """

    headline: str
    tone: ToneName
    sentences: tuple[str, ...]
    decide: tuple[str, ...] = ()
    urgency: float = 0.0
    kpis: tuple["KpiMark", ...] = ()
    because: str = ""


@dataclass(frozen=True)
class KpiMark:
    """A KPI on the map of the organisation: its verdict with the tone, and its assurance where that says more."""

    name: str
    verdict: str
    tone: ToneName
    assurance: str


@dataclass(frozen=True)
class Changes:
    """What is another than in the period before, which `since` names, in a sentence each.

    `judged` is what is judged otherwise than then, which is no change of the world.
    """

    since: str
    sentences: tuple[str, ...]
    judged: tuple[str, ...] = ()


def gaps(ranked: pd.DataFrame, kpis: Catalogue, currency: str) -> Answer:
    """Return the answer of phase 1: which gaps deserve the meeting's time, and why."""
    short = ranked[ranked["shortlisted"]].head(TOLD)
    told = [gap_sentence(gap, kpis[gap["kpi"]], currency) for _, gap in short.iterrows()]
    decide = [f"Look into {kpis[kpi].name}: {lower_first(kpis[kpi].points_at.rstrip('.'))}?" for kpi in short["kpi"]]
    urgency = gaps_of.urgency(ranked)
    marks = tuple(_mark(gap, kpis) for gap in ranked.to_dict("records"))
    return Answer(gaps_headline(ranked), gaps_tone(ranked), (*told, *_rest(ranked)), tuple(decide), urgency, marks)


def _mark(gap: Mapping[Hashable, Any], kpis: Catalogue) -> KpiMark:
    state, reach = gap["state"], gap["assurance"]
    told = "" if state in ("by_chance", "failing", *UNKNOWN) or reach == "none" else ASSURANCES[reach]
    return KpiMark(kpis[gap["kpi"]].name, STATES[state], TONES[state], told)


def changes(moved: pd.DataFrame, before: date, every: Cadence, kpis: Catalogue, currency: str) -> Changes:
    """Return how the shortlist differs from that of the period which began on `before` (see `review.changes`).

    KPIs that are judged otherwise than then are told apart.
    """
    told, judged = shortlist_moves(moved, kpis, currency)
    return Changes(since(before, every), tuple(told) or (_SAME[bool(judged)],), tuple(judged))


_SAME = {False: "The shortlist is the same.", True: "Otherwise the shortlist is the same."}


def shortlist_moves(moved: pd.DataFrame, kpis: Catalogue, currency: str) -> tuple[list[str], list[str]]:
    """Return which KPIs are new on the shortlist, stay on it for another reason, or have left it; and, apart from
    them, of those that are judged otherwise than then, by what.
    """
    otherwise = moved["judged"].map(bool).astype(bool)
    judged = [_judged(row, kpis[str(row["kpi"])], currency) for row in moved[otherwise].to_dict("records")]
    return _moves(moved[~otherwise], kpis), judged


def _moves(moved: pd.DataFrame, kpis: Catalogue) -> list[str]:
    came = moved[moved["shortlisted"] & ~moved["was_shortlisted"]]
    left = moved[~moved["shortlisted"] & moved["was_shortlisted"]]
    turned = moved[moved["shortlisted"] & moved["was_shortlisted"]]
    return [
        *(f"{kpis[kpi].name} is new on the shortlist: {_state(state)}." for kpi, state in _pairs(came)),
        *(f"{kpis[kpi].name} stays on it, now because: {_state(state)}." for kpi, state in _pairs(turned)),
        *(f"{kpis[kpi].name} has left the shortlist: {_state(state)}." for kpi, state in _pairs(left)),
    ]


def _judged(row: Mapping[Hashable, Any], kpi: Kpi, currency: str) -> str:
    """Return by what else a KPI is judged, and that what came of it need be no change of the world."""
    said = f"{kpi.name}: {definition_words.otherwise(row['judged'], kpi, currency)}"
    if row["shortlisted"] == row["was_shortlisted"]:
        return f"{said}."
    if row["shortlisted"]:
        return f"{said}; it is new on the shortlist, which need be no change for the worse."
    return f"{said}; it has left the shortlist, which need be no improvement."


def _pairs(moved: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(moved["kpi"], moved["state"], strict=True))


def _state(state: str) -> str:
    return lower_first(STATES[state])


def since(first: date, every: Cadence) -> str:
    """Return the period that begins on `first` as it is said within a sentence."""
    return f"{'' if every == 'month' else 'the '}{period(first, every)}"


def gaps_headline(ranked: pd.DataFrame) -> str:
    """Return the department's state in one line."""
    if not len(ranked) or ranked["state"].isin(UNKNOWN).all():
        return "Too little data to judge"
    short = ranked[ranked["shortlisted"]]
    worse = int((short["state"] == "worse").sum())
    unknown = int(ranked["state"].isin(UNKNOWN).sum())
    if not len(short) and 2 * unknown > len(ranked):
        return f"No gap found, but {unknown} of {len(ranked)} KPIs can't be judged"
    if not len(short):
        return "No gap that deserves the meeting's time"
    changed = f" ({counted(worse, 'change')} for the worse)" if worse else ""
    return f"{upper_first(counted(len(short), 'gap'))} to look into{changed}"


def gaps_tone(ranked: pd.DataFrame) -> ToneName:
    """Return the tone of the department's state: that of its weakest KPI."""
    return rollup.up(rollup.of_kpis(ranked)).level


def gap_sentence(gap: pd.Series, kpi: Kpi, currency: str) -> str:
    """Return a gap in words: value, target, distance, and what the process-behaviour chart says of it."""
    value, target = amount(gap["value"], kpi, currency), amount(gap["target"], kpi, currency)
    against = "" if pd.isna(gap["target"]) else f" against a target of {target}"
    missed = difference(gap["gap"], kpi, currency).lstrip("+")
    short = "short" if kpi.better == "higher" else "over"
    by = f", {missed} {short}" if gap["gap"] > 0 else ", which it still meets" if against else ""
    return f"{kpi.name} is {value}{against}{by}. {_reason(gap, kpi)}"


def _reason(gap: pd.Series, kpi: Kpi) -> str:
    if gap["state"] == "worse":
        return f"It has been worse than chance explains since {since(gap['since'].date(), kpi.every)}."
    if gap["state"] == "unstable":
        return f"It scatters more widely than it used to since {since(gap['since'].date(), kpi.every)}."
    if gap["state"] == "failing":
        return f"That is its usual level: the process can't meet this target as it is, whatever one {kpi.every} shows."
    moving = "It is clearly moving away from its target"
    if pd.isna(gap.get("crosses")):
        return f"{moving}."
    return f"{moving}, and at this pace reaches it in {since(gap['crosses'].date(), kpi.every)}."


def _rest(ranked: pd.DataFrame) -> list[str]:
    """Return what is said of the KPIs that are not on the shortlist."""
    counts = ranked["state"].value_counts()
    by_chance = int(counts.get("by_chance", 0))
    unknown = int(counts.get("too_short", 0) + counts.get("missing", 0))
    better = int(counts.get("better", 0))
    sentences = {
        f"{counted(better, 'KPI has', 'KPIs have')} changed for the better.": better,
        f"{counted(by_chance, 'KPI meets or misses its target', 'KPIs meet or miss their targets')} by chance alone: "
        "one bad period of these needs no explanation.": by_chance,
        f"{counted(unknown, 'KPI has', 'KPIs have')} too few values to be judged.": unknown,
    }
    return [upper_first(sentence) for sentence, count in sentences.items() if count]
