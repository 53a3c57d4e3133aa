"""Sentences of phase 3: what waits for a decision, what it asks for, and what happens if nobody decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from saypro_nb.agree.plans import Action
from saypro_nb.review.agenda import Agenda
from saypro_nb.review.capacity import MOST_AT_ONCE
from saypro_nb.show.findings import TOLD, Answer
from saypro_nb.show.plan_views import gap_words, success, timeline
from saypro_nb.show.theme import ToneName
from saypro_nb.show.words import FAMILIES, amount, counted, day, difference, listed, lower_first, short_day, upper_first

PARTS = {"small": "a quarter", "medium": "half", "large": "three quarters"}
"""How much of a gap a recommendation is expected to close (see `review.recommendations.SHARE`)."""

SIGNED = {"approved": "Approved", "adjusted": "Approved as adjusted", "declined": "Declined", "withdrawn": "Taken back"}
"""What a signed-off decision is called."""


@dataclass(frozen=True)
class Request:
    """A proposal in words: what is to be done, its id, and labelled facts that a decision needs."""

    what: str
    id: str
    facts: tuple[tuple[str, str], ...]


def answer(agenda: Agenda) -> Answer:
    """Return the answer of phase 3: what is to be decided, and whether people and money bear it."""
    told = [*coverage(agenda), *_asked(agenda), *money(agenda), *people(agenda), *_late(agenda)]
    decide = [_decision(action, agenda) for action in agenda.waiting[:TOLD]]
    further = len(agenda.waiting) - TOLD
    more = [f"And {counted(further, 'more proposal')}."] if further > 0 else []
    return Answer(_headline(agenda), _tone(agenda), tuple(told), (*decide, *more, *relief(agenda)))


def coverage(agenda: Agenda) -> list[str]:
    """Return how many gaps of the shortlist are being worked on, have a proposal, or neither."""
    standing = list(agenda.standing_of_gaps().values())
    if not standing:
        return ["No gap is on the shortlist."]
    words = {"running": "being worked on", "proposed": "with a proposal", "neither": "without any action"}
    parts = [f"{standing.count(state)} {said}" for state, said in words.items() if state in standing]
    return [f"{upper_first(counted(len(standing), 'gap'))} on the shortlist: {listed(parts)}."]


def money(agenda: Agenda) -> list[str]:
    """Return what the quarter that takes most would take of the budget, and which others exceed it."""
    if agenda.costs.empty:
        return []
    fullest = agenda.costs.iloc[agenda.costs["planned"].argmax()]
    taken, budget = _money(fullest["planned"], agenda), _money(fullest["budget"], agenda)
    over = agenda.costs[agenda.costs["over"] > 0]
    if over.empty:
        return [f"The budget bears it: {fullest['quarter']}, the dearest quarter, takes {taken} of {budget}."]
    told = [f"{row.quarter} by {_money(row.over, agenda)}" for row in over.itertuples()]
    return [f"With everything approved the plan exceeds the budget of {budget} a quarter: {listed(told)}."]


def people(agenda: Agenda) -> list[str]:
    """Return who would lead more actions at once than is advisable, or that nobody would."""
    if agenda.load.empty:
        return []
    burdened = agenda.load[agenda.load["too_much"]].to_dict("records")
    if not burdened:
        return [f"Nobody would lead more than {MOST_AT_ONCE} actions at once."]
    told = [
        f"{row['owner']} would lead {row['at_once']} actions at once from {short_day(row['first'])} to "
        f"{short_day(row['last'])}"
        for row in burdened
    ]
    return [f"{listed(told)}; more than {MOST_AT_ONCE} beside daily work is too much."]


def relief(agenda: Agenda) -> list[str]:
    """Return what is to be decided where the plan is more than budget or people bear, or has fallen behind."""
    over = [
        f"Ask for {_money(row.over, agenda)} more in {row.quarter}, or postpone, shrink or decline something."
        for row in agenda.costs[agenda.costs["over"] > 0].itertuples()
    ]
    burdened = [
        f"Give {counted(row['at_once'] - MOST_AT_ONCE, 'action')} of {row['owner']} to somebody else, or start later."
        for row in agenda.load[agenda.load["too_much"]].to_dict("records")
    ]
    late = [
        f"Finish, extend or stop, due on {day(action.end)} ({action.owner}): {lower_first(action.description)}"
        for action in agenda.late
    ]
    return [*over, *burdened, *late]


def requests(agenda: Agenda) -> list[Request]:
    """Return every proposal with what it asks for and what happens if nobody decides.

    They come in the order of the gaps, and corrections of the plan come last.
    """
    order = {kpi: place for place, kpi in enumerate(agenda.ranked["kpi"])}
    waiting = sorted(agenda.waiting, key=lambda action: (action.corrects_plan, order.get(action.kpi, len(order))))
    return [_request(action, agenda) for action in waiting]


def if_nothing(action: Action, agenda: Agenda) -> str:
    """Return what is known of the time after, if the action is not decided on: the past goes on."""
    if action.corrects_plan:
        return "The plan stays as it is, and the next review of the plans finds the gap again."
    others = [one.id for one in agenda.running if one.kpi == action.kpi]
    beside = f"Only {listed(others)} works on this gap." if others else "Nothing else works on this gap."
    missed = agenda.missed[agenda.missed["kpi"] == action.kpi].to_dict("records")
    if action.kpi not in agenda.kpis or not missed or not missed[0]["missed"]:
        return beside
    return f"{_missed(action, missed[0], agenda)} {beside}"


def grounds(agenda: Agenda) -> list[str]:
    """Return whether the proposals rest on causes that a meeting has confirmed, or on evidence alone."""
    answers = [action for action in agenda.waiting if not action.corrects_plan]
    if not answers:
        return []
    confirmed = sum(agenda.verdicts.get((action.kpi, action.family)) == "confirmed" for action in answers)
    if confirmed == len(answers):
        return ["Every proposal answers a cause that the meeting has confirmed."]
    if confirmed:
        of_all = f"{upper_first(counted(confirmed, 'proposal answers', 'proposals answer'))}"
        return [f"{of_all} a cause that the meeting has confirmed; evidence alone speaks for the others."]
    return ["No proposal answers a cause that the meeting has confirmed: evidence alone speaks for them."]


def cause_words(kpi: str, family: str, agenda: Agenda) -> str:
    """Return a cause family with what the meeting thinks of it as the cause of a gap."""
    said = {"confirmed": "confirmed", "rejected": "rejected", "open": "not decided"}
    return f"{upper_first(FAMILIES[family])} ({said[agenda.verdicts.get((kpi, family), 'open')]})"


def expected_words(row: Mapping[Any, Any], agenda: Agenda) -> str:
    """Return the part of the gap that a recommendation is expected to close, by the library's guess."""
    part = f"about {PARTS[row['effect']]} of the gap"
    if pd.isna(row["expected"]) or row["kpi"] not in agenda.kpis:
        return part
    return f"{part}, {difference(row['expected'], agenda.kpis[row['kpi']], agenda.currency).lstrip('+')}"


