import datetime
from pathlib import Path

import pandas as pd
import pytest

from saypro_nb.agree.decisions import HypothesisVerdict
from saypro_nb.agree.errors import InputError
from saypro_nb.keep import decisions, evidence
from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.register import Register
from tests import workspaces


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return workspaces.make(tmp_path / "work")


def opened(folder: Path, department: str = "south", period: str = "latest") -> Dossier:
    return Dossier.open(str(folder), department=department, period=period)


def test_an_unknown_department_is_refused_with_the_nearest(folder: Path) -> None:
    with pytest.raises(InputError, match="there is no department 'suoth'"):
        opened(folder, "suoth")


def test_faults_of_the_values_are_told_when_the_dossier_is_opened(folder: Path) -> None:
    (folder / "data" / "kpi_values.csv").write_text("department,kpi,period,value\nsouth,revenue,2026-01-05,many\n")
    with pytest.raises(InputError, match="'many' is no number"):
        opened(folder)


def test_the_next_action_can_begin_a_week_after_the_period_ends(folder: Path) -> None:
    dossier = opened(folder, period="2026-06-22")
    assert (dossier.last_day, dossier.next_start) == (datetime.date(2026, 6, 28), datetime.date(2026, 7, 6))


def test_what_a_phase_leaves_the_next_one_finds(folder: Path) -> None:
    table = evidence.gaps(opened(folder))
    opened(folder).leave("gaps", table)
    left = opened(folder).left("gaps")
    assert left is not None
    columns = ["department", "kpi", "period", "value", "gap", "state", "since", "shortlisted", "priority"]
    pd.testing.assert_frame_equal(left[columns], table[columns], check_dtype=False)


def test_what_the_period_before_was_judged_by_is_remembered(folder: Path) -> None:
    before = opened(folder, period="2026-07-20")
    before.leave("definitions", evidence.judged_by(before))
    assert evidence.redefined(opened(folder)).empty
    kpis = workspaces.load(folder, "kpis")
    workspaces.write(folder, "kpis", {"revenue": kpis["revenue"] | {"target": 50}})
    (row,) = evidence.redefined(opened(folder)).to_dict("records")
    assert row == {"kpi": "revenue", "what": "target", "was": "100.0", "judged_by": "50.0"}
    (moved,) = evidence.changes(opened(folder), evidence.gaps(opened(folder))).to_dict("records")
    assert moved["judged"] == (("target", "100.0", "50.0"),)


def test_a_target_that_params_date_needs_no_memory(folder: Path) -> None:
    kpis = workspaces.load(folder, "kpis")
    dated = {"target": {"2026-01-05": 100, "2026-07-27": 50}}
    workspaces.write(folder, "kpis", {"revenue": kpis["revenue"] | dated})
    assert list(evidence.redefined(opened(folder))["what"]) == ["target"]


def test_what_phase_one_left_is_not_compared_with_the_period_before_again(folder: Path) -> None:
    dossier = opened(folder)
    ranked = evidence.compared(dossier, evidence.identify(dossier))
    dossier.leave("gaps", ranked)
    left = opened(folder).left("gaps")
    assert left is not None
    assert left[["was", "was_shortlisted"]].to_dict() == ranked[["was", "was_shortlisted"]].to_dict()
    assert list(left["was_shortlisted"]) == [True]  # eight low weeks, of which seven were known then


def test_another_period_or_department_has_nothing_left(folder: Path) -> None:
    opened(folder).leave("gaps", evidence.gaps(opened(folder)))
    assert opened(folder, "north").left("gaps") is None
    assert opened(folder, period="2026-07-20").left("gaps") is None


def test_without_the_earlier_phase_its_table_is_found_again(folder: Path) -> None:
    assert evidence.gaps(opened(folder))["state"].tolist() == ["worse"]
    assert evidence.causes(opened(folder))["kpi"].unique().tolist() == ["revenue"]


def test_forms_are_those_of_the_department_up_to_the_periods_end_without_names(folder: Path) -> None:
    text = """date,form,department,respondent,challenges
2026-01-05,employee,south,Respondent 1,workload
2026-01-05,employee,north,Respondent 2,workload
2026-01-19,employee,south,Respondent 3,workload
"""
    (folder / "data" / "feedback.csv").write_text(text)
    sources = {"kpi_values": "data/kpi_values.csv", "feedback": "data/feedback.csv"}
    workspaces.write(folder, "review", workspaces.REVIEW | {"sources": sources})
    found = opened(folder, period="2026-01-12").feedback
    assert len(found) == 1
    assert "respondent" not in found


def test_a_workspace_without_forms_drivers_or_actions_has_empty_ones(folder: Path) -> None:
    dossier = opened(folder)
    assert dossier.feedback.empty
    assert dossier.interviews.empty
    assert dossier.drivers.empty
    assert dossier.actions == []


@pytest.mark.parametrize(("weeks", "rows"), [(3, 3), (0, 0)])
def test_a_department_may_have_few_weeks_of_data_or_none(folder: Path, weeks: int, rows: int) -> None:
    values = workspaces.values()
    south = values[values["department"] == "south"].tail(weeks)
    north = values[values["department"] == "north"]
    pd.concat([north, south]).to_csv(folder / "data" / "kpi_values.csv", index=False)
    assert len(opened(folder).values) == rows


def test_what_meetings_decided_about_hypotheses_is_known_with_who_and_why(folder: Path) -> None:
    register = Register.open("sqlite:///register.sqlite", folder)
    said = {"department": "south", "kpi": "revenue", "family": "training", "hypothesis": "late", "verdict": "open"}
    verdict = HypothesisVerdict.model_validate(said)
    decisions.judge(register, verdict, who="Head of South", why="no figures yet")
    rejected = verdict.model_copy(update={"verdict": "rejected"})
    decisions.judge(register, rejected, who="Head of South", why="it was as low before")
    (decided,) = opened(folder).decided
    assert (decided.kpi, decided.family, decided.hypothesis) == ("revenue", "training", "late")
    assert (decided.verdict, decided.who, decided.why) == ("rejected", "Head of South", "it was as low before")
    assert opened(folder, "north").decided == []


def test_reading_a_dossier_writes_only_below_outputs(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    dossier = opened(folder)
    assert (len(dossier.values), dossier.actions, dossier.left("gaps")) == (30, [], None)
    outputs = folder / "outputs"
    assert sorted(file for file in folder.rglob("*") if not file.is_relative_to(outputs)) == before


def test_what_a_phase_leaves_can_be_opened_in_a_spreadsheet_without_running(folder: Path) -> None:
    formula = "=HYPERLINK(A1)"
    opened(folder).leave("actions", pd.DataFrame({"id": ["a"], "description": [formula], "budget": [-5.0]}))
    file = folder / "outputs" / "2026-07-27" / "south" / "actions.csv"
    assert file.read_text(encoding="utf-8").splitlines()[1] == f"a,'{formula},-5.0"
    found = opened(folder).left("actions")
    assert found is not None
    assert found["description"].tolist() == [formula]
