"""The meetings as an iCalendar file (RFC 5545), which Google, Outlook and Apple calendars take in.

The same register and params give the same bytes: nothing in the file is of the moment in which it is written. A
meeting keeps its UID whatever its time, and its SEQUENCE grows with each change, so that a calendar that has it
already moves it.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

from saypro_nb.agree.decisions import InCalendars
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep.calendars import Published
from saypro_nb.show.words import one_line

PRODUCT = "-//saypro-nb//Review meetings//EN"
YEARS_AHEAD = 10  # for which the file says when summer time begins and ends


def write(published: Sequence[Published], workspace: Workspace) -> bytes:
    """Return the calendar of the meetings."""
    organisation = workspace.review.organisation
    calendar = Calendar()
    for name, value in {
        "prodid": PRODUCT,
        "version": "2.0",
        "calscale": "GREGORIAN",
        "method": "PUBLISH",
        "x-wr-calname": one_line(f"{organisation}: review meetings"),
    }.items():
        calendar.add(name, value)
    for zone in sorted({one.meeting.time_zone for one in published} - {"UTC"}):
        calendar.add_component(_zone(zone, [one.meeting for one in published]))
    for one in published:
        calendar.add_component(_event(one, organisation))
    return bytes(calendar.to_ical())


def _zone(name: str, meetings: Sequence[InCalendars]) -> Timezone:
    years = [meeting.starts.year for meeting in meetings]
    return Timezone.from_tzid(
        name, first_date=date(min(years) - 1, 1, 1), last_date=date(max(years) + YEARS_AHEAD, 1, 1)
    )


def _event(one: Published, organisation: str) -> Event:
    meeting = one.meeting
    starts = meeting.starts.replace(tzinfo=ZoneInfo(meeting.time_zone))
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"saypro-nb:{organisation}:{meeting.id}")))
    event.add("dtstamp", one.at)
    event.add("sequence", one.changes)
    event.add("summary", one_line(meeting.title))
    event.add("dtstart", starts)
    event.add("duration", timedelta(minutes=meeting.minutes))
    if meeting.every is not None:
        event.add("rrule", _rule(meeting))
    event.add("description", one_line(f"Attend: {', '.join(meeting.attendees)}"))
    event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    return event


def _rule(meeting: InCalendars) -> dict[str, Any]:
    """Return how the meeting comes back: by weeks, or on the first such weekday of a month or quarter.

    What follows such a meeting by some days is on its own weekday among the seven days of the month on which it can be.
    """
    day = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[meeting.starts.weekday()]
    rules: dict[str, dict[str, Any]] = {
        "weekly": {"freq": "weekly", "byday": day},
        "fortnightly": {"freq": "weekly", "interval": 2, "byday": day},
        "monthly": {"freq": "monthly", "byday": f"1{day}"},
        "quarterly": {"freq": "monthly", "interval": 3, "byday": f"1{day}"},
    }
    rule = rules[str(meeting.every)]
    if meeting.days_after and rule["freq"] == "monthly":
        return rule | {"byday": day, "bymonthday": [meeting.days_after + first for first in range(1, 8)]}
    return rule
