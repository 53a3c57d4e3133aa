import datetime

import pandas as pd
import pytest

from saypro_nb.agree.goals import Goal
from saypro_nb.agree.meetings import ReviewAgendas
from saypro_nb.review import review_meetings, rollup
from saypro_nb.review.review_meetings import Load, ReviewMeeting
from saypro_nb.review.timetable import Series
from saypro_nb.review.wanted import Wanted
from saypro_nb.show import leadership_findings, meeting_views
from tests.plans import agenda
from tests.show.test_plan_findings import asked

WHEN = datetime.datetime(2026, 7, 2, 9)
NAMES = {"north": "North"}


def meeting(department: str | None, minutes: int, **points: int) -> ReviewMeeting:
    title = "Leadership review" if department is None else "North: review with leadership"
    series = Series("x", "leadership", title, department, WHEN, minutes, "quarterly", ())
    rules = ReviewAgendas.model_validate({"leadership": points, "department": points})
    return ReviewMeeting(department, review_meetings.agenda(series, WHEN, rules, Load((2, "gap")), ("Leadership",)))


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_an_agenda_that_is_longer_than_its_meeting_is_pointed_out_with_the_minutes_that_are_missing() -> None:
    found = [
        meeting(None, 90, findings=85),
        meeting("north", 60, findings=20, actions=20, discussion=15, next_steps=10),
    ]
    assert leadership_findings.too_long(found) == [
        "The agenda of “North: review with leadership” takes 65 minutes, and the meeting has 60: shorten a point, "
        "or plan 5 minutes more."
    ]
    shown = meeting_views.agenda_of_each(found).text
    assert "Too long" in shown
    assert shown.count("takes 65 minutes") == 1


def test_an_agenda_that_fits_is_not_pointed_out() -> None:
    assert leadership_findings.too_long([meeting("north", 60, findings=60)]) == []


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (
            Wanted("proposal", "north", "a", "Train newcomers.", "Clerk", WHEN.date(), 5000),
            "North: train newcomers ($5,000). Approve, adjust or decline?",
        ),
        (Wanted("late", "north", "a", "Train.", "Clerk"), "North: train. Finish, extend or stop?"),
        (
            Wanted("money", "north", "Q3 2026", "Q3 2026", "Head of North", money=2500),
            "North: with all approved, the plan exceeds its budget in Q3 2026 by $2,500. "
            "Grant, postpone, shrink or decline?",
        ),
        (
            Wanted("people", "north", "Clerk", "4", "Clerk"),
            "North: Clerk would lead 4 actions at once. Give some to others, or start later?",
        ),
    ],
)
def test_a_decision_is_told_in_a_line(one: Wanted, said: str) -> None:
    assert leadership_findings.in_brief(one, NAMES, "$") == said


def test_what_budgets_do_not_bear_is_told_with_whose_they_are() -> None:
    told = leadership_findings.money({"north": agenda(kept=[], drafts=[asked(budget=12500)])})
    assert told == "One proposal asks for $12,500; the budgets of North don't bear all of it."


def test_a_goal_is_off_course_with_the_weakest_of_its_kpis() -> None:
    goals = [
        Goal(id="grow", statement="Grow", kpis=("conversion",)),
        Goal(id="hold", statement="Hold", kpis=("delay",)),
    ]
    ranked = pd.DataFrame({"kpi": ["conversion", "delay"], "state": ["worse", "steady"]})
    told = leadership_findings.impact({}, rollup.of_goals(goals, ranked), goals)
    assert told == ["1 of 2 goals is off course: Grow."]


def test_the_sheet_has_boxes_for_what_is_approved_and_lines_for_who_signs() -> None:
    decisions = [Wanted("proposal", "north", "a", "Train.", "Clerk"), Wanted("late", "north", "b", "Hire.", "Clerk")]
    sheet = str(meeting_views.sign_off(decisions, meeting(None, 90, findings=10), NAMES, "$").html)
    assert sheet.count("☐") == 3
    for column in ("Role", "Name", "Date", "Signature"):
        assert f'<th scope="col">{column}</th>' in sheet
    assert '<th scope="row">Leadership</th>' in sheet
