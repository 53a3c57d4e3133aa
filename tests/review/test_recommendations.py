import pandas as pd
import pytest

from saypro_nb.agree.decisions import Verdict
from saypro_nb.review import recommendations
from tests.plans import action
from tests.review.test_actions import recommendation


def weighed(**scores: float) -> pd.DataFrame:
    """One gap, conversion in the north, with the evidence that people gave for each family."""
    rows = [
        {"department": "north", "kpi": "conversion", "family": family, "known": 0.0, "employees": score, "score": score}
        for family, score in sorted(scores.items(), key=lambda item: -item[1])
    ]
    return pd.DataFrame(rows)


def order(ranked: pd.DataFrame) -> list[str]:
    return list(ranked["recommendation"])


def test_evidence_for_the_cause_comes_before_fit_and_effort() -> None:
    library = [
        recommendation("own", departments=("north",)),
        recommendation("general", family="processes", effort="high"),
    ]
    assert order(recommendations.rank(weighed(training=0.2, processes=0.5), library, [])) == ["general", "own"]


def test_what_promises_more_for_the_effort_comes_first() -> None:
    # shares of the gap for each unit of effort: 0.5 / 1, 0.75 / 2, 0.25 / 1
    library = [
        recommendation("small", effect="small"),
        recommendation("large", effect="large", effort="medium"),
        recommendation("usual"),
    ]
    ranked = recommendations.rank(weighed(training=1), library, [])
    assert order(ranked) == ["usual", "large", "small"]
    assert list(ranked["place"]) == [1, 2, 3]


def test_the_expected_effect_is_a_part_of_the_gap_in_the_kpis_unit() -> None:
    measured = pd.DataFrame({"kpi": ["conversion"], "gap": [4.0]})
    library = [recommendation(effect, effect=effect) for effect in ("small", "medium", "large")]
    ranked = recommendations.rank(weighed(training=1), library, [], measured=measured)
    assert dict(zip(ranked["effect"], ranked["expected"], strict=True)) == {"small": 1.0, "medium": 2.0, "large": 3.0}


def test_why_names_the_evidence_the_fit_and_the_effort() -> None:
    row = recommendations.rank(weighed(training=0.4), [recommendation("a", departments=("north",))], []).iloc[0]
    assert row["why"] == (
        "The cause has evidence from employees (score 0.40); made for this department; low effort for a medium effect"
    )


@pytest.mark.parametrize(
    ("status", "reason"), [("declined", "declined before (north-1)"), ("completed", "done before (north-1)")]
)
def test_what_was_tried_stays_in_the_table_with_the_reason_why_not(status: str, reason: str) -> None:
    past = action(status=status, recommendation="a")
    ranked = recommendations.rank(weighed(training=1), [recommendation("a"), recommendation("b", budget=9)], [past])
    assert list(ranked["not_proposed"]) == [reason, ""]
    assert list(ranked["proposed"]) == [False, True]


def test_while_the_likeliest_cause_is_worked_on_no_other_action_is_proposed() -> None:
    library = [recommendation("a"), recommendation("b", family="processes")]
    ranked = recommendations.rank(weighed(training=1, processes=0.5), library, [action()])
    assert not ranked["proposed"].any()
    assert ranked["not_proposed"].iloc[0] == "an action works on this cause already (north-1)"


def verdict(family: str, said: Verdict) -> dict[tuple[str, str], Verdict]:
    return {("conversion", family): said}


def test_a_confirmed_cause_comes_first_even_without_other_evidence() -> None:
    library = [recommendation("a"), recommendation("b", family="processes")]
    ranked = recommendations.rank(weighed(training=1, processes=0), library, [], verdict("processes", "confirmed"))
    assert order(ranked) == ["b", "a"]
    assert ranked["why"].iloc[0].startswith("The meeting has confirmed the cause; open to every")


def test_a_rejected_cause_gets_no_proposal_and_the_next_one_does() -> None:
    library = [recommendation("a"), recommendation("b", family="processes")]
    ranked = recommendations.rank(weighed(training=1, processes=0.5), library, [], verdict("training", "rejected"))
    assert list(ranked.loc[ranked["proposed"], "recommendation"]) == ["b"]
    assert ranked["not_proposed"].iloc[0] == "the meeting has rejected this cause"


def test_without_gaps_the_table_is_empty_with_all_its_columns() -> None:
    empty = recommendations.rank(weighed(training=1).head(0), [recommendation("a")], [])
    assert list(empty.columns) == recommendations.COLUMNS


def test_while_a_proposal_waits_for_its_decision_no_other_is_made() -> None:
    library = [recommendation("a"), recommendation("b", family="processes")]
    ranked = recommendations.rank(weighed(training=1, processes=0.5), library, [action(status="proposed")])
    assert not ranked["proposed"].any()
    assert ranked["not_proposed"].iloc[0] == "an action against this cause waits for a decision (north-1)"


def test_what_is_planned_against_one_gap_is_not_proposed_against_another() -> None:
    planned = action(id="north-5", kpi="delay", recommendation="a", status="not started")
    ranked = recommendations.rank(weighed(training=1), [recommendation("a"), recommendation("b", budget=9)], [planned])
    assert list(ranked["not_proposed"]) == ["planned against another gap (north-5)", ""]
    assert list(ranked["proposed"]) == [False, True]


def test_what_was_declined_for_one_gap_can_be_proposed_against_another() -> None:
    declined = action(kpi="delay", recommendation="a", status="declined")
    assert recommendations.rank(weighed(training=1), [recommendation("a")], [declined])["proposed"].all()
