import datetime
from typing import Any

import pandas as pd
import pytest

from saypro_nb.review import rollup
from saypro_nb.review.rollup import Part
from saypro_nb.show import monitor_findings
from tests.review.test_actions import action
from tests.show.test_effect_findings import row
from tests.show.test_findings import kpi, plain

TODAY = datetime.date(2026, 6, 28)
KPIS = {"conversion": kpi()}
LATE = {"id": "north-2", "description": "Buy tools.", "status": "in progress", "state": "late", "answer": ""}


def progress(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([row(), *rows])


def state(*parts: Part) -> rollup.Rollup:
    return rollup.up(parts)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([row()], "No action is overdue; of one action that can be told, 1 worked"),
        ([row(), row("no effect found")], "No action is overdue; of 2 actions that can be told, 1 worked"),
        ([row("no effect found")], "No action is overdue; of one action that can be told, none worked"),
        ([row() | LATE], "One action is overdue, and none can be told to have worked yet"),
        ([row() | {"status": "proposed", "state": "proposed"}], "No action is running"),
    ],
)
def test_the_headline_says_what_is_overdue_and_what_worked(rows: list[dict[str, Any]], told: str) -> None:
    assert monitor_findings.headline(pd.DataFrame(rows)) == told


def test_a_department_says_why_it_stands_as_it_does_and_what_its_actions_did() -> None:
    weakest = state(Part("kpi", "conversion", "concern", "worse"), Part("action", "north-2", "concern", "late"))
    found = monitor_findings.department(progress(row() | LATE), weakest, KPIS, "$", TODAY)
    assert found.tone == "concern"
    assert [plain(sentence) for sentence in found.sentences] == [
        "Conversion changed for the worse; “Buy tools” is late.",
        "Actions: 1 done, 1 late.",
        "“Train newcomers”: conversion is 3.1 points higher than it would have been without it "
        "(95 % interval 1.2 to 5.0).",
    ]


def test_what_is_late_without_effect_or_to_be_reviewed_is_to_be_decided_once_each() -> None:
    rows = progress(
        row() | LATE,
        row("no effect found", id="north-3", description="Hire two.", review="overdue"),
        row(id="north-4", description="Map the process.", review="due"),
    )
    assert [plain(line) for line in monitor_findings.to_decide(rows)] == [
        "Finish, extend or stop, due on 6 March 2026 (Head of North): buy tools.",
        "Change, extend or give up, without the effect as planned (Head of North): hire two.",
        "Hold the post-implementation review by 6 September 2026 (Head of North): map the process.",
    ]


def test_reasons_of_a_kind_are_told_together_and_of_many_the_first_three() -> None:
    weak = state(*(Part("kpi", "conversion", "watch", "failing") for _ in range(5)))
    told = monitor_findings.reasons(weak, progress(), KPIS)
    assert told == "Conversion, Conversion, Conversion and 2 more can't reach their targets as they are"


def test_a_review_that_was_held_asks_for_nothing_more() -> None:
    assert monitor_findings.to_decide(pd.DataFrame([row("no effect found", review="held")])) == []


def test_reviews_that_wait_are_counted() -> None:
    told = monitor_findings.actions(progress(row(review="overdue"), row(review="overdue"), row(review="due")))
    assert told == "Actions: 4 done. Post-implementation reviews: 2 overdue, 1 due."


def test_the_organisation_names_its_weakest_departments_with_their_reasons() -> None:
    north = state(Part("action", "north-1", "watch", "no effect found"))
    south = state(Part("kpi", "conversion", "good", "steady"))
    whole = rollup.up(rollup.of_departments({"north": north, "south": south}))
    names = {"north": "North", "south": "South"}
    found = monitor_findings.organisation(progress(), whole, {"north": north, "south": south}, KPIS, names)
    assert (found.headline, found.tone) == ("North is to be watched", "watch")
    assert found.sentences[-1] == "North: “Train newcomers” shows no effect."


def test_an_organisation_without_trouble_says_so() -> None:
    fine = {"north": state(Part("kpi", "conversion", "good", "steady"))}
    whole = rollup.up(rollup.of_departments(fine))
    found = monitor_findings.organisation(progress(), whole, fine, KPIS, {"north": "North"})
    assert (found.headline, found.tone) == ("No department is in trouble", "good")


def test_an_action_that_turned_late_is_told() -> None:
    found = monitor_findings.changes([(action(), "late")], datetime.date(2026, 5, 1), "month")
    assert found.since == "May 2026"
    assert found.sentences == (f"{action().description.rstrip('.')}: now late.",)


def test_actions_that_stand_as_before_are_said_to() -> None:
    assert monitor_findings.changes([], datetime.date(2026, 5, 1), "month").sentences == (
        "Every action stands as it did.",
    )
