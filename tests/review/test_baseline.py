import numpy as np
import pandas as pd
import pytest

from saypro_nb.review import baseline

MONDAYS = pd.date_range("2024-01-01", periods=60, freq="W-MON")
BEGINS = MONDAYS[50]


@pytest.fixture
def values():
    return pd.Series(np.random.default_rng(1).normal(80, 4, 60), index=MONDAYS)


def autocorrelated(number, phi, width):
    """The covariance of AR(1) noise, straight from its definition."""
    return np.outer(width, width) * phi ** np.abs(np.subtract.outer(number, number))


def test_a_week_holds_the_month_end_if_its_sunday_or_an_earlier_day_is_the_last_of_the_month():
    mondays = pd.DatetimeIndex(["2024-01-22", "2024-01-29", "2024-02-26", "2024-03-25", "2024-04-22"])
    assert baseline.holds_month_end(mondays).tolist() == [0, 1, 1, 1, 0]  # 31 March 2024 was a Sunday


def test_a_missing_week_leaves_a_gap_in_the_numbering(values):
    values.iloc[4] = np.nan
    weeks = baseline.line_up(values.drop(MONDAYS[2]), BEGINS)
    assert weeks.number[:5].tolist() == [0, 1, 3, 5, 6]
    assert weeks.baseline == 48


def test_a_week_with_a_quarter_of_the_cases_scatters_twice_as_widely(values):
    cases = pd.Series(400.0, index=MONDAYS)
    cases.iloc[55] = 100
    width = baseline.line_up(values, BEGINS, cases).width
    assert width[54] == pytest.approx(1)
    assert width[55] == pytest.approx(2)


def test_rates_with_an_unknown_denominator_are_taken_as_equally_wide(values):
    cases = pd.Series(400.0, index=MONDAYS)
    cases.iloc[55] = np.nan
    assert baseline.line_up(values, BEGINS, cases).width is None


def test_whitening_makes_autocorrelated_noise_independent_across_gaps():
    number, width = np.array([0, 1, 2, 5, 6, 9]), np.array([1, 2, 1, 0.5, 1, 1])
    white, divisor = baseline.whiten(np.eye(6), number, 0.6, width)
    covariance = autocorrelated(number, 0.6, width)
    np.testing.assert_allclose(white @ covariance @ white.T, np.eye(6), atol=1e-12)
    assert np.prod(divisor) ** 2 == pytest.approx(np.linalg.det(covariance))


def test_surprises_are_those_of_the_joint_normal_distribution():
    """Brute force: condition the joint distribution of all weeks on the baseline, then on week after week."""
    rng, phi = np.random.default_rng(2), 0.5
    number = np.delete(np.arange(40), [7, 33])
    weeks = baseline.Weeks(rng.normal(size=38), number, rng.random(38) < 0.2, None, 30)
    columns = (baseline.LEVEL, baseline.MONTH_END)
    design = np.column_stack([np.ones(38), weeks.month_end])
    joint = autocorrelated(number, phi, np.ones(38)) + design @ np.diag([100.0**2, 1.0]) @ design.T
    expected = [
        (weeks.value[k] - (weight := np.linalg.solve(joint[:k, :k], joint[:k, k])) @ weeks.value[:k])
        / np.sqrt(joint[k, k] - weight @ joint[:k, k])
        for k in range(30, 38)
    ]

    white = baseline.whiten(np.column_stack([design, weeks.value])[:30], number[:30], phi, np.ones(30))[0]
    precision = white[:, :2].T @ white[:, :2] + np.diag([100.0**-2, 1.0])
    coefficients = np.linalg.solve(precision, white[:, :2].T @ white[:, 2])
    model = baseline.Model(0.0, columns, phi, np.ones(38), coefficients, 1.0)
    table = np.column_stack([design, weeks.value])
    np.testing.assert_allclose(baseline._predict(weeks, model, 1.0, table).weeks, expected, rtol=1e-6)


def test_the_likely_models_of_a_yearly_wave_have_a_wave():
    mondays = pd.date_range("2022-01-03", periods=110, freq="W-MON")
    wave = 3 * np.sin(2 * np.pi * np.arange(110) / 52.18) + np.random.default_rng(3).normal(size=110)
    weeks = baseline.line_up(pd.Series(wave, index=mondays), mondays[104])
    columns = baseline._columns(weeks)
    models = baseline._heaviest(weeks, columns, weeks.value / weeks.value[:104].std())
    assert baseline.SINE in models[0].columns


def test_weights_of_models_add_up_to_one(values):
    weeks = baseline.line_up(values, BEGINS)
    found = baseline.surprises(weeks, np.zeros((60, 0)))
    assert sum(model.weight for model in found) == pytest.approx(1)


def test_the_unit_of_a_kpi_does_not_matter(values):
    nothing = np.zeros((60, 0))
    once = baseline.surprises(baseline.line_up(values, BEGINS), nothing)
    thousandfold = baseline.surprises(baseline.line_up(1000 * values + 5, BEGINS), nothing)
    np.testing.assert_allclose(once[0].weeks, thousandfold[0].weeks, rtol=1e-6)
