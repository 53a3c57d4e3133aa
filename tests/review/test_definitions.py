import datetime
from typing import Any

import pandas as pd
import pytest

from saypro_nb.agree.schema import Kpi, Priority
from saypro_nb.review import definitions
from tests.workspaces import KPIS, REVIEW

DAY = datetime.date(2026, 6, 28)


def judged(day: datetime.date = DAY, **facts: Any) -> pd.DataFrame:
    return definitions.of_kpis({"revenue": Kpi.model_validate(KPIS["revenue"] | facts)}, day)


def compared(before: pd.DataFrame, now: pd.DataFrame) -> list[tuple[str, ...]]:
    return [tuple(row) for row in definitions.compare(before, now)[["what", "was", "judged_by"]].to_numpy()]


def test_the_same_definition_is_no_change() -> None:
    assert compared(judged(), judged()) == []


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"target": 90}, ("target", "100.0", "90.0")),
        ({"target": None}, ("target", "100.0", "none")),
        ({"benchmark": 95}, ("benchmark", "none", "95.0")),
        ({"threshold": 80}, ("threshold", "none", "80.0")),
        ({"better": "lower"}, ("better", "higher", "lower")),
        ({"formula": "sum of payments"}, ("formula", "sum of invoices", "sum of payments")),
        ({"weight": 3}, ("weight", "2.0", "3.0")),
    ],
)
def test_whatever_a_kpi_is_judged_by_is_compared(facts: dict[str, Any], told: tuple[str, ...]) -> None:
    assert compared(judged(), judged(**facts)) == [told]


def test_a_target_that_params_date_is_another_one_from_its_day_on() -> None:
    dated = {"target": {"2026-01-05": 100, "2026-06-22": 90}}
    before, now = judged(datetime.date(2026, 6, 21), **dated), judged(**dated)
    assert compared(before, now) == [("target", "100.0", "90.0")]


def test_a_rebase_counts_from_its_day_on_with_its_reason_and_author() -> None:
    rebase = {"rebase": [{"date": "2026-06-22", "reason": "New till", "author": "Analyst"}]}
    before, now = judged(datetime.date(2026, 6, 21), **rebase), judged(**rebase)
    assert compared(before, now) == [("rebase", "none", "2026-06-22 New till (Analyst)")]


def test_a_new_kpi_is_not_judged_otherwise() -> None:
    assert compared(judged().head(0), judged()) == []


def test_a_new_version_of_the_workbench_is_told_once_for_all_kpis() -> None:
    priority = Priority.model_validate(REVIEW["priority"])
    before, now = (definitions.of_workbench(version, "a1", priority) for version in ("0.1.0", "0.2.0"))
    found = definitions.compare(before, now)
    assert list(found["kpi"]) == ["*"]
    assert compared(before, now) == [("version", "0.1.0", "0.2.0")]
