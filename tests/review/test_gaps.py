import datetime
from pathlib import Path

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


def weighed(values: list[float], evidence: dict[str, object], **facts: object) -> pd.Series:
    """The gap of a KPI that the calibrated evidence could judge, with what it found."""
    nothing = {"alarm": False, "watch": False, "improved": False, "or_earlier": False, "flagged": pd.NaT, "p": 0.6}
    found = {"department": "north", "kpi": "any", "evidence": "calibrated", "fallback": None, "p_adjusted": 0.9}
    latest = pd.DataFrame([found | {"kind": "level", "direction": "down"} | nothing | evidence])
    return gaps.identify(series("any", values), {"any": kpi(**facts)}, PRIORITY, latest).iloc[0]


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


ALARM = {"alarm": True, "watch": True, "p": 0.001, "flagged": pd.Timestamp("2026-07-06")}
SEASON = [*alternating(20), *[6.0 + week % 2 for week in range(10)]]  # the chart alone would call its end a change


def test_the_chart_calls_a_season_a_change_and_calibrated_evidence_does_not() -> None:
    assert only(SEASON, target=9)["state"] == "worse"
    found = weighed(SEASON, {}, target=9)
    assert (found["variation"], found["state"], found["evidence"]) == ("concern", "by_chance", "calibrated")
    assert not found["shortlisted"]


def test_an_alarm_is_worse_with_its_reason_in_the_table() -> None:
    found = weighed(alternating(30), ALARM, target=10.5)
    assert found[["state", "kind", "direction", "p", "since"]].tolist() == [
        "worse", "level", "down", 0.001, pd.Timestamp("2026-07-06"),
    ]  # fmt: skip
    assert found["new"]
    assert found["signal_factor"] == 2.0


def test_a_kpi_on_watch_is_not_shortlisted() -> None:
    found = weighed(alternating(30), {"watch": True, "p": 0.04}, target=10)
    assert (found["state"], found["shortlisted"], found["signal_factor"]) == ("watch", False, 1.5)


def test_a_target_out_of_reach_is_no_alarm_and_no_news() -> None:
    found = weighed(alternating(30), {"watch": True}, target=20)
    assert (found["state"], found["shortlisted"], found["new"]) == ("failing", True, False)


def test_a_wider_spread_is_unstable_while_the_target_is_met_and_worse_once_it_is_missed() -> None:
    spread = ALARM | {"kind": "spread", "direction": "wider"}
    met = weighed(alternating(30), spread, target=8)
    assert (met["state"], met["shortlisted"]) == ("unstable", True)
    assert met["size"] == pytest.approx(2.66 * 2 / 8)  # limits lie 2.66 mean moving ranges from the mean
    assert weighed([*alternating(30), 4.0], spread, target=8)["state"] == "worse"


def test_a_slide_with_an_alarm_is_drifting_and_a_step_is_worse() -> None:
    slide = [30 - 0.3 * week + (1 if week % 2 else -1) for week in range(26)]
    step = [*alternating(18, around=30), *alternating(8, around=24)]
    assert weighed(slide, ALARM, target=5)["state"] == "drifting"
    assert weighed(step, ALARM, target=5)["state"] == "worse"


def test_an_improvement_is_better() -> None:
    assert weighed(alternating(30), {"improved": True}, target=20)["state"] == "better"


def test_a_drift_says_when_it_reaches_its_target() -> None:
    # A fall of two a week from 100: 50 after the 26th, 40 five weeks later, in the week that begins on 2026-08-03.
    found = only([100.0 - 2 * week for week in range(26)], target=40)
    assert found["state"] == "drifting"
    expected = pd.Timestamp("2026-01-05") + pd.Timedelta(weeks=30)
    assert found[["crosses", "crosses_earliest", "crosses_latest"]].tolist() == [expected] * 3


def test_a_kpi_that_moves_away_from_a_missed_target_crosses_nothing() -> None:
    assert pd.isna(only([100.0 - 2 * week for week in range(26)], target=120)["crosses"])


