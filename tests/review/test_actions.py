import datetime

import pandas as pd
import pytest

from saypro_nb.agree.library import Recommendation
from saypro_nb.agree.plans import Action
from saypro_nb.agree.schema import Family
from saypro_nb.review import actions, recommendations
from tests.plans import action

MONDAY = datetime.date(2026, 3, 2)


def recommendation(name: str, **facts: object) -> Recommendation:
    usual = {"family": "training", "kind": "process", "description": "Train.", "effort": "low", "weeks": 4, "budget": 1}
    return Recommendation.model_validate({"id": name, "resources": "time"} | usual | facts)


def weighed(score: float = 1.0, family: str = "training") -> pd.DataFrame:
    return pd.DataFrame([{"department": "north", "kpi": "conversion", "family": family, "score": score}])


def chosen(
    weighed: pd.DataFrame, library: list[Recommendation], decided: list[Action]
) -> dict[str, tuple[Family, Recommendation]]:
    return actions.choose(recommendations.rank(weighed, library, decided), library)


def test_a_recommendation_for_the_department_comes_before_a_general_one_of_less_effort() -> None:
    library = [recommendation("general"), recommendation("own", departments=("north",), effort="high")]
    assert chosen(weighed(), library, [])["conversion"][1].id == "own"


def test_of_two_the_one_with_less_effort_is_chosen_and_then_the_cheaper() -> None:
    library = [recommendation("big", effort="high"), recommendation("dear", budget=9), recommendation("cheap")]
    assert chosen(weighed(), library, [])["conversion"][1].id == "cheap"


def test_a_recommendation_is_proposed_once_and_the_next_gap_gets_the_next() -> None:
    two_gaps = pd.concat([weighed(), weighed().assign(kpi="revenue")])
    library = [recommendation("first"), recommendation("second", budget=9)]
    found = chosen(two_gaps, library, [])
    assert {kpi: item.id for kpi, (_, item) in found.items()} == {"conversion": "first", "revenue": "second"}
    assert list(chosen(two_gaps, library[:1], [])) == ["conversion"]


def test_another_departments_recommendation_does_not_fit() -> None:
    assert chosen(weighed(), [recommendation("south_only", departments=("south",))], []) == {}


def test_a_gap_without_evidence_gets_no_proposal() -> None:
    assert chosen(weighed(score=0.0), [recommendation("any")], []) == {}


@pytest.mark.parametrize(("status", "proposed"), [("in progress", False), ("completed", True), ("declined", True)])
def test_a_cause_that_is_being_worked_on_gets_no_second_proposal(status: str, proposed: bool) -> None:
    found = chosen(weighed(), [recommendation("any")], [action(status=status)])
    assert ("conversion" in found) == proposed


def test_a_draft_promises_the_target_a_quarter_after_its_end() -> None:
    gap = pd.DataFrame([{"department": "north", "kpi": "conversion", "target": 20.0, "usual": 17.0}])
    drafted = actions.draft({"conversion": ("training", recommendation("train"))}, gap, "Head of North", MONDAY)[0]
    assert (drafted.start, drafted.end) == (MONDAY, datetime.date(2026, 3, 30))
    assert (drafted.criterion.amount, drafted.criterion.by) == (20, datetime.date(2026, 6, 29))
    assert (drafted.owner, drafted.status, drafted.term) == ("Head of North", "proposed", "short")


def test_a_draft_for_a_kpi_without_target_promises_its_usual_level() -> None:
    gap = pd.DataFrame([{"department": "north", "kpi": "conversion", "target": float("nan"), "usual": 17.0}])
    drafted = actions.draft({"conversion": ("training", recommendation("t", weeks=20))}, gap, "Head of North", MONDAY)
    assert drafted[0].criterion.amount == 17
    assert drafted[0].term == "long"


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "on time"),
        ({"end": "2026-03-01"}, "late"),
        ({"end": "2026-03-02"}, "on time"),
        ({"status": "not started"}, "late"),
        ({"status": "not started", "start": "2026-03-09"}, "planned"),
        ({"status": "completed", "end": "2026-02-01"}, "done"),
        ({"status": "declined"}, "declined"),
        ({"status": "proposed", "end": "2026-02-01"}, "proposed"),
    ],
)
def test_an_action_stands_where_its_dates_say(facts: dict[str, object], state: str) -> None:
    assert actions.state(action(**facts), MONDAY) == state


def test_an_action_is_followed_up_by_its_dates_and_its_owners_word() -> None:
    followed = actions.follow_up([action(end="2026-03-01")], MONDAY).iloc[0]
    assert (followed["state"], followed["status"], followed["amount"]) == ("late", "in progress", 20)


def test_the_table_of_no_actions_has_all_columns() -> None:
    assert {"id", "owner", "budget", "milestones"} <= set(actions.table([]).columns)


def test_a_declined_recommendation_is_not_proposed_again_for_the_same_gap_and_the_next_one_is() -> None:
    library = [recommendation("first"), recommendation("second", budget=9)]
    declined = action(status="declined", recommendation="first")
    assert chosen(weighed(), library, [declined])["conversion"][1].id == "second"
    assert chosen(weighed(), library[:1], [declined]) == {}
    other_gap = weighed().assign(kpi="revenue")
    assert chosen(other_gap, library, [declined])["revenue"][1].id == "first"


