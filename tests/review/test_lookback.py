import datetime

import numpy as np
import pandas as pd
import pytest

from saypro_nb.agree.schema import Kpi
from saypro_nb.review import lookback
from tests import plans

WEEKS = pd.date_range("2024-01-01", periods=104, freq="7D")
STARTS, ENDS = datetime.date(2025, 1, 6), datetime.date(2025, 2, 28)  # 53 weeks before


def on(day):
    return datetime.date.fromisoformat(day)


def action(**facts):
    success = {"kpi": "conversion", "amount": 30, "by": "2025-08-31"}
    return plans.action(**{"start": STARTS, "end": ENDS, "criterion": success, "status": "completed"} | facts)


@pytest.fixture
def kpi():
    words = {"name": "Conversion", "formula": "sales by visits", "points_at": "the offer"}
    facts = {"unit": "percent", "better": "higher", "perspective": "customer", "every": "week"}
    return Kpi.model_validate(words | facts)


@pytest.fixture
def values():
    """Conversion of about 20 %: 25 % while the action runs, 30 % from its end on."""
    level = 20 + np.random.default_rng(4).normal(0, 1, len(WEEKS))
    level += 5 * (pd.Timestamp(STARTS) <= WEEKS) + 5 * (pd.Timestamp(ENDS) < WEEKS)
    return pd.DataFrame({"department": "north", "kpi": "conversion", "period": WEEKS, "value": level})


@pytest.mark.parametrize(
    ("spoken_of", "state"), [("2025-05-27", "due"), ("2025-05-28", "held"), ("2025-06-20", "held")]
)
def test_a_review_is_held_once_a_check_in_from_its_first_day_on_speaks_of_the_action(spoken_of, state):
    found = lookback.window(action(), on("2025-06-30"), on(spoken_of))
    assert found.review == state


def test_what_a_check_in_said_of_an_action_under_way_is_no_review():
    assert lookback.window(action(status="in progress"), on("2025-06-30"), on("2025-06-20")).review == "not completed"


def test_a_review_that_was_held_still_counts_the_periods_after_the_end_alone(kpi, values):
    row = lookback.table([action()], {"conversion": kpi}, values, on("2025-06-01"), {"north-1": on("2025-05-30")}).iloc[
        0
    ]
    assert (row["review"], row["counted_from"], row["spoken_of"]) == ("held", on("2025-03-01"), on("2025-05-30"))


def test_the_review_is_due_from_three_to_six_months_after_the_end():
    found = lookback.window(action(), on("2025-03-31"))
    assert (found.review_from, found.review_until) == (on("2025-05-28"), on("2025-08-28"))


@pytest.mark.parametrize(
    ("today", "state"),
    [("2025-05-27", "not due yet"), ("2025-05-28", "due"), ("2025-08-28", "due"), ("2025-08-29", "overdue")],
)
def test_the_review_of_a_completed_action_falls_due_and_becomes_overdue(today, state):
    assert lookback.window(action(), on(today)).review == state


def test_three_months_after_the_last_of_november_is_the_last_of_february():
    late = action(
        start="2025-11-03", end="2025-11-30", criterion={"kpi": "conversion", "amount": 3, "by": "2026-05-31"}
    )
    assert lookback.window(late, on("2025-12-01")).review_from == on("2026-02-28")


def test_what_is_not_completed_is_not_reviewed_however_late():
    found = lookback.window(action(status="in progress"), on("2025-12-31"))
    assert (found.review, found.counted_from) == ("not completed", STARTS)


def test_so_far_is_counted_from_the_start_and_at_the_review_from_the_end(kpi, values):
    so_far = lookback.effect(action(), kpi, values, on("2025-03-02"))
    review = lookback.effect(action(), kpi, values, on("2025-06-01"))
    assert so_far.periods_after == 8  # 6 January to 24 February
    assert so_far.level.low < 5 < so_far.level.high
    assert review.periods_after == 13  # 3 March to 26 May
    assert review.level.low < 10 < review.level.high
    assert review.answer == "improved"


def test_nothing_later_than_today_is_seen(kpi, values):
    spoilt = values.assign(value=values["value"].where(values["period"] <= "2025-06-01", 1e6))
    day = on("2025-06-01")
    assert lookback.effect(action(), kpi, spoilt, day) == lookback.effect(action(), kpi, values, day)


