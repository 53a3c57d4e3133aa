import numpy as np
import pandas as pd
import pytest

from saypro_nb.agree.schema import Causes
from saypro_nb.review import causes

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


def statements(*rows: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["kpi", "theme"])


def test_every_shortlisted_gap_is_weighed_against_all_five_families(library: Causes) -> None:
    weighed = causes.weigh(gaps("conversion", "revenue"), said(0.5), statements(), library)
    assert weighed.groupby("kpi")["family"].nunique().to_dict() == {"conversion": 5, "revenue": 5}


def test_a_gap_that_is_not_shortlisted_needs_no_cause(library: Causes) -> None:
    assert causes.weigh(gaps("conversion", shortlisted=False), said(0.5), statements(), library).empty


def test_the_score_adds_up_library_people_and_interviews(library: Causes) -> None:
    heard = pd.concat([said(0.4, family="training"), said(0.5, family="training", form="team_leader")])
    told = statements(("conversion", "people"), ("conversion", "process"), ("revenue", "people"))
    first = causes.weigh(gaps("conversion"), heard, told, library).iloc[0]
    assert first["family"] == "training"
    assert first[["known", "employees", "leaders", "interviews"]].tolist() == [1, 0.4, 0.5, 0.5]
    assert first["score"] == pytest.approx(2.4)


def test_a_hypothesis_comes_with_what_would_refute_it(library: Causes) -> None:
    first = causes.weigh(gaps("conversion"), said(0.5), statements(), library).iloc[0]
    assert (first["hypothesis"], first["refuted_if"]) == ("untrained", TRAINING["refuted_if"])


def test_what_was_not_asked_or_is_hidden_is_missing_and_not_zero(library: Causes) -> None:
    weighed = causes.weigh(gaps("revenue"), said(np.nan, answer="hidden"), statements(), library)
    assert weighed["employees"].isna().all()
    assert weighed["leaders"].isna().all()
    assert (weighed["score"] == 0).all()


def test_an_interview_about_external_factors_speaks_for_no_family(library: Causes) -> None:
    weighed = causes.weigh(gaps("revenue"), said(0.0), statements(("revenue", "external")), library)
    assert (weighed["interviews"] == 0).all()
