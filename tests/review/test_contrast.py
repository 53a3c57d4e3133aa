"""Three regions in six weeks, small enough to add up by hand; the review is the last two weeks."""

import pandas as pd
import pytest

from saypro_nb.agree.errors import InputError
from saypro_nb.review import contrast
from saypro_nb.review.contrast import Split
from saypro_nb.review.segment_cells import Kind

WEEKS = pd.date_range("2026-01-05", periods=6, freq="W-MON")
WON = {"east": [6] * 6, "north": [5] * 4 + [1] * 2, "west": [2] * 4 + [4] * 2}


def split(kind: Kind = "mean", weight: float = 10.0) -> Split:
    """Return ten leads a week in each region, of `weight` in all; the north wins four fewer, the west two more."""
    tables = [
        pd.DataFrame({"period": WEEKS, "region": region, "value": won, "rows": 10.0, "weight": weight})
        for region, won in WON.items()
    ]
    squares = {"value_squares": 0.0, "products": 0.0, "weight_squares": 0.0}
    return Split(pd.concat(tables, ignore_index=True).assign(**squares), WEEKS[4], kind)


def test_each_record_counts_alike_in_a_mean_and_by_its_weight_in_a_ratio() -> None:
    mean, ratio = (contrast.against_rest(split(kind, 20.0), {"region": "north"}).weekly for kind in ("mean", "ratio"))
    assert list(mean["segment"]) == [0.5] * 4 + [0.1] * 2
    assert list(ratio["segment"]) == [0.25] * 4 + [0.05] * 2
    assert list(mean["rest"]) == [0.4] * 4 + [0.5] * 2  # of 20 leads east and west win 8, then 10


def test_segment_and_rest_carry_the_whole_change_of_a_mean() -> None:
    """13 of 30 were won a week, then 11: the north carries -4/30, the rest +2/30."""
    sides = contrast.against_rest(split(), {"region": "north"}).sides
    assert sides["total"].to_dict() == pytest.approx({"segment": -4 / 30, "rest": 2 / 30})
    assert sides["baseline"].to_dict() == pytest.approx({"segment": 0.5, "rest": 0.4})


def test_both_sides_of_a_sum_are_told_per_week() -> None:
    sides = contrast.against_rest(split("sum"), {"region": "north"}).sides
    assert sides["baseline"].to_dict() == {"segment": 5, "rest": 8}
    assert sides["review"].to_dict() == {"segment": 1, "rest": 10}
    assert sides["total"].to_dict() == pytest.approx({"segment": -4, "rest": 2})


def test_a_week_without_records_of_the_segment_adds_nothing_to_a_sum_and_has_no_mean() -> None:
    def without_third(of: Split) -> Split:
        away = (of.cells["region"] == "north") & (of.cells["period"] == WEEKS[2])
        return Split(of.cells[~away], of.review_start, of.kind)

    added, mean = (
        contrast.against_rest(without_third(split(kind)), {"region": "north"}).weekly for kind in ("sum", "mean")
    )
    assert list(added["segment"]) == [5, 5, 0, 5, 1, 1]
    assert pd.isna(mean.loc[WEEKS[2], "segment"])
    assert mean.loc[WEEKS[2], "rest"] == 0.4


def test_the_value_that_carries_most_comes_first_whichever_way_it_went() -> None:
    found = contrast.parts(split("sum"), "region")
    assert list(found["value"]) == ["north", "west", "east"]
    assert list(found["total"]) == pytest.approx([-4, 2, 0])


@pytest.mark.parametrize(
    ("segment", "said"),
    [
        ({"region": "nort"}, "region: no 'nort'. Did you mean 'north'"),
        ({"regoin": "north"}, "dimension: no column 'regoin'. Did you mean 'region'"),
        ({"weight": "10.0"}, "dimension: no column 'weight'"),
    ],
)
def test_a_segment_that_the_records_do_not_have_is_refused(segment: dict[str, str], said: str) -> None:
    with pytest.raises(InputError) as refused:
        contrast.against_rest(split(), segment)
    assert said in str(refused.value)
