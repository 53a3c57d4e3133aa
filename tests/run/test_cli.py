import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import workspaces
from tests.conftest import saypro


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return workspaces.make(tmp_path / "work")


def test_a_sound_workspace_has_nothing_to_mend(workspace: Path) -> None:
    done = saypro("check", folder=workspace)
    assert (done.code, done.complained) == (0, "")
    assert "nothing to mend" in done.printed


def test_every_fault_of_params_and_data_is_told_in_one_go_and_nothing_starts(workspace: Path) -> None:
    values = workspaces.values()
    values.loc[3, "department"] = "nroth"
    values["value"] = values["value"].astype(object)
    values.loc[5, "value"] = "many"
    values.to_csv(workspace / "data" / "kpi_values.csv", index=False)
    workspaces.write(workspace, "departments/north", {"department": "north", "perriod": "latest", "period": "latest"})
    done = saypro("run", folder=workspace)
    assert done.code == 2
    assert "4 things to mend" in done.complained
    assert "row 5, department: 'nroth' is no department. Did you mean 'north'?" in done.complained
    assert "row 7, value: 'many' is no number" in done.complained
    assert "perriod: no notebook has this parameter. Did you mean 'period'?" in done.complained
    assert "period: the run itself gives this parameter. Take it out, and use --period." in done.complained
    assert "Traceback" not in done.complained
    assert not (workspace / "outputs").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--department", "nort"), "there is no 'nort'. Did you mean 'north'?"),
        (("run", "--notebook", "5_party"), "there is no '5_party'"),
        (("run", "--period", "2026-01-06"), "no KPI has a value for '2026-01-06'"),
        (("run", "--workspace", "elsewhere"), "no params/review.yaml here or in a folder above"),
    ],
)
def test_what_does_not_exist_is_refused_with_a_remedy(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    folder = tmp_path if "elsewhere" in arguments else workspaces.make(tmp_path / "work")
    done = saypro(*arguments, folder=folder)
    assert done.code == 2
    assert said in done.complained
    assert not (folder / "outputs").exists()


def test_a_missing_notebook_is_named(workspace: Path) -> None:
    (workspaces.own_notebooks(workspace) / "4_monitoring.ipynb").unlink()
    done = saypro("check", folder=workspace)
    assert done.code == 2
    assert "notebooks/4_monitoring.ipynb: there is no such notebook" in done.complained


def test_status_tells_each_departments_state(workspace: Path) -> None:
    rows = json.loads(saypro("status", "--json", folder=workspace).printed)
    assert [(row["department"], row["shortlist"]) for row in rows] == [("north", []), ("south", ["revenue"])]
    assert (
        "south: One gap to look into (one change for the worse)\n  gap: revenue"
        in saypro("status", folder=workspace).printed
    )


def test_a_damaged_history_is_told_before_anything_starts(workspace: Path) -> None:
    (workspace / "outputs").mkdir()
    (workspace / "outputs" / "run.json").write_text("{")
    done = saypro("run", folder=workspace)
    assert done.code == 2
    assert "outputs/run.json: the history of runs is damaged. Delete the file." in done.complained


def test_an_output_folder_that_can_not_be_made_is_told_in_words(workspace: Path) -> None:
    (workspace / "outputs").write_text("in the way")
    done = saypro("run", folder=workspace)
    assert done.code in (1, 2)
    assert "outputs" in done.complained
    assert "Traceback" not in done.complained


def test_faults_of_params_and_of_data_are_told_in_one_go(workspace: Path) -> None:
    workspaces.write(workspace, "kpis", {"revenue": workspaces.KPIS["revenue"] | {"departments": ["north", "suoth"]}})
    (workspace / "data" / "kpi_values.csv").write_text("department,kpi,period,value\nnorth,revenue,2026-01-05,many\n")
    done = saypro("check", folder=workspace)
    assert done.code == 2
    assert "there is no department 'suoth'. Did you mean 'south'?" in done.complained
    assert "row 2, value: 'many' is no number" in done.complained


def test_the_command_itself_loads_neither_pandas_nor_papermill() -> None:
    asked = "import sys, saypro_nb.run.cli, saypro_nb.run.review, saypro_nb.run.watch; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert "saypro_nb.run.review" in loaded
    assert {"pandas", "papermill", "ibis"} & set(loaded) == set()
