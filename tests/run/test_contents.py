"""The organisation's pages come after all departments', from what these left."""

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from saypro_nb.agree.errors import InputError
from saypro_nb.agree.settings import Workspace
from saypro_nb.run import contents
from tests import workspaces
from tests.conftest import Finished, saypro

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
LOOKS_AT_ALL = """
from pathlib import Path
from IPython.display import Markdown
left = sorted(file.parent.name for file in (Path(workspace) / "outputs" / period).glob("*/progress.csv"))
Markdown(" and ".join(left))
"""


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A review with a page of the organisation that names the departments whose last phase was there."""
    folder = workspaces.make(tmp_path_factory.mktemp("contents") / "work")
    notebooks = workspaces.own_notebooks(folder)
    for page in (*contents.REPORTS, *contents.OF_ORGANISATION):
        (notebooks / f"{page.notebook}.ipynb").unlink(missing_ok=True)
    given = new_code_cell('period = "latest"\nworkspace = "."', metadata={"tags": ["parameters"]})
    title = new_markdown_cell("# Leadership review")
    book = new_notebook(cells=[title, given, new_code_cell(LOOKS_AT_ALL)], metadata={"kernelspec": KERNEL})
    nbformat.write(book, notebooks / "leadership_review.ipynb")
    return saypro("run", folder=folder)


def test_the_organisations_page_sees_what_every_department_left(reviewed: Finished) -> None:
    page = reviewed.index.parent / "organisation" / "leadership_review.html"
    assert "north and south" in page.read_text(encoding="utf-8")


def test_the_index_leads_to_it(reviewed: Finished) -> None:
    assert 'href="organisation/leadership_review.html">Leadership review</a>' in reviewed.index.read_text("utf-8")


def test_it_is_built_anew_when_a_department_leaves_something_else(reviewed: Finished) -> None:
    assert "0 of 9 pages built" in saypro("run", folder=reviewed.folder).printed
    (reviewed.index.parent / "south" / "gaps.csv").write_text("changed by hand\n")
    again = saypro("run", folder=reviewed.folder)
    assert "built: south, 1_gap_identification" in again.printed
    assert "leadership_review" not in again.printed  # the table is as it was before
    record = json.loads((reviewed.index.parent / "organisation" / "leadership_review.json").read_text("utf-8"))
    assert "south/gaps.csv" in record["parts"]


def test_a_run_for_one_department_leaves_the_organisation_alone(reviewed: Finished) -> None:
    assert "of 4 pages" in saypro("run", "--department", "north", "--force", folder=reviewed.folder).printed
    again = saypro("run", "--notebook", "leadership_review", "--force", folder=reviewed.folder)
    assert "1 of 1 pages built" in again.printed


def test_a_page_is_part_of_the_review_if_its_notebook_is_there(reviewed: Finished) -> None:
    workspace = Workspace.load(str(reviewed.folder))
    assert [page.name for page in contents.of_organisation(workspace)] == ["leadership_review"]
    assert contents.of_department(workspace) == contents.PHASES


def test_no_department_can_be_called_the_organisation(tmp_path: Path) -> None:
    folder = workspaces.make(tmp_path)
    departments = workspaces.REVIEW["departments"] | {"organisation": workspaces.REVIEW["departments"]["north"]}
    workspaces.write(folder, "review", workspaces.REVIEW | {"departments": departments})
    with pytest.raises(InputError, match="stands for all departments"):
        Workspace.load(str(folder))
