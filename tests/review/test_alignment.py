from typing import Any

import pytest

from saypro_nb.review.alignment import Finding, Plans, assess
from tests.departments_plans import GOALS, GOOD, objective, plans


def only(made: Plans) -> Finding:
    (found,) = assess(made)
    return found


def types(made: Plans) -> list[str]:
    return [found.type for found in assess(made)]


class TestExamplesOfTheSource:
    """The five gaps as the organisation's own paper tells them, in plans of our making."""

    def test_traffic_does_not_stand_for_conversions(self) -> None:
        visits = objective("visits", "marketing", statement="Bring visitors", kpi="traffic", target=50000)
        found = only(plans(visits))
        assert found.type == "misaligned_kpi"
        assert found.departments == ("marketing",)
        assert found.reason.startswith("Website traffic can get better without 'Grow' coming any nearer")
        assert found.correction.endswith("whether the goal is reached: Lead quality")

    def test_acquisition_conflicts_with_retention(self) -> None:
        rule = {"id": "haste", "type": "conflicting_goals", "when": {"focus": ["acquisition"]}}
        rule |= {"against": {"kpis": ["churn"]}, "reason": "Customers won in haste leave again"}
        win = objective("win", "sales", focus=["acquisition"])
        hold = objective("hold", "support", goals=["keep"], kpi="churn", target=2)
        found = only(plans(win, hold, rules=[rule], focuses={"acquisition": "Winning customers"}))
        assert (found.type, found.departments) == ("conflicting_goals", ("sales", "support"))
        assert [one.id for one in found.objectives] == ["win", "hold"]
        assert found.reason == "Customers won in haste leave again"
        assert found.correction == "Plan the two together, with one aim for both"

    def test_new_features_and_current_products_share_no_focus(self) -> None:
        rule = {"id": "divided", "type": "no_shared_focus", "when": {"says": ["new features"]}}
        rule |= {"against": {"says": ["current products"]}, "reason": "The same people can't do both"}
        build = objective("build", "it", goals=["serve"], kpi="response_time", statement="Build New Features")
        mend = objective("mend", "sales", statement="Improve current products first")
        found = only(plans(build, mend, rules=[rule]))
        assert (found.type, found.departments) == ("no_shared_focus", ("it", "sales"))
        assert "workshop" in found.correction

    def test_downtime_says_nothing_of_response_times(self) -> None:
        found = only(plans(objective("up", "it", statement="Cut downtime", goals=[], kpi="uptime", target=99.9)))
        assert found.type == "irrelevant_metric"
        assert found.reason.startswith("Uptime is evidence of none of the organisation's goals")
        assert found.correction.endswith("(such as Response time)")

    def test_improving_satisfaction_can_not_be_measured(self) -> None:
        vague = objective("happy", "people", statement="Improve employee satisfaction", goals=[])
        vague |= {"kpi": None, "target": None, "deadline": None, "owner": None}
        found = only(plans(vague))
        assert found.type == "unclear_objective"
        assert found.reason == "It has no goal, KPI, target, deadline or owner; 'improve' does not say how much"
        assert found.points == 100  # 20 for each of five


def test_a_well_made_plan_is_clean() -> None:
    leads = objective("leads", "marketing", kpi="lead_quality", target=60)
    assert assess(plans(GOOD, leads, objective("hold", "support", goals=["keep"], kpi="churn", target=2))) == []


def test_a_kpi_that_drives_the_goals_own_is_aligned() -> None:
    assert types(plans(objective("leads", "marketing", kpi="lead_quality"))) == []


def test_an_objective_for_two_goals_needs_evidence_of_one_of_them() -> None:
    assert types(plans(objective("both", "sales", goals=["keep", "grow"]))) == []


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"kpi": None}, "It has no KPI"),
        ({"target": None}, "It has no target"),
        ({"deadline": None}, "It has no deadline"),
        ({"owner": None}, "It has no owner"),
        ({"goals": []}, "It has no goal"),
        ({"deadline": "2026-06-29"}, "It was due on 2026-06-29"),
        ({"target": 430}, "It promises a level of Conversion that is impossible: 430 (percent)"),
    ],
)
def test_what_nobody_could_follow_up_is_unclear(facts: dict[str, Any], told: str) -> None:
    found = only(plans(GOOD | facts))
    assert (found.type, found.reason, found.points) == ("unclear_objective", told, 20)


def test_a_kpi_that_no_department_measures_is_unclear() -> None:
    goals = [*GOALS, {"id": "save", "statement": "Save money", "kpis": ["cash"]}]
    found = only(plans(GOOD | {"goals": ["save"], "kpi": "cash"}, goals=goals))
    assert found.reason == "It relies on Cash, which no department measures"


def test_a_vague_word_is_no_fault_where_a_target_says_how_much() -> None:
    assert types(plans(GOOD | {"statement": "Improve conversion"})) == []


def test_a_due_date_is_met_until_its_last_day() -> None:
    assert types(plans(GOOD | {"deadline": "2026-06-30"})) == []


def test_one_kpi_promised_at_two_levels_is_a_conflict() -> None:
    both = (objective("a", "sales", target=20), objective("b", "marketing", target=25))
    found = only(plans(*both))
    assert (found.type, found.rule) == ("conflicting_goals", "two_targets")
    assert "20 (percent) in one plan and 25 (percent) in the other" in found.reason


def test_the_same_level_in_two_plans_is_a_shared_aim() -> None:
    assert types(plans(objective("a", "sales"), objective("b", "marketing"))) == []