def recommendation_of(action: Action, agenda: Agenda) -> Mapping[Any, Any] | None:
    """Return the recommendation that the action was made from, with its reasons; None where it came by hand."""
    rows = agenda.recommended
    same = rows[(rows["kpi"] == action.kpi) & (rows["recommendation"] == action.recommendation)]
    return None if same.empty else dict(same.iloc[0].to_dict())


def milestones_words(steps: pd.DataFrame) -> str:
    """Return how many milestones are done, due and overdue."""
    dated = steps[steps["what"] != ""]
    counts = dated["state"].value_counts()
    told = [f"{counts[state]} {state}" for state in ("done", "due", "overdue") if state in counts]
    return f"{counted(len(dated), 'milestone')}{f' ({listed(told)})' if told else ''}"


def _headline(agenda: Agenda) -> str:
    if not agenda.waiting:
        bare = list(agenda.standing_of_gaps().values()).count("neither")
        open_gaps = counted(bare, "gap has", "gaps have")
        return f"Nothing to decide on, but {open_gaps} no action" if bare else "Nothing to decide on"
    strained = {"money": bool((agenda.costs["over"] > 0).any()), "people": bool(agenda.load["too_much"].any())}
    missing = listed([name for name, short in strained.items() if short])
    short = f", and not enough {missing} for all of it" if missing else ""
    return f"{upper_first(counted(len(agenda.waiting), 'action'))} to decide on{short}"


