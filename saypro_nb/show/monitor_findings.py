"""The answers of monitoring, for a department and the organisation: did it work, what is overdue, who is weakest."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from saypro_nb.agree.plans import Action
from saypro_nb.agree.schema import Cadence
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review.rollup import Rollup
from saypro_nb.show import effect_findings
from saypro_nb.show.findings import TOLD, Answer, Changes, since
from saypro_nb.show.words import counted, day, listed, lower_first, upper_first

WHY = {
    "worse": ("changed for the worse",) * 2,
    "unstable": ("became unstable",) * 2,
    "failing": ("can't reach its target as it is", "can't reach their targets as they are"),
    "drifting": ("drifts away from its target", "drift away from their targets"),
    "too_short": ("has too few values", "have too few values"),
    "missing": ("has no value", "have no value"),
    "late": ("is late", "are late"),
    "worsened": ("has made its KPI worse", "have made their KPIs worse"),
    "no effect found": ("shows no effect", "show no effect"),
    "needs adjustment": ("needs adjustment", "need adjustment"),
    "review overdue": ("waits for a review that is overdue", "wait for reviews that are overdue"),
}
"""Why a KPI or an action stands no better (see `review.rollup`): of one, and of several."""

TELLING = ("improved", "worsened", "no effect found")


def department(progress: pd.DataFrame, state: Rollup, kpis: Catalogue, currency: str, today: date) -> Answer:
    """Return the answer of phase 4: what is overdue, what the actions brought, and why the department stands so."""
    because = f"{upper_first(reasons(state, progress, kpis))}." if state.because else ""
    told = (because, actions(progress), *effects(progress, kpis, currency, today))
    sentences = tuple(sentence for sentence in told if sentence)
    return Answer(headline(progress), state.level, sentences, tuple(to_decide(progress)), because=because)


def effects(progress: pd.DataFrame, kpis: Catalogue, currency: str, today: date, most: int = TOLD) -> list[str]:
    """Return what came of the first actions on one of the `kpis` of which that can be told, a sentence each."""
    told = progress[progress["answer"].isin(TELLING) & progress["kpi"].isin(kpis)].head(most)
    return [
        f"{name}: {lower_first(effect_findings.effect(row, kpis[row['kpi']], currency, today))}"
        for row, name in _with_names(told, progress)
    ]


def organisation(
    progress: pd.DataFrame, state: Rollup, departments: Mapping[str, Rollup], kpis: Catalogue, names: Mapping[str, str]
) -> Answer:
    """Return the answer of the organisation's dashboard: which departments are weakest, and why."""
    because = [
        f"{names[part.id]}: {reasons(departments[part.id], progress, kpis)}."
        for part in state.because
        if departments[part.id].because
    ]
    sentences = (headline(progress) + ".", actions(progress), *because)
    return Answer(weakest(state, names), state.level, sentences, tuple(to_decide(progress)))


def changes(turned: Sequence[tuple[Action, str]], before: date, every: Cadence) -> Changes:
    """Return which actions have turned on time, late or done since the period that began on `before`."""
    return Changes(since(before, every), tuple(turns(turned)) or ("Every action stands as it did.",))


def turns(turned: Sequence[tuple[Action, str]]) -> list[str]:
    """Return a sentence for each action that has turned, with its present state."""
    return [f"{action.description.rstrip('.')}: now {state}." for action, state in turned]


def headline(progress: pd.DataFrame) -> str:
    """Return in a line what is overdue, and how many of the actions that can be told have worked."""
    decided = progress[~progress["status"].isin(["proposed", "declined"])]
    if not len(decided):
        return "No action is running"
    late = int((decided["state"] == "late").sum())
    overdue = f"{upper_first(counted(late, 'action is', 'actions are'))} overdue" if late else "No action is overdue"
    told = decided["answer"].isin(TELLING)
    if not told.any():
        return f"{overdue}, and none can be told to have worked yet"
    worked = int((decided["answer"] == "improved").sum()) or "none"
    return f"{overdue}; of {counted(int(told.sum()), 'action')} that can be told, {worked} worked"


def actions(progress: pd.DataFrame) -> str:
    """Return how many actions stand where by their dates, and how many of their reviews wait."""
    if not len(progress):
        return "The register holds no action."
    states = ", ".join(f"{count} {state}" for state, count in progress["state"].value_counts().items())
    waiting = progress["review"].value_counts()
    reviews = [f"{waiting[word]} {word}" for word in ("overdue", "due") if word in waiting]
    return f"Actions: {states}." + (f" Post-implementation reviews: {', '.join(reviews)}." if reviews else "")


def to_decide(progress: pd.DataFrame) -> list[str]:
    """Return what is to be decided: what is late, what had no effect or a bad one, and the reviews to hold."""
    late = progress["state"] == "late"
    useless = progress["answer"].isin(["no effect found", "worsened"]) & (progress["review"] != "held") & ~late
    review = progress["review"].isin(["due", "overdue"]) & ~late & ~useless
    asked = [
        *(f"Finish, extend or stop, due on {day(row['end'])} {_whose(row)}" for row in _rows(progress[late])),
        *(
            f"Change, extend or give up, without the effect as planned {_whose(row)}"
            for row in _rows(progress[useless])
        ),
        *(
            f"Hold the post-implementation review by {day(row['review_until'])} {_whose(row)}"
            for row in _rows(progress[review])
        ),
    ]
    return asked[: 2 * TOLD]


def _whose(row: Mapping[Hashable, Any]) -> str:
    return f"({row['owner']}): {lower_first(row['description'])}"


def reasons(state: Rollup, progress: pd.DataFrame, kpis: Catalogue) -> str:
    """Return what brings a state about: "Conversion and Revenue changed for the worse; “Train newcomers” is late"."""
    grouped: dict[str, list[str]] = {}
    for part in state.because:
        name = kpis[part.id].name if part.kind == "kpi" else effect_findings.short_names(progress, [part.id])[0]
        grouped.setdefault(part.why, []).append(name)
    return "; ".join(f"{_named(names)} {WHY[why][len(names) > 1]}" for why, names in grouped.items())


def _named(names: Sequence[str]) -> str:
    more = len(names) - TOLD
    return listed([*names[:TOLD], *([f"{more} more"] if more > 0 else [])])


def weakest(state: Rollup, names: Mapping[str, str]) -> str:
    """Return which departments keep the organisation from standing better."""
    many = [names[part.id] for part in state.because]
    if state.level == "good":
        return "No department is in trouble"
    words = {"concern": "cause concern", "watch": "are to be watched", "unknown": "can't be judged"}
    one = {"concern": "causes concern", "watch": "is to be watched", "unknown": "can't be judged"}
    return f"{listed(many)} {(one if len(many) == 1 else words)[state.level]}"


def _rows(progress: pd.DataFrame) -> Sequence[dict[Hashable, Any]]:
    return progress.to_dict("records")


def _with_names(rows: pd.DataFrame, progress: pd.DataFrame) -> list[tuple[dict[Hashable, Any], str]]:
    return list(zip(rows.to_dict("records"), effect_findings.short_names(progress, list(rows["id"])), strict=True))
