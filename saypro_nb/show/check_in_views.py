"""A check-in as people read it: the agenda before it, and afterwards what was agreed, by whom and until when."""

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from saypro_nb.agree.decisions import CheckIn
from saypro_nb.agree.plans import Action
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review.check_ins import Agenda
from saypro_nb.show import blocks
from saypro_nb.show.html import Block
from saypro_nb.show.tables import Column, table
from saypro_nb.show.words import counted, day


def agenda(planned: Agenda) -> Block:
    """Return the agenda with its minutes, who attends, and what doesn't fit."""
    shown = [blocks.notes(planned.attendees, title="Attend"), points(planned)]
    if planned.left_over:
        title = (
            f"{counted(len(planned.left_over), 'point')} for which there is no time: in writing, or in a longer slot"
        )
        shown.append(blocks.notes([point.text for point in planned.left_over], title=title))
    return blocks.stack(*shown)


def points(planned: Agenda, title: str = "Agenda") -> Block:
    """Return the points of an agenda with their minutes; `title` opens the caption."""
    rows = [
        {
            "at": f"{planned.when + timedelta(minutes=line.starts):%H:%M}",
            "minutes": line.minutes,
            "text": line.text,
            "who": line.who,
        }
        for line in planned.lines
    ]
    columns = [
        Column("at", "At"),
        Column("minutes", "Minutes", kind="number", decimals=0),
        Column("text", "Point"),
        Column("who", "Speaks"),
    ]
    frame = pd.DataFrame(rows, columns=[column.key for column in columns])
    caption = f"{title} of {day(planned.when.date())}, {planned.when:%H:%M}, {planned.minutes} minutes"
    return table(frame, columns, caption=caption, file_name="agenda")


def last(record: CheckIn | None, actions: Sequence[Action], kpis: Catalogue) -> Block:
    """Return the follow-up of the last check-in under its day, or that there was none yet."""
    if record is None:
        return blocks.notes(["No check-in has been recorded yet."])
    held = summary(record, {action.id: action for action in actions}, kpis)
    return blocks.stack(blocks.notes([day(record.held_on)], title="Held on"), held)


def summary(record: CheckIn, actions: dict[str, Action], kpis: Catalogue) -> Block:
    """Return the follow-up of a check-in: decisions, what each action's owner does next, and the next update."""
    rows = [
        {
            "action": actions[line.action].description if line.action in actions else line.action,
            "status": line.status,
            "impact": line.impact,
            "challenges": line.challenges,
            "next_steps": line.next_steps,
            "responsible": line.responsible or _owner(line.action, actions),
            "until": _until(line.action, actions, record.held_on),
        }
        for line in record.actions
    ]
    columns = [
        Column("action", "Action"),
        Column("status", "Status"),
        Column("impact", "Effect on its KPI"),
        Column("challenges", "Challenges"),
        Column("next_steps", "Next steps"),
        Column("responsible", "By whom"),
        Column("until", "Until"),
    ]
    frame = pd.DataFrame(rows, columns=[column.key for column in columns])
    watched = [kpis[kpi].name if kpi in kpis else kpi for kpi in record.watch]
    parts = [
        blocks.notes([record.summary], title="Summary") if record.summary else None,
        blocks.notes(record.decisions or ["Nothing was decided."], title="Decisions"),
        table(frame, columns, caption="What was agreed on each action", file_name="agreed", empty="No action is open."),
        blocks.notes(watched, title="KPIs to watch") if watched else None,
        blocks.notes([*record.participants], title="Took part"),
        blocks.notes([day(record.next_update) if record.next_update else "Not agreed"], title="Next update"),
    ]
    return blocks.stack(*[part for part in parts if part is not None])


def _owner(action: str, actions: dict[str, Action]) -> str:
    return actions[action].owner if action in actions else ""


def _until(action: str, actions: dict[str, Action], held_on: date) -> date | None:
    """Return the day of the action's next open milestone, or its end."""
    if action not in actions:
        return None
    ahead = [step.due for step in actions[action].milestones if not step.done and step.due >= held_on]
    return min(ahead, default=actions[action].end)
