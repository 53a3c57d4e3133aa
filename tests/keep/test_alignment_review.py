"""The alignment review of a workspace, and the way of a correction through the register."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from saypro_nb.agree.plans import Action
from saypro_nb.keep import proposals
from saypro_nb.keep.alignment_review import AlignmentReview
from saypro_nb.keep.dossier import Dossier
from saypro_nb.review import corrections
from saypro_nb.run.cli import main
from tests import workspaces
from tests.workspaces import REPOSITORY

GOAL = {"id": "grow", "statement": "Sell more", "kpis": ["revenue"]}
CLEAR: dict[str, Any] = {
    "id": "sell",
    "department": "north",
    "statement": "Sell for a hundred",
    "goals": ["grow"],
    "kpi": "revenue",
    "target": 110,
    "deadline": "2026-12-31",
    "owner": "Head of North",
}
UNCLEAR = CLEAR | {"id": "more", "department": "south", "statement": "Sell more", "target": None}
DRAFT = "south-alignment-cannot_be_measured-more"
WHO = ("--who", "Head of South", "--why", "in the quarterly meeting")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = workspaces.make(tmp_path / "work")
    plan(made, CLEAR, UNCLEAR)
    return made


def plan(folder: Path, *objectives: dict[str, Any]) -> None:
    workspaces.write(folder, "alignment", {"goals": [GOAL], "objectives": list(objectives)})


def opened(folder: Path) -> AlignmentReview:
    return AlignmentReview.open(str(folder), period="latest")


def waiting(folder: Path, department: str) -> list[Action]:
    return proposals.agenda(Dossier.open(str(folder), department=department, period="latest")).waiting


def saypro(*arguments: str, folder: Path) -> str:
    result = CliRunner().invoke(main, [*arguments, "--workspace", str(folder)])
    assert result.exit_code == 0, result.output
    return result.output


def test_an_unclear_objective_is_found_and_a_correction_proposed(folder: Path) -> None:
    (draft,) = waiting(folder, "south")
    assert draft.id == DRAFT
    assert (draft.kpi, draft.criterion.amount, draft.criterion.baseline) == (
        "revenue",
        100,
        61,
    )  # the last week: 60 + 1
    assert (draft.owner, str(draft.start)) == ("Head of South", "2026-08-10")  # a week after 2 August


def test_a_correction_waits_in_the_plan_of_the_department_that_it_is_proposed_to(folder: Path) -> None:
    assert [draft.id for draft in waiting(folder, "south")] == [
        draft.action and draft.action.id for draft in opened(folder).corrected
    ]
    assert waiting(folder, "north") == []
    saypro("export", "--format", "csv", "--department", "south", "--out", str(folder / "export"), folder=folder)
    assert DRAFT in (folder / "export" / "south" / "action_plan_plan_to_fill_in.csv").read_text("utf-8")


def test_a_correction_is_decided_by_the_command_for_any_action(folder: Path) -> None:
    assert f"{DRAFT}: not started, Head of South" in saypro("decide", DRAFT, "approve", *WHO, folder=folder)
    (one,) = opened(folder).corrected
    assert (one.state, one.action and one.action.status) == ("planned", "not started")
    assert waiting(folder, "south") == []
    assert "in the quarterly meeting" in saypro("history", DRAFT, folder=folder)


def test_a_declined_correction_is_not_proposed_again(folder: Path) -> None:
    saypro("decide", DRAFT, "decline", *WHO, folder=folder)
    assert [one.state for one in opened(folder).corrected] == ["declined"]
    assert waiting(folder, "south") == []


def test_a_corrected_plan_closes_its_action(folder: Path) -> None:
    saypro("decide", DRAFT, "approve", *WHO, folder=folder)
    plan(folder, CLEAR, UNCLEAR | {"until": "2026-06-30"}, UNCLEAR | {"target": 110, "since": "2026-07-01"})
    review = opened(folder)
    assert review.corrected == []
    assert [action.id for action in corrections.closed(review.assessed.findings, review.decided)] == [DRAFT]


def test_a_misspelt_correction_is_refused_with_the_nearest(folder: Path) -> None:
    result = CliRunner().invoke(
        main, ["decide", "south-alignment-cannot_be_measured-mor", "approve", *WHO, "--workspace", str(folder)]
    )
    assert result.exit_code == 2
    assert f"Did you mean '{DRAFT}'?" in result.output


def test_each_objective_is_held_against_its_own_promise(folder: Path) -> None:
    standing = opened(folder).standing.set_index("objective")
    assert standing.loc["sell", "goal"] == 110  # the plan's, not the 100 of the KPI
    assert standing.loc["sell", "now"] == pytest.approx(100, abs=0.5)
    assert standing.loc["sell", "attained"] == pytest.approx(100 * 100 / 110, abs=0.5)
    assert standing["goal"].isna()["more"]


def test_a_kpi_that_only_another_department_measures_is_told_from_there(folder: Path) -> None:
    workspaces.write(folder, "kpis", {"revenue": workspaces.KPIS["revenue"] | {"departments": ["north"]}})
    values = workspaces.values().query("department == 'north'")
    values.to_csv(folder / "data" / "kpi_values.csv", index=False)
    plan(folder, CLEAR | {"department": "south"})
    (row,) = opened(folder).standing.to_dict("records")
    assert (row["objective"], row["department"]) == ("sell", "north")


def test_a_workspace_without_plans_has_nothing_to_review(tmp_path: Path) -> None:
    review = opened(workspaces.make(tmp_path / "empty"))
    assert (review.assessed.findings, review.corrected, review.standing.empty) == ([], [], True)


def test_the_samples_five_planted_gaps_are_found() -> None:
    found = {(one.type, one.objectives[0].id) for one in opened(REPOSITORY).assessed.findings if one.objectives}
    assert found >= {
        ("misaligned_kpi", "marketing_traffic"),
        ("conflicting_goals", "sales_acquisition"),
        ("no_shared_focus", "it_new_features"),
        ("irrelevant_metric", "it_downtime"),
        ("unclear_objective", "people_satisfaction"),
    }


def test_the_samples_well_made_plans_are_clean() -> None:
    scored = opened(REPOSITORY).assessed.scored
    clean = set(scored.loc[scored["findings"] == 0, "objective"])
    made_well = {"sales_conversion", "marketing_quality", "support_resolution", "operations_on_time", "people_turnover"}
    assert clean == made_well


def test_every_correction_of_the_sample_can_be_approved() -> None:
    assert all(one.action is not None for one in opened(REPOSITORY).corrected)
