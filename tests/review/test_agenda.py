import datetime

import pandas as pd

from tests.plans import action, agenda

ASKED = action(id="north-2", status="proposed", kpi="delay")
GAPS = pd.DataFrame(
    {"kpi": ["conversion", "delay", "returns", "calls"], "shortlisted": [True, True, True, False], "gap": 1.0}
)


def test_what_waits_for_a_decision_is_not_running_wherever_it_stands() -> None:
    found = agenda(kept=[action(), ASKED], drafts=[action(id="draft", status="proposed")])
    assert [one.id for one in found.running] == ["north-1"]
    assert [one.id for one in found.waiting] == ["north-2", "draft"]


def test_a_plan_tells_of_everything_but_what_was_declined() -> None:
    kept = [action(id=status.replace(" ", "-"), status=status) for status in ("completed", "declined", "in progress")]
    assert [one.id for one in agenda(kept=kept).told] == ["completed", "in-progress"]
    assert [one.id for one in agenda(kept=kept).plan] == ["in-progress"]


def test_each_gap_of_the_shortlist_is_worked_on_has_a_proposal_or_neither() -> None:
    found = agenda(kept=[action(), ASKED], ranked=GAPS)
    assert found.standing_of_gaps() == {"conversion": "running", "delay": "proposed", "returns": "neither"}


def test_money_of_quarters_that_are_over_is_no_matter_for_the_meeting() -> None:
    running = action(start="2025-11-03", end="2026-06-30")
    assert list(agenda(kept=[running], today=datetime.date(2026, 3, 31)).costs["quarter"]) == ["Q1 2026", "Q2 2026"]
    assert list(agenda(kept=[running], today=datetime.date(2026, 4, 1)).costs["quarter"]) == ["Q2 2026"]


def test_late_is_what_should_have_begun_or_ended_but_no_proposal() -> None:
    kept = [
        action(id="ended", end="2026-02-27"),
        action(id="unbegun", status="not started"),
        action(id="asked", status="proposed", end="2026-02-27"),
    ]
    assert [one.id for one in agenda(kept=kept).late] == ["ended", "unbegun"]


def test_the_steps_of_a_plan_are_those_of_what_runs_and_what_waits() -> None:
    half_way = [{"due": "2026-02-16", "what": "Half trained"}]
    kept = [action(milestones=half_way), action(id="done", status="completed"), action(id="no", status="declined")]
    steps = agenda(kept=kept, drafts=[action(id="draft", status="proposed", start="2026-03-02")]).steps
    assert list(zip(steps["id"], steps["what"], steps["state"], strict=True)) == [
        ("north-1", "", "due"),
        ("north-1", "Half trained", "overdue"),
        ("draft", "", "due"),
    ]


def test_the_load_of_an_owner_holds_what_waits_beside_what_runs() -> None:
    (row,) = agenda(kept=[action(), ASKED]).load.to_dict("records")
    assert (row["owner"], row["at_once"], row["proposed"]) == ("Head of North", 2, 1)
