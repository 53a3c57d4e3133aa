from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from saypro_nb.agree.meetings import Escalation
from saypro_nb.agree.schema import Department
from saypro_nb.review import escalation
from saypro_nb.review.alerts import Alert, Taken
from saypro_nb.review.escalation import Held, Matter
from tests.plans import revenue_action

RULES = Escalation(owner_days=7, department_days=14, leadership_days=10)
NORTH = Department(name="North", lead="Head of North", check_in="weekly", action_budget=0)
KNOWN = date(2026, 3, 1)
LONG_AGO = date(2020, 1, 6)


def held(matter: Matter, after: int) -> Held:
    (found,) = escalation.hold([matter], "north", NORTH, RULES, matter.due + timedelta(days=after))
    return found


def alert(**facts: Any) -> Alert:
    facts = {"ended": None, "taken": None} | facts
    began = date(2026, 2, 23)
    return Alert("north", "revenue", began, KNOWN, began, began, 9.0, 10.0, reasons=(), **facts)


action = partial(revenue_action, end=date(2026, 2, 27))


@pytest.mark.parametrize(
    ("days", "step", "holder", "since", "until"),
    [
        (0, "owner", "Analyst", date(2026, 3, 1), date(2026, 3, 8)),
        (6, "owner", "Analyst", date(2026, 3, 1), date(2026, 3, 8)),
        (7, "department", "Head of North", date(2026, 3, 8), date(2026, 3, 22)),
        (20, "department", "Head of North", date(2026, 3, 8), date(2026, 3, 22)),
        (21, "leadership", "Leadership", date(2026, 3, 22), date(2026, 4, 1)),
        (90, "leadership", "Leadership", date(2026, 3, 22), date(2026, 4, 1)),
    ],
)
def test_an_alert_goes_from_its_owner_to_the_lead_and_on_to_leadership(
    days: int, step: str, holder: str, since: date, until: date
) -> None:
    taken = Taken("revenue", date(2026, 2, 23), "Analyst", who="Head of North", on=date(2026, 3, 2))
    (matter,) = escalation.of_alerts([alert(taken=taken)], {"revenue": "Revenue"}, LONG_AGO)
    found = held(matter, days)
    assert (found.step, found.holder, found.since, found.until) == (step, holder, since, until)


def test_an_alert_is_overdue_once_its_owner_s_days_are_over() -> None:
    (matter,) = escalation.of_alerts([alert()], {}, LONG_AGO)
    assert [(held(matter, days).overdue, held(matter, days).days_late) for days in (6, 7, 10)] == [
        (False, 0),
        (True, 0),
        (True, 3),
    ]


def test_an_alert_that_nobody_has_taken_up_is_with_the_lead() -> None:
    (matter,) = escalation.of_alerts([alert()], {}, LONG_AGO)
    assert matter.owner is None
    assert held(matter, 0).holder == "Head of North"


def test_no_clock_runs_before_the_reviews_began() -> None:
    (matter,) = escalation.of_alerts([alert()], {}, date(2026, 6, 1))
    assert (matter.due, held(matter, 6).step, held(matter, 7).step) == (date(2026, 6, 1), "owner", "department")


def test_an_alert_that_ended_is_nobody_s_matter() -> None:
    assert escalation.of_alerts([alert(ended=KNOWN)], {}, LONG_AGO) == []


def test_an_action_past_its_end_is_overdue_and_with_its_owner_first() -> None:
    assert escalation.of_actions([action()], date(2026, 2, 27)) == []
    (matter,) = escalation.of_actions([action()], date(2026, 3, 3))
    (found,) = escalation.hold([matter], "north", NORTH, RULES, date(2026, 3, 3))
    assert (found.holder, found.since, found.days_late) == ("Clerk", date(2026, 2, 27), 4)


def test_an_action_that_should_have_begun_counts_from_its_start() -> None:
    (matter,) = escalation.of_actions([action(status="not started")], date(2026, 1, 10))
    assert (matter.what, matter.due) == ("action", date(2026, 1, 5))


@pytest.mark.parametrize("status", ["completed", "declined", "proposed"])
def test_what_is_finished_or_not_yet_decided_is_not_overdue(status: str) -> None:
    milestone = {"due": date(2026, 1, 20), "what": "Half way"}
    found = action(status=status, milestones=[milestone])
    assert escalation.of_actions([found], date(2026, 3, 3)) == []


