"""What each KPI came to, with the source's example figures."""

from typing import Any

import pandas as pd
import pytest

from saypro_nb.agree.schema import Kpi
from saypro_nb.review import performance, spans
from tests import reports
from tests.plans import CONVERSION
from tests.reports import EXAMPLES, JUNE, monthly


def judged(series: dict[str, list[Any]], kpis: dict[str, Kpi]) -> tuple[pd.DataFrame, pd.DataFrame]:
    return reports.judged(reports.values(series), kpis)


def measured(values: dict[str, list[Any]], kpis: dict[str, Kpi]) -> dict[str, dict[str, Any]]:
    points, ranked = judged(values, kpis)
    rows = performance.measure(spans.over(points, kpis, "month"), ranked, JUNE, kpis)
    return {row["kpi"]: row for row in rows.to_dict("records")}


@pytest.mark.parametrize(
    ("name", "variance", "percent", "verdict"),
    [
        ("conversion", 3.0, 20.0, "good"),
        ("revenue", -20_000.0, -4.0, "bad"),
        ("delivery", 6.0, 25.0, "bad"),
        ("csat", -5.0, -500 / 85, "bad"),
    ],
)
def test_the_examples_of_the_source_come_out(name: str, variance: float, percent: float, verdict: str) -> None:
    facts, actual = EXAMPLES[name]
    row = measured({name: [actual]}, {name: monthly(**facts)})[name]
    assert row["variance"] == pytest.approx(variance)
    assert row["variance_percent"] == pytest.approx(percent)
    assert row["verdict"] == verdict


def test_a_month_is_held_against_the_one_before_and_the_same_of_the_year_before() -> None:
    series = [float(value) for value in range(10, 24)]  # May 2025 to June 2026
    row = measured({"conversion": series}, {"conversion": monthly()})["conversion"]
    assert (row["level"], row["before"], row["year_before"]) == (23.0, 22.0, 11.0)
    assert (row["change"], row["change_year"]) == (1.0, 12.0)


def test_without_the_month_before_there_is_no_difference() -> None:
    row = measured({"conversion": [10.0, None, 12.0]}, {"conversion": monthly()})["conversion"]
    assert pd.isna(row["change"])
    assert row["was"] == ""


def test_a_month_that_is_not_in_yet_is_told_by_the_latest() -> None:
    row = measured({"conversion": [10.0, 12.0, None]}, {"conversion": monthly()})["conversion"]
    assert (row["value"], row["first"]) == (12.0, pd.Timestamp("2026-05-01"))


def test_whether_the_month_before_met_its_target_is_known() -> None:
    kpis = {"up": monthly(target=11.0), "down": monthly(target=11.0, better="lower")}
    rows = measured({"up": [10.0, 12.0], "down": [10.0, 12.0]}, kpis)
    assert [(rows[name]["was"], rows[name]["verdict"]) for name in rows] == [("bad", "good"), ("good", "bad")]


STEADY = [20.0, 21.0] * 10


def test_a_difference_within_the_usual_wobble_is_ordinary_variation() -> None:
    row = measured({"conversion": [*STEADY, 20.0]}, {"conversion": monthly()})["conversion"]
    assert row["change"] == -1.0
    assert row["moved"] == "ordinary"


def test_a_month_outside_the_limits_is_a_change_that_began_in_it() -> None:
    row = measured({"conversion": [*STEADY, 12.0]}, {"conversion": monthly()})["conversion"]
    assert (row["state"], row["moved"]) == ("worse", "begun")


def test_a_second_month_outside_is_part_of_that_change_and_a_third_no_further_one() -> None:
    second = measured({"conversion": [*STEADY, 12.0, 11.0]}, {"conversion": monthly()})["conversion"]
    third = measured({"conversion": [*STEADY, 12.0, 11.5, 11.0]}, {"conversion": monthly()})["conversion"]
    assert (second["moved"], third["moved"]) == ("part", "lasting")


