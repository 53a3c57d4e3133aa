import datetime

import numpy as np
import pandas as pd
import pytest

from saypro_nb.agree.schema import Kpi, Priority
from saypro_nb.review import gaps

PRIORITY = Priority(
    signal={"concern": 2.0, "common_cause": 1.0, "improvement": 0.5},
    trend={"worsening": 1.5, "flat": 1.0, "improving": 0.75},
)


def kpi(**facts: object) -> Kpi:
    usual = {"name": "Any", "unit": "count", "better": "higher", "perspective": "operational", "every": "week"}
    return Kpi(**(usual | {"formula": "as given", "points_at": "not known"} | facts))


def series(name: str, values: list[float]) -> pd.DataFrame:
    weeks = pd.date_range("2026-01-05", periods=len(values), freq="W-MON")
    return pd.DataFrame({"department": "north", "kpi": name, "period": weeks, "value": values})


def alternating(count: int, *, around: float = 10.0) -> list[float]:
    return [around + (1 if number % 2 else -1) for number in range(count)]


def only(values: list[float], **facts: object) -> pd.Series:
    return gaps.identify(series("any", values), {"any": kpi(**facts)}, PRIORITY).iloc[0]


# The worked figures of the review guide: value, target, better, gap in the unit, gap in percent of the target.
WORKED = [
    (250_000, 300_000, "higher", 50_000, 100 / 6),
    (150, 200, "higher", 50, 25),
    (6, 4, "lower", 2, 50),
    (18, 15, "higher", -3, -20),
    (480_000, 500_000, "higher", 20_000, 4),
    (30, 24, "lower", 6, 25),
    (80, 85, "higher", 5, 500 / 85),
]


@pytest.mark.parametrize(("value", "target", "better", "gap", "percent"), WORKED)
def test_a_gap_is_above_zero_where_the_target_is_missed(
    value: float, target: float, better: str, gap: float, percent: float
) -> None:
    found = only([value] * 20, target=target, better=better, unit="money")
    assert found["gap"] == pytest.approx(gap)
    assert found["gap_percent"] == pytest.approx(percent)


def test_the_gap_to_the_benchmark_and_to_the_usual_level_are_measured_alike() -> None:
    found = only([*[10.0] * 19, 8.0], target=9, benchmark=11)
    assert found["gap_to_benchmark"] == 3
    assert found["gap_to_usual"] == pytest.approx(9.9 - 8)


def test_a_target_of_zero_has_a_gap_but_no_percentage() -> None:
    found = only([14.0] * 20, target=0, better="lower", unit="days")
    assert found["gap"] == 14
    assert np.isnan(found["gap_percent"])
    assert found["size"] == 1  # against the usual level


def test_a_negative_target_is_missed_in_percent_of_its_size() -> None:
    assert only([-30.0] * 20, target=-20, unit="score")["gap_percent"] == pytest.approx(50)


def test_where_neither_direction_is_better_every_distance_is_a_gap() -> None:
    assert gaps.shortfall(12, 10, kpi(better="neither")) == gaps.shortfall(8, 10, kpi(better="neither")) == 2


def test_without_a_target_there_is_no_gap_to_it() -> None:
    found = only(alternating(20))
    assert np.isnan(found["gap"])
    assert found["state"] == "untested"


def test_each_period_is_held_against_the_target_in_force_then() -> None:
    by_date = {datetime.date(2026, 1, 1): 5, datetime.date(2026, 1, 19): 7}
    targets = gaps.with_targets(series("any", [1.0, 1.0, 1.0]), {"any": kpi(target=by_date)})["target"]
    assert list(targets) == [5, 5, 7]


def test_before_the_first_target_there_is_none() -> None:
    by_date = {datetime.date(2027, 1, 1): 5}
    assert gaps.with_targets(series("any", [1.0]), {"any": kpi(target=by_date)})["target"].isna().all()


@pytest.mark.parametrize(
    ("state", "values", "facts"),
    [
        ("worse", [*alternating(30), 2.0], {"target": 10}),
        ("better", [*alternating(30), 18.0], {"target": 10}),
        ("failing", alternating(30), {"target": 20}),
        ("steady", alternating(30), {"target": 2}),
        ("by_chance", alternating(30), {"target": 10}),
        ("untested", alternating(30), {}),
        ("too_short", alternating(12), {"target": 20}),
        ("missing", [*alternating(30), np.nan], {"target": 20}),
    ],
)
def test_the_state_says_what_kind_of_attention_a_gap_needs(
    state: str, values: list[float], facts: dict[str, float]
) -> None:
    assert only(values, **facts)["state"] == state


def test_a_kpi_that_leaves_its_target_slowly_is_drifting_before_it_misses() -> None:
    falling = [30 - 0.08 * week + (1 if week % 2 else -1) for week in range(26)]
    found = only(falling, target=5)
    assert found["gap"] < 0
    assert found["state"] == "drifting"
    assert found["shortlisted"]


def test_thirteen_values_are_enough_and_twelve_are_not() -> None:
    assert only(alternating(13), target=20)["state"] == "failing"
    assert only(alternating(12), target=20)["state"] == "too_short"


def test_one_bad_week_within_the_usual_wobble_is_not_shortlisted() -> None:
    found = only([*alternating(30), 9.0], target=10)
    assert found["gap"] > 0
    assert not found["shortlisted"]


def test_a_signal_is_dated_from_the_first_week_of_its_run() -> None:
    found = only([*[10.0, 9.0] * 12, *[6.0, 6.5] * 4], target=10)
    assert found["variation"] == "concern"
    assert found["since"] == pd.Timestamp("2026-01-05") + pd.Timedelta(weeks=24)


def test_priority_is_size_times_weight_times_signal_times_trend() -> None:
    found = only(alternating(30, around=10), target=20, weight=3)
    # 11 in the last week of 30 misses 20 by 9: size 0.45, weight 3, no signal 1, no trend 1.
    assert found["priority"] == pytest.approx(0.45 * 3)


def test_the_size_of_a_gap_is_at_most_one() -> None:
    assert only([1.0] * 20, target=1, better="lower", unit="money")["size"] == 0
    assert only([100.0] * 20, target=1, better="lower", unit="money")["size"] == 1


def test_the_gap_with_the_highest_priority_comes_first_and_shortlisted_before_others() -> None:
    values = pd.concat(
        [
            series("light", alternating(30)),
            series("heavy", alternating(30)),
            series("by_chance", [*alternating(29, around=10), 9.0]),
        ]
    )
    kpis = {"light": kpi(target=20), "heavy": kpi(target=20, weight=5), "by_chance": kpi(target=9.5, weight=10)}
    assert list(gaps.identify(values, kpis, PRIORITY)["kpi"]) == ["heavy", "light", "by_chance"]


def test_departments_that_are_alike_get_the_same_gaps() -> None:
    north = series("any", [*alternating(30), 2.0])
    both = pd.concat([north, north.assign(department="south")])
    found = gaps.identify(both, {"any": kpi(target=10)}, PRIORITY).drop(columns="department")
    pd.testing.assert_series_equal(found.iloc[0], found.iloc[1], check_names=False)


def test_no_values_give_no_gaps() -> None:
    assert gaps.identify(series("any", []), {"any": kpi()}, PRIORITY).empty
