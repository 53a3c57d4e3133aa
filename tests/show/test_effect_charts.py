import pandas as pd
import pytest

from saypro_nb.show import effect_charts
from tests.show.test_effect_findings import row
from tests.show.test_findings import kpi, plain

WEEKS = pd.date_range("2025-07-07", periods=30, freq="7D")
BEGINS = 26


@pytest.fixture
def course() -> pd.DataFrame:
    values = [24.0, 21.0, 25.0, 26.0]
    return pd.DataFrame({"period": WEEKS[BEGINS:], "value": values, "expected": 20.0, "low": 18.0, "high": 22.0})


@pytest.fixture
def values() -> pd.DataFrame:
    return pd.DataFrame({"kpi": "conversion", "period": WEEKS, "value": [20.0] * BEGINS + [24.0, 21.0, 25.0, 26.0]})


def test_an_effect_is_described_by_its_size_and_by_what_lies_outside_the_band(
    course: pd.DataFrame, values: pd.DataFrame
) -> None:
    shown = effect_charts.effect(course, row(), values, kpi(), "$")
    assert plain(shown.alt) == (
        "Conversion since 5 January 2026, in 4 weeks, against what it would have been without the action: "
        "+3.1 points on average; 3 values lie outside the band that chance explains."
    )
    assert shown.png.startswith(b"\x89PNG")


def test_only_actions_with_a_course_are_drawn(course: pd.DataFrame, values: pd.DataFrame) -> None:
    progress = pd.DataFrame([row(), row(id="north-2")])
    courses = {"north-1": course, "north-2": course[:0]}
    assert list(effect_charts.effects(courses, progress, values, {"conversion": kpi()}, "$")) == ["north-1"]