def test_a_draft_starts_from_the_value_that_misses_its_promise() -> None:
    gap = {"department": "north", "kpi": "conversion", "target": 20.0, "usual": 18.0, "value": 17.0, "gap": 3.0}
    drafts = [
        actions.draft({"conversion": ("training", recommendation("train"))}, pd.DataFrame([row]), "x", MONDAY)[0]
        for row in (gap, gap | {"value": 21.0, "gap": -1.0})
    ]
    assert [draft.criterion.baseline for draft in drafts] == [17.0, None]
    assert drafts[0].recommendation == "train"


def test_an_action_is_about_people_where_the_library_says_so() -> None:
    library = [recommendation("hire", kind="personnel"), recommendation("drill", kind="process")]
    assert actions.is_personnel(action(recommendation="hire"), library)
    assert not actions.is_personnel(action(recommendation="drill", family="resources"), library)


@pytest.mark.parametrize("source", [None, "gone"])
def test_an_action_of_no_known_recommendation_may_be_about_people_where_resources_are_lacking(
    source: str | None,
) -> None:
    library = [recommendation("hire", kind="personnel")]
    assert actions.is_personnel(action(recommendation=source, family="resources"), library)
    assert not actions.is_personnel(action(recommendation=source, family="training"), library)


def test_an_action_turns_on_the_day_after_its_end_and_one_that_runs_on_does_not() -> None:
    ends, runs_on = action(id="ends", end="2026-03-01"), action(id="runs-on")
    turned = actions.turned([ends, runs_on], datetime.date(2026, 3, 1), MONDAY)
    assert [(one.id, state) for one, state in turned] == [("ends", "late")]
    assert actions.turned([ends], MONDAY, datetime.date(2026, 3, 9)) == []


@pytest.mark.parametrize("status", actions.NOT_BEGUN[1:])
def test_an_action_may_begin_on_its_first_day_and_is_late_on_the_next(status: str) -> None:
    begins = action(status=status, start="2026-03-02")
    assert actions.state(begins, MONDAY) == "on time"
    assert actions.state(begins, datetime.date(2026, 3, 3)) == "late"


def test_what_was_undone_waits_again_and_does_not_run() -> None:
    kept = [action(id=status, status=status) for status in ("proposed", "completed", "declined", "pending")]
    assert [one.id for one in actions.waiting(kept)] == ["proposed"]
    assert [one.id for one in actions.running(kept)] == ["pending"]


def test_the_table_keeps_an_action_s_milestones_and_its_criterion_in_plain_cells() -> None:
    steps = [{"due": "2026-02-01", "what": "Half trained"}, {"due": "2026-03-01", "what": "All trained"}]
    success = {"kpi": "calls", "baseline": 17, "amount": 20, "by": "2026-06-29"}
    (row,) = actions.table([action(milestones=steps, criterion=success)]).to_dict("records")
    assert row["milestones"] == "2026-02-01: Half trained; 2026-03-01: All trained"
    assert [row[name] for name in ("kpi", "criterion", "baseline", "amount")] == ["conversion", "calls", 17, 20]
    assert row["by"] == datetime.date(2026, 6, 29)


def test_what_is_followed_up_keeps_the_facts_of_the_action_and_of_what_it_promised() -> None:
    success = {"kpi": "calls", "amount": 20, "by": "2026-06-29"}
    (row,) = actions.follow_up([action(criterion=success, progress="Half", next_steps="Go on")], MONDAY).to_dict(
        "records"
    )
    words = ("department", "description", "owner", "progress", "next_steps", "kpi")
    assert [row[name] for name in words] == ["north", "Train newcomers.", "Head of North", "Half", "Go on", "calls"]
    days = [datetime.date(2026, 1, 5), datetime.date(2026, 3, 30), datetime.date(2026, 6, 29)]
    assert [row[name] for name in ("start", "end", "by")] == days


GAP = {"department": "north", "kpi": "conversion", "target": 20.0, "usual": 18.0, "value": 17.0, "gap": 3.0}


def drafted(item: Recommendation, **facts: object) -> Action:
    (found,) = actions.draft({"conversion": ("training", item)}, pd.DataFrame([GAP | facts]), "x", MONDAY)
    return found


def test_a_draft_looks_at_its_kpi_half_way() -> None:
    (step,) = drafted(recommendation("train", weeks=4)).milestones
    assert (step.due, step.what) == (datetime.date(2026, 3, 16), "Half-way look at the KPI")  # two weeks of four


def test_thirteen_weeks_are_a_short_term_and_fourteen_a_long_one() -> None:
    assert [drafted(recommendation("train", weeks=weeks)).term for weeks in (13, 14)] == ["short", "long"]


@pytest.mark.parametrize(("gap", "baseline"), [(0.5, 17.0), (0.0, None), (-0.5, None)])
def test_a_draft_has_a_start_to_come_up_from_only_where_something_is_missed(gap: float, baseline: float | None) -> None:
    held_by_target = drafted(recommendation("train"), gap=gap)
    held_by_usual = drafted(recommendation("train"), target=float("nan"), gap=float("nan"), gap_to_usual=gap)
    assert held_by_target.criterion.baseline == held_by_usual.criterion.baseline == baseline
