import datetime

import numpy as np
import pandas as pd
import pytest

from saypro_nb.review import triangulation
from saypro_nb.review.causes import COLUMNS
from saypro_nb.show import cause_findings, cause_listings
from saypro_nb.show.blocks import claims
from tests.show.test_charts import kpi, plain

KPIS = {"conversion": kpi(), "revenue": kpi(name="Revenue", unit="money")}


def cause(**facts: object) -> dict[str, object]:
    usual = dict.fromkeys(COLUMNS) | {"department": "north", "kpi": "conversion", "family": "training", "known": 0.5}
    usual |= {"hypothesis": "untrained", "statement": "Newcomers are not trained.", "refuted_if": "They do as well."}
    usual |= {"data": 0.8, "employees": 0.4, "leaders": 0.6, "interviews": np.nan, "score": 1.8}
    return usual | {"data_say": "yes", "people_say": "yes", "verdict": "agree"} | facts


def weighed(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([cause(**row) for row in rows], columns=COLUMNS)


def measured(*rows: tuple[str, object, float, float, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["source", "what", "share", "low", "high"])
    return table.assign(family="training", sign="a sign", says="yes")[triangulation.MEASURED]


REJECTED = {
    "decision": "rejected",
    "decided_by": "Head of North",
    "decided_on": datetime.date(2026, 6, 1),
    "reason": "they do as well",
    "score": 0.0,
}


def test_no_gap_needs_no_cause() -> None:
    assert cause_findings.answer(pd.DataFrame(), {}, {}, "$").headline == "No gap to explain"


def test_a_kpi_without_records_can_not_be_broken_down() -> None:
    assert "can't be broken down" in cause_findings.segment_sentence(None, kpi(), "$")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("segment", {"team": "a"}, 0.5, 0.3, 0.7), "Team a carries 50% of the change (30% to 70%)."),
        (("segment", "team", np.nan, np.nan, 0.08), "No team stands out; one could carry at most 8% of the change."),
        (
            ("driver", {"driver": "training_hours", "lag": 2}, 0.4, 0.2, 0.6),
            "Training hours (2 weeks earlier) goes along with 40% of the change (20% to 60%).",
        ),
        (
            ("driver", {"driver": "mails", "lag": 0}, np.nan, -0.1, 0.0),
            "Mails (in the same week): at most 0% of the change.",
        ),
    ],
)
def test_what_measures_a_family_is_told_with_its_share(row: tuple[str, object, float, float, float], said: str) -> None:
    assert cause_findings.data_sentence(measured(row), "training") == said


def test_who_was_not_asked_is_left_out_of_what_people_say() -> None:
    assert cause_findings.people_sentence(cause()) == "Pointing at it: 40% of employees and 60% of team leaders."
    nobody = cause(employees=np.nan, leaders=np.nan)
    assert cause_findings.people_sentence(nobody).startswith("Nobody was asked")


def test_a_score_is_told_by_its_parts_and_they_add_up() -> None:
    assert cause_findings.score_sentence(cause()) == "Score 1.80: data 0.80 + people 0.50 + library 0.50."
    assert "scores nothing" in cause_findings.score_sentence(cause(score=0.0))


def test_hypotheses_come_by_score_with_evidence_and_what_would_refute_them() -> None:
    both = weighed({"score": 0.9, "hypothesis": "b", "statement": "B."}, {"kpi": "revenue"}, {})
    first, second = cause_findings.claims(both, {"conversion": measured(), "revenue": measured()}, KPIS)
    assert (first.statement, first.word, first.refuted_if) == (
        "Newcomers are not trained.",
        "Data and people",
        "They do as well.",
    )
    assert first.evidence[0] == "It would explain Revenue and Conversion."
    assert second.statement == "B."


def test_what_was_decided_is_shown_as_such_and_not_proposed_anew() -> None:
    table = weighed(REJECTED, {"hypothesis": "b", "statement": "B."})
    evidence = {"conversion": measured()}
    assert [claim.statement for claim in cause_findings.claims(table, evidence, KPIS)] == ["B."]
    (settled,) = cause_findings.decided(table, evidence, KPIS)
    assert settled.word == "Rejected"
    assert plain(settled.decided) == "Rejected on 1 June 2026 by Head of North: they do as well"
    asked = cause_findings.answer(table, {}, KPIS, "$").decide
    assert len(asked) == 1
    assert "B." in asked[0]


def test_strong_evidence_without_a_known_hypothesis_asks_for_one() -> None:
    unworded = {"hypothesis": None, "statement": None, "refuted_if": None, "known": 0.0}
    (claim,) = cause_findings.claims(weighed(unworded), {"conversion": measured()}, KPIS)
    assert "put it into words" in claim.statement
    assert cause_findings.claims(weighed(unworded | {"verdict": "people only"}), {}, KPIS) == []


def test_a_claim_is_shown_with_its_verdict_in_word_and_shape() -> None:
    shown = claims(cause_findings.claims(weighed({}), {"conversion": measured()}, KPIS), empty="None.")
    assert '<span class="shape" aria-hidden="true">◆</span> Data and people' in shown.html
    assert "Refuted if They do as well." in shown.text
    assert claims([], empty="None.").text == "None."


def test_the_matrix_has_a_row_for_each_gap_and_a_word_for_each_family() -> None:
    table = weighed({}, {"family": "resources", "verdict": "ruled out"})
    assert cause_listings.matrix(table, KPIS).text.splitlines()[1:] == [
        "Gap | Resources | Training",
        "Conversion | Ruled out | Data and people",
    ]


def test_the_evidence_of_a_gap_is_folded_away_under_its_name() -> None:
    shown = cause_listings.evidence(weighed({}), {"conversion": measured()}, KPIS)
    assert "<summary>Conversion: the evidence</summary>" in shown.html
    assert "Nothing in records or drivers measures it." in shown.text


def test_without_examples_to_learn_from_the_page_says_that_words_were_not_read() -> None:
    nothing = pd.DataFrame(columns=["form", "quote"])
    assert "own words were not read" in cause_listings.unread(nothing, reads=False).text
    assert cause_listings.unread(nothing, reads=True).text == "Every sentence could be read."


def test_a_family_without_words_for_one_gap_is_claimed_only_beyond_what_a_known_hypothesis_explains() -> None:
    unworded = {"kpi": "revenue", "hypothesis": None, "statement": None, "refuted_if": None, "known": 0.0}
    evidence = {"conversion": measured(), "revenue": measured()}
    weaker = weighed({}, unworded | {"score": 1.3})
    assert [claim.statement for claim in cause_findings.claims(weaker, evidence, KPIS)] == [
        "Newcomers are not trained."
    ]
    stronger = weighed({}, unworded | {"score": 1.9})
    first = cause_findings.claims(stronger, evidence, KPIS)[0]
    assert "put it into words" in first.statement
    assert first.evidence[0] == "It would explain Revenue."
