"""Effects: invented series with a fixed seed, checked against how they were made."""

import numpy as np
import pandas as pd
import pytest

from saypro_nb.agree.errors import InputError
from saypro_nb.review import effects
from saypro_nb.review.effects import Change

BEFORE = 78
WEEKS = pd.date_range("2023-01-02", periods=BEFORE + 26, freq="7D")
BEGINS = WEEKS[BEFORE]


def follow(rng, count, persistence=0.3):
    """Noise of standard deviation one in which each week follows the one before."""
    noise = rng.normal(size=count)
    for week in range(1, count):
        noise[week] = persistence * noise[week - 1] + np.sqrt(1 - persistence**2) * noise[week]
    return noise


def series(step=0.0, after=13, seed=3, before=BEFORE):
    """A KPI around 60 that is `step` higher in the weeks after the action."""
    values = 60 + 2 * follow(np.random.default_rng(seed), before + after)
    values[before:] += step
    return pd.Series(values, index=WEEKS[BEFORE - before : BEFORE + after])


def change(**facts):
    return Change(**({"begins": BEGINS, "every": "week", "better": "higher"} | facts))


def test_a_step_is_found_with_its_size():
    found = effects.judge(series(step=10), change())
    assert found.answer == "improved"
    assert found.level.low < 10 < found.level.high
    assert 0 < found.level.low < found.level.value < found.level.high
    assert found.chance < 0.001
    assert (found.periods_before, found.periods_after) == (BEFORE, 13)


def test_the_total_is_the_level_of_every_week_added_up():
    found = effects.judge(series(step=10), change())
    assert found.total.value == pytest.approx(13 * found.level.value)
    assert found.total.low == pytest.approx(13 * found.level.low)
    assert found.after - found.expected == pytest.approx(found.level.value)


def test_the_same_step_is_for_the_worse_where_lower_is_better():
    assert effects.judge(series(step=10), change(better="lower")).answer == "worsened"
    assert effects.judge(series(step=-10), change(better="lower")).answer == "improved"


def test_without_a_better_direction_the_plan_says_what_an_improvement_is():
    assert effects.judge(series(step=10), change(better="neither", amount=50)).answer == "worsened"
    assert effects.judge(series(step=10), change(better="neither", amount=70)).answer == "improved"
    assert effects.judge(series(step=10), change(better="neither")).reason == "no direction"


def test_turning_the_values_round_turns_the_effect_round():
    up, down = (effects.judge(sign * series(step=3), change()) for sign in (1, -1))
    assert up.level.low == pytest.approx(-down.level.high)
    assert up.chance == pytest.approx(down.chance)


def test_where_a_planned_effect_would_have_shown_and_nothing_did_no_effect_was_found():
    found = effects.judge(series(), change(smallest=8.0))
    assert found.level.low < 0 < found.level.high
    assert found.detectable < 8
    assert found.answer == "no effect found"


def test_too_early_to_tell_names_the_week_from_which_it_can_be_told():
    plan = change(smallest=3.0)
    early = effects.judge(series(after=4), plan)
    assert early.answer == "too early to tell"
    assert early.reason == "few periods"
    weeks = WEEKS.get_loc(early.told_from) - BEFORE + 1
    assert weeks > 4
    before, then = (effects.judge(series(after=count), plan) for count in (weeks - 1, weeks))
    assert before.answer == "too early to tell"
    assert then.answer == "no effect found"
    assert then.told_from == early.told_from  # known from the weeks before the action alone


def test_before_any_week_has_passed_it_is_too_early_and_the_week_is_known():
    found = effects.judge(series(after=0), change(smallest=3.0))
    assert found.answer == "too early to tell"
    assert found.told_from == effects.judge(series(after=4), change(smallest=3.0)).told_from
    assert np.isnan(found.level.value)


def test_three_weeks_are_no_effect_however_good_they_look():
    assert effects.judge(series(step=30, after=3), change(smallest=4.0)).answer == "too early to tell"
    assert effects.judge(series(step=30, after=4), change(smallest=4.0)).answer == "improved"


def test_a_look_before_its_time_takes_much_stronger_evidence():
    """The same weeks whose chance lies between 0.5 and 5 % are an effect only where a planned one would show."""
    weeks = series(step=2.6, after=5)
    hasty, timely = (effects.judge(weeks, change(smallest=smallest)) for smallest in (3.0, 4.0))
    assert 0.005 < hasty.chance < 0.05
    assert (hasty.answer, timely.answer) == ("too early to tell", "improved")


