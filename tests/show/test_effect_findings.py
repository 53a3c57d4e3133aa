import datetime
from typing import Any

import pandas as pd
import pytest

from saypro_nb.show import effect_findings
from tests.show.test_findings import kpi, plain

TODAY = datetime.date(2026, 6, 28)
NAN = float("nan")


def row(answer: str = "improved", **facts: Any) -> dict[str, Any]:
    """An action that raised conversion from 20.0 to 23.0 %, 3.1 points above what was expected, of 2.0 planned."""
    usual: dict[str, Any] = {
        "id": "north-1",
        "description": "Train newcomers.",
        "owner": "Head of North",
        "status": "completed",
        "state": "done",
        "start": pd.Timestamp("2026-01-05"),
        "end": pd.Timestamp("2026-03-06"),
        "kpi": "conversion",
        "amount": 22.0,
        "answer": answer,
        "reason": "",
        "told_from": pd.NaT,
        "periods_before": 52,
        "before": 20.0,
        "after": 23.0,
        "effect": 3.1,
        "low": 1.2,
        "high": 5.0,
        "planned": 2.0,
        "smallest": 2.0,
        "reached": True,
        "achieved": 1.55,
        "achieved_low": 0.6,
        "achieved_high": 2.5,
        "others_on_kpi": "",
        "others": "",
        "review": "not due yet",
        "review_until": pd.Timestamp("2026-09-06"),
        "spoken_of": pd.NaT,
        "clash": "",
    }
    return usual | facts


def effect(*args: str, better: str = "higher", every: str = "week", unit: str = "percent", **facts: Any) -> str:
    return plain(effect_findings.effect(row(*args, **facts), kpi(better=better, every=every, unit=unit), "$", TODAY))


def test_an_effect_is_told_with_its_interval_against_what_would_have_been() -> None:
    assert effect() == "Conversion is 3.1 points higher than it would have been without it (95 % interval 1.2 to 5.0)."


def test_where_less_is_better_an_improvement_is_lower_and_its_interval_has_no_minus() -> None:
    told = effect(better="lower", unit="hours", effect=-1.4, low=-2.3, high=-0.5)
    assert told == "Conversion is 1.4 h lower than it would have been without it (95 % interval 0.5 to 2.3)."


def test_a_change_for_the_worse_is_called_one() -> None:
    told = effect("worsened", effect=-3.1, low=-5.0, high=-1.2)
    assert told.endswith(
        "3.1 points lower than it would have been without it (95 % interval 1.2 to 5.0). That is for the worse."
    )


def test_money_keeps_its_currency_in_the_interval() -> None:
    assert "$3,100 higher" in effect(unit="money", effect=3100.0, low=1200.0, high=5000.0)
    assert "(95 % interval $1,200 to $5,000)" in effect(unit="money", effect=3100.0, low=1200.0, high=5000.0)


def test_a_small_effect_gets_as_many_decimals_as_its_interval_needs() -> None:
    told = effect(effect=0.052, low=0.031, high=0.073)
    assert "0.05 points higher" in told
    assert "(95 % interval 0.03 to 0.07)" in told


def test_no_effect_is_told_plainly_with_what_would_have_shown() -> None:
    assert effect("no effect found", effect=0.1, low=-0.7, high=0.9, achieved=0.05) == (
        "No effect on Conversion was found (95 % interval −0.7 points to +0.9 points); an effect as large as planned "
        "(2.0 points) would most likely have shown."
    )
    assert "an effect of 1.5 points would" in effect("no effect found", low=-0.7, high=0.9, smallest=1.5)


def test_too_early_says_from_when_on_it_can_be_told() -> None:
    assert effect("too early to tell", told_from=pd.Timestamp("2026-09-07"), effect=NAN, low=NAN, high=NAN) == (
        "It is too early to tell what it did to Conversion; that can be told with the value of the week of "
        "7 September 2026."
    )
    monthly = effect("too early to tell", every="month", told_from=pd.Timestamp("2026-09-01"))
    assert monthly.endswith("with the value of September 2026.")


def test_an_action_that_need_not_show_yet_is_given_its_time() -> None:
    told = effect("too early to tell", reason="not due", told_from=pd.Timestamp("2026-12-31"), low=-0.7, high=0.9)
    assert told == (
        "No effect on Conversion so far (95 % interval −0.7 points to +0.9 points); by its plan it has until "
        "31 December 2026."
    )


