import numpy as np
import pandas as pd
import pytest

from saypro_nb.agree.library import Causes
from saypro_nb.agree.schema import Kpi
from saypro_nb.review import crosscheck
from saypro_nb.review.gaps import SHORTLISTED, STATES


def gap(department: str, kpi: str, state: str) -> dict[str, object]:
    return {"department": department, "kpi": kpi, "state": state, "shortlisted": state in SHORTLISTED}


def said(department: str, kpi: str | None, theme: str = "people", view: str | None = None) -> dict[str, object]:
    return {"department": department, "kpi": kpi, "theme": theme, "view": view}


def interviews(*statements: dict[str, object]) -> pd.DataFrame:
    columns = ["department", "kpi", "theme", "view"]
    return pd.DataFrame(statements, columns=columns).astype({"kpi": "str", "view": "str"})


# Sales follows leads up in time; marketing's leads have become poor.
RANKED = pd.DataFrame([gap("sales", "follow_up", "steady"), gap("marketing", "lead_quality", "worse")])


def test_blame_that_the_figures_contradict_stands_beside_the_speakers_own_gap() -> None:
    found = crosscheck.by_kpi(interviews(said("marketing", "follow_up")), RANKED).iloc[0]
    assert found[["department", "speaker", "own", "said", "figures"]].tolist() == [
        "sales", "marketing", False, "trouble", "sound",
    ]  # fmt: skip
    assert found["verdict"] == "contradict"
    assert found["at_home"] == ["lead_quality"]


@pytest.mark.parametrize(
    ("view", "state", "verdict"),
    [
        ("problem", "worse", "agree"),
        ("problem", "failing", "agree"),
        ("problem", "by_chance", "contradict"),
        ("fine", "steady", "agree"),
        ("fine", "drifting", "contradict"),
        ("problem", "too_short", "people only"),
        ("problem", "watch", "people only"),
        ("fine", "missing", "people only"),
    ],
)
def test_people_and_figures_agree_or_contradict(view: str, state: str, verdict: str) -> None:
    ranked = pd.DataFrame([gap("sales", "follow_up", state)])
    found = crosscheck.by_kpi(interviews(said("sales", "follow_up", view=view)), ranked)
    assert found["verdict"].tolist() == [verdict]


def test_trouble_that_nobody_speaks_of_is_named() -> None:
    found = crosscheck.by_kpi(interviews(), RANKED)
    assert found[["kpi", "verdict"]].to_numpy().tolist() == [["lead_quality", "data only"]]


def test_people_who_disagree_are_not_averaged() -> None:
    two = interviews(said("sales", "follow_up", view="fine"), said("sales", "follow_up", view="problem"))
    assert crosscheck.by_kpi(two, RANKED.head(1))["verdict"].tolist() == ["mixed"]


def test_a_suggestion_says_nothing_of_how_a_kpi_stands() -> None:
    assert crosscheck.by_kpi(interviews(said("sales", "follow_up", "suggestion")), RANKED.head(1)).empty


def test_a_statement_without_a_view_names_a_problem() -> None:
    found = crosscheck.by_kpi(interviews(said("sales", "follow_up", "process")), RANKED.head(1))
    assert found["said"].tolist() == ["trouble"]


def test_speakers_of_different_departments_are_kept_apart() -> None:
    both = interviews(said("sales", "follow_up", view="fine"), said("marketing", "follow_up", view="problem"))
    found = crosscheck.by_kpi(both, RANKED.head(1)).set_index("speaker")
    assert found["verdict"].to_dict() == {"sales": "agree", "marketing": "contradict"}


def test_a_department_that_owns_the_kpi_too_speaks_of_its_own() -> None:
    shared = pd.DataFrame([gap("north", "uptime", "steady"), gap("south", "uptime", "worse")])
    found = crosscheck.by_kpi(interviews(said("south", "uptime")), shared)
    assert found[["department", "verdict"]].to_numpy().tolist() == [["south", "agree"]]


def test_every_state_has_a_word() -> None:
    assert set(crosscheck.FIGURES) == set(STATES)


KPIS = {
    name: Kpi(
        name=name, unit="count", better="higher", perspective="customer", every="week", formula="as given",
        points_at="not known", area="leads",
    )
    for name in ("lead_quality", "follow_up")
}  # fmt: skip
LIBRARY = Causes(
    families={},
    hypotheses=(
        {
            "id": "training", "department": "marketing", "family": "training", "kpis": ["lead_quality"],
            "statement": "Nobody has learnt it.", "refuted_if": "All know it.",
        },
    ),
)  # fmt: skip


def forms(answer: str) -> pd.DataFrame:
    hidden = {"form": "team_leader", "family": "training", "share": np.nan, "said": "hidden"}
    return pd.DataFrame([{"form": "employee", "family": "training", "share": 0.5, "said": answer}, hidden])


@pytest.mark.parametrize(("answer", "verdict"), [("yes", "agree"), ("no", "contradict"), ("unclear", "data only")])
def test_forms_speak_of_an_area_by_the_causes_that_would_explain_its_trouble(answer: str, verdict: str) -> None:
    ranked = pd.DataFrame([gap("marketing", "lead_quality", "worse")])
    found = crosscheck.by_area(interviews(), ranked, forms(answer), KPIS, LIBRARY).iloc[0]
    assert found[["area", "figures", "families", "employees"]].tolist() == ["leads", "trouble", ["training"], answer]
    assert found["leaders"] is None
    assert found["verdict"] == verdict


def test_where_all_is_sound_a_ticked_cause_may_be_another_areas() -> None:
    ranked = pd.DataFrame([gap("marketing", "lead_quality", "steady")])
    found = crosscheck.by_area(interviews(), ranked, forms("yes"), KPIS, LIBRARY).iloc[0]
    assert found["verdict"] is None


def test_an_area_is_in_trouble_where_one_of_its_kpis_is() -> None:
    ranked = pd.DataFrame([gap("marketing", "follow_up", "steady"), gap("marketing", "lead_quality", "failing")])
    found = crosscheck.by_area(interviews(said("sales", "follow_up")), ranked, forms("hidden"), KPIS, LIBRARY)
    assert found[["figures", "interviews", "verdict"]].to_numpy().tolist() == [["trouble", "trouble", "agree"]]
    assert found["kpis"].tolist() == [["follow_up", "lead_quality"]]
