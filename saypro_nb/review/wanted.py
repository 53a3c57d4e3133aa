"""Decisions wanted: what leadership has to settle over all departments, the most urgent first.

    escalated     nobody below has resolved it in time: an alert, or something overdue that leadership holds now
    late          a running action that should have begun, or be finished, by now
    proposal      an action that waits for a decision; those against an alarm come before all others
    unanswered    a gap of the shortlist against which nothing runs and nothing is proposed
    money         a quarter in which a department's plan exceeds its budget
    people        an owner who would lead more actions at once than is advisable
    no effect     an action without the effect that it was to have, or with a bad one, whose review is still to be held
    correction    a correction of a department's plan

Within a kind the longest overdue comes first, then the gap of the highest priority.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from saypro_nb.agree.plans import Action
from saypro_nb.review.agenda import Agenda
from saypro_nb.review.escalation import Held
from saypro_nb.review.gaps import NEW

Kind = Literal["escalated", "late", "proposal", "unanswered", "money", "people", "no effect", "correction"]

NO_EFFECT = ("no effect found", "worsened")
_ORDER: tuple[tuple[Kind, bool], ...] = (
    ("escalated", False), ("late", False), ("proposal", True), ("unanswered", True), ("money", False),
    ("people", False), ("proposal", False), ("no effect", False), ("unanswered", False), ("correction", False),
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """A decision: its `subject` (an action's id, a KPI, a quarter or an owner), and in words `what` it is about.

    It should be made before the day `by`; without one, when leadership meets. `money` is what is asked for, or by how
    much a budget is exceeded, and `urgent` says whether it answers an alarm.
    """

    kind: Kind
    department: str
    subject: str
    what: str
    who: str
    by: date | None = None
    money: float = 0.0
    urgent: bool = False
    weight: float = 0.0


def decisions(agendas: Mapping[str, Agenda], held: Sequence[Held], progress: pd.DataFrame) -> list[Wanted]:
    """Return every decision that leadership is asked for; `progress` is that of all departments."""
    reached = [one for one in held if one.step == "leadership"]
    found = [*_escalated(reached), *_without_effect(progress)]
    for name, agenda in agendas.items():
        settled = {one.matter.subject for one in reached if one.department == name}
        found += [*_late(name, agenda, settled), *_waiting(name, agenda), *_unanswered(name, agenda)]
        found += [*_money(name, agenda), *_people(name, agenda)]
    return sorted(found, key=lambda one: (_ORDER.index((one.kind, one.urgent)), -one.weight, one.by or date.max))


def _escalated(held: Sequence[Held]) -> Iterator[Wanted]:
    for one in held:
        yield Wanted(
            "escalated", one.department, one.matter.subject, one.matter.text, one.holder, one.until,
            weight=one.days_late,
        )  # fmt: skip


def _late(name: str, agenda: Agenda, settled: set[str]) -> Iterator[Wanted]:
    for action in agenda.late:
        if action.id not in settled:
            late = (agenda.today - action.end).days
            yield Wanted("late", name, action.id, action.description, action.owner, weight=late)


def _waiting(name: str, agenda: Agenda) -> Iterator[Wanted]:
    for action in agenda.waiting:
        if action.corrects_plan:
            yield Wanted("correction", name, action.id, action.description, action.owner, action.start, action.budget)
        else:
            urgent, priority = _of_gap(action.kpi, agenda)
            yield Wanted(
                "proposal", name, action.id, action.description, action.owner, action.start, action.budget, urgent,
                priority,
            )  # fmt: skip


def _unanswered(name: str, agenda: Agenda) -> Iterator[Wanted]:
    for kpi, standing in agenda.standing_of_gaps().items():
        if standing == "neither":
            urgent, priority = _of_gap(kpi, agenda)
            facts = agenda.kpis[kpi].name if kpi in agenda.kpis else kpi
            yield Wanted("unanswered", name, kpi, facts, agenda.department.lead, urgent=urgent, weight=priority)


def _money(name: str, agenda: Agenda) -> Iterator[Wanted]:
    for row in agenda.costs[agenda.costs["over"] > 0].to_dict("records"):
        quarter, over = str(row["quarter"]), float(row["over"])
        yield Wanted("money", name, quarter, quarter, agenda.department.lead, row["first"], over, weight=over)


def _people(name: str, agenda: Agenda) -> Iterator[Wanted]:
    for row in agenda.load[agenda.load["too_much"]].to_dict("records"):
        owner, many = str(row["owner"]), int(row["at_once"])
        yield Wanted("people", name, owner, str(many), owner, row["first"], weight=many)


def _without_effect(progress: pd.DataFrame) -> Iterator[Wanted]:
    useless = progress["answer"].isin(NO_EFFECT) & (progress["review"] != "held") & (progress["state"] != "late")
    for row in progress[useless & (progress["status"] != "declined")].to_dict("records"):
        worse = float(row["answer"] == "worsened")
        yield Wanted("no effect", row["department"], row["id"], row["description"], row["owner"], weight=worse)


def _of_gap(kpi: str, agenda: Agenda) -> tuple[bool, float]:
    """Return whether a gap is an alarm, and its priority; no alarm and nothing where it isn't on the list."""
    rows = agenda.ranked[agenda.ranked["kpi"] == kpi]
    if rows.empty:
        return False, 0.0
    return bool(rows["state"].iloc[0] in NEW), float(rows["priority"].iloc[0])


def asked(waiting: Sequence[Action]) -> float:
    """Return the money that proposals ask for in all."""
    return float(sum(action.budget for action in waiting))
