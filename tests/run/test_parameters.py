from pathlib import Path

import nbformat
import pytest

from saypro_nb.agree.errors import InputError
from saypro_nb.agree.settings import Workspace
from saypro_nb.run import parameters
from tests import workspaces


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    cell = nbformat.v4.new_code_cell(
        'department: str = "north"  # which\nweeks: int = 13  # how many\nshare: float = 0.5  # x'
    )
    cell.metadata["tags"] = ["parameters"]
    book = nbformat.v4.new_notebook(cells=[cell, nbformat.v4.new_code_cell("other = 1")])
    nbformat.write(book, tmp_path / "book.ipynb")
    return tmp_path / "book.ipynb"


def faults(folder: Path, notebook: Path, **given: object) -> list[str]:
    workspaces.write(workspaces.make(folder / "work"), "departments/north", given)
    return [str(fault) for fault in parameters.faults(Workspace.load(folder / "work"), [notebook])]


def test_the_literals_of_the_parameters_cell_are_declared(notebook: Path) -> None:
    assert parameters.declared(notebook) == {"department": "north", "weeks": 13, "share": 0.5}


def test_a_notebook_is_given_only_what_it_declares(notebook: Path) -> None:
    assert parameters.of_task(notebook, {"department": "south", "unknown": 1}) == {"department": "south"}


def test_fitting_parameters_have_no_fault(tmp_path: Path, notebook: Path) -> None:
    assert faults(tmp_path, notebook, weeks=26, share=1) == []


def test_an_unknown_parameter_is_refused_with_the_nearest_name(tmp_path: Path, notebook: Path) -> None:
    (fault,) = faults(tmp_path, notebook, week=26)
    assert fault == "params/departments/north.yaml, week: no notebook has this parameter. Did you mean 'weeks'?"


def test_no_batch_can_be_told_to_show_the_controls_of_a_meeting(tmp_path: Path, notebook: Path) -> None:
    (fault,) = faults(tmp_path, notebook, meeting=True)
    assert "meeting: only somebody who sits at the notebook can use this parameter" in fault


@pytest.mark.parametrize("given", [{"weeks": "26"}, {"weeks": 2.5}, {"weeks": True}, {"share": True}])
def test_a_parameter_of_another_type_is_refused(tmp_path: Path, notebook: Path, given: dict[str, object]) -> None:
    assert len(faults(tmp_path, notebook, **given)) == 1


@pytest.mark.parametrize("source", ["weeks = 6 * 2", "weeks = today()", "weeks ="])
def test_a_parameter_that_is_no_literal_is_refused(tmp_path: Path, source: str) -> None:
    cell = nbformat.v4.new_code_cell(source)
    cell.metadata["tags"] = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "computed.ipynb")
    with pytest.raises(InputError, match=r"computed\.ipynb: the parameters cell holds more than literals"):
        parameters.declared(tmp_path / "computed.ipynb")


def test_a_file_that_is_no_notebook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.ipynb").write_text("{")
    with pytest.raises(InputError, match="not readable as a notebook"):
        parameters.declared(tmp_path / "broken.ipynb")
