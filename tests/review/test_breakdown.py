"""Breakdowns on small invented tables; expected parts are worked by hand."""

import pandas as pd
import pytest

from saypro_nb.agree.errors import InputError
from saypro_nb.review import breakdown, segments
from tests.review.test_segments import START, answered, in_review, wobbling

PAIR = ["region", "channel"]


@pytest.fixture
def cells():
    return wobbling()


def two_weeks(rows):
    table = pd.DataFrame(rows, columns=["week", "region", "rows", "value"])
    return table.assign(period=START + pd.to_timedelta(7 * table["week"], unit="D")).drop(columns="week")


def test_a_mean_splits_into_rate_and_mix():
    table = two_weeks([(-1, "north", 50, 30), (-1, "south", 50, 10), (0, "north", 25, 10), (0, "south", 75, 15)])
    parts = breakdown.along(table, START, "mean", ["region"]).set_index("value")
    # north 0.6 to 0.4 at a share of 0.5 to 0.25; south 0.2 to 0.2; KPI 0.4 to 0.25, on average 0.325
    assert parts["rate"].to_dict() == pytest.approx({"north": 0.375 * -0.2, "south": 0})
    assert parts["mix"].to_dict() == pytest.approx({"north": -0.25 * 0.175, "south": 0.25 * -0.125})
    assert parts["total"].sum() == pytest.approx(0.25 - 0.4, abs=1e-15)


def test_a_sum_splits_into_rate_and_volume_per_week():
    table = two_weeks([(-2, "north", 10, 20), (-1, "north", 10, 20), (0, "north", 20, 60)])
    part = breakdown.along(table, START, "sum", ["region"]).iloc[0]
    assert (part["volume"], part["rate"], part["total"]) == pytest.approx((10 * 2.5, 15 * 1, 40))


def test_a_new_and_a_gone_value_have_mix_only():
    table = two_weeks([(-1, "north", 10, 4), (-1, None, 10, 8), (0, "north", 10, 4), (0, "west", 10, 1)])
    parts = breakdown.along(table, START, "mean", ["region"]).set_index("value")
    assert parts.loc[["(missing)", "west"], "rate"].to_list() == [0, 0]
    assert parts["total"].sum() == pytest.approx(0.25 - 0.6, abs=1e-15)


@pytest.mark.parametrize("kind", ["sum", "mean", "ratio"])
@pytest.mark.parametrize("dimensions", [["region"], ["channel"], ["region", "channel"], ["channel", "region"]])
def test_a_breakdown_is_exactly_the_gap(cells, kind, dimensions):
    table = cells.assign(weight=1.7 * cells["rows"] + 3, products=cells["value"], weight_squares=cells["rows"])
    changed = answered(table, in_review(table, region="south", channel="web"), 0.5)
    gap = segments.search(changed, START, kind).gap
    assert breakdown.along(changed, START, kind, dimensions)["total"].sum() == pytest.approx(gap, rel=1e-12)


def test_an_unknown_dimension_is_explained(cells):
    with pytest.raises(InputError, match="Did you mean 'region'"):
        breakdown.along(cells, START, "mean", ["regoin"])


def test_two_dimensions_give_a_part_for_each_pair_of_values(cells):
    parts = breakdown.along(answered(cells, in_review(cells, region="south", channel="web"), 0), START, "mean", PAIR)
    worst = parts.sort_values("total").iloc[0]
    assert len(parts) == 6
    assert (worst["value"], worst["across"], worst["review"]) == ("south", "web", 0)
