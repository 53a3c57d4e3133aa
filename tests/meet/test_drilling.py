import pandas as pd
import pytest

from saypro_nb.agree.errors import InputError
from saypro_nb.meet.drilling import SegmentControls
from saypro_nb.review import contrast
from saypro_nb.review.contrast import Split
from tests.plans import OWNED

WEEKS = pd.date_range("2026-01-05", periods=6, freq="W-MON")
# Ten leads of each source a week. The web wins 4 of 10 for four weeks, then 2; fairs always win 3.
WON = [4, 4, 4, 4, 2, 2]


def split() -> Split:
    web = pd.DataFrame({"period": WEEKS, "source": "web", "region": "east", "rows": 10.0, "value": WON, "weight": 10.0})
    fairs = web.assign(source="fairs", region="west", value=3.0)
    cells = pd.concat([web, fairs], ignore_index=True)
    squares = {"value_squares": 0.0, "products": 0.0, "weight_squares": 0.0}
    return Split(cells.assign(**squares), WEEKS[4], "ratio")


@pytest.fixture
def controls() -> SegmentControls:
    return SegmentControls({"conversion": split()}, OWNED, "$")


def test_a_segment_is_set_against_all_the_rest_week_by_week() -> None:
    found = contrast.against_rest(split(), {"source": "web"})
    assert list(found.weekly["segment"]) == [0.4, 0.4, 0.4, 0.4, 0.2, 0.2]
    assert list(found.weekly["rest"]) == [0.3] * 6


def test_segment_and_rest_add_up_to_the_change() -> None:
    """Of 35 % before, 25 % are left: the web carries the 10 points, its share of one half times its fall by 20."""
    found = contrast.against_rest(split(), {"source": "web"})
    assert found.sides["total"].to_dict() == pytest.approx({"segment": -0.1, "rest": 0.0})
    assert found.sides["review"].to_dict() == pytest.approx({"segment": 0.2, "rest": 0.3})


def test_a_sum_is_compared_per_week() -> None:
    found = contrast.against_rest(Split(split().cells, WEEKS[4], "sum"), {"source": "web"})
    assert found.sides["baseline"].to_dict() == {"segment": 4.0, "rest": 3.0}
    assert found.sides["total"].to_dict() == pytest.approx({"segment": -2.0, "rest": 0.0})


def test_a_segment_of_two_columns_is_where_both_hold() -> None:
    cells = split().cells
    found = contrast.against_rest(split(), {"source": "web", "region": "east"})
    assert list(found.weekly["segment"]) == [0.4, 0.4, 0.4, 0.4, 0.2, 0.2]
    assert "which side" not in cells.columns, "the records are left as they were"


def test_by_one_column_alone_a_segment_is_what_it_is_among_all_columns() -> None:
    alone = contrast.along(split(), "source")
    assert list(alone.cells.columns[:2]) == ["source", "period"]
    assert len(alone.cells) == 12, "two sources in six weeks"
    found, known = (contrast.against_rest(one, {"source": "web"}) for one in (alone, split()))
    pd.testing.assert_frame_equal(found.weekly, known.weekly)
    pd.testing.assert_frame_equal(found.sides, known.sides)


def test_records_without_a_value_can_be_looked_at_as_well() -> None:
    cells = split().cells.replace({"source": {"fairs": None}})
    alone = contrast.along(Split(cells, WEEKS[4], "ratio"), "source")
    assert list(contrast.against_rest(alone, {"source": "(missing)"}).weekly["segment"]) == [0.3] * 6


@pytest.mark.parametrize(
    ("segment", "words"), [({"source": "wep"}, "Did you mean 'web'"), ({"sauce": "x"}, "'source'")]
)
def test_a_segment_that_is_not_there_is_refused_with_what_is(segment: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        contrast.against_rest(split(), segment)


def test_the_value_that_carries_most_is_offered_first_with_what_it_carries(controls: SegmentControls) -> None:
    assert [value for _, value in controls.value.options] == ["web", "fairs"]
    assert controls.value.options[0][0].replace("\N{NO-BREAK SPACE}", " ") == "web (−10.0 points)"
    shown = controls.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Source web: 20.0 % in the review, 40.0 % before." in shown
    assert "All the rest: 30.0 % in the review, 30.0 % before." in shown


def test_another_value_or_column_is_shown_at_once(controls: SegmentControls) -> None:
    controls.value.value = "fairs"
    assert "Source fairs: 30.0" in controls.text
    controls.dimension.value = "region"
    assert "Region east: 20.0" in controls.text


def test_a_change_of_column_draws_once(controls: SegmentControls) -> None:
    drawn = []
    controls._shown.widget.observe(lambda change: drawn.append(change), "value")
    controls.dimension.value = "region"
    assert len(drawn) == 1


@pytest.mark.expects_an_error
def test_what_can_not_be_shown_is_said_and_the_last_picture_stays(
    controls: SegmentControls, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = controls.text

    def fails(*_: object) -> None:
        raise RuntimeError("no memory")

    monkeypatch.setattr(contrast, "against_rest", fails)
    controls.value.value = "fairs"
    assert "Not shown: an error that nobody foresaw (RuntimeError)" in controls.line.text
    assert controls.text == before


def test_without_records_there_is_nothing_to_choose() -> None:
    assert "No gap on the shortlist has records" in SegmentControls({}, OWNED, "$").text
