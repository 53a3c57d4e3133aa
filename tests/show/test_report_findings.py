import datetime
from typing import Any

import pandas as pd
import pytest

from saypro_nb.review.spans import Span
from saypro_nb.show import report_findings
from tests import plans, reports
from tests.reports import monthly
from tests.show.test_effect_findings import row as effect_row
from tests.show.test_findings import plain

STEADY = [20.0, 21.0] * 10
WEEKLY = plans.CONVERSION


def row(state: str = "by_chance", moved: str = "ordinary", **facts: Any) -> dict[str, Any]:
    """June 2026 of a weekly KPI, 2.4 points below its May."""
    usual: dict[str, Any] = {
        "kpi": "conversion",
        "length": "month",
        "first": pd.Timestamp("2026-06-01"),
        "how": "mean",
        "known": 4,
        "due": 4,
        "state": state,
        "moved": moved,
        "since": pd.Timestamp("2026-04-06"),
        "crosses": pd.NaT,
        "change": -2.4,
        "usual": 19.0,
        "target_level": 20.0,
    }
    return usual | facts


def verdict(*args: str, **facts: Any) -> str:
    return plain(report_findings.verdict(row(*args, **facts), WEEKLY, "$"))


@pytest.mark.parametrize(
    ("moved", "worth"),
    [("begun", "a change"), ("part", "part of that change"), ("lasting", "by itself no further change")],
)
def test_a_signal_is_dated_and_the_difference_told_for_what_it_is_worth(moved: str, worth: str) -> None:
    told = f"Worse than chance explains since the week of 6 April 2026. 2.4 points less than in May 2026: {worth}."
    assert verdict("worse", moved) == told


def test_a_change_for_the_better_is_told_alike() -> None:
    assert verdict("better", "begun", change=2.4).endswith("2.4 points more than in May 2026: a change.")


def test_a_week_that_stands_out_by_itself_is_no_change_of_the_month() -> None:
    assert verdict("worse", "single") == (
        "One week, that of 6 April 2026, was worse than chance explains. "
        "2.4 points less than in May 2026: not yet a change of its level."
    )


@pytest.mark.parametrize(
    ("state", "stands"),
    [
        ("by_chance", "Single weeks meet or miss its target by chance; its usual level, 19.0 %, misses it."),
        ("failing", "Its usual level: the process can't meet this target as it is."),
        ("steady", "The process as it is meets its target."),
        ("untested", "It has no target to be held against."),
        ("unstable", "It scatters more widely than it used to since the week of 6 April 2026."),
    ],
)
def test_without_a_signal_any_difference_is_ordinary_variation(state: str, stands: str) -> None:
    assert verdict(state) == f"{stands} 2.4 points less than in May 2026: ordinary variation."


def test_a_weak_sign_is_no_verdict() -> None:
    assert verdict("watch") == (
        "A weak sign of a change for the worse, as one stable KPI in twenty shows every week. "
        "2.4 points less than in May 2026: no verdict yet."
    )


def test_a_drift_takes_the_difference_along_and_says_when_it_reaches_the_target() -> None:
    told = verdict("drifting", crosses=pd.Timestamp("2026-09-07"))
    assert told == (
        "Still on target, but clearly moving away from it; at this pace it reaches it in the week of 7 September 2026. "
        "2.4 points less than in May 2026: part of that."
    )
    assert verdict("drifting", change=2.4).endswith("2.4 points more than in May 2026: ordinary variation.")


@pytest.mark.parametrize("state", ["too_short", "missing"])
def test_what_can_t_be_told_has_no_difference(state: str) -> None:
    assert "May 2026" not in verdict(state, "unknown")


def test_without_a_month_before_nothing_is_said_of_it() -> None:
    told = verdict(change=float("nan"), usual=21.0)
    assert told == "Single weeks meet or miss its target by chance; its usual level, 21.0 %, meets it."


def test_no_difference_is_told_as_the_same() -> None:
    assert verdict(change=0.01).endswith("As in May 2026: ordinary variation.")


def test_what_adds_up_differs_by_the_week_because_months_have_four_or_five() -> None:
    revenue = monthly(every="week", unit="money")
    told = report_findings.verdict(row(how="sum", change=-16037.0), revenue, "$")
    assert told.endswith("$16,037 a week less than in May 2026: ordinary variation.")
    assert report_findings.level_name(row(how="sum"), revenue) == "Lead conversion, a week"
    assert report_findings.level_name(row(), revenue) == "Lead conversion"


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"how": "sum"}, "Sum of 4 weeks."),
        ({"how": "ratio"}, "Ratio of the sums of 4 weeks."),
        ({"known": 3}, "Mean of 3 of its 4 weeks."),
        ({"due": 1, "known": 1}, ""),
    ],
)
def test_what_a_figure_is_made_of_is_said(facts: dict[str, Any], told: str) -> None:
    assert report_findings.made_of(row(**facts), WEEKLY) == told


def commentaries(report: reports.Report) -> dict[str, str]:
    rows = report.rows.to_dict("records")
    return {str(one["kpi"]): plain(report_findings.commentary(one, report)) for one in rows}


def test_a_monthly_kpi_that_is_not_in_yet_says_of_when_it_is() -> None:
    report = reports.report(reports.values({"conversion": [*STEADY, None]}), {"conversion": monthly()})
    assert commentaries(report)["conversion"].startswith("Not in yet for June 2026; this is May 2026. ")
    assert report_findings.answer(report).headline == "June 2026: no KPI with a target has a value"