def test_a_difference_against_the_signal_is_no_further_change() -> None:
    row = measured({"conversion": [*STEADY, 11.0, 12.0]}, {"conversion": monthly()})["conversion"]
    assert (row["state"], row["moved"]) == ("worse", "lasting")


def test_where_lower_is_better_a_leap_upwards_is_the_change_for_the_worse() -> None:
    row = measured({"delivery": [*STEADY, 29.0]}, {"delivery": monthly(better="lower")})["delivery"]
    assert (row["state"], row["moved"]) == ("worse", "begun")


def test_from_few_values_no_change_can_be_told() -> None:
    row = measured({"conversion": [20.0, 21.0, 2.0]}, {"conversion": monthly()})["conversion"]
    assert row["moved"] == "unknown"


def test_one_bad_week_does_not_make_a_bad_month() -> None:
    june = {"length": "month", "first": pd.Timestamp("2026-06-01"), "due": 4, "change": -3.0, "state": "worse"}
    bad_week = june | {"kind": "single week", "since": pd.Timestamp("2026-06-08")}
    assert performance.moved(bad_week, CONVERSION) == "single"
    last_week = june | {"kind": "level", "since": pd.Timestamp("2026-06-22")}
    assert performance.moved(last_week, CONVERSION) == "single"
    assert performance.moved(last_week | {"since": pd.Timestamp("2026-06-15")}, CONVERSION) == "begun"


@pytest.mark.parametrize(
    ("since", "moved"),
    [("2026-06-01", "begun"), ("2026-05-25", "part"), ("2026-05-04", "part"), ("2026-04-27", "lasting")],
)
def test_a_signal_of_weeks_belongs_to_the_month_of_its_first_week(since: str, moved: str) -> None:
    facts = {"length": "month", "first": pd.Timestamp("2026-06-01"), "kind": "level", "state": "worse", "due": 4}
    assert performance.moved(facts | {"since": pd.Timestamp(since), "change": -1.0}, CONVERSION) == moved


def test_within_a_month_the_weeks_that_met_their_target_are_counted() -> None:
    weeks = pd.date_range("2026-06-01", periods=4, freq="W-MON").astype("datetime64[s]")
    values = pd.DataFrame(
        {"department": "north", "kpi": "conversion", "period": weeks, "value": [9.0, 10.0, 12.0, 8.0]}
    )
    kpis = {"conversion": CONVERSION.model_copy(update={"target": 10.0})}
    points, ranked = reports.judged(values, kpis)
    rows = performance.measure(spans.over(points, kpis, "month"), ranked, JUNE, kpis)
    found = performance.within(points, rows, kpis).iloc[0]
    assert (found["lowest"], found["highest"], found["met"], found["marked"]) == (8.0, 12.0, 2.0, 0)


def test_a_benchmark_of_a_week_is_taken_as_often_as_there_are_weeks_in_a_sum() -> None:
    values = reports.values({"leads": [9.0, 10.0, 12.0, 8.0]}, freq="W-MON", end="2026-06-22")
    kpis = {"leads": CONVERSION.model_copy(update={"unit": "count", "benchmark": 10.0})}
    points, ranked = reports.judged(values, kpis)
    rows = performance.measure(spans.over(points, kpis, "month"), ranked, JUNE, kpis)
    compared = performance.compare(rows, kpis).set_index("against")
    assert compared.loc["benchmark", ["value", "reference", "verdict"]].tolist() == [39.0, 40.0, "bad"]


def test_without_any_value_there_is_nothing_to_tell() -> None:
    kpis = {"conversion": monthly()}
    points, ranked = judged({"conversion": [20.0]}, kpis)
    told = spans.over(points, kpis, "month")
    assert performance.measure(told.head(0), ranked.head(0), JUNE, kpis).empty
    assert performance.measure(told, ranked, JUNE.a_year_before, kpis).empty
