"""Segment search on small invented tables: two regions or three, two channels, weeks that wobble a little."""

import itertools

import numpy as np
import pandas as pd
import pytest

from saypro_nb.agree.errors import InputError, WorkbenchError
from saypro_nb.review import segment_choice, segment_model, segments

START = pd.Timestamp("2026-03-02")
BASELINE, REVIEW = 8, 2
REGIONS, CHANNELS = ("north", "south", "west"), ("phone", "web")
RECORDS = {"north": 60, "south": 90, "west": 50}  # per channel and week
ANSWERS = {"north": 0.5, "south": 0.3, "west": 0.4}  # value per record


def weeks(count, before=BASELINE):
    return [START + pd.Timedelta(weeks=week - before) for week in range(count)]


def wobbling():
    """Ten weeks of 200 records a channel; single values are 0 or 1; weeks differ by a few records only."""
    rows = []
    chance = np.random.default_rng(11)
    for period, region, channel in itertools.product(weeks(BASELINE + REVIEW), REGIONS, CHANNELS):
        records = RECORDS[region] + int(chance.integers(-4, 5))
        rows.append((period, region, channel, records, int(chance.binomial(records, ANSWERS[region]))))
    table = pd.DataFrame(rows, columns=["period", "region", "channel", "rows", "value"])
    return table.assign(value_squares=table["value"])


@pytest.fixture
def cells():
    return wobbling()


def in_review(cells, **segment):
    chosen = cells["period"] >= START
    for dimension, value in segment.items():
        chosen &= cells[dimension] == value
    return chosen


def answered(cells, chosen, part):
    """Return `cells` where only `part` of the answers of the `chosen` remain."""
    value = cells["value"].where(~chosen, (cells["value"] * part).round().astype(int))
    return cells.assign(value=value, value_squares=value)


def resized(cells, chosen, part):
    """Return `cells` where only `part` of the records of the `chosen` remain, the rate as it was."""
    fewer = {name: cells[name].where(~chosen, (cells[name] * part).round().astype(int)) for name in ("rows", "value")}
    return cells.assign(**fewer, value_squares=fewer["value"])


def named(found):
    return list(zip(found.findings["segment"], found.findings["effect"], strict=True))


# what is found


def test_nothing_changed_is_no_change(cells):
    found = segments.search(cells, START, "mean")
    assert (found.verdict, named(found)) == ("no change", [])
    assert found.unexplained == found.gap


def test_a_single_planted_segment_is_found_and_nothing_else(cells):
    found = segments.search(answered(cells, in_review(cells, region="south"), 1 / 3), START, "mean")
    assert (found.verdict, named(found)) == ("segments", [({"region": "south"}, "rate")])
    # south holds 180 of 400 records and falls from 0.3 to 0.1: 0.45 * -0.2
    assert found.findings["contribution"][0] == pytest.approx(-0.09, abs=0.02)
    assert found.findings["low"][0] < -0.09 < found.findings["high"][0]


def test_a_planted_pair_is_named_as_a_pair(cells):
    found = segments.search(answered(cells, in_review(cells, region="south", channel="web"), 0.1), START, "mean")
    assert named(found) == [({"region": "south", "channel": "web"}, "rate")]


def test_alike_in_all_segments_is_general(cells):
    found = segments.search(answered(cells, in_review(cells), 0.6), START, "mean")
    assert (found.verdict, named(found)) == ("general", [({}, "rate")])


def test_two_causes_that_offset_each_other_are_both_named(cells):
    fewer = answered(cells, in_review(cells, region="north"), 0.3)
    both = answered(fewer, in_review(fewer, region="south"), 1.7)
    found = segments.search(both, START, "mean")
    assert sorted(cause["region"] for cause in found.findings["segment"]) == ["north", "south"]
    assert sorted(np.sign(found.findings["contribution"])) == [-1, 1]


def test_a_pair_that_falls_further_than_its_value_is_named_beside_it(cells):
    fewer = resized(cells, in_review(cells, region="south"), 0.4)
    found = segments.search(resized(fewer, in_review(fewer, region="south", channel="web"), 0.1), START, "sum")
    assert sorted(named(found), key=str) == [
        ({"region": "south", "channel": "web"}, "volume"),
        ({"region": "south"}, "volume"),
    ]


