"""The calendar, read by the library's parser, and its repetitions by dateutil's."""

import datetime
import itertools
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from dateutil.rrule import rrulestr
from icalendar import Calendar, Event

from saypro_nb.agree.decisions import InCalendars
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import calendars
from saypro_nb.keep.register import Register
from saypro_nb.review import timetable
from saypro_nb.run import ics
from saypro_nb.run.cli import main
from tests import workspaces

MEETINGS: dict[str, Any] = {"time_zone": "Europe/Berlin", "first_week": "2026-06-29"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = workspaces.make(tmp_path / "work")
    workspaces.write(made, "meetings", MEETINGS)
    monkeypatch.chdir(made)
    return made


def exported(folder: Path, *arguments: str) -> bytes:
    result = CliRunner().invoke(main, ("export", "--calendar", *arguments))
    assert result.exit_code == 0, result.output
    return (folder / "export" / "calendar.ics").read_bytes()


def events(file: bytes) -> dict[str, Event]:
    calendar = Calendar.from_ical(file)
    assert not calendar.errors
    return {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}


def version(event: Event) -> tuple[str, int]:
    return str(event["UID"]), int(event["SEQUENCE"])


def with_actions(folder: Path, status: str, seen: int) -> None:
    content = {
        "id": "S-1", "department": "south", "kpi": "revenue", "family": "training", "recommendation": None,
        "description": "Train", "owner": "Clerk", "start": "2026-07-06", "end": "2026-09-30", "milestones": [],
        "resources": "time", "budget": 0, "term": "short", "status": status, "progress": "", "next_steps": "",
        "criterion": {"kpi": "revenue", "baseline": None, "amount": 100, "by": "2026-12-31"},
    }  # fmt: skip
    register = Register.open("sqlite:///register.sqlite", folder)
    register.record("action", "S-1", content, who="x", why="y", seen=seen)


def test_every_meeting_is_in_the_calendar_with_its_time_zone(folder: Path) -> None:
    found = events(exported(folder))
    assert list(found) == [
        "North: check-in",
        "South: check-in",
        "Leadership review",
        "North: review with leadership",
        "South: review with leadership",
        "Feedback on what has changed",
    ]
    north = found["North: check-in"]
    assert north["DTSTART"].dt == datetime.datetime(2026, 6, 30, 10, tzinfo=ZoneInfo("Europe/Berlin"))
    assert (north["DURATION"].dt, north["STATUS"]) == (datetime.timedelta(hours=1), "CONFIRMED")
    assert len({str(event["UID"]) for event in found.values()}) == len(found)


def test_the_file_says_what_programs_ask_of_it(folder: Path) -> None:
    calendar = Calendar.from_ical(exported(folder))
    assert [calendar[name] for name in ("VERSION", "METHOD", "CALSCALE")] == ["2.0", "PUBLISH", "GREGORIAN"]
    assert calendar["PRODID"]
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]


@pytest.mark.parametrize("day", ["2026-01-15", "2026-07-15", "2031-03-31", "2031-10-27"])
def test_the_time_zone_in_the_file_has_the_offsets_of_the_real_one(folder: Path, day: str) -> None:
    (zone,) = Calendar.from_ical(exported(folder)).walk("VTIMEZONE")
    noon = datetime.datetime.fromisoformat(f"{day}T12:00")
    real = noon.replace(tzinfo=ZoneInfo("Europe/Berlin")).utcoffset()
    assert noon.replace(tzinfo=zone.to_tz(lookup_tzid=False)).utcoffset() == real


def test_utc_needs_no_time_zone(folder: Path) -> None:
    workspaces.write(folder, "meetings", MEETINGS | {"time_zone": "UTC"})
    file = exported(folder)
    assert b"VTIMEZONE" not in file
    assert b"DTSTART:20260630T100000Z" in file


def test_a_calendar_has_to_begin_somewhere(folder: Path) -> None:
    (folder / "params" / "meetings.yaml").unlink()
    result = CliRunner().invoke(main, ("export", "--calendar"))
    assert result.exit_code == 2
    assert "params/meetings.yaml, first_week: a calendar has to begin somewhere" in result.output


def test_written_again_the_calendar_has_the_same_bytes(folder: Path) -> None:
    assert exported(folder) == exported(folder)


def test_a_meeting_that_moves_keeps_its_uid_and_counts_its_changes(folder: Path) -> None:
    before = events(exported(folder))
    workspaces.write(folder, "meetings", MEETINGS | {"departments": {"north": {"weekday": "friday", "at": "15:00"}}})
    after = events(exported(folder))
    uid, _ = version(before["North: check-in"])
    assert version(after["North: check-in"]) == (uid, 1)
    assert after["North: check-in"]["DTSTART"].dt.isoformat() == "2026-07-03T15:00:00+02:00"
    assert version(after["South: check-in"]) == version(before["South: check-in"])
    workspaces.write(folder, "meetings", MEETINGS)
    assert version(events(exported(folder))["North: check-in"]) == (uid, 2)


