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


def line(values: list[float]) -> trend.Line:
    return trend.fit(pd.Series(values))


def test_a_straight_fall_crosses_its_target_when_arithmetic_says() -> None:
    # 30 now, two less each week: 20 in five weeks.
    found = trend.crossing(line([30.0 + 2 * (9 - week) for week in range(10)]), 20, "week")
    assert (found.expected, found.earliest, found.latest) == pytest.approx((5, 5, 5))


@pytest.mark.parametrize("target", [40.0, 31.0])
def test_a_line_that_leaves_its_target_behind_does_not_cross_it(target: float) -> None:
    assert trend.crossing(line([30.0 + 2 * (9 - week) for week in range(10)]), target, "week") == trend.NEVER


def test_nothing_is_told_beyond_a_year() -> None:
    falling = line([30.0 - 0.1 * week for week in range(26)])
    assert not np.isnan(trend.crossing(falling, 27.5 - 5.1, "week").expected)
    assert np.isnan(trend.crossing(falling, 27.5 - 5.3, "week").expected)


def test_an_unclear_slope_crosses_nothing() -> None:
    wobble = [10 + (1 if week % 2 else -1) - 0.001 * week for week in range(26)]
    assert trend.crossing(line(wobble), 9.9, "week") == trend.NEVER


def test_without_a_target_or_a_line_there_is_no_crossing() -> None:
    assert np.isnan(trend.crossing(line([30.0 - week for week in range(26)]), np.nan, "week").expected)
    assert trend.crossing(line([1.0] * 5), 3, "week") == trend.NEVER


def test_the_interval_holds_the_true_crossing_nineteen_times_in_twenty() -> None:
    # The true line meets zero ten weeks after the last one; noise is independent, a tenth of the way there.
    rng = np.random.default_rng(5)
    weeks = np.arange(26)
    held = []
    for _ in range(400):
        found = trend.crossing(line(list((35 - weeks) + rng.normal(0, 4, 26))), 0, "week")
        latest = np.inf if np.isnan(found.latest) else found.latest
        held.append(found.earliest <= 10 <= latest)
    assert 0.90 <= np.mean(held) <= 0.99


def test_a_slide_is_gradual_and_a_step_is_not() -> None:
    noise = np.random.default_rng(6).normal(0, 1, 26)
    assert trend.is_gradual(pd.Series(noise - 0.4 * np.arange(26)))
    assert not trend.is_gradual(pd.Series(noise - 8.0 * (np.arange(26) >= 15)))
    assert not trend.is_gradual(pd.Series([1.0] * 5))
