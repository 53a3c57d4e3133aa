"""The organisation's dashboard, run as papermill runs any notebook: alone, before any department's page was built."""

import shutil

import nbformat
import papermill
import pytest

from saypro_nb.show.blocks import ANSWER
from tests.conftest import copy_of
from tests.workspaces import REPOSITORY


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> list[nbformat.NotebookNode]:
    folder = copy_of(REPOSITORY, tmp_path_factory.mktemp("organisation"))
    shutil.rmtree(folder / "outputs", ignore_errors=True)
    source, made = folder / "notebooks" / "organisation_dashboard.ipynb", folder / "made.ipynb"
    papermill.execute_notebook(source, made, {"workspace": str(folder)}, progress_bar=False, cwd=folder)
    cells = nbformat.read(made, as_version=4).cells
    return [output["data"] for cell in cells if cell.cell_type == "code" for output in cell.outputs if "data" in output]


def test_it_answers_who_is_weakest_and_says_what_is_overdue(texts: list[nbformat.NotebookNode]) -> None:
    (answer,) = [data[ANSWER] for data in texts if ANSWER in data]
    assert "Customer Support" in answer["headline"]
    assert answer["tone"] == "concern"
    said = next(data["text/plain"] for data in texts if ANSWER in data)
    assert "fill the three open positions on the late shift" in said


def test_it_shows_every_department_and_every_action(texts: list[nbformat.NotebookNode]) -> None:
    everything = "\n".join(data["text/plain"] for data in texts)
    for name in (
        "Sales",
        "Marketing",
        "Customer Support",
        "Operations",
        "People and Culture",
        "Information Technology",
    ):
        assert f"{name}: each KPI between baseline and goal" in everything
    for action in ("Replace the two oldest servers", "Add a second dispatch shift", "Compare pay with the market"):
        assert action in everything


def test_it_tells_what_worked_and_what_did_not(texts: list[nbformat.NotebookNode]) -> None:
    everything = "\n".join(data["text/plain"] for data in texts).replace("\N{NO-BREAK SPACE}", " ")
    assert "No effect on Service delivery time was found" in everything
    assert "points higher than it would have been without it (95 % interval" in everything


def test_one_picture_for_each_department(texts: list[nbformat.NotebookNode]) -> None:
    assert sum(data.get("text/html", "").count("<img") for data in texts) == 6
