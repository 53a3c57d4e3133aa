import numpy as np
import pandas as pd
import pytest

from saypro_nb.agree.schema import Kpi
from saypro_nb.review import signals


def kpi(better: str = "higher") -> dict[str, Kpi]:
    facts = {"name": "Any", "unit": "count", "perspective": "operational", "every": "week"}
    return {"any": Kpi(better=better, formula="as given", points_at="not known", **facts)}


def judged(values: list[float], *, better: str = "higher", target: float | None = None) -> pd.DataFrame:
    weeks = pd.date_range("2026-01-05", periods=len(values), freq="W-MON")
    table = pd.DataFrame({"department": "north", "kpi": "any", "period": weeks, "value": values, "target": target})
    return signals.judge(table, kpi(better))


def alternating(count: int, *, around: float = 10.0) -> list[float]:
    return [around + (1 if number % 2 else -1) for number in range(count)]


def test_limits_lie_2_66_mean_moving_ranges_from_the_mean() -> None:
    # Moving ranges of 1, 2, 3, 4 are all 1, their mean 1; the mean of the values is 2.5.
    found = signals.limits(np.array([1.0, 2.0, 3.0, 4.0]))
    assert (found.centre, found.reach) == (2.5, 2.66)


def test_a_leap_widens_the_limits_only_by_what_is_left_after_screening() -> None:
    # Nineteen moving ranges of 2 and one of 99 (mean 6.85, screen 22.4): the leap is left out, the mean is 2.
    found = signals.limits(np.array([*alternating(20), 110.0]))
    assert found.reach == pytest.approx(2.66 * 2)


def test_a_missing_value_is_not_bridged() -> None:
    # Without bridging only |2 - 1| and |8 - 7| count; bridging would add |7 - 2|.
    assert signals.limits(np.array([1.0, 2.0, np.nan, 7.0, 8.0])).reach == pytest.approx(2.66)


def test_a_point_exactly_on_the_limit_is_not_outside() -> None:
    # Mean 0 and every moving range 1 or 2: solve for the limit and put the last point there.
    values = np.array([0.0, 1.0, 0.0, -1.0] * 5)
    process = signals.limits(values)
    flagged, _ = signals._signals(np.array([process.centre + process.reach, 0.0]), process)
    assert list(flagged) == ["none", "none"]


def test_a_point_beyond_the_limit_is_outside() -> None:
    points = judged([*alternating(20), 30.0])
    assert points["signal"].iloc[-1] == "outside"
    assert points["meaning"].iloc[-1] == "improvement"


def test_a_constant_series_has_no_signal_although_its_mean_is_rounded() -> None:
    points = judged([0.95] * 40)
    assert set(points["signal"]) == {"none"}
    assert (points["lower"] == points["upper"]).all()


@pytest.mark.parametrize(("target", "expected"), [(0.9, "pass"), (0.95, "pass"), (0.96, "fail"), (None, "none")])
def test_a_constant_series_passes_or_fails_by_its_level(target: float | None, expected: str) -> None:
    assert signals.assurance(judged([0.95] * 20, target=target)) == expected


def test_seven_points_on_one_side_are_a_shift_and_six_are_none() -> None:
    low = [12.0, 8.0] * 10
    six, seven = judged([*low, *[10.6, 10.7] * 3]), judged([*low, *[10.6, 10.7] * 3, 10.6])
    assert "shift" not in set(six["signal"].tail(6))
    assert list(seven["signal"].tail(7)) == ["shift"] * 7


def test_a_point_on_the_mean_breaks_a_shift() -> None:
    points = judged([-1.0, 1.0] * 10 + [1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0] + [-1.0] * 6)
    assert points["centre"].iloc[0] == pytest.approx(0.0)
    assert "shift" not in set(points["signal"])


def test_seven_rising_points_are_a_trend_and_a_tie_breaks_it() -> None:
    rising = [5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0]
    with_tie = [5.0, 6.0, 7.0, 8.0, 8.0, 9.0, 10.0]
    assert list(judged([*alternating(20, around=8), *rising])["signal"].tail(7)) == ["trend"] * 7
    assert "trend" not in set(judged([*alternating(20, around=8), *with_tie])["signal"])


def test_a_trend_is_judged_by_its_direction_and_not_by_its_side() -> None:
    points = judged([*alternating(20, around=8), 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0], better="lower")
    assert list(points["meaning"].tail(7)) == ["concern"] * 7


def test_two_of_three_near_the_limit_are_flagged_and_the_third_is_not() -> None:
    # Mean 0, reach 2.66 × 2 = 5.32 for ±1; near limit 3.55.
    process = signals.Limits(centre=0.0, reach=5.32)
    flagged, _ = signals._signals(np.array([4.0, 1.0, 4.0, -1.0]), process)
    assert list(flagged) == ["two_of_three", "none", "two_of_three", "none"]


def test_a_point_outside_is_not_one_of_two_in_three() -> None:
    flagged, _ = signals._signals(np.array([6.0, 1.0, 4.0]), signals.Limits(centre=0.0, reach=5.32))
    assert list(flagged) == ["outside", "none", "none"]


def test_a_missing_value_breaks_a_run() -> None:
    points = judged([*[12.0, 8.0] * 10, 10.6, 10.7, 10.6, np.nan, 10.7, 10.6, 10.7])
    assert set(points["signal"].tail(7)) == {"none"}


