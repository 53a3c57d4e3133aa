"""The agendas are those of the organisation's own schedule for presenting findings, minute by minute."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from saypro_nb.agree.meetings import MeetingParams, ReviewAgendas, Telling
from saypro_nb.agree.plans import Action
from saypro_nb.review import review_meetings, timetable
from saypro_nb.review.check_ins import Agenda
from saypro_nb.review.review_meetings import Concern, Load
from tests.plans import DEPARTMENT, action

LEADERSHIP = {"opening": 5, "findings": 20, "actions": 20, "resources": 15, "discussion": 15, "next_steps": 10}
OF_THE_SOURCES = {"findings": 20, "actions": 20, "discussion": 15, "next_steps": 10}
WHEN = datetime(2026, 7, 2, 9)


def agenda(whose: str | None = None, findings: int = 2, actions: int = 4, **rules: Any) -> Agenda:
    params = MeetingParams.model_validate({"first_week": date(2026, 6, 29)})
    series = {one.department: one for one in timetable.reviews(params, {"north": DEPARTMENT})}[whose]
    load = Load((findings, "gap"), (actions, "proposal"))
    return review_meetings.agenda(series, WHEN, ReviewAgendas.model_validate(rules), load, ("Leadership",))


def test_leaderships_85_minutes_fit_into_its_90() -> None:
    found = agenda(leadership=LEADERSHIP)
    assert (sum(line.minutes for line in found.lines), found.minutes, found.free) == (85, 90, 5)
    assert [line.starts for line in found.lines] == [0, 5, 25, 45, 60, 75]


def test_a_departments_65_minutes_are_5_more_than_its_60() -> None:
    found = agenda("north", department=OF_THE_SOURCES)
    assert (sum(line.minutes for line in found.lines), found.minutes, found.free) == (65, 60, -5)


def test_what_is_usual_fits_both_meetings() -> None:
    assert agenda().free >= 0
    assert agenda("north").free >= 0


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        (0, "Proposed actions and their timelines"),
        (1, "Proposed actions and their timelines: one proposal"),
        (4, "Proposed actions and their timelines: 4 proposals, 5 minutes for each"),
        (20, "Proposed actions and their timelines: 20 proposals, a minute for each"),
        (30, "Proposed actions and their timelines: 30 proposals, less than a minute for each"),
    ],
)
def test_a_point_says_how_long_it_leaves_for_each_matter(actions: int, said: str) -> None:
    assert agenda(actions=actions, leadership=LEADERSHIP).lines[2].text == said


def told(what: str, to: str, *actions: Action, personnel: bool = False) -> list[tuple[str, str, str]]:
    rule = Telling.model_validate({"what": what, "to": to, "by": "lead", "days": 2})
    concerns = {"north": Concern(DEPARTMENT, date(2026, 7, 3), actions, personnel)}
    found = review_meetings.communication([rule], concerns, date(2026, 7, 2))
    return [(one.to, one.by, one.until.isoformat()) for one in found]


def test_every_owner_is_told_by_the_lead_some_days_after_the_departments_meeting() -> None:
    found = told(
        "ownership", "owner", action(owner="Clerk"), action(id="b", owner="Porter"), action(id="c", owner="Clerk")
    )
    assert found == [("Clerk, Porter", "Head of North", "2026-07-05")]


def test_finance_is_told_only_where_there_is_money() -> None:
    assert told("money", "Finance", action(budget=0)) == []
    assert told("money", "Finance", action(budget=10)) == [("Finance", "Head of North", "2026-07-05")]


def test_hr_is_told_only_where_people_are_concerned() -> None:
    assert told("people", "HR", action()) == []
    assert told("people", "HR", action(), personnel=True) == [("HR", "Head of North", "2026-07-05")]


def test_the_outcome_is_told_to_all_after_leadership_has_met() -> None:
    assert told("outcome", "All staff") == [("All staff", "Head of North", "2026-07-04")]


def test_a_department_without_actions_has_nothing_to_tell() -> None:
    assert told("decisions", "team") == []


def test_a_review_meeting_comes_back_after_the_day_on_which_it_was_held() -> None:
    params = MeetingParams.model_validate({"first_week": date(2026, 6, 29)})
    (series,) = [one for one in timetable.reviews(params, {}) if one.department is None]
    first = review_meetings.meets_next(series, date(2026, 6, 28))
    again = review_meetings.meets_next(series, first.date())
    assert first < again
    assert review_meetings.meets_next(series, first.date() - timedelta(days=1)) == first


def test_what_is_told_is_listed_in_the_order_of_the_days() -> None:
    rules = [Telling.model_validate({"what": "decisions", "to": "team", "by": "lead", "days": days}) for days in (5, 1)]
    concerns = {"north": Concern(DEPARTMENT, date(2026, 7, 3), [action()], personnel=False)}
    found = review_meetings.communication(rules, concerns, date(2026, 7, 2))
    assert [(one.to, one.until) for one in found] == [
        ("North team", date(2026, 7, 4)),
        ("North team", date(2026, 7, 8)),
    ]