def test_an_effect_too_small_for_so_restless_a_kpi_cant_be_told():
    found = effects.judge(series(), change(smallest=0.1))
    assert (found.answer, found.reason) == ("can't be told", "too restless")
    assert found.told_from is None
    assert found.level.low < 0 < found.level.high  # the interval is known all the same


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (series(before=25), "too little history"),
        (series()[BEFORE:], "too little history"),
        (series() * np.nan, "no values"),
        (series() * 0 + 0.95, "never varied"),
    ],
)
def test_what_no_method_could_tell_isnt_told(values, reason):
    found = effects.judge(values, change())
    assert (found.answer, found.reason) == ("can't be told", reason)
    assert np.isnan(found.level.value)


def test_a_missing_week_is_left_out_and_not_filled():
    holes = series(step=10)
    holes.iloc[[5, 20, 40, BEFORE + 3]] = np.nan
    found = effects.judge(holes, change())
    assert found == effects.judge(holes.dropna(), change())
    assert (found.periods_before, found.periods_after) == (BEFORE - 3, 12)
    assert found.after == pytest.approx(holes[BEFORE:].mean())
    assert found.level.low < 10 < found.level.high


def test_the_week_in_which_an_action_begins_is_on_neither_side():
    begun = change(begins=WEEKS[BEFORE - 1] + pd.Timedelta(days=2))
    spoilt = series(step=10)
    spoilt.iloc[BEFORE - 1] = 1e6
    found = effects.judge(spoilt, begun)
    assert found.periods_before == BEFORE - 1
    assert found.level.low < 10 < found.level.high


def test_only_what_comes_after_the_day_to_count_from_is_counted():
    later = change(counted_from=WEEKS[BEFORE + 8])
    weeks = series(step=10)
    weeks.iloc[BEFORE : BEFORE + 8] = -1e6
    found = effects.judge(weeks, later)
    assert found.periods_after == 5
    assert found.level.low < 10 < found.level.high


def test_half_a_year_is_judged_and_no_more():
    whole = series(step=10, after=26)
    longer = pd.concat([whole, pd.Series([1e6], index=[WEEKS[-1] + pd.Timedelta(weeks=1)])])
    assert effects.judge(longer, change()) == effects.judge(whole, change())


def test_plan_and_outcome_stand_side_by_side():
    weeks = series(step=10)
    usual, now = weeks[BEFORE - 13 : BEFORE].mean(), weeks[BEFORE:].mean()
    found = effects.judge(weeks, change(amount=65.0))
    assert found.planned == found.smallest == pytest.approx(65 - usual)
    assert found.after == pytest.approx(now)
    assert found.reached
    assert not effects.judge(weeks, change(amount=90.0)).reached
    assert not effects.judge(weeks, change(better="lower", amount=65.0)).reached
    assert effects.judge(weeks, change()).reached is None


def test_a_goal_that_was_met_already_is_no_yardstick():
    found = effects.judge(series(), change(amount=40.0))
    assert found.planned < 0
    assert found.smallest == pytest.approx(series()[:BEFORE].std())


@pytest.fixture
def shaken():
    """Demand moves the KPI by half of its own changes, and rises by 30 together with an action that does nothing."""
    rng = np.random.default_rng(12)
    demand = pd.DataFrame({"demand": 100 + 10 * follow(rng, BEFORE + 13)}, index=WEEKS[: BEFORE + 13])
    demand.iloc[BEFORE:] += 30
    return 10 + 0.5 * demand["demand"] + follow(rng, BEFORE + 13), demand


def test_what_a_control_series_explains_is_no_effect(shaken):
    kpi, demand = shaken
    alone, beside = effects.judge(kpi, change()), effects.judge(kpi, change(), demand)
    assert alone.answer == "improved"
    assert beside.level.low < 0 < beside.level.high
    assert beside.controls == ("demand",)


def test_a_control_with_a_hole_is_not_used(shaken):
    kpi, demand = shaken
    demand.iloc[BEFORE + 2] = np.nan
    assert effects.judge(kpi, change(), demand) == effects.judge(kpi, change())


def test_the_last_day_of_a_month_in_every_week_after_is_no_effect():
    """Month ends add 10; all four weeks after the action but one hold none, before it one in four or five does."""
    weeks = series(after=4)
    weeks += 10 * (((weeks.index + pd.Timedelta(days=7)).month) != weeks.index.month)
    found = effects.judge(weeks, change())
    assert found.level.low < 0 < found.level.high
    assert found.level.high - found.level.low < 10


