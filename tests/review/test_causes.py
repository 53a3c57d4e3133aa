import datetime

import numpy as np
import pandas as pd
import pytest

from saypro_nb.agree.decisions import Verdict
from saypro_nb.agree.library import Causes
from saypro_nb.review import causes, triangulation
from saypro_nb.review.causes import Decided
from saypro_nb.review.voices import Heard

FAMILIES = ("resources", "training", "processes", "engagement", "alignment")
TRAINING = {
    "id": "untrained",
    "department": "north",
    "family": "training",
    "kpis": ["conversion"],
    "statement": "Newcomers are not trained.",
    "refuted_if": "newcomers convert as well as others.",
}


@pytest.fixture
def library() -> Causes:
    families = {name: {"name": name, "signs": ["a sign"], "ticks": {}} for name in FAMILIES}
    return Causes.model_validate({"families": families, "hypotheses": [TRAINING]})


def gaps(*kpis: str, shortlisted: bool = True) -> pd.DataFrame:
    return pd.DataFrame({"department": "north", "kpi": kpis, "shortlisted": shortlisted})


def said(share: float, *, family: str = "resources", form: str = "employee", answer: str = "yes") -> pd.DataFrame:
    return pd.DataFrame(
        [{"form": form, "family": family, "forms": 10, "pointing": 1.0, "share": share, "said": answer}]
    )


def heard(*forms: pd.DataFrame, interviews: tuple[tuple[str, str], ...] = ()) -> Heard:
    return Heard(pd.concat(forms or [said(0.5)]), pd.DataFrame(interviews, columns=["kpi", "families"]))


def measured(says: str, share: float, family: str = "training") -> dict[str, pd.DataFrame]:
    row = {"family": family, "sign": "a sign", "source": "driver", "what": {}, "says": says, "share": share}
    return {"conversion": pd.DataFrame([row | {"low": share, "high": share}], columns=triangulation.MEASURED)}


def decided(verdict: Verdict, kpi: str = "conversion") -> Decided:
    return Decided(kpi, "training", "untrained", verdict, "Head of North", datetime.date(2026, 6, 1), "we looked")


def test_every_shortlisted_gap_is_weighed_against_all_five_families(library: Causes) -> None:
    weighed = causes.weigh(gaps("conversion", "revenue"), heard(), {}, library)
    assert weighed.groupby("kpi")["family"].nunique().to_dict() == {"conversion": 5, "revenue": 5}


def test_a_gap_that_is_not_shortlisted_needs_no_cause(library: Causes) -> None:
    assert causes.weigh(gaps("conversion", shortlisted=False), heard(), {}, library).empty


def test_the_score_adds_up_data_the_mean_of_people_and_half_for_the_library(library: Causes) -> None:
    people = heard(
        said(0.4, family="training"),
        said(0.6, family="training", form="team_leader"),
        interviews=(("conversion", "training;alignment"), ("conversion", "processes"), ("revenue", "training")),
    )
    first = causes.weigh(gaps("conversion"), people, measured("yes", 0.8), library).iloc[0]
    assert first["family"] == "training"
    assert first[["data", "employees", "leaders", "interviews", "known"]].tolist() == [0.8, 0.4, 0.6, 0.5, 0.5]
    assert first["score"] == pytest.approx(0.8 + 0.5 + 0.5)


def test_a_group_that_was_not_asked_counts_neither_for_nor_against(library: Causes) -> None:
    asked = heard(said(0.6), said(0.0, form="team_leader", answer="not asked"))
    first = causes.weigh(gaps("revenue"), asked, {}, library).iloc[0]
    assert np.isnan(first["leaders"])
    assert first["score"] == pytest.approx(0.6)


def test_a_hypothesis_comes_with_what_would_refute_it(library: Causes) -> None:
    first = causes.weigh(gaps("conversion"), heard(), {}, library).set_index("family").loc["training"]
    assert (first["hypothesis"], first["refuted_if"]) == ("untrained", TRAINING["refuted_if"])


def test_what_is_hidden_is_missing_and_not_zero(library: Causes) -> None:
    weighed = causes.weigh(gaps("revenue"), heard(said(np.nan, answer="hidden")), {}, library)
    assert weighed["employees"].isna().all()
    assert (weighed["score"] == 0).all()


def test_a_rejected_hypothesis_scores_nothing_and_says_who_rejected_it(library: Causes) -> None:
    weighed = causes.weigh(gaps("conversion"), heard(), measured("yes", 0.9), library, [decided("rejected")])
    row = weighed.set_index("family").loc["training"]
    assert (row["score"], row["decision"], row["decided_by"]) == (0, "rejected", "Head of North")


def test_a_confirmed_hypothesis_comes_first(library: Causes) -> None:
    weighed = causes.weigh(gaps("conversion"), heard(said(0.9)), {}, library, [decided("confirmed")])
    assert weighed.iloc[0][["family", "decision"]].tolist() == ["training", "confirmed"]


def test_a_decision_about_one_kpi_does_not_hold_for_another(library: Causes) -> None:
    weighed = causes.weigh(gaps("conversion"), heard(), {}, library, [decided("rejected", "revenue")])
    assert weighed["decision"].isna().all()


def test_a_family_that_no_hypothesis_of_the_library_names_can_be_confirmed_all_the_same(library: Causes) -> None:
    spoken = Decided("conversion", "processes", None, "confirmed", "Head of North", datetime.date(2026, 6, 1), "seen")
    first = causes.weigh(gaps("conversion"), heard(), {}, library, [spoken]).iloc[0]
    assert (first["family"], first["decision"]) == ("processes", "confirmed")
    assert pd.isna(first["hypothesis"])


def test_what_data_and_people_rule_out_scores_nothing(library: Causes) -> None:
    people = heard(said(0.05, family="training", answer="no"))
    row = causes.weigh(gaps("conversion"), people, measured("no", 0.0), library).set_index("family").loc["training"]
    assert (row["verdict"], row["score"]) == ("ruled out", 0)


def test_a_cause_is_undecided_while_it_has_evidence_and_no_meeting_has_settled_it() -> None:
    weighed = pd.DataFrame(
        {
            "kpi": ["conversion", "conversion", "conversion", "conversion", "revenue"],
            "family": ["training", "resources", "processes", "alignment", "training"],
            "score": [0.8, 0.5, 0.4, 0.0, 0.1],
        }
    )
    verdicts: dict[tuple[str, str], Verdict] = {
        ("conversion", "training"): "confirmed",
        ("conversion", "resources"): "rejected",
        ("conversion", "processes"): "open",
    }
    found = causes.undecided(weighed, verdicts)
    assert list(zip(found["kpi"], found["family"], strict=True)) == [
        ("conversion", "processes"),  # a meeting opened it again
        ("revenue", "training"),  # settled for another KPI only
    ]


def test_without_gaps_nothing_is_undecided(library: Causes) -> None:
    assert causes.undecided(causes.weigh(gaps(), heard(), {}, library), {}).empty