def _tone(agenda: Agenda) -> ToneName:
    if agenda.late or (agenda.costs["over"] > 0).any() or agenda.load["too_much"].any():
        return "concern"
    return "watch" if agenda.waiting or "neither" in agenda.standing_of_gaps().values() else "good"


def _asked(agenda: Agenda) -> list[str]:
    if not agenda.waiting:
        return []
    first = min(action.start for action in agenda.waiting)
    last = max(action.end for action in agenda.waiting)
    many = len(agenda.waiting) > 1
    asks, cost = "proposals ask" if many else "proposal asks", sum(action.budget for action in agenda.waiting)
    sum_of = _money(cost, agenda) if cost else "no money"
    return [f"The {asks} for {sum_of}, and would run from {short_day(first)} to {short_day(last)}."]


def _late(agenda: Agenda) -> list[str]:
    steps = agenda.steps
    overdue = int(((steps["state"] == "overdue") & (steps["what"] != "")).sum())
    told = [
        counted(len(agenda.late), "running action is late", "running actions are late") if agenda.late else "",
        counted(overdue, "milestone is overdue", "milestones are overdue") if overdue else "",
    ]
    said = listed([sentence for sentence in told if sentence])
    return [f"{upper_first(said)}."] if said else []


def _decision(action: Action, agenda: Agenda) -> str:
    asked = _money(action.budget, agenda) if action.budget else "no money"
    return f"Approve, adjust or decline before {day(action.start)} ({asked}): {lower_first(action.description)}"


def _request(action: Action, agenda: Agenda) -> Request:
    row = recommendation_of(action, agenda)
    facts = {
        "Against": _against(action, agenda),
        "Money": _money(action.budget, agenda) if action.budget else "None beyond working time",
        "People": f"{action.owner} leads. {action.resources}",
        "When": f"{timeline(action)}, {action.term} term",
        "Brings": f"{upper_first(expected_words(row, agenda))}, with {row['effort']} effort" if row else "",
        "Success is": success(action, agenda.kpis, agenda.currency),
        "If nobody decides": if_nothing(action, agenda),
    }
    return Request(action.description, action.id, tuple((label, text) for label, text in facts.items() if text))


def _against(action: Action, agenda: Agenda) -> str:
    gap = gap_words(action.kpi, agenda.kpis, agenda.ranked, agenda.currency)
    if action.corrects_plan:
        return f"A gap between the plan and the goals; by this KPI its end will show: {gap}"
    return f"{gap}; cause: {lower_first(cause_words(action.kpi, action.family, agenda))}"


def _missed(action: Action, row: Mapping[Any, Any], agenda: Agenda) -> str:
    kpi = agenda.kpis[action.kpi]
    span = f"{row['periods']} {kpi.every}s"
    said = f"{kpi.name} has missed its target in {row['missed']} of the last {span}"
    if pd.isna(row["total"]) or not row["total"]:
        return f"{said}, and the past goes on."
    again = amount(row["total"], kpi, agenda.currency)
    return f"{said}; the next {span} would add {again} to the shortfall, if they are like these."


def _money(sum_of: Any, agenda: Agenda) -> str:
    return f"{agenda.currency}{float(sum_of):,.0f}"
