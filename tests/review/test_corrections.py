import datetime
from typing import Any

import pytest

from saypro_nb.agree.plans import Action
from saypro_nb.agree.schema import Department
from saypro_nb.review import corrections, plan_rules
from saypro_nb.review.alignment import assess
from saypro_nb.review.corrections import Corrected
from tests.departments_plans import GOALS, GOOD, KPIS, TODAY, objective, plans

STARTS = datetime.date(2026, 7, 8)
LEADS = {
    name: Department(name=name.upper(), lead=f"Head of {name}", check_in="weekly", action_budget=1)
    for name in ("sales", "marketing", "support", "it", "people")
}
TRAFFIC = objective("visits", "marketing", statement="Bring visitors", kpi="traffic", target=50000)


def each(
    *objectives: dict[str, Any],
    decided: tuple[Action, ...] = (),
    values: dict[tuple[str, str], float] | None = None,
    **agreed: Any,
) -> list[Corrected]:
    made = plans(*objectives, **agreed)
    return corrections.of_each(assess(made), made, LEADS, decided, values or {}, STARTS)


def drafted(*objectives: dict[str, Any], **agreed: Any) -> Action:
    (one,) = each(*objectives, **agreed)
    assert one.action is not None
    assert one.state == "proposed"
    return one.action


def test_a_correction_has_steps_dates_a_responsible_means_and_training() -> None:
    usual = {"steps": ["Meet", "Choose", "Measure"], "weeks": 6, "resources": "Two days", "training": "A course"}
    made = drafted(TRAFFIC, corrections={"misaligned_kpi": usual | {"budget": 300}})
    assert made.id == "marketing-alignment-kpi_off_goal-visits"
    assert (made.department, made.owner, made.family, made.budget) == (
        "marketing", "Head of marketing", "alignment", 300
    )  # fmt: skip
    assert (made.start, made.end) == (STARTS, datetime.date(2026, 8, 19))  # six weeks on
    assert [(step.what, step.due) for step in made.milestones] == [
        ("Meet", datetime.date(2026, 7, 22)),
        ("Choose", datetime.date(2026, 8, 5)),
        ("Measure", datetime.date(2026, 8, 19)),
    ]
    assert made.resources == "Two days; training: A course"
    assert "Bring visitors" in made.description


def test_it_is_measured_by_a_kpi_of_the_department_that_tells_of_the_goal() -> None:
    made = drafted(TRAFFIC, values={("marketing", "lead_quality"): 41.0})
    assert (made.kpi, made.criterion.kpi) == ("lead_quality", "lead_quality")
    assert (made.criterion.baseline, made.criterion.amount) == (41, 50)  # 50 is the KPI's own target
    assert made.criterion.by == made.end + datetime.timedelta(weeks=13)


def test_a_kpi_that_meets_its_level_has_only_to_be_held() -> None:
    assert drafted(TRAFFIC, values={("marketing", "lead_quality"): 60.0}).criterion.baseline is None


def test_a_conflict_is_measured_by_what_is_pulled_against_and_names_both() -> None:
    rule = {"id": "haste", "type": "conflicting_goals", "when": {"departments": ["sales"]}}
    rule |= {"against": {"kpis": ["churn"]}, "reason": "They leave again"}
    made = drafted(GOOD, objective("hold", "support", goals=["keep"], kpi="churn", target=2), rules=[rule])
    assert (made.department, made.kpi, made.criterion.amount) == ("support", "churn", 2)
    assert "with SALES: 'Win one lead in five'; 'Win one lead in five'" in made.description


def test_a_rule_can_name_the_kpi_that_will_show_it() -> None:
    rule = {"id": "visits", "type": "misaligned_kpi", "when": {"kpis": ["traffic"]}, "reason": "Visitors don't buy"}
    assert drafted(TRAFFIC, rules=[rule | {"measured_by": "traffic"}]).kpi == "traffic"


def test_an_impossible_target_is_not_promised_again() -> None:
    assert drafted(GOOD | {"target": 430}).criterion.amount == 50


def test_without_a_kpi_of_the_department_there_is_no_measure_and_no_action() -> None:
    (one,) = each(objective("happy", "people", goals=[], kpi="satisfaction"))
    assert (one.action, one.state) == (None, "no measure")


@pytest.mark.parametrize(
    "objectives",
    [(TRAFFIC,), (objective("up", "it", goals=[], kpi="uptime"),), (GOOD | {"deadline": None},)],
    ids=["misaligned", "irrelevant", "unclear"],
)
def test_every_draft_could_be_approved_as_it_is(objectives: tuple[dict[str, Any], ...]) -> None:
    made = drafted(*objectives)
    owned = {name: kpi for name, kpi in KPIS.items() if made.department in kpi.departments}
    assert plan_rules.faults(made, owned, "here") == []


@pytest.mark.parametrize(
    ("status", "state"),
    [("in progress", "late"), ("completed", "still found"), ("declined", "declined"), ("proposed", "proposed")],
)
def test_what_was_decided_is_not_proposed_again(status: str, state: str) -> None:
    earlier = {"start": datetime.date(2026, 3, 2), "end": datetime.date(2026, 4, 3), "milestones": ()}
    kept = drafted(TRAFFIC).model_copy(update=earlier | {"status": status})
    (one,) = each(TRAFFIC, decided=(kept,))
    assert (one.action, one.state) == (kept, state)


def test_a_decided_correction_whose_gap_is_gone_is_closed() -> None:
    kept = drafted(TRAFFIC)
    other = kept.model_copy(update={"id": "marketing-lead_quality-training"})
    assert corrections.closed(assess(plans(TRAFFIC)), [kept, other]) == []
    assert corrections.closed(assess(plans(GOOD)), [kept, other]) == [kept]


def test_the_longest_ids_stay_apart_and_valid() -> None:
    first, second = (objective("x" * 119 + end, "marketing", kpi="traffic") for end in "ab")
    one, other = each(first, second)
    assert one.action is not None
    assert other.action is not None
    assert len(one.action.id) == len(other.action.id) == 120
    assert one.action.id != other.action.id


def test_a_department_that_plans_nothing_is_given_the_goals_kpi() -> None:
    goals = [*GOALS[:2], GOALS[2] | {"together": ["it"]}]
    made = drafted(GOOD, goals=goals)
    assert (made.department, made.kpi) == ("it", "response_time")
    assert made.start > TODAY


def test_a_level_that_no_kpi_can_reach_measures_no_correction_and_the_other_side_s_does() -> None:
    rule = {"id": "haste", "type": "conflicting_goals", "when": {"departments": ["sales"]}}
    rule |= {"against": {"kpis": ["churn"]}, "reason": "They leave again"}
    hold = objective("hold", "support", goals=["keep"], kpi="churn", target=430)  # percent
    (conflict,) = [one for one in each(GOOD, hold, rules=[rule]) if one.finding.type == "conflicting_goals"]
    assert conflict.action is not None
    assert (conflict.action.department, conflict.action.kpi, conflict.action.criterion.amount) == (
        "sales", "conversion", 20,
    )  # fmt: skip
