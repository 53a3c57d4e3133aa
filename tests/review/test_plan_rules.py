import pytest

from saypro_nb.review import plan_rules
from tests.plans import OWNED, action


def said(**facts: object) -> list[str]:
    return [str(fault) for fault in plan_rules.faults(action(**facts), OWNED, "plan.xlsx, row 4")]


def criterion(**facts: object) -> dict[str, object]:
    return {"kpi": "conversion", "amount": 20, "by": "2026-06-29"} | facts


def test_an_action_with_dates_in_order_and_a_measurable_promise_has_no_fault() -> None:
    assert said(criterion=criterion(baseline=17), milestones=[{"due": "2026-02-02", "what": "half"}]) == []


@pytest.mark.parametrize("due", ["2026-01-04", "2026-03-31"])
def test_a_milestone_lies_between_start_and_end(due: str) -> None:
    (fault,) = said(milestones=[{"due": due, "what": "half"}])
    assert fault == (
        f"plan.xlsx, row 4, milestones: the milestone of {due} lies outside 2026-01-05 to 2026-03-30. "
        "Move the milestone, or the start or end."
    )


def test_success_can_not_fall_due_before_the_action_ends() -> None:
    (fault,) = said(criterion=criterion(by="2026-03-29"))
    assert fault.startswith("plan.xlsx, row 4, by: success falls due on 2026-03-29, before the action ends")


def test_success_is_measured_by_a_kpi_of_the_department() -> None:
    (fault,) = said(criterion=criterion(kpi="conversoin"))
    assert fault.endswith("'conversoin' is no KPI of the department north. Did you mean 'conversion'?")


@pytest.mark.parametrize("amount", [-3, 120])
def test_a_level_that_the_unit_does_not_have_is_refused_with_a_hint(amount: float) -> None:
    (fault,) = said(criterion=criterion(amount=amount))
    assert fault.endswith("Write the level that the KPI is to reach, not by how much it changes.")


@pytest.mark.parametrize(("kpi", "amount", "refused"), [
    ("conversion", 17, True), ("conversion", 16, True), ("conversion", 17.1, False),
    ("delay", 17, True), ("delay", 18, True), ("delay", 16, False),
])  # fmt: skip
def test_a_promise_is_better_than_where_it_starts(kpi: str, amount: float, refused: bool) -> None:
    assert bool(said(criterion=criterion(kpi=kpi, baseline=17, amount=amount))) == refused