def test_where_neither_direction_is_better_a_signal_is_neither_good_nor_bad() -> None:
    assert judged([*alternating(20), 30.0], better="neither")["meaning"].iloc[-1] == "neutral_high"


@pytest.mark.parametrize(
    ("target", "better", "expected"),
    [(20, "higher", "fail"), (0, "higher", "pass"), (10, "higher", "hit_or_miss"), (20, "lower", "pass")],
)
def test_assurance_asks_whether_the_target_lies_beyond_the_limits(target: float, better: str, expected: str) -> None:
    assert signals.assurance(judged(alternating(20), better=better, target=target)) == expected


def test_no_values_have_no_limits_and_no_signal() -> None:
    points = judged([np.nan] * 5, target=1)
    assert set(points["signal"]) == {"none"}
    assert signals.assurance(points) == "none"


def test_one_point_is_its_own_level() -> None:
    points = judged([7.0])
    assert points[["centre", "lower", "upper"]].iloc[0].tolist() == [7.0, 7.0, 7.0]


def test_judging_changes_nothing_that_it_was_given() -> None:
    table = judged(alternating(5))[["department", "kpi", "period", "value", "target"]]
    before = table.copy()
    signals.judge(table, kpi())
    pd.testing.assert_frame_equal(table, before)


def shares(part: list[float], whole: list[float], **facts: object) -> pd.DataFrame:
    weeks = pd.date_range("2026-01-05", periods=len(part), freq="W-MON")
    table = pd.DataFrame(
        {"department": "north", "kpi": "any", "period": weeks, "numerator": part, "denominator": whole}
    )
    value = 100 * table["numerator"] / table["denominator"].where(table["denominator"] > 0)
    usual = {"name": "Any", "unit": "percent", "better": "higher", "perspective": "operational", "every": "week"}
    any_kpi = Kpi(**(usual | {"formula": "as given", "points_at": "not known"} | facts))
    return signals.judge(table.assign(value=value, target=50.0), {"any": any_kpi})


def test_a_share_is_judged_by_each_periods_own_limits() -> None:
    # 40 % and 50 % of 100 cases, then 90 % of 100 and of 10: the same share is a signal of many cases, not of few.
    usual = [40.0, 50.0] * 10
    many, few = shares([*usual, 90.0], [100.0] * 21), shares([*usual, 9.0], [100.0] * 20 + [10.0])
    assert set(many["limits"]) == {"share"}
    assert (many["signal"].iloc[-1], few["signal"].iloc[-1]) == ("outside", "none")
    assert few["upper"].iloc[-1] == 100


def test_limits_of_a_share_are_in_percent() -> None:
    found = shares([40.0, 50.0] * 10, [100.0] * 20).iloc[0]
    assert (found["centre"], found["upper"]) == (pytest.approx(45), pytest.approx(45 + 30 / 1.128))


def test_a_share_handed_in_rounded_is_constant_all_the_same() -> None:
    points = shares([10.0, 20.0, 30.0] * 5, [30.0, 60.0, 90.0] * 5)
    again = signals.judge(points.assign(value=33.3), {"any": Kpi(**_percent())})
    assert set(again["signal"]) == {"none"}


def _percent() -> dict[str, object]:
    usual = {"name": "Any", "unit": "percent", "better": "higher", "perspective": "operational", "every": "week"}
    return usual | {"formula": "as given", "points_at": "not known"}


def test_a_week_without_cases_has_the_limits_of_a_usual_one() -> None:
    found = shares([40.0, 50.0] * 7 + [0.0], [100.0] * 14 + [0.0])
    assert found["limits"].iloc[-1] == "share"
    assert found["upper"].iloc[-1] == pytest.approx(found["upper"].iloc[0])
    assert signals.assurance(found) == "hit_or_miss"


def test_a_run_does_not_cross_a_rebase() -> None:
    # Four low points on either side of the border: a run of eight, were it one process.
    values = [*alternating(12), *[8.5, 8.6] * 4, *alternating(12, around=10.2)]
    weeks = pd.date_range("2026-01-05", periods=len(values), freq="W-MON")
    table = pd.DataFrame({"department": "north", "kpi": "any", "period": weeks, "value": values, "target": np.nan})
    (known,) = kpi().values()
    day = {"date": weeks[16].date(), "reason": "New system", "author": "Head of North"}
    rebased = signals.judge(table, {"any": Kpi(**(known.model_dump() | {"rebase": [day]}))})
    assert "shift" in set(signals.judge(table, kpi())["signal"])
    assert "shift" not in set(rebased["signal"])
    assert rebased["segment"].value_counts().to_dict() == {0: 16, 1: 16}
    assert rebased["centre"].nunique() == 2


def test_points_and_limits_follow_the_season_and_assurance_does_not() -> None:
    season = np.repeat([3.0, -3.0], 10)
    weeks = pd.date_range("2026-01-05", periods=20, freq="W-MON")
    table = pd.DataFrame({"department": "north", "kpi": "any", "period": weeks, "value": season + alternating(20)})
    raw = signals.judge(table.assign(target=10.0), kpi())
    found = signals.judge(table.assign(target=10.0, season=season), kpi())
    assert "shift" in set(raw["signal"])
    assert set(found["signal"]) == {"none"}
    np.testing.assert_allclose(found["centre"], 10 + season)
    assert signals.assurance(found) == "hit_or_miss"
    assert signals.assurance(found.assign(target=12.0)) == "hit_or_miss"  # above the summer's limits only
