import numpy as np
import pandas as pd
import pytest

from saypro_nb.agree.schema import Kpi
from saypro_nb.review import rates

REACH = 3 * 0.1 / 1.128  # with equal denominators Laney's chart is the XmR chart: 3 / d2 × mean moving range


def kpi(**facts: object) -> Kpi:
    usual = {"name": "Any", "unit": "percent", "better": "higher", "perspective": "operational", "every": "week"}
    return Kpi(**(usual | {"formula": "as given", "points_at": "not known"} | facts))


def points(part: list[float], whole: list[float], value: list[float] | None = None) -> pd.DataFrame:
    table = pd.DataFrame({"numerator": part, "denominator": whole})
    return table.assign(value=100 * table["numerator"] / table["denominator"] if value is None else value)


def test_with_equal_denominators_limits_are_those_of_individual_values() -> None:
    found = rates.limits(pd.Series([40.0, 50, 40, 50]), pd.Series([100.0] * 4), "share")
    np.testing.assert_allclose(found["centre"], 0.45)
    np.testing.assert_allclose(found["upper"], 0.45 + REACH)
    np.testing.assert_allclose(found["lower"], 0.45 - REACH)


def test_a_quarter_of_the_cases_doubles_the_limits_width() -> None:
    found = rates.limits(pd.Series([40.0, 45, 40, 45, 11]), pd.Series([100.0, 100, 100, 100, 25]), "share")
    width = found["upper"] - found["lower"]
    assert width.iloc[4] == pytest.approx(2 * width.iloc[0])


def test_a_share_stays_within_0_and_1_and_a_rate_above_0() -> None:
    share = rates.limits(pd.Series([1.0, 9, 1, 9]), pd.Series([10.0] * 4), "share")
    rate = rates.limits(pd.Series([1.0, 9, 1, 9]), pd.Series([2.0] * 4), "rate")
    assert (share["lower"].iloc[0], share["upper"].iloc[0]) == (0, 1)
    assert rate["lower"].iloc[0] == 0
    assert rate["upper"].iloc[0] > 1


@pytest.mark.parametrize("part", [[0.0, 0, 0], [20.0, 30, 40]])
def test_a_share_that_never_varies_has_its_limits_at_its_mean(part: list[float]) -> None:
    found = rates.limits(pd.Series(part), pd.Series([20.0, 30, 40]), "share")
    assert (found["lower"] == found["centre"]).all()
    assert (found["upper"] == found["centre"]).all()


def test_one_point_has_its_limits_at_itself() -> None:
    found = rates.limits(pd.Series([5.0]), pd.Series([10.0]), "share")
    assert found.iloc[0].tolist() == [0.5, 0.5, 0.5]


def test_without_cases_a_period_has_no_limits() -> None:
    found = rates.limits(pd.Series([40.0, 0, 50]), pd.Series([100.0, 0, 100]), "share")
    assert found["upper"].isna().tolist() == [False, True, False]


def test_a_percentage_of_whole_numbers_is_a_share() -> None:
    assert rates.kind(points([40, 50], [100, 90]), kpi()) == "share"


def test_money_by_money_is_no_share_once_its_chart_says_so() -> None:
    assert rates.kind(points([40, 50], [100, 90]), kpi(chart="values")) is None


def test_a_computed_percentage_is_a_share_where_its_denominator_counts_records() -> None:
    of_rows = {"records": "orders", "date": "date", "numerator": "late", "denominator": "rows where open = no"}
    assert rates.kind(points([40, 50], [100, 90]), kpi(computed=of_rows)) == "share"
    of_money = of_rows | {"denominator": "revenue"}
    assert rates.kind(points([40, 50], [100, 90]), kpi(computed=of_money)) is None


def test_a_rate_is_one_only_where_it_is_said() -> None:
    breaches = points([300, 310], [2.5, 2.4], [120.0, 129.2])
    assert rates.kind(breaches, kpi(unit="ratio")) is None
    assert rates.kind(breaches, kpi(unit="ratio", chart="rate")) == "rate"


@pytest.mark.parametrize(
    ("part", "whole", "value"),
    [
        ([40, np.nan], [100, 100], [40, 50]),  # a count is missing
        ([40, 50], [100, 0], [40, 50]),  # no cases, and a value all the same
        ([40, 120], [100, 100], None),  # more than all
        ([40.5, 50], [100, 100], None),  # not whole numbers
        ([-1, 50], [100, 100], None),
        ([40, 50], [100, 100], [40, 70]),  # counts of something else
    ],
)
def test_counts_that_cannot_be_a_share_are_left_alone(
    part: list[float], whole: list[float], value: list[float] | None
) -> None:
    assert rates.kind(points(part, whole, value), kpi()) is None
    assert rates.kind(points(part, whole, value), kpi(chart="share")) is None


def test_values_may_be_handed_in_rounded() -> None:
    assert rates.kind(points([1, 2], [3, 3], [33.3, 66.7]), kpi()) == "share"


def test_a_period_without_value_needs_no_counts() -> None:
    assert rates.kind(points([40, 0], [100, 0], [40, np.nan]), kpi()) == "share"
