import math
from itertools import combinations
from random import Random

import pytest

from saypro_nb.review import alignment_scores
from saypro_nb.review.alignment import assess
from saypro_nb.review.alignment_scores import Assessed, Share, fewest
from tests.departments_plans import GOALS, GOOD, objective, plans

OFF = objective("off", "marketing", kpi="traffic", target=9)  # misaligned: 40 points
VAGUE = objective("vague", "sales", target=None, deadline=None)  # unclear twice: 40 points
TOGETHER = [GOALS[0], GOALS[1], GOALS[2] | {"together": ["it"]}]


def test_a_score_is_what_is_left_of_a_hundred() -> None:
    made = plans(GOOD, OFF, VAGUE | {"kpi": "traffic", "owner": None})
    scored = alignment_scores.by_objective(made, assess(made)).set_index("objective")
    assert scored["score"].to_dict() == {"vague": 0, "off": 60, "convert": 100}  # 100 − 40 − 3 × 20 is 0
    assert scored.loc["off", "explained"] == "100 − 40 (misaligned KPI)"
    assert scored.loc["vague", "explained"] == "100 − 40 (misaligned KPI) − 60 (unclear objective)"


def test_a_score_never_falls_below_nothing() -> None:
    made = plans(OFF | {"deadline": None, "owner": None}, points={"misaligned_kpi": 90})
    assert alignment_scores.by_objective(made, assess(made))["score"].tolist() == [0]  # 100 − 90 − 40


def test_a_plan_scores_the_mean_of_its_objectives_and_of_what_it_lacks() -> None:
    made = plans(GOOD, VAGUE, OFF, goals=TOGETHER)
    findings = assess(made)
    rated = alignment_scores.by_department(
        alignment_scores.by_objective(made, findings), ["sales", "marketing", "it", "hr"]
    ).set_index("department")
    assert rated["score"].fillna(-1).to_dict() == {"sales": 80, "marketing": 60, "it": 70, "hr": -1}
    assert rated["aligned"].tolist() == [False, False, False, False]
    assert rated.loc["sales", ["objectives", "clean"]].tolist() == [2, 1]
    assert Assessed(made, ("sales", "marketing", "it", "hr")).score == pytest.approx(70)  # of three plans


def test_the_share_counts_departments_that_have_a_plan() -> None:
    share = Assessed(plans(GOOD, OFF), ("sales", "marketing", "hr")).aligned
    assert (share.aligned, share.whole, share.percent, share.needed, share.reached) == (1, 2, 50, 2, False)


def test_what_a_plan_lacks_is_counted_among_its_objectives() -> None:
    share = Assessed(plans(GOOD, goals=TOGETHER), ("sales", "it")).clean
    assert (share.aligned, share.whole) == (1, 2)


def test_the_distance_is_told_plan_by_plan() -> None:
    found = Assessed(plans(GOOD, OFF, objective("up", "it", deadline=None, owner=None)), ("sales", "marketing", "it"))
    assert [one.id for one in found.distance] == ["kpi_off_goal-off", "cannot_be_measured-up"]
    assert [found.after(found.distance[:done]) for done in range(3)] == [1, 2, 3]


def test_nothing_is_left_to_do_where_the_share_is_reached() -> None:
    assert Assessed(plans(GOOD, OFF, aligned_share=50), ("sales", "marketing")).distance == []


@pytest.mark.parametrize(("whole", "needed"), [(6, 6), (10, 9), (11, 10), (20, 18), (0, 0)])
def test_ninety_percent_are_rounded_up_to_whole_plans(whole: int, needed: int) -> None:
    assert Share(0, whole, 90).needed == needed


def test_there_is_no_share_of_nothing() -> None:
    assert math.isnan(Share(0, 0, 90).percent)


def test_one_correction_that_clears_two_plans_is_counted_once() -> None:
    plans_open = {"a": {"shared"}, "b": {"shared"}, "c": {"one", "two", "three"}}
    assert fewest(plans_open, 2) == ["shared"]
    assert fewest(plans_open, 3) == ["shared", "one", "three", "two"]


def test_plans_that_are_clear_cost_nothing() -> None:
    assert fewest({"a": set(), "b": {"x"}}, 1) == []
    assert fewest({}, 0) == []


def test_the_fewest_are_not_always_those_of_the_nearest_plan() -> None:
    # c alone is nearest (two), yet a and b share all three of theirs: two clear plans for three, not for five.
    plans_open = {"a": {"x", "y", "z"}, "b": {"x", "y", "z"}, "c": {"p", "q"}}
    assert sorted(fewest(plans_open, 2)) == ["x", "y", "z"]


def test_no_smaller_set_clears_as_many_plans() -> None:
    chance = Random(1)
    for _ in range(30):
        plans_open = {str(plan): {chance.choice("abcdefg") for _ in range(chance.randint(0, 3))} for plan in range(6)}
        for needed in range(7):
            smallest = min(
                len(set().union(*(plans_open[name] for name in chosen))) for chosen in combinations(plans_open, needed)
            )
            found = fewest(plans_open, needed)
            assert len(found) == len(set(found)) == smallest
            assert sum(about <= set(found) for about in plans_open.values()) >= needed


def test_the_matrix_tells_how_each_plan_stands_to_each_goal() -> None:
    rule = {"id": "haste", "type": "conflicting_goals", "when": {"departments": ["sales"]}}
    rule |= {"against": {"kpis": ["churn"]}, "reason": "They leave again"}
    hold = objective("hold", "support", goals=["keep"], kpi="churn", target=2)
    made = plans(GOOD, OFF, hold, rules=[rule])
    shown = alignment_scores.matrix(made, assess(made), ["sales", "marketing", "support"])
    assert shown.loc["sales"].to_dict() == {"grow": "supports", "keep": "conflicts", "serve": "silent"}
    assert shown.loc["marketing"].to_dict() == {"grow": "in name only", "keep": "silent", "serve": "silent"}
    assert shown.loc["support"].to_dict() == {"grow": "silent", "keep": "supports", "serve": "silent"}


def test_what_was_assessed_has_a_row_for_each_department_even_without_a_plan() -> None:
    shown = Assessed(plans(GOOD), ("sales", "it")).matrix
    assert shown["grow"].to_dict() == {"sales": "supports", "it": "silent"}
    assert shown.columns.tolist() == ["grow", "keep", "serve"]
