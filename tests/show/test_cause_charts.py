import pandas as pd
import pytest

from saypro_nb.review import breakdown, drivers
from saypro_nb.review.driver_shares import Associated
from saypro_nb.review.segments import Explanation, search
from saypro_nb.show import cause_charts
from saypro_nb.show.html import Block
from tests.review.test_segments import START, answered, in_review, wobbling
from tests.show.test_charts import kpi, plain


@pytest.fixture
def cells() -> pd.DataFrame:
    return wobbling()


def explanation() -> Explanation:
    found = pd.DataFrame([{"segment": {"source": "social"}, "effect": "rate", "contribution": -0.04}])
    limits = pd.DataFrame({"dimension": ["team"], "most": [0.05]})
    return Explanation(found, "segments", baseline=0.22, review=0.17, gap=-0.05, unexplained=-0.01, limits=limits)


def test_a_waterfall_tells_the_whole_change_and_its_largest_part() -> None:
    assert plain(cause_charts.waterfall(explanation(), kpi(), "$").alt) == (
        "Conversion changed by −5.0 points; the largest part is source social with −4.0 points."
    )


def test_the_bars_of_a_waterfall_add_up_to_the_whole_change(cells: pd.DataFrame) -> None:
    twice = answered(cells, in_review(cells, region="south"), 0.4)
    found = search(answered(twice, in_review(cells, region="west", channel="web"), 0.3), START, "mean")
    bars = cause_charts.steps(found)
    assert len(bars) >= 4
    assert bars.iloc[:-1].sum() == pytest.approx(bars["whole change"], rel=1e-12)
    assert bars["whole change"] == found.review - found.baseline


def test_the_map_names_the_pair_that_carries_most_of_the_change(cells: pd.DataFrame) -> None:
    worse = answered(cells, in_review(cells, region="south", channel="web"), 0)
    parts = breakdown.along(worse, START, "mean", ["region", "channel"])
    assert "south with web carries most" in cause_charts.two_ways(("region", "channel"), parts, kpi(), "$").alt


def associated() -> Associated:
    weeks = pd.date_range("2025-01-06", periods=60, freq="W-MON")
    absence = pd.DataFrame({"agent_absence": [float(week % 7) for week in range(60)]}, index=weeks)
    follows = 3 * absence["agent_absence"].shift(2) + [0.1 * (-1) ** week for week in range(60)]
    found = drivers.associate(follows, absence)
    return Associated(found, follows, absence, None)


def test_a_driver_is_drawn_with_its_lag_and_size() -> None:
    one = associated()
    alt = cause_charts.driver(one, one.found.table.iloc[0], kpi(unit="hours"), "$").alt
    assert plain(alt).startswith(
        "Conversion above agent absence 2 weeks earlier, over 58 weeks: one more of agent absence goes along with +3"
    )


def test_charts_of_causes_without_anything_to_show_say_so() -> None:
    nobody = pd.DataFrame(columns=["form", "family", "forms", "pointing", "share", "said"])
    for shown in (
        cause_charts.voices(nobody),
        cause_charts.segments({}, {}, "$"),
        cause_charts.maps({}, {}, "$"),
        cause_charts.associations({}, {}, "$"),
    ):
        assert isinstance(shown, Block)
        assert "No " in shown.text
