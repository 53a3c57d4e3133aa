import json
from pathlib import Path

import nbformat
import pytest

from saypro_nb.agree.settings import Workspace
from saypro_nb.run import contents
from tests import workspaces
from tests.conftest import Finished, saypro

PAGES = len(contents.PHASES) + len(contents.REPORTS)
BROKEN = 'if department == "south": raise ValueError("the south <b>has</b> no data")'


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A batch in which the second phase raises for one department, after an earlier run that was sound."""
    folder = workspaces.make(tmp_path_factory.mktemp("batch") / "work")
    notebook = workspaces.own_notebooks(folder) / "2_root_cause_analysis.ipynb"
    assert saypro("run", "--department", "south", "--notebook", notebook.stem, folder=folder).code == 0
    book = nbformat.read(notebook, as_version=4)
    book.cells.append(nbformat.v4.new_code_cell(BROKEN))
    nbformat.write(book, notebook)
    return saypro("run", folder=folder)


def test_a_failing_notebook_makes_the_exit_code_one(failed: Finished) -> None:
    assert failed.code == 1


def test_the_other_departments_pages_are_complete(failed: Finished) -> None:
    assert len(list((failed.index.parent / "north").glob("*.html"))) == PAGES


def test_the_failed_page_of_an_earlier_run_is_gone_and_later_phases_are_not_built(failed: Finished) -> None:
    assert [page.name for page in (failed.index.parent / "south").glob("*.html")] == ["1_gap_identification.html"]


def test_the_index_shows_what_failed_and_why(failed: Finished) -> None:
    index = failed.index.read_text(encoding="utf-8")
    assert "ValueError: the south &lt;b&gt;has&lt;/b&gt; no data" in index
    assert "Root-cause analysis failed" in index


def test_the_analyst_gets_the_notebook_with_its_traceback(failed: Finished) -> None:
    book = nbformat.read(failed.index.parent / "south" / "2_root_cause_analysis.ipynb", as_version=4)
    assert any(output.output_type == "error" for cell in book.cells for output in cell.get("outputs", ()))


def test_what_failed_is_said_on_the_terminal_without_a_traceback(failed: Finished) -> None:
    assert "failed: south, 2_root_cause_analysis: ValueError: the south" in failed.complained
    assert "Traceback" not in failed.complained


def test_the_department_with_the_wider_gap_comes_first(failed: Finished) -> None:
    index = failed.index.read_text(encoding="utf-8")
    assert index.index(">South<") < index.index(">North<")


def test_run_json_keeps_both_runs_and_every_outcome(failed: Finished) -> None:
    runs = json.loads((failed.folder / "outputs" / "run.json").read_text(encoding="utf-8"))
    assert [len(run["pages"]) for run in runs] == [1, len(contents.all_of(Workspace.load(failed.folder)))]
    states = [(page["department"], page["state"]) for page in runs[1]["pages"]]
    assert states.count(("south", "failed")) == 1
    assert states.count(("south", "not built")) == PAGES - 2  # all after the second phase
    assert states.count(("north", "built")) == PAGES


def test_each_phase_leaves_its_tables(failed: Finished) -> None:
    left = {file.name for file in (failed.index.parent / "north").glob("*.csv")}
    assert left == {"gaps.csv", "definitions.csv", "causes.csv", "actions.csv", "progress.csv"}


def test_nothing_unfinished_is_left_behind(failed: Finished) -> None:
    assert not [file for file in failed.folder.rglob("*") if ".part" in file.name]


def test_the_earlier_period_stays_reachable(failed: Finished) -> None:
    earlier = saypro("run", "--period", "2026-07-20", "--notebook", "1_gap_identification", folder=failed.folder)
    assert earlier.code == 0
    again = saypro("run", "--department", "north", "--notebook", "1_gap_identification", folder=failed.folder)
    assert 'href="../2026-07-20/index.html"' in again.index.read_text(encoding="utf-8")


def test_departments_with_little_or_no_data_get_pages_that_say_so(tmp_path: Path) -> None:
    folder = workspaces.make(tmp_path / "work")
    values = workspaces.values()
    few = (values["department"] == "north") & (values["period"] < workspaces.WEEKS[3].date())
    values[few].to_csv(folder / "data" / "kpi_values.csv", index=False)
    done = saypro("run", folder=folder)
    assert done.code == 0, done.complained
    assert done.index.read_text(encoding="utf-8").count("Too little data to judge") == 2


def test_hostile_names_reach_the_pages_only_as_text(tmp_path: Path) -> None:
    folder = workspaces.make(tmp_path / "wörk 'n' \"play\"")
    hostile = "Nörd / \"süd\" & 'co' <script>alert(1)</script>"
    review = workspaces.REVIEW | {
        "departments": {"north": workspaces.REVIEW["departments"]["north"] | {"name": hostile}}
    }
    kpis = {"revenue": workspaces.KPIS["revenue"] | {"name": hostile, "points_at": hostile, "departments": ["north"]}}
    workspaces.write(folder, "review", review)
    workspaces.write(folder, "kpis", kpis)
    values = workspaces.values().query("department == 'south'").assign(department=hostile)
    values.to_csv(folder / "data" / "kpi_values.csv", index=False)
    done = saypro("run", folder=folder)
    assert done.code == 0, done.complained
    for page in done.pages():
        assert "<script" not in page.read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in done.index.read_text(encoding="utf-8")