def test_months_are_counted_as_months() -> None:
    months = pd.date_range("2024-01-01", periods=26, freq="MS")
    falling = pd.DataFrame({"department": "north", "kpi": "any", "period": months, "value": 100.0 - 2 * np.arange(26)})
    found = gaps.identify(falling, {"any": kpi(target=40, every="month")}, PRIORITY).iloc[0]
    assert found["crosses"] == pd.Timestamp("2026-07-01")  # five months after February
    assert (found["every"], found["period"]) == ("month", pd.Timestamp("2026-02-01"))


def test_after_a_rebase_only_the_new_process_counts_and_its_reason_is_kept() -> None:
    day = {"date": "2026-05-18", "reason": "New ticket system", "author": "Head of North"}
    found = only([*alternating(19, around=50), *alternating(15)], target=10, rebase=[day])
    assert (found["usual"], found["points"], found["state"]) == (pytest.approx(10 - 1 / 15), 15, "by_chance")
    assert found[["rebased", "rebase_reason", "rebase_author"]].tolist() == [
        pd.Timestamp("2026-05-18"), "New ticket system", "Head of North",
    ]  # fmt: skip
    assert only([*alternating(19, around=50), *alternating(12)], rebase=[day])["state"] == "too_short"


def test_a_rebase_still_to_come_changes_nothing() -> None:
    day = {"date": "2027-01-04", "reason": "New ticket system", "author": "Head of North"}
    assert pd.isna(only(alternating(30), rebase=[day])["rebased"])


def test_one_value_has_a_gap_and_no_verdict() -> None:
    found = only([8.0], target=10)
    assert (found["gap"], found["state"], found["usual"]) == (2, "too_short", 8)


def test_a_value_exactly_on_its_target_has_no_gap() -> None:
    found = only([*alternating(30), 10.0], target=10)
    assert (found["gap"], found["shortlisted"]) == (0, False)


@pytest.mark.parametrize(("target", "state"), [(95, "steady"), (96, "failing"), (94, "steady")])
def test_a_constant_series_passes_or_fails(target: float, state: str) -> None:
    assert only([95.0] * 20, target=target)["state"] == state


def test_a_percentage_above_100_is_a_value_like_any_other_where_it_is_allowed() -> None:
    found = only([*alternating(30, around=120), 125.0], target=110, unit="percent", range=(0, 200))
    assert found["gap"] == -15


def test_the_table_of_gaps_survives_being_left_and_read_again(tmp_path: Path) -> None:
    day = {"date": "2026-05-18", "reason": "New ticket system", "author": "Head of North"}
    found = gaps.identify(series("any", alternating(34)), {"any": kpi(target=10, rebase=[day])}, PRIORITY)
    found.to_csv(tmp_path / "gaps.csv", index=False)
    again = pd.read_csv(tmp_path / "gaps.csv", parse_dates=gaps.DAYS)
    assert again.columns.tolist() == found.columns.tolist()
    assert (again["rebased"] == found["rebased"]).all()
    assert set(found["state"]) <= set(gaps.STATES)


def test_a_gap_smaller_than_the_least_that_counts_is_not_shortlisted_and_one_of_just_that_size_is() -> None:
    """Shortfalls of 3 in 20 and of 1 in 10 are 15 % and 10 % of the target."""
    facts = {"gap_to_usual": 0.0, "usual": 20.0, "lower": 0.0, "upper": 0.0, "state": "worse", "strength": "concern"}
    measured = pd.DataFrame({"kpi": ["large", "small"], "gap": [3.0, 1.0], "target": [20.0, 10.0], "trend": "flat"})
    kpis = {"large": kpi(), "small": kpi(weight=5)}
    for least, shortlisted in ((0.0, ["small", "large"]), (0.1, ["small", "large"]), (0.11, ["large"]), (0.2, [])):
        ranked = gaps.rank(measured.assign(**facts), kpis, PRIORITY.model_copy(update={"least": least}))
        assert list(ranked.loc[ranked["shortlisted"], "kpi"]) == shortlisted
        assert list(ranked.loc[ranked["new"], "kpi"]) == shortlisted
    assert len(ranked) == 2, "it is still ranked"
