import json
from pathlib import Path
from typing import Any

import pytest

from saypro_nb.agree.errors import InputError
from saypro_nb.agree.settings import Workspace
from saypro_nb.run import desk, lab
from tests import workspaces

PERIOD = "2026-07-27"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.load(workspaces.make(tmp_path))


def cells(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["cells"]
    return found


def test_a_meeting_opens_copies_and_the_notebooks_stay_as_they_are(workspace: Workspace) -> None:
    before = {file: file.read_bytes() for file in workspace.notebooks.glob("*.ipynb")}
    copies = [file for _, _, file in desk.doors(workspace, "north", PERIOD)]
    folder = workspace.root / "outputs" / "meeting" / PERIOD / "north"
    assert [file.relative_to(folder).as_posix() for file in copies] == [
        "1_gap_identification.ipynb",
        "2_root_cause_analysis.ipynb",
        "3_action_planning.ipynb",
        "4_monitoring.ipynb",
        "feedback_form_employee.ipynb",
        "feedback_form_team_leader.ipynb",
    ]
    assert {file: file.read_bytes() for file in before} == before


def test_a_copy_is_given_department_period_and_meeting_after_its_own_parameters(workspace: Workspace) -> None:
    copy = desk.doors(workspace, "north", PERIOD)[0][2]
    own = next(place for place, cell in enumerate(cells(copy)) if "parameters" in cell["metadata"].get("tags", ()))
    given: dict[str, object] = {}
    exec("".join(cells(copy)[own]["source"]) + "\n" + "".join(cells(copy)[own + 1]["source"]), given)  # its own code
    assert {name: given[name] for name in ("department", "period", "meeting")} == {
        "department": "north",
        "period": PERIOD,
        "meeting": True,
    }


def test_the_copy_of_a_feedback_form_is_given_its_department_and_form(workspace: Workspace) -> None:
    name, title, copy = desk.doors(workspace, "south", PERIOD)[-1]
    assert (name, title) == ("team_leader", "Team-leader feedback")
    (given,) = ("".join(cell["source"]) for cell in cells(copy) if cell["id"] == desk.INJECTED)
    assert given.splitlines() == ["department = 'south'", "form = 'team_leader'", "meeting = True"]


def test_a_workspace_without_the_notebook_of_forms_has_no_door_to_them(workspace: Workspace) -> None:
    (workspaces.own_notebooks(workspace.root) / "feedback_form.ipynb").unlink()
    assert [name for name, _, _ in desk.doors(Workspace.load(workspace.root), "north", PERIOD)][-1] == "4_monitoring"


def test_the_code_of_a_copy_is_folded_away(workspace: Workspace) -> None:
    for cell in cells(desk.start(workspace)):
        if cell["cell_type"] == "code":
            assert cell["metadata"]["jupyter"] == {"source_hidden": True}


def test_what_the_meeting_has_run_so_far_is_not_written_over(workspace: Workspace) -> None:
    copy = desk.doors(workspace, "north", PERIOD)[0][2]
    content = json.loads(copy.read_text())
    content["cells"][0]["source"] = ["as the meeting left it"]
    copy.write_text(json.dumps(content))
    desk.doors(workspace, "north", PERIOD)
    assert cells(copy)[0]["source"] == ["as the meeting left it"]


def test_a_copy_of_a_notebook_that_has_changed_since_is_made_anew(workspace: Workspace) -> None:
    folder = workspaces.own_notebooks(workspace.root)
    own = Workspace.load(workspace.root)
    copy = desk.start(own)
    changed = (folder / "start_here.ipynb").read_text().replace("# Start here", "# Begin here")
    (folder / "start_here.ipynb").write_text(changed)
    desk.start(own)
    assert cells(copy)[1]["source"][0] == "# Begin here\n"


def test_a_damaged_copy_is_made_anew(workspace: Workspace) -> None:
    copy = desk.start(workspace)
    copy.write_text("{")
    assert cells(desk.start(workspace))


def test_a_new_meeting_begins_with_a_clear_desk(workspace: Workspace) -> None:
    copy = desk.doors(workspace, "north", PERIOD)[0][2]
    lab.prepare(workspace)
    assert not copy.exists()
    assert (workspace.root / "outputs" / "meeting" / "start_here.ipynb").is_file()


def test_without_start_here_the_command_says_what_to_do(workspace: Workspace) -> None:
    (workspaces.own_notebooks(workspace.root) / "start_here.ipynb").unlink()
    with pytest.raises(InputError, match=r"start_here\.ipynb: the file is missing"):
        lab.prepare(Workspace.load(workspace.root))


def test_jupyterlab_keeps_its_token_and_finds_our_settings_after_those_of_others(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/etc/ours")
    assert not any("token" in option or "password" in option for option in lab.command(workspace, ["--no-browser"]))
    assert lab.environment()["JUPYTER_CONFIG_PATH"].split(":") == ["/etc/ours", str(lab.SETTINGS)]
    settings = json.loads((lab.SETTINGS / "labconfig" / "default_setting_overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
