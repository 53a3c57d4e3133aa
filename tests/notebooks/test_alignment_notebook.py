"""The alignment review, run as papermill runs any notebook: alone, before any department's page was built."""

from typing import Any

import nbformat
import papermill
import pytest

from saypro_nb.show.blocks import ANSWER
from tests.conftest import copy_of
from tests.workspaces import REPOSITORY


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = copy_of(REPOSITORY, tmp_path_factory.mktemp("organisation"))
    source, made = folder / "notebooks" / "alignment.ipynb", folder / "made.ipynb"
    papermill.execute_notebook(source, made, {"workspace": str(folder)}, progress_bar=False, cwd=folder)
    cells = nbformat.read(made, as_version=4).cells
    return [output["data"] for cell in cells if cell.cell_type == "code" for output in cell.outputs if "data" in output]


@pytest.fixture
def text(shown: list[dict[str, Any]]) -> str:
    return "\n".join(data["text/plain"] for data in shown).replace("\N{NO-BREAK SPACE}", " ")


def test_it_opens_with_how_many_plans_are_aligned(shown: list[dict[str, Any]]) -> None:
    assert shown[0][ANSWER]["headline"].startswith("1 of 6 plans is fully aligned; the target is 90")
    assert shown[0][ANSWER]["changed"]["since"] == "quarter 1 of 2026"


def test_it_says_why_each_gap_is_one_and_what_to_do(text: str) -> None:
    assert "Misaligned KPI: Marketing" in text
    assert "Visitors who don't buy raise the traffic and leave conversion where it is." in text
    assert "It has no goal, KPI, target or deadline; 'improve' does not say how much." in text
    assert "Correction Keep uptime as a limit to hold, and steer by how fast requests are resolved." in text


def test_it_shows_where_goals_and_departments_meet(text: str) -> None:
    assert "Sales | supports | conflicts | silent | silent | silent" in text


def test_it_tells_who_corrects_what_until_when_and_by_which_name_that_is_decided(text: str) -> None:
    assert "Head of Marketing | 3 Aug 2026 | Proposed" in text
    assert "marketing-alignment-traffic_for_conversion-marketing_traffic" in text
    assert "IT support resolution time at 8.0 h by" in text


def test_it_tells_the_way_since_the_first_quarter(text: str) -> None:
    assert "Since quarter 4 of 2025: from 0 of 6 fully aligned plans to 1 of 6" in text
    assert "Quarter 2 of 2026 | 74 | 1 of 6 | 5 of 13 | 7" in text
