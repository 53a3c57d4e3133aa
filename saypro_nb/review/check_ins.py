"""Check-ins: the agenda of the next one, made of what is open, and what its record changes.

The points come in this order: what is overdue, alerts, proposals that wait for a decision, causes that wait for a
verdict, milestones that fall due before the next check-in, and the KPIs to watch. They are taken up as long as the
slot lasts; what doesn't fit any more is listed as left over, to be settled in writing or by a longer meeting.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from saypro_nb.agree.decisions import CheckedAction, CheckIn
from saypro_nb.agree.errors import Fault
from saypro_nb.agree.meetings import AgendaMinutes, Meeting
from saypro_nb.agree.plans import Action, Status
from saypro_nb.agree.schema import Department
from saypro_nb.review import actions
from saypro_nb.review.timetable import attendees

Topic = Literal["overdue", "alert", "proposal", "verdict", "milestone", "watch"]
TOPICS: tuple[Topic, ...] = ("overdue", "alert", "proposal", "verdict", "milestone", "watch")
DECIDED: tuple[Status, ...] = ("proposed", "declined")


@dataclass(frozen=True)
class Point:
    """Something to talk about, with who speaks to it; `personnel` and `money` say what it asks for."""

    topic: Topic
    text: str
    who: str = ""
    personnel: bool = False
    money: bool = False


@dataclass(frozen=True)
class Line:
    """A line of the agenda: the minutes after its beginning at which the point starts, and how many it takes."""

    starts: int
    minutes: int
    text: str
    who: str = ""


@dataclass(frozen=True)
class Agenda:
    """What a meeting of so many `minutes` goes through, and what a check-in leaves over because it doesn't fit."""

    department: str
    when: datetime
    minutes: int
    attendees: tuple[str, ...]
    lines: tuple[Line, ...]
    left_over: tuple[Point, ...]

    @property
    def free(self) -> int:
        """The minutes that no point takes; below zero where the points take more than the meeting has."""
        return self.minutes - sum(line.minutes for line in self.lines)


def agenda(
    department: Department, when: datetime, meeting: Meeting, takes: AgendaMinutes, points: Iterable[Point]
) -> Agenda:
    """Return the agenda of a department's check-in; who attends goes by what is on it, not by what is left over."""
    waiting = sorted(points, key=lambda point: TOPICS.index(point.topic))
    left = meeting.minutes - takes.opening - takes.closing
    taken: list[Point] = []
    while waiting and minutes_of(waiting[0], takes) <= left:
        taken.append(waiting.pop(0))
        left -= minutes_of(taken[-1], takes)
    who = attendees(
        meeting.attend,
        lead=department.lead,
        team=f"{department.name} team",
        personnel=any(point.personnel for point in taken),
        budget=any(point.money for point in taken),
    )
    return Agenda(department.name, when, meeting.minutes, who, _lines(taken, takes), tuple(waiting))


def minutes_of(point: Point, takes: AgendaMinutes) -> int:
    """Return how many minutes a point takes."""
    return int(getattr(takes, point.topic))


def blank(department: str, agenda: Agenda, running: Sequence[Action], watch: Sequence[str]) -> CheckIn:
    """Return the record of a check-in before it is held, with a line for each of the `running` actions."""
    return CheckIn(
        department=department,
        held_on=agenda.when.date(),
        participants=agenda.attendees,
        actions=tuple(map(_line, running)),
        watch=tuple(watch),
    )


def brought_up_to_date(lines: Sequence[CheckedAction], known: Mapping[str, Action]) -> tuple[CheckedAction, ...]:
    """Return the lines with the status that each action has now, and a blank one for each running one without."""
    kept = [
        line.model_copy(update={"status": known[line.action].status}) if line.action in known else line
        for line in lines
    ]
    spoken_of = {line.action for line in lines}
    running = [action for action in actions.running([*known.values()]) if action.id not in spoken_of]
    return (*kept, *map(_line, running))


def unfit(record: CheckIn, where: str) -> list[Fault]:
    """Return what of a record can't be, whatever its actions."""
    if record.next_update is None or record.next_update > record.held_on:
        return []
    found = f"{record.next_update} does not lie after the check-in of {record.held_on}"
    return [Fault(f"{where}, next_update", found, "Give a later day, or none")]


def followed(record: CheckIn, known: Mapping[str, Action], where: str) -> tuple[list[Action], list[Fault]]:
    """Return the actions with the status and next steps that the record gives them, as far as they change.

    The faults are lines about an action that isn't the department's, or that would decide on one.
    """
    changed, faults = [], []
    for number, line in enumerate(record.actions, start=1):
        place = f"{where}, actions, line {number}"
        action = known.get(line.action)
        if action is None:
            found = f"{record.department} has no action '{line.action}' in the register"
            faults.append(Fault(f"{place}, action", found, f"Known: {', '.join(known) or 'none'}"))
        elif line.status != action.status and {line.status, action.status} & {*DECIDED}:
            found = f"{action.id} is {action.status}, and would become {line.status}"
            faults.append(Fault(f"{place}, status", found, "Decide on it with saypro decide"))
        else:
            after = action.model_copy(
                update={"status": line.status, "next_steps": line.next_steps or action.next_steps}
            )
            changed += [after] if after != action else []
    return changed, faults


def _line(action: Action) -> CheckedAction:
    return CheckedAction(action=action.id, status=action.status, responsible=action.owner, next_steps=action.next_steps)


def _lines(taken: Sequence[Point], takes: AgendaMinutes) -> tuple[Line, ...]:
    planned = [
        ("Opening, and what was agreed last time", takes.opening, ""),
        *((point.text, minutes_of(point, takes), point.who) for point in taken),
        ("Decisions, owners, and the date of the next update", takes.closing, ""),
    ]
    lines, starts = [], 0
    for text, minutes, who in planned:
        if minutes:
            lines.append(Line(starts, minutes, text, who))
        starts += minutes
    return tuple(lines)