def test_planned_and_achieved_stand_side_by_side(kpi, values):
    row = lookback.table([action()], {"conversion": kpi}, values, on("2025-06-01")).iloc[0]
    usual = values.loc[values["period"] < "2025-01-06", "value"].tail(13).mean()
    assert row["planned"] == pytest.approx(30 - usual)
    assert row["achieved"] == pytest.approx(row["effect"] / row["planned"])
    assert row["achieved_low"] < 1 < row["achieved_high"]
    assert row["review"] == "due"


def test_where_lower_is_better_an_achieved_share_is_above_zero_for_a_fall(kpi, values):
    falling = values.assign(value=50 - values["value"])
    plan = action(criterion={"kpi": "conversion", "amount": 20, "by": "2025-08-31"})
    row = lookback.table([plan], {"conversion": kpi.model_copy(update={"better": "lower"})}, falling, on("2025-06-01"))
    assert row.loc[0, "answer"] == "improved"
    assert row.loc[0, "effect"] < 0 < row.loc[0, "achieved_low"] < row.loc[0, "achieved_high"]


def test_nothing_was_left_to_achieve_where_the_level_was_there_already(kpi, values):
    met = action(criterion={"kpi": "conversion", "amount": 10, "by": "2025-08-31"})
    assert np.isnan(lookback.table([met], {"conversion": kpi}, values, on("2025-06-01")).loc[0, "achieved"])


def test_other_actions_that_ran_at_the_same_time_are_named_those_on_the_same_kpi_first(kpi, values):
    waiting = {"kpi": "waiting", "amount": 5, "by": "2025-12-31"}
    beside = [
        action(id="elsewhere", criterion=waiting),
        action(id="same"),
        action(id="over", start="2024-10-01", end="2025-01-05"),
        action(id="still-running", start="2024-10-01", end="2025-01-06"),
        action(id="later", start="2025-06-02", end="2025-07-01"),
        action(id="declined", status="declined"),
        action(id="south", department="south"),
    ]
    found = lookback.others(action(), [action(), *beside], on("2025-06-01"))
    assert [other.id for other in found] == ["still-running", "same", "elsewhere"]
    row = lookback.table([action(), *beside], {"conversion": kpi}, values, on("2025-06-01")).iloc[0]
    assert (row["others_on_kpi"], row["others"]) == ("still-running; same", "elsewhere")


def test_what_has_not_begun_or_was_declined_has_no_effect_to_look_for(kpi, values):
    waiting = [action(status="proposed"), action(status="declined"), action(start="2025-02-01", status="pending")]
    assert lookback.table(waiting, {"conversion": kpi}, values, on("2025-01-31")).empty


def test_a_kpi_without_values_is_answered_and_not_an_error(kpi, values):
    found = lookback.table([action()], {"conversion": kpi}, values[:0], on("2025-06-01")).iloc[0]
    assert (found["answer"], found["reason"]) == ("can't be told", "no values")


@pytest.mark.parametrize(
    ("facts", "today", "answer"),
    [
        ({"status": "in progress", "end": "2025-07-31"}, "2025-06-29", "too early to tell"),
        ({"status": "in progress", "end": "2025-07-31"}, "2025-08-31", "no effect found"),  # as the criterion says
        ({}, "2025-05-04", "too early to tell"),
        ({}, "2025-06-29", "no effect found"),  # at its review
    ],
)
def test_nothing_is_held_against_an_action_before_its_plan_or_its_review(kpi, values, facts, today, answer):
    flat = values.assign(value=values["value"].where(values["period"] < pd.Timestamp(STARTS), 20.0))
    found = lookback.effect(action(**facts), kpi, flat, on(today))
    assert (found.answer, found.reason) == (answer, "not due" if answer == "too early to tell" else "")


def test_what_is_planned_starts_from_the_plans_baseline_where_it_has_one(kpi, values):
    planned = {"kpi": "conversion", "baseline": 17, "amount": 30, "by": "2025-08-31"}
    assert lookback.effect(action(criterion=planned), kpi, values, on("2025-06-01")).planned == 13
    assert 9 < lookback.effect(action(), kpi, values, on("2025-06-01")).planned < 11


def test_the_course_is_shown_from_the_actions_start_although_its_review_counts_from_its_end(kpi, values):
    course = lookback.course(action(), kpi, values, on("2025-06-01"))
    assert (course["period"].iloc[0], course["period"].iloc[-1]) == (pd.Timestamp(STARTS), pd.Timestamp("2025-05-26"))
    assert (course["expected"] - 20).abs().max() < 1.5  # it was about 20 % before


def test_the_course_of_another_kpi_is_no_business_of_the_action(kpi, values):
    assert lookback.course(action(), kpi, values.assign(kpi="waiting"), on("2025-06-01")).empty
