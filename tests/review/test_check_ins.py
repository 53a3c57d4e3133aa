from datetime import date, datetime
from functools import partial

import pytest

from saypro_nb.agree.decisions import CheckedAction, CheckIn
from saypro_nb.agree.meetings import AgendaMinutes, Attendance, Meeting
from saypro_nb.agree.schema import Department
from saypro_nb.review import check_ins
from saypro_nb.review.check_ins import Agenda, Point
from tests.plans import revenue_action

NORTH = Department(name="North", lead="Head of North", check_in="weekly", action_budget=0)
MEETING = Meeting(
    weekday="monday",
    at="10:00",
    minutes=30,
    attend=Attendance(always=("lead",), personnel=("HR",), budget=("Finance",)),
)
TAKES = AgendaMinutes(opening=2, overdue=8, alert=8, proposal=8, verdict=5, milestone=5, watch=5, closing=4)


def planned(*points: Point, minutes: int = 30) -> Agenda:
    meeting = MEETING.model_copy(update={"minutes": minutes})
    return check_ins.agenda(NORTH, datetime(2026, 6, 29, 10), meeting, TAKES, points)


action = partial(revenue_action, next_steps="Book the room")


def record(**line: str) -> CheckIn:
    checked = CheckedAction.model_validate({"action": "N-1", "status": "in progress"} | line)
    return CheckIn(department="north", held_on=date(2026, 6, 29), participants=("Clerk",), actions=(checked,))


def test_what_is_overdue_comes_before_alerts_proposals_verdicts_milestones_and_what_is_watched() -> None:
    points = [Point(topic, topic) for topic in reversed(check_ins.TOPICS)]
    lines = planned(*points, minutes=60).lines
    assert [line.text for line in lines[1:-1]] == ["overdue", "alert", "proposal", "verdict", "milestone", "watch"]
    assert [line.starts for line in lines] == [0, 2, 10, 18, 26, 31, 36, 41]


def test_the_agenda_fits_its_slot_and_the_rest_is_left_over() -> None:
    """Thirty minutes less two and four leave 24: three points of eight minutes, and not the fourth."""
    agenda = planned(*(Point("alert", f"alert {number}") for number in range(4)))
    assert sum(line.minutes for line in agenda.lines) == 30
    assert [point.text for point in agenda.left_over] == ["alert 3"]


def test_a_shorter_point_does_not_overtake_one_that_has_no_room() -> None:
    agenda = planned(*(Point("alert", f"alert {number}") for number in range(2)), Point("proposal", "p"), minutes=28)
    assert [point.text for point in agenda.left_over] == ["p"]
    assert agenda.free == 6


def test_without_points_there_is_an_opening_and_a_closing() -> None:
    assert [line.minutes for line in planned().lines] == [2, 4]


@pytest.mark.parametrize(
    ("asks", "attend"),
    [
        ({}, ("Head of North",)),
        ({"personnel": True}, ("Head of North", "HR")),
        ({"money": True}, ("Head of North", "Finance")),
    ],
)
def test_who_attends_goes_by_what_is_on_the_agenda(asks: dict[str, bool], attend: tuple[str, ...]) -> None:
    assert planned(Point("proposal", "hire", **asks)).attendees == attend


def test_nobody_is_called_for_a_point_that_is_left_over() -> None:
    urgent = [Point("alert", f"alert {number}") for number in range(3)]
    assert planned(*urgent, Point("proposal", "hire", personnel=True, money=True)).attendees == ("Head of North",)


def test_a_record_hands_status_and_next_steps_on_to_its_actions() -> None:
    (after,), faults = check_ins.followed(record(status="completed", next_steps="Look back"), {"N-1": action()}, "x")
    assert (after.status, after.next_steps, faults) == ("completed", "Look back", [])


def test_an_empty_line_leaves_the_next_steps_and_nothing_changed_changes_nothing() -> None:
    assert check_ins.followed(record(), {"N-1": action()}, "x") == ([], [])


@pytest.mark.parametrize(("before", "after"), [("proposed", "in progress"), ("in progress", "declined")])
def test_a_check_in_does_not_decide_on_an_action(before: str, after: str) -> None:
    changed, (fault,) = check_ins.followed(record(status=after), {"N-1": action(status=before)}, "form.yaml")
    assert changed == []
    assert str(fault) == (
        f"form.yaml, actions, line 1, status: N-1 is {before}, and would become {after}. "
        "Decide on it with saypro decide."
    )


def test_an_action_of_another_department_is_refused_with_those_that_are_known() -> None:
    _, (fault,) = check_ins.followed(record(action="S-1"), {"N-1": action()}, "form.yaml")
    assert "north has no action 'S-1' in the register. Known: N-1" in str(fault)


def test_a_check_in_without_an_opening_begins_with_its_first_point() -> None:
    takes = TAKES.model_copy(update={"opening": 0})
    found = check_ins.agenda(NORTH, datetime(2026, 6, 29, 10), MEETING, takes, [Point("alert", "alert")])
    assert [(line.starts, line.minutes, line.text) for line in found.lines[:1]] == [(0, 8, "alert")]
    assert found.free == 30 - 8 - 4


def test_a_record_before_the_check_in_has_a_line_for_each_action_and_says_nothing_yet() -> None:
    found = check_ins.blank("north", planned(), [action()], ["revenue"])
    assert (found.held_on, found.participants, found.watch) == (date(2026, 6, 29), ("Head of North",), ("revenue",))
    (line,) = found.actions
    assert (line.action, line.status, line.responsible) == ("N-1", "in progress", "Clerk")
    assert (line.next_steps, line.impact, line.challenges, found.decisions) == ("Book the room", "", "", ())


def test_a_record_begun_earlier_follows_what_was_decided_since_and_keeps_what_was_said() -> None:
    begun = [
        CheckedAction(action="N-1", status="in progress", impact="Too early"),
        CheckedAction(action="gone", status="pending"),
    ]
    known = {
        "N-1": action(status="completed"),
        "N-2": action(id="N-2"),
        "N-3": action(id="N-3", status="declined"),
        "N-4": action(id="N-4", status="proposed"),
    }
    found = check_ins.brought_up_to_date(begun, known)
    assert [(line.action, line.status, line.impact) for line in found] == [
        ("N-1", "completed", "Too early"),
        ("gone", "pending", ""),
        ("N-2", "in progress", ""),
    ]


@pytest.mark.parametrize("day", [None, date(2026, 6, 30)])
def test_the_next_update_may_be_left_open_or_lie_after_the_check_in(day: date | None) -> None:
    assert check_ins.unfit(record().model_copy(update={"next_update": day}), "form.yaml") == []


@pytest.mark.parametrize("day", [date(2026, 6, 29), date(2026, 6, 1)])
def test_a_next_update_on_the_day_of_the_check_in_or_before_it_is_refused(day: date) -> None:
    (fault,) = check_ins.unfit(record().model_copy(update={"next_update": day}), "form.yaml")
    assert str(fault) == (
        f"form.yaml, next_update: {day} does not lie after the check-in of 2026-06-29. Give a later day, or none."
    )


def test_where_a_department_has_no_action_a_line_about_one_says_so() -> None:
    _, (fault,) = check_ins.followed(record(), {}, "form.yaml")
    assert "Known: none" in str(fault)
