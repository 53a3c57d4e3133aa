import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant

from saypro_nb.review import trend


def test_a_straight_line_has_its_slope_and_no_doubt() -> None:
    assert trend.slope(pd.Series([2.0 * week for week in range(10)])) == (2.0, 0.0)


def test_slope_and_error_are_those_of_least_squares_where_residuals_repel_each_other() -> None:
    # Residuals that alternate have a negative autocorrelation, for which the error is not narrowed.
    values = pd.Series([0.3 * week + (1 if week % 2 else -1) for week in range(20)])
    reference = OLS(values, add_constant(np.arange(20.0))).fit()
    assert trend.slope(values) == pytest.approx((reference.params.iloc[1], reference.bse.iloc[1]))


def test_neighbours_that_resemble_each_other_widen_the_doubt() -> None:
    together = pd.Series([1.0, 1.0, 1.0, -1.0, -1.0, -1.0] * 4)
    reference = OLS(together, add_constant(np.arange(24.0))).fit()
    assert trend.slope(together)[1] > 1.3 * reference.bse.iloc[1]


def test_only_the_last_half_year_counts() -> None:
    assert trend.slope(pd.Series([*[100.0] * 50, *map(float, range(26))]))[0] == pytest.approx(1.0)


def test_a_missing_week_keeps_its_place_in_time() -> None:
    values = pd.Series([float(week) for week in range(12)])
    values[5] = np.nan
    assert trend.slope(values)[0] == pytest.approx(1.0)


def test_fewer_than_eight_values_have_no_trend() -> None:
    change, error = trend.slope(pd.Series(range(7), dtype=float))
    assert np.isnan(change)
    assert np.isnan(error)
    assert trend.direction(change, error, "higher") == "flat"


@pytest.mark.parametrize(
    ("change", "better", "expected"),
    [
        (3.0, "higher", "improving"),
        (3.0, "lower", "worsening"),
        (-3.0, "higher", "worsening"),
        (3.0, "neither", "flat"),
    ],
)
def test_a_clear_slope_is_judged_by_the_better_direction(change: float, better: str, expected: str) -> None:
    assert trend.direction(change, 1.0, better) == expected


def test_a_slope_within_2_58_standard_errors_is_flat() -> None:
    assert trend.direction(2.5, 1.0, "higher") == "flat"