def test_a_value_that_lost_records_everywhere_is_named_rather_than_the_pair_that_lost_most(cells):
    fewer = resized(cells, in_review(cells, region="south"), 0.7)
    found = segments.search(resized(fewer, in_review(fewer, region="south", channel="web"), 0.3), START, "sum")
    assert named(found) == [({"region": "south"}, "volume")]


def test_a_value_and_a_pair_that_fall_together_are_not_taken_for_a_general_fall(cells):
    """Both together look like a fall of everything, until the pair is named as well."""
    fewer = answered(cells, in_review(cells, region="north"), 0.6)
    found = segments.search(answered(fewer, in_review(fewer, region="south", channel="web"), 0.3), START, "mean")
    assert named(found) == [({"region": "south", "channel": "web"}, "rate"), ({"region": "north"}, "rate")]


def test_no_more_segments_are_named_than_a_meeting_can_talk_of_and_the_strongest_stay(cells, monkeypatch):
    monkeypatch.setattr(segment_choice, "MOST_TERMS", 1)
    fewer = resized(cells, in_review(cells, region="south"), 0.4)
    found = segments.search(resized(fewer, in_review(fewer, region="south", channel="web"), 0.1), START, "sum")
    assert named(found) == [({"region": "south"}, "volume")]


@pytest.mark.parametrize("fit", [segment_choice, segment_model])
def test_a_fit_that_is_broken_off_still_names_the_planted_segment(cells, monkeypatch, fit):
    monkeypatch.setattr(fit, "ROUNDS", 1)
    found = segments.search(answered(cells, in_review(cells, region="south"), 1 / 3), START, "mean")
    assert named(found) == [({"region": "south"}, "rate")]


def test_where_no_record_ever_missed_before_nothing_says_how_many_may(cells):
    """Every record was answered: such a baseline has no chance in it to judge a fall by, and the gap stays untold."""
    whole = cells.assign(value=cells["rows"], value_squares=cells["rows"])
    found = segments.search(answered(whole, in_review(whole, region="south"), 0.5), START, "mean")
    assert (found.baseline, found.verdict, found.unexplained) == (1, "no change", found.gap)
    assert found.gap == pytest.approx(-0.225, abs=0.01)  # south has 180 of 400 records and loses half


def test_a_shift_of_records_is_called_mix(cells):
    found = segments.search(resized(cells, in_review(cells, region="north"), 0.4), START, "mean")
    assert named(found) == [({"region": "north"}, "mix")]
    # baseline (120 * 0.5 + 180 * 0.3 + 100 * 0.4) / 400 = 0.385; with 48 in the north 118 / 328 = 0.360
    assert found.findings["contribution"][0] == pytest.approx(-0.025, abs=0.006)


def test_fewer_records_of_a_sum_are_called_volume(cells):
    found = segments.search(resized(cells, in_review(cells, region="north"), 0.4), START, "sum")
    assert named(found) == [({"region": "north"}, "volume")]
    assert found.findings["contribution"][0] == pytest.approx(-0.6 * 120 * 0.5, rel=0.25)  # a week


def test_a_ratio_weighs_by_its_denominator(cells):
    hours = cells.assign(weight=2.0 * cells["rows"], weight_squares=4.0 * cells["rows"], products=2.0 * cells["value"])
    changed = answered(hours, in_review(hours, region="south"), 1 / 3)
    found = segments.search(changed.assign(products=2.0 * changed["value"]), START, "ratio")
    assert named(found) == [({"region": "south"}, "rate")]
    assert found.findings["contribution"][0] == pytest.approx(-0.045, abs=0.01)  # half of that per record


def test_a_value_only_in_the_review_is_new(cells):
    later = cells[(cells["region"] != "north") | in_review(cells)]
    found = segments.search(later, START, "sum")
    assert named(found) == [({"region": "north"}, "new")]
    assert found.findings["contribution"][0] == later[in_review(later, region="north")]["value"].sum() / REVIEW


def test_a_value_only_in_the_baseline_is_gone(cells):
    found = segments.search(cells[~in_review(cells, region="north")], START, "mean")
    assert named(found) == [({"region": "north"}, "gone")]
    # the baseline without north less the baseline: 94 / 280 - 154 / 400
    assert found.findings["contribution"][0] == pytest.approx(-0.049, abs=0.01)