def test_a_quarterly_kpi_says_so_in_a_monthly_report() -> None:
    quarterly = monthly(every="quarter")
    report = reports.report(
        reports.values({"conversion": [70.0, 71.0]}, freq="QS", end="2026-04-01"), {"conversion": quarterly}
    )
    assert commentaries(report)["conversion"].startswith("Measured each quarter; this is quarter 2 of 2026. ")


def test_an_analyst_s_note_is_added_and_takes_nothing_away() -> None:
    notes = [reports.noted("The fair moved.", "csat"), reports.noted("Two were away.")]
    found = commentaries(reports.example(noted=notes))
    without = commentaries(reports.example())
    assert found["csat"] == without["csat"] + "\nNote by Analyst, 2 July 2026: “The fair moved.”"
    assert found["revenue"] == without["revenue"]


def test_the_summary_counts_targets_and_says_what_is_worse_than_chance_explains() -> None:
    kpis = {"conversion": monthly(target=20.0, name="Conversion"), "csat": monthly(target=10.0, name="CSAT")}
    report = reports.report(reports.values({"conversion": [*STEADY, 12.0], "csat": [*STEADY, 21.0]}), kpis)
    found = report_findings.answer(report)
    assert found.headline == "June 2026: 1 of 2 targets missed; one KPI is worse than chance explains"
    assert found.tone == "concern"
    assert plain(found.sentences[0]) == (
        "Conversion: 12.0 % against a target of 20.0 %. Worse than chance explains since June 2026. "
        "9.0 points less than in May 2026: a change."
    )


def test_a_month_in_which_nothing_is_missed_misses_none() -> None:
    report = reports.report(reports.values({"csat": [*STEADY, 21.0]}), {"csat": monthly(target=10.0)})
    assert report_findings.answer(report).headline == "June 2026: none of one target missed"


def test_a_miss_without_a_signal_is_told_as_ordinary_variation() -> None:
    report = reports.report(reports.values({"csat": [*STEADY, 20.0]}), {"csat": monthly(target=20.5)})
    assert "One other target was missed with no sign of a change." in report_findings.answer(report).sentences


def test_what_has_changed_since_the_month_before_are_signals_targets_and_actions() -> None:
    kpis = {
        "conversion": monthly(target=20.0, name="Conversion"),
        "csat": monthly(target=20.5, name="CSAT"),
        "nps": monthly(target=20.5, name="NPS", better="lower"),
    }
    series = {"conversion": [*STEADY, 12.0], "csat": [*STEADY, 20.0], "nps": [*STEADY, 20.0]}
    report = reports.report(reports.values(series), kpis, turned=[(plans.action(), "late")])
    found = report_findings.changes(report)
    assert found.since == "May 2026"
    assert found.sentences == (
        "Conversion has changed for the worse, since June 2026.",
        "CSAT now misses its target, with no sign of a change.",
        "NPS now meets its target, with no sign of a change.",
        "Train newcomers: now late.",
    )


def test_a_month_like_the_one_before_says_so() -> None:
    report = reports.report(reports.values({"csat": [*STEADY, 21.0]}), {"csat": monthly(target=10.0)})
    assert report_findings.changes(report).sentences == ("Nothing goes beyond ordinary variation.",)


def test_challenges_name_the_likeliest_cause_and_what_is_late() -> None:
    cause = {"kpi": "csat", "family": "training", "score": 1.5, "statement": "Newcomers lack practice."}
    parts = {"data": 0.5, "employees": 1.0, "leaders": 0.0, "interviews": float("nan"), "known": 0.0}
    late = effect_row(state="late", end=pd.Timestamp("2026-05-29"))
    report = reports.example(weighed=pd.DataFrame([cause | parts]), progress=pd.DataFrame([late]))
    assert [plain(line) for line in report_findings.challenges(report)] == [
        "CSAT: most evidence is for lack of training (from data and employees). Newcomers lack practice.",
        "Late, due on 29 May 2026 (Head of North): train newcomers.",
    ]


def test_without_gaps_and_late_actions_there_is_no_challenge() -> None:
    report = reports.example(weighed=pd.DataFrame(columns=["kpi"]))
    assert report_findings.challenges(report) == ["No gap is on the shortlist, and no action is late."]


def test_insights_tell_what_improved_what_chance_explains_and_what_worked() -> None:
    kpis = {
        "conversion": monthly(name="Conversion", target=20.0),
        "csat": monthly(name="CSAT", target=20.4),
        "rate": monthly(name="Rate", target=20.6),
        "nps": monthly(name="NPS", target=90.0),
    }
    series = {"conversion": [*STEADY, 30.0], "csat": STEADY, "rate": STEADY, "nps": STEADY}  # all have a mean of 20.5
    report = reports.report(reports.values(series), kpis, progress=pd.DataFrame([effect_row()]))
    assert [plain(line) for line in report_findings.insights(report)] == [
        "Conversion: better than chance explains. Find out what was done, and keep it.",
        "CSAT: met as a rule, and missed by chance. One bad result of these needs no explanation.",
        "Rate: missed as a rule, and met by chance. A better process is needed, or another target.",
        "NPS: out of reach for the process as it is. Change the process, or the target.",
        "“Train newcomers”: conversion is 3.1 points higher than it would have been without it "
        "(95 % interval 1.2 to 5.0).",
    ]


def test_where_nothing_is_to_be_learnt_it_is_said() -> None:
    assert report_findings.insights(reports.example()) == ["The figures show neither a change nor an effect."]


def test_a_report_on_weeks_says_from_which_day_to_which() -> None:
    april = Span("month", datetime.date(2026, 4, 1))
    told = plain(report_findings.covered(reports.example(span=april, every="week")))
    assert told == "April 2026, in whole weeks: 30 March 2026 to 3 May 2026"
    assert report_findings.covered(reports.example()) == "June 2026"