def test_a_missed_milestone_of_an_action_on_time_is_overdue_unless_it_is_done() -> None:
    steps = [
        {"due": date(2026, 1, 20), "what": "Trainer chosen", "done": True},
        {"due": date(2026, 1, 30), "what": "Half trained"},
        {"due": date(2026, 2, 20), "what": "All trained"},
    ]
    (matter,) = escalation.of_actions([action(milestones=steps)], date(2026, 2, 10))
    assert (matter.what, matter.subject, matter.text, matter.due) == (
        "milestone", "N-1", "Half trained", date(2026, 1, 30),
    )  # fmt: skip


def test_a_post_implementation_review_is_overdue_six_months_after_the_end() -> None:
    done = action(status="completed")
    assert escalation.of_actions([done], date(2026, 8, 27)) == []
    (matter,) = escalation.of_actions([done], date(2026, 8, 28))
    assert (matter.what, matter.due) == ("review", date(2026, 8, 27))


def test_what_waited_longest_comes_first() -> None:
    matters = [Matter("action", name, name, "Clerk", date(2026, 3, day)) for name, day in (("late", 2), ("later", 1))]
    found = escalation.hold(matters, "north", NORTH, RULES, date(2026, 3, 9))
    assert [one.matter.subject for one in found] == ["later", "late"]


def test_an_alert_is_told_by_its_kpi_s_full_name_or_else_by_its_id() -> None:
    named, unnamed = (
        escalation.of_alerts([alert(), alert()], {"revenue": "Revenue"}, LONG_AGO),
        escalation.of_alerts([alert()], {}, LONG_AGO),
    )
    assert {(one.subject, one.text) for one in named} == {("revenue", "Revenue")}
    assert [(one.subject, one.text) for one in unnamed] == [("revenue", "revenue")]


def test_what_is_overdue_is_told_by_its_action_and_the_action_s_owner() -> None:
    (late,) = escalation.of_actions([action()], date(2026, 3, 3))
    (review,) = escalation.of_actions([action(status="completed")], date(2026, 8, 28))
    step = {"due": date(2026, 1, 20), "what": "Half way"}
    (missed,) = escalation.of_actions([action(milestones=[step])], date(2026, 1, 21))
    assert [(one.subject, one.text, one.owner) for one in (late, review, missed)] == [
        ("N-1", "Train", "Clerk"),
        ("N-1", "Train", "Clerk"),
        ("N-1", "Half way", "Clerk"),
    ]


def test_each_action_has_its_own_matters() -> None:
    step = {"due": date(2026, 2, 20), "what": "Half way"}
    kept = [action(id="late"), action(id="slow", end=date(2026, 3, 31), milestones=[step])]
    found = escalation.of_actions(kept, date(2026, 3, 3))
    assert [(one.what, one.subject) for one in found] == [("action", "late"), ("milestone", "slow")]


def test_a_milestone_is_missed_from_the_day_after_it() -> None:
    step = {"due": date(2026, 1, 20), "what": "Half way"}
    assert escalation.of_actions([action(milestones=[step])], date(2026, 1, 20)) == []


def test_an_action_that_has_not_begun_on_its_last_day_counts_from_its_start() -> None:
    (matter,) = escalation.of_actions([action(status="not started")], date(2026, 2, 27))
    assert matter.due == date(2026, 1, 5)


def test_of_matters_of_one_day_the_first_by_name_comes_first_and_each_names_its_department() -> None:
    matters = [
        Matter("milestone", name, text, "Clerk", date(2026, 3, 2))
        for name, text in (("b", "x"), ("a", "y"), ("a", "x"))
    ]
    found = escalation.hold(matters, "north", NORTH, RULES, date(2026, 3, 9))
    assert [(one.matter.subject, one.matter.text) for one in found] == [("a", "x"), ("a", "y"), ("b", "x")]
    assert {one.department for one in found} == {"north"}


def test_what_missed_its_day_is_late_from_the_day_after_even_with_its_owner() -> None:
    matter = Matter("action", "N-1", "Train", "Clerk", date(2026, 3, 2))
    assert [(held(matter, days).overdue, held(matter, days).days_late) for days in (0, 1, 6)] == [
        (True, 0),
        (True, 1),
        (True, 6),
    ]
