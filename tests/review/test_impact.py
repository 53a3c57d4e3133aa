import pandas as pd
import pytest

from saypro_nb.agree.schema import Kpi
from saypro_nb.review import impact
from tests.plans import CONVERSION


def measured(values: list[float | None], **facts: object) -> pd.Series:
    kpi: Kpi = CONVERSION.model_copy(update={"target": 10.0, "unit": "money", "adds_up": True} | facts)
    weeks = pd.date_range("2026-01-05", periods=len(values), freq="W-MON")
    table = pd.DataFrame({"department": "north", "kpi": "sales", "period": weeks, "value": values})
    return impact.measure(table.astype({"value": float}), {"sales": kpi}).iloc[0]


def test_shortfalls_add_up_and_a_surplus_does_not_make_up_for_them() -> None:
    found = measured([7, 20, 9, 10, 6])
    assert (found["periods"], found["missed"], found["total"]) == (5, 3, 3 + 1 + 4)


def test_the_run_of_misses_reaches_back_to_the_last_period_that_met_its_target() -> None:
    assert measured([7, 20, 9, 8])["since"] == pd.Timestamp("2026-01-19")
    assert pd.isna(measured([7, 9, 11])["since"])


def test_only_the_last_thirteen_periods_count_and_missing_values_do_not() -> None:
    found = measured([0.0] * 5 + [10.0] * 12 + [None, 9.0])
    assert (found["periods"], found["missed"], found["total"]) == (13, 1, 1)


def test_where_lower_is_better_a_miss_lies_above() -> None:
    found = measured([12, 9], better="lower")
    assert (found["missed"], found["total"]) == (1, 2)


@pytest.mark.parametrize("unit", ["percent", "hours", "score", "money"])
def test_rates_times_and_prices_do_not_add_up(unit: str) -> None:
    found = measured([7, 8], unit=unit, adds_up=None)
    assert found["missed"] == 2
    assert pd.isna(found["total"])
