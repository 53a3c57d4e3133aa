from datetime import date, datetime
from itertools import islice
from typing import Any

import pytest

from saypro_nb.agree.meetings import Attendance, Every, MeetingParams, Weekday
from saypro_nb.agree.schema import Department
from saypro_nb.review import timetable
from saypro_nb.review.timetable import Series
from tests.plans import revenue_action

DEPARTMENTS = {
    "north": Department(name="North", lead="Head of North", check_in="weekly", action_budget=0),
    "south": Department(name="South", lead="Head of South", check_in="fortnightly", action_budget=0),
}


def params(**facts: Any) -> MeetingParams:
    return MeetingParams.model_validate({"first_week": date(2026, 6, 29)} | facts)


def of(series: list[Series], name: str) -> Series:
    (found,) = [one for one in series if one.id == name]
    return found


@pytest.mark.parametrize(
    ("every", "weekday", "days"),
    [
        ("weekly", "monday", ["2026-06-29", "2026-07-06", "2026-07-13"]),
        ("weekly", "friday", ["2026-07-03", "2026-07-10", "2026-07-17"]),
        ("fortnightly", "tuesday", ["2026-06-30", "2026-07-14", "2026-07-28"]),
        ("monthly", "tuesday", ["2026-07-07", "2026-08-04", "2026-09-01"]),
        ("monthly", "monday", ["2026-07-06", "2026-08-03", "2026-09-07"]),
        ("quarterly", "thursday", ["2026-07-02", "2026-10-01", "2027-01-07"]),
    ],
)
def test_each_cadence_has_its_days(every: Every, weekday: Weekday, days: list[str]) -> None:
    """The days are read off a printed calendar of 2026, whose 29 June is a Monday."""
    first = timetable.first_on(every, weekday, date(2026, 6, 29))
    series = Series("x", "check_in", "x", None, datetime(first.year, first.month, first.day, 10), 60, every, ())
    assert [str(when.date()) for when in islice(timetable.held_from(series, first), 3)] == days


def test_a_quarterly_meeting_begins_with_a_quarter() -> None:
    assert timetable.first_on("quarterly", "monday", date(2026, 7, 13)) == date(2026, 10, 5)


def test_every_department_has_its_check_ins_in_its_own_cadence() -> None:
    found = timetable.schedule(params(), DEPARTMENTS)
    assert [(one.id, one.every) for one in found] == [
        ("check_in/north", "weekly"),
        ("check_in/south", "fortnightly"),
        ("leadership", "quarterly"),
        ("department_review/north", "quarterly"),
        ("department_review/south", "quarterly"),
        ("feedback", "quarterly"),
    ]


def test_a_department_may_meet_on_another_day_at_another_time() -> None:
    own = {"south": {"weekday": "friday", "at": "15:30", "minutes": 45}}
    found = timetable.schedule(params(departments=own), DEPARTMENTS)
    assert (of(found, "check_in/south").starts, of(found, "check_in/south").minutes) == (
        datetime(2026, 7, 3, 15, 30),
        45,
    )
    assert of(found, "check_in/north").starts == datetime(2026, 6, 30, 10, 0)


def test_the_next_check_in_is_after_the_day_and_not_on_it() -> None:
    series = of(timetable.schedule(params(), DEPARTMENTS), "check_in/north")
    assert timetable.next_after(series, date(2026, 6, 28)) == datetime(2026, 6, 30, 10)
    assert timetable.next_after(series, date(2026, 6, 30)) == datetime(2026, 7, 7, 10)


def test_an_action_is_looked_back_at_three_months_after_its_end_with_its_owner() -> None:
    review = of(timetable.schedule(params(), DEPARTMENTS, [revenue_action()]), "post_implementation/N-1")
    assert (review.starts, review.every) == (datetime(2026, 6, 30, 15), None)
    assert review.attendees == ("Head of North", "Clerk", "Monitoring and evaluation")
    assert timetable.next_after(review, date(2026, 6, 30)) is None


@pytest.mark.parametrize("status", ["proposed", "declined"])
def test_what_is_not_carried_out_is_not_looked_back_at(status: str) -> None:
    assert len(timetable.schedule(params(), DEPARTMENTS, [revenue_action(status=status)])) == 6


def test_departments_are_reviewed_one_a_working_day_after_leadership_has_met() -> None:
    """2 July 2026 is a Thursday: the next two working days are Friday, 3 July, and Monday, 6 July."""
    leadership, *others = timetable.reviews(params(), DEPARTMENTS)
    assert (leadership.starts, leadership.minutes) == (datetime(2026, 7, 2, 9), 90)
    assert [(one.starts, one.minutes) for one in others] == [
        (datetime(2026, 7, 3, 14), 60),
        (datetime(2026, 7, 6, 14), 60),
    ]
    assert others[0].attendees == ("Leadership", "Head of North", "Monitoring and evaluation")


def test_a_department_may_be_reviewed_at_a_time_of_its_own() -> None:
    meetings = {"department_review": {"times": {"south": "10:00"}}}
    *_, south = timetable.reviews(params(meetings=meetings), DEPARTMENTS)
    assert south.starts == datetime(2026, 7, 6, 10)


def test_a_review_follows_leadership_in_every_quarter() -> None:
    """Leadership meets on 1 October 2026 and 7 January 2027; south is two working days, four days, later."""
    *_, south = timetable.reviews(params(), DEPARTMENTS)
    held = [when.date() for when in islice(timetable.held_from(south, date(2026, 7, 1)), 3)]
    assert held == [date(2026, 7, 6), date(2026, 10, 5), date(2027, 1, 11)]


def test_many_departments_are_all_met_within_three_weeks() -> None:
    many = {f"d{number}": DEPARTMENTS["north"] for number in range(40)}
    others = timetable.reviews(params(), many)[1:]
    assert max(one.days_after for one in others) <= 21
    assert len({one.starts for one in others}) == 40, "no two of them at once"
    assert all(one.starts.weekday() < 5 for one in others)


def test_leadership_met_last_on_the_last_day_of_its_series_before() -> None:
    leadership = timetable.reviews(params(), DEPARTMENTS)[0]
    assert timetable.last_until(leadership, date(2026, 6, 28)) is None
    assert timetable.last_until(leadership, date(2026, 10, 31)) == date(2026, 10, 1)


def test_hr_attends_for_personnel_and_finance_for_money() -> None:
    rule = Attendance(always=("lead", "team"), personnel=("HR",), budget=("Finance",))
    people = {"lead": "Head of North", "team": "North team"}
    assert timetable.attendees(rule, **people) == ("Head of North", "North team")
    assert timetable.attendees(rule, **people, personnel=True) == ("Head of North", "North team", "HR")
    assert timetable.attendees(rule, **people, budget=True) == ("Head of North", "North team", "Finance")


def test_who_would_attend_twice_is_named_once() -> None:
    rule = Attendance(always=("lead", "owner"))
    assert timetable.attendees(rule, lead="Head of North", team="", owner="Head of North") == ("Head of North",)
