"""A page's fingerprint follows what it is made from, and neither the clock nor the folder."""

import shutil
from pathlib import Path

import pytest

from saypro_nb.agree.settings import Workspace
from saypro_nb.run import fingerprint
from saypro_nb.run.fingerprint import Inputs, Parts
from saypro_nb.run.history import History
from tests import workspaces


def parts(folder: Path) -> Parts:
    workspace = Workspace.load(folder)
    notebook = workspace.notebooks / "1_gap_identification.ipynb"
    return Inputs(workspace).of_page("north", notebook, workspace.parameters["north"], {})


def test_a_copy_of_a_workspace_has_the_same_fingerprints(tmp_path: Path) -> None:
    first = workspaces.make(tmp_path / "first")
    shutil.copytree(first, tmp_path / "elsewhere" / "second")
    assert fingerprint.short(parts(first)) == fingerprint.short(parts(tmp_path / "elsewhere" / "second"))


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("data/kpi_values.csv", "data/kpi_values.csv"),
        ("params/kpis.yaml", "params/kpis.yaml"),
    ],
)
def test_what_changed_is_named(tmp_path: Path, file: str, named: str) -> None:
    folder = workspaces.make(tmp_path / "work")
    before = parts(folder)
    with (folder / file).open("a") as changed:
        changed.write("\n")
    assert fingerprint.changes(before, parts(folder)) == [named]


def test_a_table_on_a_server_can_always_have_changed() -> None:
    assert fingerprint.changes({"sales": None}, {"sales": None}) == ["sales"]


def test_a_run_that_was_killed_has_its_place_in_the_history(tmp_path: Path) -> None:
    killed = History(tmp_path)
    killed.begin({"period": "2026-01-05"})
    killed.note({"department": "north"})
    with (tmp_path / "run.journal").open("a") as journal:
        journal.write('{"department": "sou')  # torn in the middle of a line
    after = History(tmp_path)
    after.begin({"period": "2026-01-12"})
    after.end("complete")
    assert [(run["result"], len(run["pages"])) for run in History(tmp_path).runs()] == [
        ("cut short", 1),
        ("complete", 0),
    ]
