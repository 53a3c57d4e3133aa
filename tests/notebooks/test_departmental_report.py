"""The departmental report, run as papermill runs any notebook: alone, before any other page was built."""

from typing import Any

import nbformat
import papermill
import pytest

from saypro_nb.show.blocks import ANSWER
from tests.conftest import copy_of
from tests.workspaces import REPOSITORY

SECTIONS = (
    "Executive summary",
    "What was promised, and what came of it",
    "The trend",
    "Challenges",
    "Insights and recommendations",
    "Action plan for what comes next",
    "What people say",
)


@pytest.fixture(scope="module", params=["month", "quarter"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Any]:
    folder = copy_of(REPOSITORY, tmp_path_factory.mktemp(request.param))
    source, made = folder / "notebooks" / "departmental_report.ipynb", folder / "made.ipynb"
    given = {"workspace": str(folder), "span": request.param, "prepared_by": "Head of Sales"}
    papermill.execute_notebook(source, made, given, progress_bar=False, cwd=folder)
    return request.param, nbformat.read(made, as_version=4)


@pytest.fixture
def shown(run: tuple[str, Any]) -> list[dict[str, Any]]:
    cells = [cell for cell in run[1].cells if cell.cell_type == "code"]
    return [output["data"] for cell in cells for output in cell.outputs if "data" in output]


@pytest.fixture
def text(shown: list[dict[str, Any]]) -> str:
    return "\n".join(data["text/plain"] for data in shown).replace("\N{NO-BREAK SPACE}", " ")


def test_it_has_every_section_of_a_performance_report(run: tuple[str, Any]) -> None:
    titles = [cell.source.splitlines()[0].removeprefix("## ") for cell in run[1].cells if cell.source.startswith("## ")]
    assert titles[: len(SECTIONS)] == list(SECTIONS)


def test_it_opens_with_the_last_complete_month_or_quarter(run: tuple[str, Any], shown: list[dict[str, Any]]) -> None:
    (said,) = (data[ANSWER] for data in shown if ANSWER in data)
    name = {"month": "June 2026", "quarter": "Quarter 2 of 2026"}[run[0]]
    assert said["headline"].startswith(f"{name}: ")
    assert said["tone"] == "concern"


def test_the_planted_loss_of_conversion_is_told_since_it_began(run: tuple[str, Any], text: str) -> None:
    # The sample's conversion falls from 30 March on, the first week of quarter 2: a change of the quarter, not of June.
    worth = {"month": "by itself no further change", "quarter": "a change"}[run[0]]
    (line,) = (line for line in text.splitlines() if line.startswith("Lead conversion rate | 20.0 % |"))
    assert f": {worth}." in line
    assert "Ratio of the sums of" in line


def test_the_header_is_signed_and_the_next_period_planned(run: tuple[str, Any], text: str) -> None:
    assert "Prepared byHead of Sales" in text
    following = {"month": "July 2026", "quarter": "quarter 3 of 2026"}[run[0]]
    assert f"Action plan for {following}" in text


def test_employees_are_heard_and_few_team_leaders_are_not_shown(text: str) -> None:
    assert "Employees (17 forms) most often bring up" in text
    assert "Team leaders: 3 forms, too few to be shown." in text
