"""Drivers: invented weeks with a fixed seed, checked against how they were made and against statsmodels."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.linalg import toeplitz

from saypro_nb.agree.errors import InputError
from saypro_nb.review import driver_fit, drivers

WEEKS = 80


def follow(rng, weeks=WEEKS, persistence=0.5):
    """Weekly values of which each follows the one before."""
    values = rng.normal(size=weeks)
    for week in range(1, weeks):
        values[week] += persistence * values[week - 1]
    return values


@pytest.fixture
def department():
    """Each hour of training takes 3 off the backlog two weeks later; stock has no part in it."""
    rng = np.random.default_rng(7)
    monday = pd.date_range("2024-01-01", periods=WEEKS, freq="7D")
    table = pd.DataFrame({"training": 20 + 2 * follow(rng), "stock": 500 + 50 * follow(rng)}, index=monday)
    kpi = 100 - 3 * table["training"].shift(2) + 4 * follow(rng)
    return kpi.iloc[2:], table


def named(found):
    return list(zip(found.table["driver"], found.table["lag"], found.table["sign"], strict=True))


def test_driver_two_weeks_ahead_is_found_with_lag_sign_and_size(department):
    found = drivers.associate(*department)
    row = found.table.iloc[0]
    assert named(found) == [("training", 2, -1)]
    assert found.verdict == "associated"
    assert row["low"] < -3 < row["high"]
    assert row["low"] < row["coefficient"] < row["high"] < 0
    assert row["per_deviation"] == pytest.approx(row["coefficient"] * department[1]["training"][:-2].std())


def test_the_pairs_to_choose_from_weigh_on_the_chance(department):
    row = drivers.associate(*department).table.iloc[0]
    assert row["p_adjusted"] == pytest.approx(10 * row["p"])  # two drivers at five lags


def test_what_was_given_is_not_changed(department):
    kpi, table = department
    before = kpi.copy(), table.copy()
    drivers.associate(kpi, table)
    pd.testing.assert_series_equal(kpi, before[0])
    pd.testing.assert_frame_equal(table, before[1])


def test_week_numbers_serve_as_well_as_dates(department):
    kpi, table = department
    numbered = drivers.associate(kpi.set_axis(range(2, WEEKS)), table.set_axis(range(WEEKS)))
    pd.testing.assert_frame_equal(numbered.table, drivers.associate(kpi, table).table)


def test_unit_of_the_driver_does_not_matter_to_the_finding(department):
    kpi, table = department
    hours, minutes = drivers.associate(kpi, table).table, drivers.associate(kpi, table * 60).table
    assert minutes["coefficient"].to_numpy() * 60 == pytest.approx(hours["coefficient"].to_numpy())
    assert minutes["p"].to_numpy() == pytest.approx(hours["p"].to_numpy())


def test_random_walks_are_not_associated_more_often_than_promised():
    rng = np.random.default_rng(1)
    walks = rng.normal(size=(60, 104, 2)).cumsum(axis=1)
    found = [drivers.associate(pd.Series(pair[:, 0]), pd.DataFrame({"walk": pair[:, 1]})) for pair in walks]
    assert sum(one.verdict == "associated" for one in found) <= 3  # plain correlation: 3 in 4


def test_weeks_without_any_link_name_nobody(department):
    rng = np.random.default_rng(3)
    kpi, table = department
    found = drivers.associate(pd.Series(follow(rng, len(kpi)), kpi.index), table)
    assert found.table.empty
    assert list(found.table.columns) == list(drivers.COLUMNS)
    assert found.verdict == "none found"
    assert "none of 2" in found.reason


def test_a_shared_trend_is_no_association():
    rng = np.random.default_rng(5)
    trend = np.arange(WEEKS)
    table = pd.DataFrame({"headcount": 2.0 * trend, "hires": 0.5 * trend + follow(rng)})
    found = drivers.associate(pd.Series(10 - 0.7 * trend + follow(rng)), table)
    assert found.verdict == "none found"
    assert found.ignored == {"headcount": "constant, or a straight trend"}


def test_constant_driver_is_ignored_with_its_reason(department):
    kpi, table = department
    found = drivers.associate(kpi, table.assign(sites=0.1))
    assert named(found) == [("training", 2, -1)]
    assert found.ignored == {"sites": "constant, or a straight trend"}


def test_drivers_that_say_the_same_are_named_once(department):
    kpi, table = department
    found = drivers.associate(kpi, table.assign(cost=40 * table["training"] + 7))
    assert len(found.table) == 1
    assert found.table["lag"].tolist() == [2]


def test_two_drivers_are_both_found(department):
    kpi, table = department
    found = drivers.associate(kpi + 0.1 * table["stock"].shift(1), table)
    assert sorted(named(found)) == [("stock", 1, 1), ("training", 2, -1)]


def test_two_drivers_that_hide_each_other_enter_together():
    rng = np.random.default_rng(12)
    orders = follow(rng, 60, 0.9)
    table = pd.DataFrame({"orders": orders, "staff": orders + 0.3 * rng.normal(size=60)})
    wait = 3 * (table["orders"] - table["staff"]) + 0.5 * rng.normal(size=60)
    alone = [drivers.associate(wait, table[[driver]]).verdict for driver in table]
    assert alone == ["none found", "none found"]
    assert sorted(named(drivers.associate(wait, table))) == [("orders", 0, 1), ("staff", 0, -1)]


def test_a_kpi_told_exactly_by_a_driver_is_found():
    rng = np.random.default_rng(2)
    table = pd.DataFrame({"hours": follow(rng, 300), "other": follow(rng, 300)})
    found = drivers.associate(5 + 2 * table["hours"].shift(3), table)
    assert named(found) == [("hours", 3, 1)]
    assert found.table["coefficient"].tolist() == pytest.approx([2], rel=1e-6)


def test_too_few_weeks_is_said_and_nothing_found(department):
    kpi, table = department
    found = drivers.associate(kpi.iloc[:12], table)
    assert found.table.empty
    assert found.verdict == "too few weeks"
    assert "12 weeks" in found.reason
    assert "20" in found.reason


def test_no_weeks_at_all_is_too_few(department):
    assert drivers.associate(department[0].iloc[:0], department[1]).verdict == "too few weeks"


def test_driver_known_for_a_few_weeks_only_is_ignored(department):
    kpi, table = department
    found = drivers.associate(kpi, table.assign(survey=table["stock"].iloc[:10]))
    assert named(found) == [("training", 2, -1)]
    assert found.ignored == {"survey": "too few weeks in common with the KPI"}


def test_all_drivers_too_short_is_too_few_weeks(department):
    kpi, table = department
    assert drivers.associate(kpi, table.iloc[:15]).verdict == "too few weeks"


def test_constant_kpi_has_nothing_to_explain(department):
    kpi, table = department
    assert drivers.associate(kpi * 0 + 0.95, table).verdict == "nothing to explain"


def test_missing_weeks_and_values_do_not_shift_the_lag(department):
    kpi, table = department
    holes = kpi.drop(kpi.index[[5, 6, 20, 41]])
    holes.iloc[30] = np.nan
    kept = table.drop(table.index[[12, 50, 51]])
    found = drivers.associate(holes, kept.where(kept["stock"].rank() > 2))
    assert named(found) == [("training", 2, -1)]


def test_a_lag_over_a_missing_week_is_not_bridged():
    kpi = pd.Series([1.0, 2, 4], index=[1, 2, 4])
    aligned = drivers._align(kpi, pd.DataFrame({"hours": [10.0, 20, 40]}, index=[1, 2, 4]), 1)
    np.testing.assert_array_equal(aligned.kpi, [np.nan, 1, 2, np.nan, 4])
    np.testing.assert_array_equal(aligned.lagged["hours", 1], [np.nan, np.nan, 10, 20, np.nan])


def test_a_week_given_twice_is_refused(department):
    kpi, table = department
    with pytest.raises(InputError, match="two rows for the week of 2024-01-15"):
        drivers.associate(pd.concat([kpi, kpi.iloc[:1]]), table)


def test_an_index_without_weeks_is_refused(department):
    kpi, table = department
    with pytest.raises(InputError, match="first day or its number"):
        drivers.associate(kpi.set_axis([f"week {week}" for week in range(len(kpi))]), table)


@pytest.mark.parametrize("persistence", [0.0, 0.4, 0.9])
def test_with_known_persistence_it_is_generalised_least_squares(department, monkeypatch, persistence):
    """Against statsmodels GLS, where errors k weeks apart correlate by persistence ** k."""
    kpi, table = department
    monkeypatch.setattr(driver_fit, "PERSISTENCE", np.array([persistence]))
    holes = kpi.drop(kpi.index[[9, 10, 33]])
    design = sm.add_constant(table.shift(2).loc[kpi.index].assign(trend=range(len(kpi))))
    apart = toeplitz(persistence ** np.arange(len(kpi)))
    kept = kpi.index.isin(holes.index)
    peer = sm.GLS(holes, design[kept], sigma=apart[np.ix_(kept, kept)]).fit()
    fit = drivers._align(holes, table, 4).fit([("stock", 2), ("training", 2)])
    assert fit.last_term() == pytest.approx((peer.params["training"], peer.bse["training"]), rel=1e-6)


def test_averaging_over_persistence_agrees_with_iterated_glsar_on_long_series():
    rng = np.random.default_rng(13)
    hours = pd.Series(follow(rng, 400))
    kpi = 3 + 1.5 * hours + follow(rng, 400, 0.6)
    design = sm.add_constant(pd.DataFrame({"hours": hours, "trend": range(400)}))
    peer = sm.GLSAR(kpi, design, rho=1).iterative_fit(20)
    row = drivers.associate(kpi, hours.to_frame("hours")).table.iloc[0]
    assert row["coefficient"] == pytest.approx(peer.params["hours"], abs=0.1 * peer.bse["hours"])
    assert row["standard_error"] == pytest.approx(peer.bse["hours"], rel=0.02)


def test_a_driver_that_stands_in_for_two_others_gives_way_to_both():
    rng = np.random.default_rng(4)
    staff, orders = follow(rng, 120), follow(rng, 120)
    mood = staff + orders + 0.8 * follow(rng, 120)  # of each alone it is the closest
    table = pd.DataFrame({"staff": staff, "orders": orders, "mood": mood})
    kpi = pd.Series(staff + orders + 0.4 * follow(rng, 120))
    alone = [drivers.associate(kpi, table[[name]]).table["p"].item() for name in table]
    assert min(alone) == alone[2]
    assert sorted(named(drivers.associate(kpi, table))) == [("orders", 0, 1), ("staff", 0, 1)]


class Restless(drivers.Search):
    """A search in which another driver is always a little closer than those that were chosen."""

    def __init__(self, weekly, chance):
        super().__init__(weekly, chance)
        self.asked = []

    def ranked(self, others):
        self.asked.append(others)
        return [(0.0, (f"driver {len(self.asked)}", 0))]


def test_second_thoughts_that_would_never_end_are_ended():
    search = Restless(driver_fit.Weekly(np.zeros(0), {}), chance=0.01)
    assert len(search.settle([("any", 0), ("other", 0)])) == 2
    assert len(search.asked) == 2 * 2 * drivers.MOST_DRIVERS  # each of the two is thought over in each round
