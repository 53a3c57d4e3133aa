import datetime

import pytest
from pydantic import ValidationError

from tests.plans import action


def test_an_action_ends_after_it_starts() -> None:
    with pytest.raises(ValidationError, match=r"end \(2026-01-04\) lies before start \(2026-01-05\)"):
        action(end="2026-01-04")


def test_success_is_not_due_before_the_action_starts() -> None:
    with pytest.raises(ValidationError, match="success criterion falls due"):
        action(criterion={"kpi": "conversion", "amount": 20, "by": "2026-01-04"})


def test_an_action_may_start_and_end_on_one_day() -> None:
    assert action(end="2026-01-05").end == datetime.date(2026, 1, 5)


@pytest.mark.parametrize("facts", [{"owner": ""}, {"budget": -1}, {"status": "nearly done"}, {"id": "../x"}])
def test_an_action_needs_an_owner_a_budget_a_known_status_and_a_plain_id(facts: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        action(**facts)
