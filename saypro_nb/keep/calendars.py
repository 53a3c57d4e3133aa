"""What stands in people's calendars: each meeting as it was last written, so that a later change can be told.

A meeting that is written again as it was has the version of before. One that is no longer held is written once more,
as cancelled, and stays so: whoever has it in a calendar must learn of it.
"""

from dataclasses import dataclass
from datetime import datetime

from saypro_nb.agree.decisions import InCalendars, as_kept
from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import decisions
from saypro_nb.keep.register import Change, Entry, Register
from saypro_nb.review import timetable
from saypro_nb.review.timetable import Series

WHO = "saypro export --calendar"


@dataclass(frozen=True)
class Published:
    """A meeting with how often it was changed since it was first written, and when the last time was."""

    meeting: InCalendars
    changes: int
    at: datetime


def publish(workspace: Workspace) -> list[Published]:
    """Keep every meeting of the schedule that is new, other than before, or no longer held, and return all of them.

    Raises InputError where params/meetings.yaml doesn't say when the reviews begin.
    """
    if workspace.meetings.first_week is None:
        remedy = "Write the Monday on which the reviews begin, such as first_week: 2026-07-06"
        raise InputError([Fault("params/meetings.yaml, first_week", "a calendar has to begin somewhere", remedy)])
    register = Register.of(workspace)
    standing = [one.action for one in decisions.standing(register).values()]
    actions = [action for action in standing if action.department in workspace.review.departments]
    planned = timetable.schedule(workspace.meetings, workspace.review.departments, actions)
    now = {series.id: _as_written(series, workspace.meetings.time_zone) for series in planned}
    before = {entry.subject: entry for entry in register.current("meeting")}
    for subject, entry in before.items():
        now.setdefault(subject, InCalendars.model_validate({**entry.content, "cancelled": True}))
    changes = [
        Change("meeting", subject, as_kept(meeting), before[subject].version if subject in before else 0)
        for subject, meeting in now.items()
        if subject not in before or meeting != InCalendars.model_validate(before[subject].content)
    ]
    kept = register.record_all(changes, who=WHO, why="as scheduled") if changes else []
    entries: dict[str, Entry] = before | {entry.subject: entry for entry in kept}
    return [Published(meeting, entries[subject].version - 1, entries[subject].at) for subject, meeting in now.items()]


def _as_written(series: Series, time_zone: str) -> InCalendars:
    return InCalendars(
        id=series.id,
        department=series.department,
        title=series.title,
        time_zone=time_zone,
        starts=series.starts,
        minutes=series.minutes,
        every=series.every,
        attendees=series.attendees,
        days_after=series.days_after,
    )
