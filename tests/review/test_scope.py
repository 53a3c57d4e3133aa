import pandas as pd
import pytest

from saypro_nb.agree.library import Causes
from saypro_nb.agree.schema import Kpi
from saypro_nb.review import scope
from saypro_nb.review.gaps import SHORTLISTED


def kpi(name: str, **facts: object) -> Kpi:
    usual = {"name": name, "unit": "count", "better": "higher", "perspective": "operational", "every": "week"}
    return Kpi(**(usual | {"formula": "as given", "points_at": f"what {name} points at"} | facts))


KPIS = {
    "leads": kpi("Leads", area="lead quality"),
    "quality": kpi("Quality", area="lead quality"),
    "clicks": kpi("Clicks", area="message"),
    "orders": kpi("Orders"),
}


def gap(department: str, name: str, state: str, priority: float) -> dict[str, object]:
    shown = {"department": department, "kpi": name, "state": state, "priority": priority}
    return shown | {"shortlisted": state in SHORTLISTED}


RANKED = pd.DataFrame(
    [
        gap("marketing", "leads", "worse", 0.9),
        gap("marketing", "quality", "failing", 0.3),
        gap("marketing", "clicks", "drifting", 0.4),
        gap("operations", "orders", "worse", 2.0),
        gap("operations", "leads", "by_chance", 5.0),
        gap("people", "leads", "missing", 0.0),
    ]
)


def test_the_department_with_the_heaviest_gaps_comes_first_and_says_why() -> None:
    found = scope.departments(RANKED)
    assert found["department"].tolist() == ["operations", "marketing", "people"]
    first = found.iloc[0]
    assert first[["rank", "priority", "first", "first_state"]].tolist() == [1, 2.0, "orders", "worse"]
    assert found["share"].tolist() == pytest.approx([100 * 2 / 3.6, 100 * 1.6 / 3.6, 0])


def test_a_gap_that_is_not_shortlisted_adds_nothing() -> None:
    assert scope.departments(RANKED).set_index("department").loc["operations", "priority"] == 2.0


def test_a_departments_states_are_counted() -> None:
    found = scope.departments(RANKED).set_index("department").loc["marketing"]
    assert found[["shortlisted", "worse", "failing", "drifting", "unstable"]].tolist() == [3, 1, 1, 1, 0]
    assert found["first_share"] == pytest.approx(100 * 0.9 / 1.6)


def test_a_department_without_a_gap_comes_last_and_has_no_first_one() -> None:
    last = scope.departments(RANKED).iloc[-1]
    assert (last["shortlisted"], last["unknown"]) == (0, 1)
    assert pd.isna(last["first"])


def test_departments_that_are_alike_stand_in_the_order_of_their_names() -> None:
    alike = pd.DataFrame([gap(name, "leads", "worse", 1.0) for name in ("south", "north", "east")])
    assert scope.departments(alike)["department"].tolist() == ["east", "north", "south"]
    assert scope.departments(alike)["share"].tolist() == pytest.approx([100 / 3] * 3)


def test_gaps_of_one_area_are_looked_into_together() -> None:
    found = scope.areas(RANKED, KPIS)
    marketing = found[found["department"] == "marketing"]
    assert marketing["area"].tolist() == ["lead quality", "message"]
    assert marketing["kpis"].tolist() == [["leads", "quality"], ["clicks"]]
    assert marketing["share"].tolist() == pytest.approx([75, 25])
    assert marketing["looks_at"].iloc[0] == "what Leads points at"


def test_a_kpi_without_an_area_is_one_by_itself() -> None:
    found = scope.areas(RANKED, KPIS)
    assert found.loc[found["department"] == "operations", "area"].tolist() == ["Orders"]


def test_each_gap_asks_its_hypotheses_and_its_first_step() -> None:
    known = {
        "id": "audience",
        "department": "marketing",
        "family": "engagement",
        "kpis": ["leads", "clicks"],
        "statement": "Campaigns reach the wrong people.",
        "refuted_if": "Open rates hold.",
    }
    causes = Causes(families={}, hypotheses=(known, known | {"id": "elsewhere", "department": "sales"}))
    found = scope.questions(RANKED, KPIS, causes)
    assert found["kpi"].tolist() == ["leads", "quality", "clicks", "orders"]
    assert found["hypothesis"].tolist()[0] == found["hypothesis"].tolist()[2] == "audience"
    assert found["hypothesis"].isna().tolist() == [False, True, False, True]
    assert found["step"].tolist() == [
        "find_the_change",
        "redesign_or_retarget",
        "act_before_it_crosses",
        "find_the_change",
    ]


def test_every_shortlisted_state_has_a_first_step() -> None:
    assert set(scope.STEPS) == set(SHORTLISTED)
