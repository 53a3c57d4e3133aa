"""Escalation: who holds what is open or overdue, since when, and when it goes to the next one.

    owner        investigates an alert, or catches up with what is overdue
    department   its lead resolves it
    leadership   decides; there is nobody after it

The clock runs from the day on which an alert was known, or something fell due, and doesn't stop: taking up an alert
names its owner, and wins no time. Who has an action's owner and the department's lead in one person passes it on to
itself, and it still reaches leadership in time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from saypro_nb.agree.meetings import Escalation
from saypro_nb.agree.plans import Action
from saypro_nb.agree.schema import Department
from saypro_nb.review import actions as actions_of
from saypro_nb.review import lookback
from saypro_nb.review.alerts import Alert

What = Literal["alert", "action", "milestone", "review"]
Step = Literal["owner", "department", "leadership"]


@dataclass(frozen=True)
class Matter:
    """Something that somebody must see to: an alert, an overdue action or milestone, or an overdue look back.

    `subject` is the KPI of an alert, else the action's id; `due` the day from which the clock runs. `owner` is None
    for an alert that nobody has taken up.
    """

    what: What
    subject: str
    text: str
    owner: str | None
    due: date


@dataclass(frozen=True)
class Held:
    """Who holds a matter now, `since` which day, and `until` which day, when the next one has it.

    Leadership's `until` is the day from which it is overdue there as well. `overdue`: an alert that outlasted its
    owner's days, and everything that has missed its day.
    """

    matter: Matter
    department: str
    step: Step
    holder: str
    since: date
    until: date
    overdue: bool
    days_late: int


def of_alerts(alerts: Iterable[Alert], names: dict[str, str], begins: date) -> list[Matter]:
    """Return the alerts that last, as matters; `names` are the KPIs' full names.

    No clock runs before the day `begins` on which the reviews began: nobody was told of older alerts until then.
    """
    return [
        Matter(
            what="alert",
            subject=alert.kpi,
            text=names.get(alert.kpi, alert.kpi),
            owner=alert.taken.owner if alert.taken else None,
            due=max(alert.known_on, begins),
        )
        for alert in alerts
        if alert.ended is None
    ]


def of_actions(actions: Sequence[Action], today: date) -> list[Matter]:
    """Return what is overdue on `today`: actions by their dates, open milestones, post-implementation reviews."""
    found = []
    for action in actions:
        if actions_of.state(action, today) == "late":
            due = action.end if action.end < today else action.start
            found.append(Matter("action", action.id, action.description, action.owner, due))
        elif action.status not in (*actions_of.CLOSED, "proposed"):
            missed = [step for step in action.milestones if step.due < today and not step.done]
            found += [Matter("milestone", action.id, step.what, action.owner, step.due) for step in missed]
        seen = lookback.window(action, today)
        if seen.review == "overdue":
            found.append(Matter("review", action.id, action.description, action.owner, seen.review_until))
    return found


def hold(matters: Iterable[Matter], department: str, facts: Department, rules: Escalation, today: date) -> list[Held]:
    """Return who holds each matter on `today`, those that have waited longest first."""
    found = [_held(matter, department, facts.lead, rules, today) for matter in matters]
    return sorted(found, key=lambda held: (held.matter.due, held.matter.subject, held.matter.text))


def _held(matter: Matter, department: str, lead: str, rules: Escalation, today: date) -> Held:
    to_lead = matter.due + timedelta(days=rules.owner_days)
    to_leadership = to_lead + timedelta(days=rules.department_days)
    step: Step = "owner" if today < to_lead else "department" if today < to_leadership else "leadership"
    since, until, holder = {
        "owner": (matter.due, to_lead, matter.owner or lead),
        "department": (to_lead, to_leadership, lead),
        "leadership": (to_leadership, to_leadership + timedelta(days=rules.leadership_days), rules.leadership),
    }[step]
    late = matter.due if matter.what != "alert" else to_lead
    overdue = matter.what != "alert" or step != "owner"
    return Held(matter, department, step, holder, since, until, overdue, max((today - late).days, 0))