def test_a_meeting_that_is_no_longer_held_is_cancelled_for_those_who_have_it(folder: Path) -> None:
    with_actions(folder, "not started", 0)
    before = events(exported(folder))["South: look back at S-1, Train"]
    with_actions(folder, "declined", 1)
    for _ in range(2):
        after = events(exported(folder))["South: look back at S-1, Train"]
        assert (version(after), after["STATUS"]) == ((str(before["UID"]), 1), "CANCELLED")


def test_a_department_gets_its_own_meetings_and_those_of_all(folder: Path) -> None:
    found = events(exported(folder, "--department", "north"))
    assert list(found) == [
        "North: check-in",
        "Leadership review",
        "North: review with leadership",
        "Feedback on what has changed",
    ]
    assert len(events(exported(folder))) == 6


def test_no_name_breaks_out_of_its_line(folder: Path) -> None:
    hostile = "North\r\nEND:VEVENT\nBEGIN:VALARM\n; ACTION:x, \\n \u202e" + "ü" * 90
    north = workspaces.REVIEW["departments"]["north"] | {"name": hostile, "lead": "Head\r\nATTENDEE:mailto:x@y"}
    departments = workspaces.REVIEW["departments"] | {"north": north}
    workspaces.write(folder, "review", workspaces.REVIEW | {"departments": departments, "organisation": "A\nB:C"})
    file = exported(folder)
    calendar = Calendar.from_ical(file)
    assert len(list(calendar.walk("VEVENT"))) == 6
    assert not list(calendar.walk("VALARM"))
    summary = str(next(iter(events(file))))
    assert summary == "North END:VEVENT BEGIN:VALARM ; ACTION:x, \\n " + "ü" * 90 + ": check-in"
    assert all(event.get("ATTENDEE") is None for event in calendar.walk("VEVENT"))


def test_lines_end_and_fold_as_the_standard_says(folder: Path) -> None:
    """RFC 5545, section 3.1: lines end with CR LF and have 75 octets at most."""
    north = workspaces.REVIEW["departments"]["north"] | {"name": "Nördliche Abteilung " * 8}
    departments = workspaces.REVIEW["departments"] | {"north": north}
    workspaces.write(folder, "review", workspaces.REVIEW | {"departments": departments})
    file = exported(folder)
    lines = file.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert all(line.decode("utf-8") is not None for line in lines)


@pytest.mark.parametrize("every", ["weekly", "fortnightly", "monthly", "quarterly"])
def test_the_calendar_repeats_a_meeting_on_the_days_of_the_schedule(folder: Path, every: str) -> None:
    south = workspaces.REVIEW["departments"]["south"] | {"check_in": every}
    departments = workspaces.REVIEW["departments"] | {"south": south}
    workspaces.write(folder, "review", workspaces.REVIEW | {"departments": departments})
    workspace = Workspace.load(folder)
    event = events(exported(folder))["South: check-in"]
    start = event["DTSTART"].dt.replace(tzinfo=None)
    repeated = itertools.islice(rrulestr(event["RRULE"].to_ical().decode(), dtstart=start), 40)
    series = timetable.schedule(workspace.meetings, workspace.review.departments)[1]
    assert list(repeated) == list(itertools.islice(timetable.held_from(series, start.date()), 40))


@pytest.mark.parametrize("every", ["weekly", "monthly", "quarterly"])
def test_the_calendar_repeats_a_departments_review_after_that_of_leadership(folder: Path, every: str) -> None:
    leadership = {"every": every, "weekday": "thursday", "at": "09:00", "minutes": 90, "attend": {"always": ["leads"]}}
    workspaces.write(folder, "meetings", MEETINGS | {"meetings": {"leadership": leadership}})
    workspace = Workspace.load(folder)
    event = events(exported(folder))["South: review with leadership"]
    start = event["DTSTART"].dt.replace(tzinfo=None)
    repeated = itertools.islice(rrulestr(event["RRULE"].to_ical().decode(), dtstart=start), 40)
    *_, south = timetable.reviews(workspace.meetings, workspace.review.departments)
    assert list(repeated) == list(itertools.islice(timetable.held_from(south, start.date()), 40))


def test_a_meeting_that_was_kept_before_its_shape_grew_has_not_changed(folder: Path) -> None:
    exported(folder)
    register = Register.open("sqlite:///register.sqlite", folder)
    (kept,) = [entry for entry in register.current("meeting") if entry.subject == "leadership"]
    older = {name: value for name, value in kept.content.items() if name != "days_after"}
    register.record("meeting", "leadership", older, who="x", why="as an earlier version kept it", seen=1)
    event = events(exported(folder))["Leadership review"]
    assert int(event["SEQUENCE"]) == 1, "the entry above is its only change"


def test_the_stamp_is_that_of_the_entry_and_not_of_the_writing() -> None:
    meeting = InCalendars(
        id="leadership", department=None, title="x", time_zone="UTC", starts=datetime.datetime(2026, 7, 2, 9),
        minutes=90, every=None, attendees=(),
    )  # fmt: skip
    at = datetime.datetime(2026, 6, 1, 8, tzinfo=datetime.UTC)
    workspace = Workspace.load(workspaces.REPOSITORY)
    assert b"DTSTAMP:20260601T080000Z" in ics.write([calendars.Published(meeting, 0, at)], workspace)
