import datetime

import pandas as pd

from saypro_nb.review import asks, wanted
from saypro_nb.review.agenda import Agenda
from saypro_nb.review.escalation import Held, Matter
from saypro_nb.review.wanted import Wanted
from tests.plans import action, agenda

GAPS = pd.DataFrame(
    {
        "kpi": ["conversion", "delay"],
        "state": ["failing", "worse"],
        "priority": [9.0, 1.0],
        "shortlisted": True,
        "gap": 1.0,
    }
)
NONE = pd.DataFrame(columns=["department", "id", "description", "owner", "answer", "review", "state", "status"])
AFTER = {
    "start": "2026-04-06",
    "end": "2026-06-29",
    "criterion": {"kpi": "conversion", "amount": 20, "by": "2026-09-28"},
}


def asked(name: str, kpi: str = "conversion", **facts: object):
    return action(**({"id": name, "kpi": kpi, "status": "proposed"} | AFTER | facts))


def decisions(found: Agenda, *held: Held, progress: pd.DataFrame = NONE) -> list[Wanted]:
    return wanted.decisions({"north": found}, held, progress)


def holding(step: str, late: int = 3) -> Held:
    day = datetime.date(2026, 2, 1)
    matter = Matter("action", "north-1", "Train newcomers.", "Head of North", day)
    return Held(matter, "north", step, "Leadership", day, day, True, late)  # type: ignore[arg-type]


def test_what_answers_an_alarm_comes_before_a_gap_of_higher_priority() -> None:
    found = decisions(agenda(kept=[], ranked=GAPS, drafts=[asked("a"), asked("b", "delay")]))
    assert [(one.subject, one.urgent) for one in found] == [("b", True), ("a", False)]


def test_what_reached_leadership_comes_first_and_only_once() -> None:
    late = action(end="2026-02-01")
    found = decisions(agenda(kept=[late], drafts=[asked("b", "delay")], ranked=GAPS), holding("leadership"))
    assert [one.kind for one in found] == ["escalated", "proposal"]


def test_what_its_department_still_holds_is_told_as_late() -> None:
    found = decisions(agenda(kept=[action(end="2026-02-01")]), holding("department"))
    assert [(one.kind, one.subject) for one in found] == [("late", "north-1")]


def test_a_gap_without_an_action_is_a_decision_too() -> None:
    found = decisions(agenda(kept=[], ranked=GAPS))
    assert [(one.kind, one.subject) for one in found] == [("unanswered", "delay"), ("unanswered", "conversion")]


def test_an_exceeded_budget_and_an_overburdened_owner_are_decisions() -> None:
    drafts = [asked(f"a{number}", budget=4000) for number in range(4)]
    found = {one.kind: one for one in decisions(agenda(kept=[], drafts=drafts, ranked=GAPS))}
    assert (found["money"].subject, found["money"].money) == ("Q2 2026", 6000.0)  # 16,000 of 10,000
    assert (found["people"].who, found["people"].what) == ("Head of North", "4")


def test_a_correction_of_the_plan_comes_last() -> None:
    found = decisions(agenda(kept=[], drafts=[asked("north-alignment-x-y"), asked("a")], ranked=GAPS))
    found = [one for one in found if one.kind != "unanswered"]
    assert [one.kind for one in found] == ["proposal", "correction"]


def test_an_action_without_effect_is_asked_about_until_its_review_is_held() -> None:
    row = {"department": "north", "id": "n", "description": "Train", "owner": "Clerk", "answer": "no effect found"}
    rows = [row | {"review": review, "state": "done", "status": "completed"} for review in ("due", "held")]
    found = decisions(agenda(kept=[action()]), progress=pd.DataFrame(rows))
    assert [(one.kind, one.subject) for one in found] == [("no effect", "n")]


def test_what_is_asked_for_is_added_up_and_held_against_each_budget() -> None:
    poor = agenda(kept=[], drafts=[asked("a", budget=12500)])
    rich = agenda(kept=[], drafts=[asked("b", budget=1000), asked("c", budget=500)])
    found = asks.by_department({"north": poor, "south": rich})
    assert list(found["asked"]) == [12500.0, 1500.0]
    assert list(found["over"]) == [2500.0, 0.0]
    assert list(found["quarter"]) == ["Q2 2026", "Q2 2026"]


def test_what_one_budget_has_left_does_not_pay_for_another() -> None:
    poor, rich = agenda(kept=[], drafts=[asked("a", budget=12500)]), agenda(kept=[], drafts=[asked("b", budget=500)])
    (quarter,) = asks.by_quarter({"north": poor, "south": rich}).to_dict("records")
    assert (quarter["planned"], quarter["budget"], quarter["over"]) == (13000.0, 20000, 2500.0)


def test_without_plans_nothing_is_asked_for() -> None:
    found = asks.by_department({"north": agenda(kept=[])})
    assert (found["asked"].iloc[0], found["proposals"].iloc[0], found["over"].iloc[0]) == (0.0, 0, 0.0)
    assert asks.by_quarter({"north": agenda(kept=[])}).empty


def test_a_proposal_against_a_gap_that_is_listed_no_more_is_decided_last_of_them() -> None:
    (first, last) = [
        one
        for one in decisions(agenda(kept=[], ranked=GAPS, drafts=[asked("old", "returns"), asked("a")]))
        if one.kind == "proposal"
    ]
    assert (first.subject, first.weight) == ("a", 9.0)
    assert (last.subject, last.urgent, last.weight) == ("old", False, 0.0)


def test_an_unanswered_gap_is_told_by_its_full_name_and_by_its_id_where_it_has_none() -> None:
    found = decisions(agenda(kept=[], ranked=GAPS.assign(kpi=["conversion", "returns"])))
    assert {one.subject: one.what for one in found} == {"conversion": "Lead conversion", "returns": "returns"}
