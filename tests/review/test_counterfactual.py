"""The counterfactual: limiting cases against statsmodels, and its algebra against the direct way."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.special import softmax

from saypro_nb.review import counterfactual
from saypro_nb.review.counterfactual import History, Prediction, predict

BEFORE, AHEAD = 40, 8
NO_CONTROLS = np.empty((BEFORE + AHEAD, 0))
PLACES = np.arange(BEFORE + AHEAD)


@pytest.fixture
def one_model(monkeypatch):
    """Leave a single model: a level and a trend about which nothing is known, and noise of one persistence."""

    def choose(persistence, wandering=0.0):
        monkeypatch.setattr(counterfactual, "AUTOCORRELATIONS", (persistence,))
        monkeypatch.setattr(counterfactual, "WANDERINGS", {wandering: 1.0})
        monkeypatch.setattr(counterfactual, "TRENDS", {1e4: 1.0})
        monkeypatch.setattr(counterfactual, "LEVEL", 1e4)
        monkeypatch.setattr(counterfactual, "WAVE", 0.0)
        counterfactual._noise.cache_clear()

    yield choose
    counterfactual._noise.cache_clear()


@pytest.fixture
def history():
    rng = np.random.default_rng(8)
    value = 50 + 0.2 * PLACES[:BEFORE] + rng.normal(0, 3, BEFORE)
    return History(value, PLACES[:BEFORE], PLACES[BEFORE:], 52.18, None, NO_CONTROLS)


def mean_ahead():
    return np.full((1, AHEAD), 1 / AHEAD)


def trend():
    return np.column_stack([np.ones(len(PLACES)), PLACES])


def test_with_independent_noise_it_is_the_forecast_of_ordinary_least_squares(one_model, history):
    one_model(0.0)
    found = predict(history, mean_ahead())
    line = sm.OLS(history.value, trend()[:BEFORE]).fit()
    ahead = trend()[BEFORE:].mean(axis=0)
    # Least squares divides by two fewer than the number of weeks, we by one fewer.
    variance = (ahead @ line.cov_params() @ ahead + line.scale / AHEAD) * (BEFORE - 2) / (BEFORE - 1)
    assert found.mean[0] == pytest.approx(ahead @ line.params, rel=1e-6)
    assert found.spread[0] == pytest.approx(np.sqrt(variance), rel=1e-6)
    reach = stats.t.ppf(0.975, BEFORE - 1) * np.sqrt(variance)
    assert found.quantile(0.975)[0] == pytest.approx(ahead @ line.params + reach, rel=1e-6)


def test_with_persistent_noise_it_is_the_best_linear_forecast_of_generalised_least_squares(one_model, history):
    one_model(0.6)
    covariance = 0.6 ** np.abs(np.subtract.outer(PLACES, PLACES))
    past, carried = covariance[:BEFORE, :BEFORE], covariance[:BEFORE, BEFORE:].mean(axis=1)
    line = sm.GLS(history.value, trend()[:BEFORE], sigma=past).fit()
    # Goldberger (1962): what the last weeks' residuals still tell is added to the line.
    best = trend()[BEFORE:].mean(axis=0) @ line.params + carried @ np.linalg.solve(past, line.resid)
    assert predict(history, mean_ahead()).mean[0] == pytest.approx(best, rel=1e-6)


def test_a_wandering_level_widens_what_is_expected_later(one_model, history):
    first, last = np.eye(AHEAD)[[0, -1]]
    one_model(0.0)
    still = predict(history, np.array([first, last])).spread[:, 0]
    one_model(0.0, wandering=0.5)
    wandering = predict(history, np.array([first, last])).spread[:, 0]
    assert still[1] / still[0] < 1.1
    assert wandering[1] / wandering[0] > 1.3


def test_models_weigh_as_their_likelihood_with_coefficients_integrated_out(one_model, history, monkeypatch):
    """Checked against the covariance of the values themselves, in which coefficients are one more noise."""
    one_model(0.0)
    monkeypatch.setattr(counterfactual, "AUTOCORRELATIONS", (0.0, 0.6))
    monkeypatch.setattr(counterfactual, "TRENDS", {0.5: 1.0})
    monkeypatch.setattr(counterfactual, "LEVEL", 2.0)
    monkeypatch.setattr(counterfactual, "NEGLIGIBLE", 0.0)
    standard = (history.value - history.value.mean()) / history.value.std(ddof=1)
    half_years = (PLACES[:BEFORE] - PLACES[:BEFORE].mean()) / 26.09
    logs = []
    for phi in (0.0, 0.6):
        noise = phi ** np.abs(np.subtract.outer(PLACES[:BEFORE], PLACES[:BEFORE]))
        whole = noise + 2.0**2 + 0.5**2 * np.outer(half_years, half_years)
        square = standard @ np.linalg.solve(whole, standard)
        size = np.linalg.slogdet(whole)[1]
        logs.append(np.log(1 - phi) / 2 - size / 2 - (BEFORE - 1) / 2 * np.log(square))
    found = predict(history, mean_ahead()).weight.reshape(2, 2).sum(axis=1)  # with and without a (flat) wave
    assert found == pytest.approx(softmax(logs), rel=1e-9)


def test_the_quantile_of_a_mixture_of_two_apart_has_half_of_each_below_it():
    apart = Prediction(np.array([0.5, 0.5]), np.array([[0.0, 10.0]]), np.array([[1.0, 1.0]]), 30)
    assert apart.quantile(0.5)[0] == pytest.approx(5.0)
    assert apart.quantile(0.75)[0] == pytest.approx(10.0)  # the lower half, and half of the upper one
    assert apart.below(np.array([10.0]))[0] == pytest.approx(0.75)
    assert apart.of(-1).mean[0] == pytest.approx(5.0)


def test_the_unit_of_the_values_is_that_of_the_prediction(history):
    found = predict(history, mean_ahead())
    scaled = predict(
        History(1000 * history.value - 7, history.number, history.ahead, 52.18, None, NO_CONTROLS), mean_ahead()
    )
    assert scaled.mean[0] == pytest.approx(1000 * found.mean[0] - 7)
    assert scaled.quantile(0.9)[0] == pytest.approx(1000 * found.quantile(0.9)[0] - 7)


def test_a_control_that_never_varied_before_tells_nothing(history):
    still = np.append(np.full(BEFORE, 5.0), np.full(AHEAD, 9.0))[:, None]
    moved = History(history.value, history.number, history.ahead, 52.18, None, still)
    assert predict(moved, mean_ahead()).mean[0] == pytest.approx(predict(history, mean_ahead()).mean[0])