@pytest.mark.parametrize("others", [["channel"], []], ids=["beside another dimension", "alone"])
def test_where_the_only_value_of_a_dimension_gets_another_name_a_sum_is_gone_and_new(cells, others):
    known = cells.groupby(["period", *others], as_index=False)[["rows", "value", "value_squares"]].sum()
    renamed = known.assign(team=np.where(known["period"] < START, "before", "after"))
    found = segments.search(renamed, START, "sum")
    assert sorted(named(found), key=str) == [({"team": "after"}, "new"), ({"team": "before"}, "gone")]
    carried = dict(zip(found.findings["effect"], found.findings["contribution"], strict=True))
    assert carried == pytest.approx({"gone": -found.baseline, "new": found.review})


def test_another_name_for_all_records_moves_no_mean(cells):
    renamed = cells.drop(columns=["region", "channel"]).assign(team=np.where(cells["period"] < START, "old", "new"))
    found = segments.search(renamed, START, "mean")
    assert (found.findings.empty, found.unexplained) == (True, found.gap)


def test_a_missing_value_is_a_value(cells):
    unknown = cells.assign(region=cells["region"].where(cells["region"] != "south"))
    found = segments.search(answered(unknown, unknown["region"].isna() & in_review(cells), 1 / 3), START, "mean")
    assert named(found) == [({"region": "(missing)"}, "rate")]


def test_identical_dimensions_name_one(cells):
    twice = cells.assign(manager=cells["region"].map({"north": "Ada", "south": "Bo", "west": "Cy"}))
    found = segments.search(answered(twice, in_review(twice, region="south"), 1 / 3), START, "mean")
    assert named(found) == [({"region": "south"}, "rate")]


@pytest.mark.parametrize("size", [1, 3], ids=["often enough to be blamed", "too rare"])
def test_numbers_of_records_are_not_named(cells, size):
    parts = pd.concat([cells.assign(part=part) for part in range(size)], ignore_index=True)
    numbered = parts.assign(ticket=[f"t{number}" for number in range(len(parts))]).drop(columns="part")
    found = segments.search(answered(numbered, in_review(numbered, region="south"), 1 / 3), START, "mean")
    assert named(found) == [({"region": "south"}, "rate")]


def test_a_table_that_only_numbers_its_records_explains_nothing(cells):
    numbered = cells.assign(ticket=[f"t{number}" for number in range(len(cells))])
    found = segments.search(numbered.drop(columns=["region", "channel"]), START, "mean")
    assert found.verdict == "no change"


def test_a_segment_that_always_swings_is_not_blamed_for_swinging(cells):
    swings = cells.copy()
    for at, period in enumerate(weeks(BASELINE + REVIEW)):
        chosen = (swings["period"] == period) & (swings["region"] == "south")
        swings = answered(swings, chosen, 0.4 if at % 3 == 0 else 1.5)
    assert segments.search(swings, START, "mean").verdict == "no change"


def test_a_week_in_which_everything_is_low_blames_no_segment(cells):
    holidays = cells["period"].isin([weeks(10)[2], weeks(10)[5], weeks(10)[8]])
    assert segments.search(resized(cells, holidays, 0.6), START, "sum").verdict == "no change"


def test_one_week_of_review_is_enough(cells):
    week = cells[cells["period"] <= START]
    found = segments.search(answered(week, in_review(week, region="south"), 0.2), START, "mean")
    assert named(found) == [({"region": "south"}, "rate")]


def test_a_kpi_around_zero_can_be_explained(cells):
    values = cells["value"] - 0.385 * cells["rows"]  # each record less the average of all
    squares = cells["value"] * (1 - 0.77) + 0.385**2 * cells["rows"]
    drop = in_review(cells, region="south")
    lower = cells.assign(
        value=values - 0.2 * cells["rows"] * drop,
        value_squares=squares - 0.4 * values * drop + 0.04 * cells["rows"] * drop,
    )
    found = segments.search(lower, START, "mean")
    assert named(found) == [({"region": "south"}, "rate")]
    assert found.findings["contribution"][0] == pytest.approx(-0.09, abs=0.025)


# what holds of every answer


def test_contributions_and_the_remainder_are_the_gap(cells):
    found = segments.search(answered(cells, in_review(cells, region="south"), 1 / 3), START, "mean")
    assert found.baseline + found.gap == pytest.approx(found.review)
    assert found.findings["contribution"].sum() + found.unexplained == pytest.approx(found.gap)
    assert found.findings["share"][0] == pytest.approx(found.findings["contribution"][0] / found.gap)


