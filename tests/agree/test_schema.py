import datetime

import pytest
from pydantic import ValidationError

from saypro_nb.agree.schema import Kpi
from tests.review.test_actions import action
from tests.workspaces import KPIS


def kpi(**facts: object) -> Kpi:
    return Kpi.model_validate(KPIS["revenue"] | facts)


def test_the_target_in_force_is_the_last_that_has_begun() -> None:
    by_date = {datetime.date(2026, 1, 1): 5, datetime.date(2026, 7, 1): 7}
    found = [kpi(target=by_date).target_on(datetime.date(2026, month, 1)) for month in (1, 6, 7, 12)]
    assert found == [5, 5, 7, 7]
    assert kpi(target=by_date).target_on(datetime.date(2025, 12, 31)) is None


def test_a_kpis_own_range_replaces_that_of_its_unit() -> None:
    assert kpi(unit="percent").bounds() == (0, 100)
    assert kpi(unit="percent", range=[-100, None]).bounds() == (-100, None)


@pytest.mark.parametrize(
    "facts", [{"unit": "litres"}, {"better": "bigger"}, {"weight": 0}, {"target": "high"}, {"tarqet": 5}]
)
def test_what_a_kpi_can_not_be_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        kpi(**facts)


def test_an_action_can_not_end_before_it_starts() -> None:
    with pytest.raises(ValidationError, match="lies before start"):
        action(end="2026-01-04")


def test_success_can_not_fall_due_before_the_start() -> None:
    with pytest.raises(ValidationError, match="falls due"):
        action(criterion={"kpi": "conversion", "amount": 20, "by": "2026-01-01"})


@pytest.mark.parametrize("facts", [{"owner": ""}, {"budget": -1}, {"status": "nearly done"}, {"id": "../x"}])
def test_an_action_needs_an_owner_a_budget_a_known_status_and_a_plain_id(facts: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        action(**facts)