def test_a_date_that_has_passed_is_not_promised() -> None:
    assert effect("too early to tell", told_from=pd.Timestamp("2026-06-01")).endswith("since it began are missing.")


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("no values", "there are no values."),
        ("too little history", "it takes 26 weeks of values before it, and there are 12."),
        ("never varied", "before it began, the KPI never varied."),
        ("no direction", "neither more nor less of it is better, and no goal says where it was to go."),
        ("unsettled", "the KPI had changed shortly before it began, and nobody knows where it would have settled."),
        ("few periods", "too few values came after it."),
        ("too restless", "the KPI varies too much for an effect of 2.0 points to show within half a year."),
    ],
)
def test_what_can_not_be_told_says_why(reason: str, told: str) -> None:
    said = effect("can't be told", reason=reason, periods_before=12.0, low=NAN, high=NAN)
    assert said == f"What it did to Conversion can't be told: {told}"


def plan(*args: str, **facts: Any) -> str:
    return plain(effect_findings.plan(row(*args, **facts), kpi(), "$"))


def test_what_was_achieved_stands_against_what_was_planned() -> None:
    assert plan() == (
        "That is 155 % of the planned +2.0 points (60 to 250 %); the mean since then, 23.0 %, has reached the goal of "
        "22.0 %."
    )


def test_a_goal_that_was_not_reached_is_said_to_be_missed() -> None:
    told = plan("no effect found", reached=False, after=20.1)
    assert told == "Planned were +2.0 points; the mean since then, 20.1 %, has not reached the goal of 22.0 %."


def test_a_goal_that_was_met_before_the_action_began_was_no_plan() -> None:
    told = plan(before=22.5, planned=-0.5, achieved=NAN)
    assert told == "Its goal of 22.0 % was met before it began; since then the mean has been 23.0 %."


def test_no_plan_is_judged_before_its_effect_can_be() -> None:
    assert plan("too early to tell") == plan("can't be told") == ""


def test_actions_of_the_same_time_are_named_those_on_the_same_kpi_first() -> None:
    names = {"north-2": "Buy tools.", "north-3": "Hire two."}
    told = effect_findings.beside(row(others_on_kpi="north-3", others="north-2"), names)
    assert told == (
        "At the same time: “Hire two” (on the same KPI) and “Buy tools”, which no figure can tell apart from it."
    )
    alone = effect_findings.beside(row(others="north-2"), names)
    assert alone == "At the same time: “Buy tools”, which may have a share in it."
    assert effect_findings.beside(row(), names) == ""


def test_of_many_actions_of_the_same_time_three_are_named_and_the_others_counted() -> None:
    told = effect_findings.beside(row(others="a; b; c; d; e"), {})
    assert told.startswith("At the same time: “a”, “b”, “c” and 2 others,")


@pytest.mark.parametrize(
    ("review", "told"),
    [
        ("due", "Its post-implementation review is due by 6 September 2026."),
        ("overdue", "Its post-implementation review has been overdue since 6 September 2026."),
        ("held", "Its post-implementation review was held on 15 June 2026."),
        ("not due yet", ""),
        ("not completed", ""),
    ],
)
def test_a_review_that_is_due_overdue_or_held_is_told(review: str, told: str) -> None:
    assert plain(effect_findings.review(row(review=review, spoken_of=pd.Timestamp("2026-06-15")))) == told


@pytest.mark.parametrize(
    ("clash", "told"),
    [
        ("", ""),
        ("done without effect", "Its owner calls it completed, but its KPI shows no effect."),
        ("done for the worse", "Its owner calls it completed, but its KPI has become worse."),
        ("on time but stuck", "By its dates it is on time, but its owner says that it needs adjustment."),
        ("not begun", "By its dates it should have begun on 5 January 2026, but its owner says: pending."),
        ("under way but late", "Its owner says pending, but it was to end on 6 March 2026."),
    ],
)
def test_where_owner_dates_and_kpi_disagree_both_are_told(clash: str, told: str) -> None:
    assert plain(effect_findings.clash(row(clash=clash, status="pending"))) == told


def test_what_can_be_told_comes_before_what_can_not() -> None:
    rows = [row("too early to tell", id="b", told_from=pd.Timestamp("2026-09-07")), row(id="a"), row("", id="c")]
    told = effect_findings.verdicts(pd.DataFrame(rows), {"conversion": kpi()}, "$", TODAY)
    assert [(one.id, one.word, one.tone) for one in told] == [
        ("a", "Improved", "good"),
        ("b", "Too early to tell", "neutral"),
    ]