def test_a_conflict_is_settled_only_where_both_sides_say_so() -> None:
    one, other = objective("a", "sales", target=20), objective("b", "marketing", target=25)
    assert types(plans(one | {"agreed_with": ["b"]}, other)) == ["conflicting_goals"]
    assert types(plans(one | {"agreed_with": ["b"]}, other | {"agreed_with": ["a"]})) == []


def test_a_pair_that_fits_a_rule_both_ways_is_found_once() -> None:
    rule = {"id": "each", "type": "conflicting_goals", "when": {"goals": ["grow"]}, "against": {"goals": ["grow"]}}
    made = plans(objective("a", "sales"), objective("b", "sales"), rules=[rule | {"reason": "because"}])
    assert [found.id for found in assess(made)] == ["each-a-b"]


def test_a_finding_keeps_its_name_whatever_order_the_plans_are_written_in() -> None:
    one, other = objective("a", "sales", target=20), objective("b", "marketing", target=25)
    assert only(plans(one, other)).id == only(plans(other, one)).id == "two_targets-a-b"


def test_a_goal_that_needs_two_departments_is_missed_by_the_one_that_plans_nothing() -> None:
    goals = [GOALS[0], GOALS[2] | {"together": ["support", "it"]}]
    serves = objective("answer", "support", goals=["serve"], kpi="response_time", target=2)
    found = only(plans(serves, goals=goals))
    assert (found.type, found.departments, found.objectives) == ("no_shared_focus", ("it",), ())
    assert found.id == "nothing_planned-serve-it"
    assert types(plans(serves, serves | {"id": "also", "department": "it"}, goals=goals)) == []


def test_a_rule_added_by_params_is_found_with_its_own_words_and_points() -> None:
    rule = {"id": "cheap", "type": "misaligned_kpi", "when": {"departments": ["sales"], "beyond": 15}}
    rule |= {"reason": "Nobody pays for that", "correction": "Ask for 15", "points": 5, "measured_by": "conversion"}
    found = only(plans(GOOD, objective("other", "marketing"), rules=[rule]))
    assert (found.reason, found.correction, found.points, found.measured_by) == (
        "Nobody pays for that",
        "Ask for 15",
        5,
        "conversion",
    )
    assert types(plans(GOOD | {"target": 15}, rules=[rule])) == []


def test_beyond_means_lower_where_lower_is_better() -> None:
    rule = {"id": "rush", "type": "irrelevant_metric", "when": {"kpis": ["churn"], "beyond": 2}, "reason": "enough"}
    hold = objective("hold", "support", goals=["keep"], kpi="churn", target=1.5)
    assert types(plans(hold, rules=[rule])) == ["irrelevant_metric"]
    assert types(plans(hold | {"target": 2.5}, rules=[rule])) == []


def test_a_rule_looks_for_what_is_missing() -> None:
    rule = {"id": "nobody", "type": "unclear_objective", "when": {"lacks": ["owner"]}, "reason": "Nobody will do it"}
    assert [found.rule for found in assess(plans(GOOD | {"owner": None}, rules=[rule]))] == [
        "nobody",
        "cannot_be_measured",
    ]


def test_a_kpi_is_not_judged_twice() -> None:
    rule = {"id": "visits", "type": "misaligned_kpi", "when": {"kpis": ["traffic"]}, "reason": "Visitors don't buy"}
    assert [found.rule for found in assess(plans(objective("v", "marketing", kpi="traffic"), rules=[rule]))] == [
        "visits"
    ]


def test_a_word_is_said_as_a_whole_and_in_any_case() -> None:
    rule = {"id": "new", "type": "irrelevant_metric", "when": {"says": ["new"]}, "reason": "no"}
    assert types(plans(GOOD | {"statement": "Renew contracts"}, rules=[rule])) == []
    assert types(plans(GOOD | {"statement": "NEW contracts"}, rules=[rule])) == ["irrelevant_metric"]


def test_words_of_a_rule_are_words_and_no_pattern() -> None:
    rule = {"id": "odd", "type": "irrelevant_metric", "when": {"says": ["(more"]}, "reason": "no"}
    assert types(plans(GOOD | {"statement": "Sell (more"}, rules=[rule])) == ["irrelevant_metric"]


def test_only_the_version_in_force_is_judged() -> None:
    earlier = GOOD | {"target": None, "until": "2026-03-31"}
    assert types(plans(earlier, GOOD | {"since": "2026-04-01"})) == []


def test_without_goals_nothing_can_be_off_them() -> None:
    assert types(plans(GOOD | {"goals": []}, goals=[])) == []


def beyond(level: float, *objectives: dict[str, Any]) -> list[str]:
    rule = {"id": "greedy", "type": "misaligned_kpi", "when": {"beyond": level}, "reason": "Quality suffers"}
    return [found.id for found in assess(plans(*objectives, rules=[rule])) if found.rule == "greedy"]


def test_a_rule_on_a_level_meets_what_promises_more_of_the_good_and_not_just_as_much() -> None:
    assert beyond(20, GOOD) == []  # 20 % are promised
    assert beyond(19, GOOD) == ["greedy-convert"]
    fewer = objective("hold", "support", goals=["keep"], kpi="churn", target=2)
    assert beyond(2, fewer) == []
    assert beyond(3, fewer) == ["greedy-hold"]


@pytest.mark.parametrize("lacks", ["kpi", "target"])
def test_an_objective_without_a_level_lies_beyond_none(lacks: str) -> None:
    assert beyond(0, GOOD | {lacks: None}) == []
