import numpy as np
import pandas as pd
import pytest

from saypro_nb.agree.schema import Kpi
from saypro_nb.review import comparisons


def kpi(better: str, **facts: object) -> Kpi:
    usual = {"name": "Any", "unit": "count", "better": better, "perspective": "operational", "every": "week"}
    return Kpi(**(usual | {"formula": "as given", "points_at": "not known"} | facts))


def measured(value: float, target: float, benchmark: float = np.nan, usual: float = np.nan) -> pd.DataFrame:
    row = {"department": "north", "kpi": "any", "period": pd.Timestamp("2026-06-22"), "value": value}
    return pd.DataFrame([row | {"target": target, "benchmark": benchmark, "usual": usual}])


# The worked figures of the review guide: value, target, better, variance in the unit, in percent, gap, verdict.
WORKED = {
    "revenue 250,000 of 300,000": (250_000, 300_000, "higher", -50_000, -100 / 6, 50_000, "bad"),
    "leads 150 of 200": (150, 200, "higher", -50, -25, 50, "bad"),
    "resolution in 6 h against 4 h": (6, 4, "lower", 2, 50, 2, "bad"),
    "conversion 18 % against 15 %": (18, 15, "higher", 3, 20, -3, "good"),
    "revenue 480,000 of 500,000": (480_000, 500_000, "higher", -20_000, -4, 20_000, "bad"),
    "delivery in 30 h against 24 h": (30, 24, "lower", 6, 25, 6, "bad"),
    "CSAT 80 % against 85 %": (80, 85, "higher", -5, -500 / 85, 5, "bad"),
}


@pytest.mark.parametrize("worked", WORKED.values(), ids=WORKED)
def test_the_review_guides_figures(worked: tuple[float, float, str, float, float, float, str]) -> None:
    value, target, better, variance, percent, gap, verdict = worked
    found = comparisons.compare(measured(value, target), {"any": kpi(better)}).iloc[0]
    assert (found["variance"], found["gap"], found["verdict"]) == (variance, gap, verdict)
    assert found["variance_percent"] == pytest.approx(percent)


def test_each_kpi_is_compared_with_target_benchmark_and_its_usual_level() -> None:
    found = comparisons.compare(measured(18, 20, 16, 18), {"any": kpi("higher")})
    assert found["against"].tolist() == ["target", "benchmark", "usual"]
    assert found["variance"].tolist() == [-2, 2, 0]
    assert found["verdict"].tolist() == ["bad", "good", "even"]


def test_what_a_kpi_is_not_held_against_is_left_out() -> None:
    found = comparisons.compare(measured(18, np.nan, 16), {"any": kpi("higher")})
    assert (found["against"].tolist(), found["verdict"].tolist()) == (["benchmark"], ["good"])


def test_a_value_exactly_on_its_target_is_even() -> None:
    assert comparisons.compare(measured(0.1 + 0.2, 0.3), {"any": kpi("higher")})["verdict"].tolist() == ["even"]


@pytest.mark.parametrize(("target", "percent"), [(0, np.nan), (-20, 50)])
def test_percent_is_of_the_references_size_and_missing_where_it_is_zero(target: float, percent: float) -> None:
    value = 14 if target == 0 else -10
    found = comparisons.compare(measured(value, target), {"any": kpi("higher")}).iloc[0]
    np.testing.assert_allclose(found["variance_percent"], percent)
    assert found["verdict"] == "good"


def test_where_neither_direction_is_better_there_is_no_verdict() -> None:
    found = comparisons.compare(measured(8, 10), {"any": kpi("neither")}).iloc[0]
    assert (found["variance"], found["gap"], found["verdict"]) == (-2, 2, "none")


def test_kpis_keep_their_order() -> None:
    rows = pd.concat([measured(1, 2).assign(kpi="b"), measured(1, 2, 3).assign(kpi="a")])
    found = comparisons.compare(rows, {"a": kpi("higher"), "b": kpi("higher")})
    assert found["kpi"].tolist() == ["b", "a", "a"]


def test_a_missing_value_is_compared_with_nothing() -> None:
    assert comparisons.compare(measured(np.nan, 2), {"any": kpi("higher")}).empty


def test_a_gap_in_percent_is_of_the_reference_too() -> None:
    found = comparisons.compare(measured(6, 4, 5), {"any": kpi("lower")})
    assert found["gap_percent"].tolist() == [50, 20]
    assert found.index.tolist() == [0, 1]


def test_other_columns_of_the_measured_table_are_no_references_and_hide_none() -> None:
    table = measured(18, 20, 16, 18).assign(upper=25.0, fallback=None)
    assert comparisons.compare(table, {"any": kpi("higher")})["against"].tolist() == ["target", "benchmark", "usual"]


@pytest.mark.parametrize(("value", "verdict"), [(19.5, "bad"), (20.5, "good")])
def test_half_a_unit_beside_the_target_is_a_verdict(value: float, verdict: str) -> None:
    assert comparisons.compare(measured(value, 20), {"any": kpi("higher")})["verdict"].tolist() == [verdict]


def test_a_target_of_zero_that_is_just_met_is_even() -> None:
    assert comparisons.compare(measured(0, 0), {"any": kpi("lower")})["verdict"].tolist() == ["even"]


def test_the_kpis_of_two_departments_stay_apart_in_their_order() -> None:
    rows = pd.concat(
        [measured(3, 2, 1).assign(department=name) for name in ("south", "north", "west")], ignore_index=True
    )
    found = comparisons.compare(rows, {"any": kpi("higher")})
    assert found["department"].tolist() == ["south", "south", "north", "north", "west", "west"]
    assert found["against"].tolist() == ["target", "benchmark"] * 3
    assert found["verdict"].tolist() == ["good"] * 6