def test_months_are_judged_as_months():
    months = pd.date_range("2022-01-01", periods=30, freq="MS")
    values = pd.Series(60 + np.random.default_rng(2).normal(0, 2, 30), index=months)
    values[24:] += 12
    plan = change(begins=months[24], every="month")
    found = effects.judge(values, plan)
    assert (found.answer, found.periods_before, found.periods_after) == ("improved", 24, 6)
    assert found.level.low < 12 < found.level.high
    assert effects.judge(values[1:], plan).reason == "too little history"  # 23 months before


def test_two_values_in_one_week_are_refused():
    twice = pd.concat([series(), series()[:1]])
    with pytest.raises(InputError, match="two values within one week"):
        effects.judge(twice, change())


def test_what_was_given_is_not_changed(shaken):
    kpi, demand = shaken
    kept = kpi.copy(), demand.copy()
    effects.judge(kpi, change(), demand)
    pd.testing.assert_series_equal(kpi, kept[0])
    pd.testing.assert_frame_equal(demand, kept[1])


@pytest.fixture(scope="module")
def without_effect():
    """A hundred KPIs on which nothing happened; half of them have a yearly season."""
    turn = 2 * np.pi * np.arange(BEFORE + 13) / 52.18
    return [effects.judge(series(seed=100 + k) + 3 * (k % 2) * np.sin(turn + k), change()) for k in range(100)]


def test_the_interval_holds_the_truth_in_about_nineteen_cases_of_twenty(without_effect):
    held = np.mean([found.level.low <= 0 <= found.level.high for found in without_effect])
    assert 0.88 <= held <= 0.99  # three standard errors of a share of 95 % in a hundred are 6.5 points


def test_a_detectable_effect_is_found_in_about_four_cases_of_five(without_effect):
    found = np.mean([found.level.low + found.detectable > 0 for found in without_effect])
    assert 0.68 <= found <= 0.94


def test_the_course_without_a_change_averages_to_what_the_effect_was_measured_against():
    values = series(step=10)
    course, found = effects.course(values, change()), effects.judge(values, change())
    assert course["period"].tolist() == WEEKS[BEFORE : BEFORE + 13].tolist()
    assert course["expected"].mean() == pytest.approx(found.expected)
    assert course["value"].mean() == pytest.approx(found.after)


def test_single_values_scatter_more_widely_than_their_mean_is_unsure():
    values = series()
    course, found = effects.course(values, change()), effects.judge(values, change())
    assert (course["high"] - course["low"]).min() > found.level.high - found.level.low
    assert ((course["low"] < course["expected"]) & (course["expected"] < course["high"])).all()


def test_the_course_shows_the_weeks_of_an_action_of_which_only_the_time_after_counts():
    later = change(counted_from=WEEKS[BEFORE + 6])
    course = effects.course(series(after=20), later)
    assert course["period"].iloc[0] == BEGINS
    assert len(course) == 20


def test_a_week_without_a_value_has_a_course_and_no_value():
    values = series(step=10).drop(WEEKS[BEFORE + 4])
    course = effects.course(values, change()).set_index("period")
    assert np.isnan(course.loc[WEEKS[BEFORE + 4], "value"])
    assert course["expected"].notna().all()


def test_where_nothing_can_be_told_there_is_no_course():
    assert effects.course(series()[BEFORE - 10 :], change()).empty
    assert effects.course(series()[:BEFORE], change()).empty


def test_what_had_changed_right_before_the_action_is_not_put_down_to_it():
    values = series(after=13)
    values.iloc[BEFORE - 2 :] += 8  # two weeks before the action, which then does nothing
    found = effects.judge(values, change(smallest=8))
    assert (found.answer, found.reason) == ("can't be told", "unsettled")


def test_a_bad_patch_that_passes_is_no_success_of_the_action():
    values = series(after=13)
    values.iloc[BEFORE - 5 : BEFORE] -= 8
    found = effects.judge(values, change())
    assert (found.answer, found.reason) == ("can't be told", "unsettled")


def test_a_change_long_before_the_action_leaves_its_effect_to_be_told():
    values = series(step=10, before=BEFORE)
    values.iloc[: BEFORE - 60] -= 8
    assert effects.judge(values, change()).answer == "improved"
