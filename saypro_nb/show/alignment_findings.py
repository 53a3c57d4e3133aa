"""Sentences of the alignment review: how far the plans serve the goals, what stands in the way, and what has moved."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

import pandas as pd

from saypro_nb.agree.goals import GapType
from saypro_nb.agree.plans import Action
from saypro_nb.review.alignment import NAMES, Finding
from saypro_nb.review.alignment_history import Moved
from saypro_nb.review.alignment_scores import Assessed, Share
from saypro_nb.review.corrections import Corrected
from saypro_nb.show.findings import TOLD, Answer, Changes
from saypro_nb.show.theme import ToneName
from saypro_nb.show.words import counted, day, listed, lower_first, period, upper_first

Names = Mapping[str, str]
"""The full name of each department."""

_SPACE = "\N{NO-BREAK SPACE}"
_COUNTED: dict[GapType, tuple[str, str]] = {
    "misaligned_kpi": ("misaligned KPI", "misaligned KPIs"),
    "conflicting_goals": ("conflict of goals", "conflicts of goals"),
    "no_shared_focus": ("lack of shared focus", "lacks of shared focus"),
    "irrelevant_metric": ("irrelevant metric", "irrelevant metrics"),
    "unclear_objective": ("unclear objective", "unclear objectives"),
}
STATES = {
    "no measure": "No KPI to measure a correction by",
    "proposed": "Correction proposed",
    "planned": "Correction planned",
    "on time": "Correction under way",
    "late": "Correction late",
    "still found": "Corrected, and still found",
    "declined": "Correction declined",
}
"""What is called how far a correction has come (see `review.corrections`)."""

STATE_TONES: dict[str, ToneName] = {
    "no measure": "unknown",
    "proposed": "watch",
    "planned": "neutral",
    "on time": "good",
    "late": "concern",
    "still found": "concern",
    "declined": "neutral",
}


@dataclass(frozen=True)
class PlanGap:
    """A gap in words: what it is and whose, where its correction stands, why it is one, and what to do."""

    title: str
    word: str
    tone: ToneName
    sentences: tuple[str, ...]
    correction: str


def answer(assessed: Assessed, corrected: Sequence[Corrected], names: Names) -> Answer:
    """Return the answer of the alignment review: how many plans are fully aligned, and what it takes to the target."""
    share = assessed.aligned
    if not share.whole:
        told = "No department has an objective in force; write the plans into params/alignment.yaml."
        return Answer("No plan to hold against the goals", "unknown", (told,))
    aligned = f"{share.aligned} of {_all(share, 'plan')} {'is' if share.aligned == 1 else 'are'} fully aligned"
    headline = f"{aligned}; the target is {_percent(share.asked)}"
    sentences = (gaps_sentence(assessed), scores_sentence(assessed, names), distance_sentence(assessed))
    return Answer(headline, _tone(share), sentences, tuple(_to_decide(assessed, corrected)))


def _tone(share: Share) -> ToneName:
    if share.reached:
        return "good"
    return "watch" if 2 * share.aligned >= share.whole else "concern"


def gaps_sentence(assessed: Assessed) -> str:
    """Return how many gaps of each type there are."""
    findings = assessed.findings
    if not findings:
        return "No gap is found between the plans and the goals." if assessed.aligned.whole else "No plan to look at."
    count = Counter(found.type for found in findings)
    types = [counted(count[kind], *words) for kind, words in _COUNTED.items() if count[kind]]
    return f"{upper_first(counted(len(findings), 'gap is', 'gaps are'))} found: {listed(types)}."


def scores_sentence(assessed: Assessed, names: Names) -> str:
    """Return the organisation's score, the lowest plan, and who has none."""
    rated = assessed.rated.dropna(subset="score").sort_values("score", kind="stable")
    score = f"The organisation scores {assessed.score:.0f} of 100"
    lowest = rated.iloc[0]
    least = f", least {names[lowest['department']]} with {lowest['score']:.0f}" if lowest["score"] < 100 else ""
    without = [names[name] for name in assessed.rated.loc[assessed.rated["objectives"] == 0, "department"]]
    has = "has" if len(without) == 1 else "have"
    nobody = f" {listed(without)} {has} no plan, and no part in this." if without else ""
    return f"{score}{least}; {_objectives(assessed)}.{nobody}"