def test_the_order_of_rows_does_not_matter(cells):
    changed = answered(cells, in_review(cells, region="south"), 1 / 3).astype({"value": float})
    found, shuffled = (
        segments.search(table, START, "mean") for table in (changed, changed.sample(frac=1, random_state=3))
    )
    pd.testing.assert_frame_equal(found.findings, shuffled.findings, check_exact=True)


def test_the_given_table_is_not_changed(cells):
    before = cells.copy()
    segments.search(cells, START, "mean")
    pd.testing.assert_frame_equal(cells, before)


# what cannot be answered


@pytest.mark.parametrize("start", [weeks(1)[0], START + pd.Timedelta(weeks=REVIEW)], ids=["before", "after"])
def test_no_baseline_or_no_review_is_explained(cells, start):
    with pytest.raises(InputError, match="baseline weeks"):
        segments.search(cells, start, "mean")


def test_empty_input_is_explained(cells):
    with pytest.raises(WorkbenchError, match="0 baseline weeks"):
        segments.search(cells.iloc[:0], START, "mean")


def test_missing_columns_are_named(cells):
    with pytest.raises(InputError, match="weight_squares"):
        segments.search(cells, START, "ratio")
    with pytest.raises(InputError, match="no dimension"):
        segments.search(cells.drop(columns=["region", "channel"]), START, "mean")


def test_a_kpi_that_is_always_zero_has_not_changed(cells):
    assert segments.search(cells.assign(value=0, value_squares=0), START, "mean").verdict == "no change"


def test_a_value_that_is_away_altogether_carries_what_it_used_to_even_if_it_was_away_before(cells):
    away = (cells["region"] == "south") & cells["period"].isin([START - pd.Timedelta(weeks=3), *weeks(10)[8:]])
    found = segments.search(cells[~away], START, "sum")
    assert named(found) == [({"region": "south"}, "volume")]
    # seven of the eight baseline weeks had 180 records of 0.3: about 47 a week
    assert found.findings["contribution"][0] == pytest.approx(-7 / 8 * 180 * 0.3, rel=0.1)


# what may still be unseen


def most(found):
    return found.limits.set_index("dimension")["most"]


def test_where_everything_moves_alike_no_single_value_can_have_carried_half_of_it(cells):
    found = segments.search(answered(cells, in_review(cells), 0.4), START, "mean")
    assert found.verdict == "general"
    assert (most(found) < 0.5).all()


def test_more_records_rule_out_more(cells):
    falls = answered(cells, in_review(cells), 0.4)
    measures = ["rows", "value", "value_squares"]
    tenfold = falls.assign(**{name: 10 * falls[name] for name in measures})
    few, many = (segments.search(table, START, "mean") for table in (falls, tenfold))
    assert (most(many) < most(few)).all()


def test_a_value_that_moved_unnoticed_stays_within_its_limit(cells):
    chance = np.random.default_rng(5)
    for _ in range(20):
        part = chance.uniform(0.85, 1.0)
        falls = answered(answered(cells, in_review(cells), 0.6), in_review(cells, region="west"), part)
        found = segments.search(falls, START, "mean")
        if found.verdict == "general":  # west holds a quarter of the records: what it lost beyond the others
            lost = 0.25 * ANSWERS["west"] * 0.6 * (1 - part)
            assert lost / abs(found.gap) <= most(found)["region"]


# what dirty tables bring along


def test_a_dimension_of_ten_thousand_values_hides_no_other(cells):
    falls = answered(cells, in_review(cells, region="south"), 1 / 3)
    customers = np.random.default_rng(2).integers(0, 10_000, len(falls)).astype(str)
    found = segments.search(falls.assign(customer=customers), START, "mean")
    assert named(found) == [({"region": "south"}, "rate")]


def test_a_value_missing_in_most_rows_is_still_a_value(cells):
    falls = answered(cells, in_review(cells, region="south"), 1 / 3)
    found = segments.search(falls.assign(region=falls["region"].where(falls["region"] == "south")), START, "mean")
    assert named(found) == [({"region": "south"}, "rate")]
    assert set(found.limits["dimension"]) == {"region", "channel"}


def test_a_segment_of_one_record_a_week_is_never_blamed(cells):
    tiny = cells[cells["region"] == "north"].assign(region="tiny", rows=1, value=lambda table: table["period"] < START)
    tiny = tiny.assign(value=tiny["value"].astype(int), value_squares=tiny["value"].astype(int))
    assert named(segments.search(pd.concat([cells, tiny], ignore_index=True), START, "mean")) == []