def _objectives(assessed: Assessed) -> str:
    clean, missing = assessed.clean, int((assessed.scored["objective"] == "").sum())
    counting = f", counting {missing} that {'is' if missing == 1 else 'are'} missing," if missing else ""
    without = f"{clean.aligned or 'none'} {'is' if clean.aligned == 1 else 'are'} without a finding"
    return f"of {_all(clean, 'objective')}{counting} {without} ({_percent(clean.percent)})"


def distance_sentence(assessed: Assessed) -> str:
    """Return what it takes to reach the target."""
    share = assessed.aligned
    if share.reached:
        return f"The target of {_percent(share.asked)} is reached."
    needed = f"{_percent(share.asked)} of {_all(share, 'plan')} means {share.needed}"
    steps = len(assessed.distance)
    if steps == len(assessed.findings):
        return f"{needed}, which takes every correction below."
    return f"{needed}; the fewest corrections that reach it are {steps} of {len(assessed.findings)}."


def _to_decide(assessed: Assessed, corrected: Sequence[Corrected]) -> list[str]:
    """Return the decisions that bring most: what failed, then proposals in the order of the distance."""
    order = {found.id: place for place, found in enumerate(assessed.distance)}
    ranked = sorted(corrected, key=lambda one: order.get(one.finding.id, len(order)))
    failed = [one for one in ranked if one.state in ("still found", "late")]
    waiting = [one for one in ranked if one.state == "proposed"]
    return [
        *(f"{STATES[one.state]}: {lower_first(one.finding.correction)}. What now?" for one in failed),
        *(f"Approve, adjust or decline: {lower_first(one.finding.correction)}" for one in waiting),
    ][:TOLD]


def gaps(corrected: Sequence[Corrected], names: Names) -> list[PlanGap]:
    """Return every gap in words, in the order in which they were found."""
    return [_gap(one, names) for one in corrected]


def _gap(one: Corrected, names: Names) -> PlanGap:
    found = one.finding
    about = [f"{names[line.department]}: “{line.statement}”" for line in found.objectives]
    return PlanGap(
        title=title(found, names),
        word=STATES[one.state],
        tone=STATE_TONES[one.state],
        sentences=(*about, f"{upper_first(found.reason)}.", _followed(one)),
        correction=f"{found.correction}.",
    )


def title(found: Finding, names: Names) -> str:
    """Return the type of a gap and whose it is."""
    return f"{upper_first(NAMES[found.type])}: {_whose(found, names)}"


def _whose(found: Finding, names: Names) -> str:
    return listed([names[name] for name in found.departments])


def _followed(one: Corrected) -> str:
    found, action = one.finding, one.action
    which = "each of the two scores" if len(found.objectives) > 1 else "its score"
    takes = f"Takes {found.points:g} points from {which} (rule {found.rule})"
    return f"{takes}." if action is None else f"{takes}; {action.owner}, due on {day(action.end)}."


def changes(moved: Moved | None, names: Names) -> Changes | None:
    """Return which gaps came and which were closed since the quarter before; None where nothing of then is known."""
    if moved is None:
        return None
    told = [
        *(f"Closed: {_short(found, names)}." for found in moved.closed),
        *(f"New: {_short(found, names)}." for found in moved.came),
    ]
    return Changes(period(moved.since, "quarter"), tuple(told) or ("The same gaps are found.",))


def _short(found: Finding, names: Names) -> str:
    about = f", “{found.objectives[0].statement}”" if found.objectives else ""
    return f"{NAMES[found.type]} ({_whose(found, names)}){about}"


def progress(quarters: pd.DataFrame, closed: Sequence[Action]) -> list[str]:
    """Return how the share of aligned plans and the score moved from the first quarter known to this one."""
    corrected = [f"Closed by a decided action: {lower_first(action.description)}." for action in closed]
    if len(quarters) < 2:
        return ["The plans of earlier quarters are not known: no objective in force then says since when.", *corrected]
    first, last = quarters.iloc[0], quarters.iloc[-1]
    plans = f"from {first['plans']} of {first['planned']} fully aligned plans to {last['plans']} of {last['planned']}"
    scores = f"the score from {first['score']:.0f} to {last['score']:.0f}"
    gaps = f"and the gaps from {first['findings']} to {last['findings']}"
    moved = f"Since {period(first['quarter'].date(), 'quarter')}: {plans}, {scores}, {gaps}."
    return [moved, *corrected]


def _all(share: Share, noun: str) -> str:
    return f"{share.whole} {noun}{'' if share.whole == 1 else 's'}"


def _percent(share: float) -> str:
    return "–" if isnan(share) else f"{share:.0f}{_SPACE}%"
