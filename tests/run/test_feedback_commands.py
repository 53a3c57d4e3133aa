"""Feedback forms as files: out as pages and templates, in again filled in, or from any survey tool."""

import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.register import Register
from saypro_nb.run.policy import refuse_active_content
from tests import workspaces
from tests.commands import saypro

WHO = ("--yes", "--who", "Analyst", "--why", "Survey of July")
PULSE = {
    "form": "employee",
    "department": "south",
    "columns": {
        "Completed": "date",
        "ID": "response",
        "What gets in your way?": "challenges",
        "My tools help me": "tools_hinder",
        "Overtime": "challenges.workload",
        "Anything else": "suggestions",
    },
    "ignore": ["IP address"],
    "dates": "%d/%m/%Y",
    "values": {
        "challenges": {"Old laptops": "technical_issues", "Nobody tells us": "team_communication", "*": "other"},
        "tools_hinder": {"Strongly agree": False, "Strongly disagree": "yes"},
    },
}
HEADER = "Completed,ID,IP address,What gets in your way?,My tools help me,Overtime,Anything else\n"
ROWS = (
    "01/07/2026,11,10.0.0.1,Old laptops; Nobody tells us,Strongly disagree,,More people\n"
    '02/07/2026,12,10.0.0.2,"The canteen",Strongly agree,Overtime,=1+1\n'
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = workspaces.make(tmp_path / "work")
    workspaces.write(made, "feedback", {"exports": {"pulse": PULSE}})
    monkeypatch.chdir(made)
    return made


def test_a_column_that_is_ignored_names_no_department(folder: Path) -> None:
    workspaces.write(folder, "feedback", {"exports": {"pulse": PULSE | {"ignore": ["IP address", "Department"]}}})
    (folder / "pulse.csv").write_text(
        "Department," + HEADER + "Nobody knows,01/07/2026,11,10.0.0.1,Old laptops,Strongly disagree,,More people\n"
    )
    assert saypro("import-feedback", "pulse.csv", "--as", "pulse").startswith("1 new")


def pulse(folder: Path, rows: str, *more: str, code: int = 0) -> str:
    (folder / "pulse.csv").write_text(HEADER + rows, encoding="utf-8")
    return saypro("import-feedback", "pulse.csv", "--as", "pulse", *more, code=code)


def kept(folder: Path) -> list[dict[str, Any]]:
    entries = Register.open("sqlite:///register.sqlite", folder).current("feedback")
    return sorted((entry.content for entry in entries), key=lambda one: str(one["date"]))


def filled_in(folder: Path, **cells: object) -> str:
    """Fill in the Excel template of the south's employees, and return its name."""
    saypro("forms", "--department", "south", "--form", "employee", "--overwrite")
    name = "forms/south/employee.xlsx"
    book = openpyxl.load_workbook(folder / name)
    titles = [cell.value for cell in book["Forms"][1]]
    for title, cell in cells.items():
        book["Forms"].cell(2, titles.index(title) + 1, cell)
    book.save(folder / name)
    return name


def test_a_template_that_was_filled_in_is_shown_first_and_then_kept(folder: Path) -> None:
    cells = {
        "Unclear expectations or goals": "x",
        "Tools hinder": "Yes",
        "Own work": "Needs improvement",
        "Details": "No plan",
    }
    file = filled_in(folder, Date=datetime.datetime(2026, 7, 1), Name="Respondent 1", **cells)
    where = ("--department", "south", "--form", "employee")
    assert "1 new, 0 changed, 0 there already" in saypro("import-feedback", file, *where)
    assert kept(folder) == []
    assert "Kept: 1 form." in saypro("import-feedback", file, *where, *WHO)
    (form,) = kept(folder)
    assert (form["date"], form["answers"]) == ("2026-07-01", {
        "respondent": "Respondent 1", "challenges": "unclear_expectations", "tools_hinder": "yes",
        "self_assessment": "needs_improvement", "details": "No plan",
    })  # fmt: skip


def test_the_export_of_a_survey_tool_is_read_by_its_own_columns_and_words(folder: Path) -> None:
    pulse(folder, ROWS, *WHO)
    first, second = (form["answers"] for form in kept(folder))
    assert first == {
        "challenges": "team_communication;technical_issues", "tools_hinder": "yes", "suggestions": "More people",
    }  # fmt: skip
    assert second == {
        "challenges": "workload;other", "challenges_other": "The canteen", "tools_hinder": "no", "suggestions": "=1+1",
    }  # fmt: skip


def test_a_file_that_is_read_again_brings_only_what_is_new(folder: Path) -> None:
    pulse(folder, ROWS, *WHO)
    assert "0 new, 0 changed, 2 there already.\nThere is nothing to keep." in pulse(folder, ROWS, *WHO)
    longer = "01/07/2026,11,10.0.0.1,Old laptops,,,\n" + ROWS.splitlines(keepends=True)[1] + "03/07/2026,13,,,,x,\n"
    assert "1 new, 1 changed, 1 there already" in pulse(folder, longer, *WHO)
    assert [form["answers"]["challenges"] for form in kept(folder)] == [
        "technical_issues",
        "workload;other",
        "workload",
    ]


def test_two_people_who_say_the_same_are_two_forms_however_often_the_file_is_read(folder: Path) -> None:
    rows = "Date,Details\n2026-07-01,Late\n2026-07-01,Late\n"
    (folder / "x.csv").write_text(rows, encoding="utf-8")
    for _ in range(2):
        saypro("import-feedback", "x.csv", "--department", "south", "--form", "employee", *WHO)
    assert len(kept(folder)) == 2


def test_every_fault_is_told_with_row_and_remedy_and_then_nothing_is_kept(folder: Path) -> None:
    rows = ROWS + "2026-07-03,14,,Old laptops,Perhaps,,\n,15,,Old laptops,,,\n"
    said = pulse(folder, rows, *WHO, code=2)
    assert "pulse.csv, row 4, Completed: '2026-07-03' is no date. Write it as %d/%m/%Y" in said
    assert (
        "pulse.csv, row 4, My tools help me: 'Perhaps' is no answer that is known. Known: true, false, yes, no" in said
    )
    assert "under 'values' of the export" in said
    assert "pulse.csv, row 5, date: no day is given" in said
    assert kept(folder) == []


def test_a_column_that_nobody_knows_is_told_once_with_what_it_may_be(folder: Path) -> None:
    (folder / "x.csv").write_text("Date,Detials,Department\n2026-07-01,a,South\n2026-07-02,b,South\n", encoding="utf-8")
    said = saypro("import-feedback", "x.csv", "--form", "employee", code=2)
    assert said.count("column Detials: no question of the form has this name. Did you mean 'details'?") == 1
    assert "1 thing to mend" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("no.csv",), "there is no such file"),
        (("x.csv", "--form", "employee"), "no department is named. Give --department"),
        (("x.csv", "--department", "south"), "no form is named. Give --form"),
        (("x.csv", "--department", "suoth"), "Did you mean 'south'?"),
        (("x.csv", "--as", "puls"), "has no export 'puls'. Did you mean 'pulse'?"),
        (("x.csv", "--department", "south", "--form", "employee", "--yes"), "--who: nothing is said"),
    ],
)
def test_what_is_missing_is_asked_for(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    (folder / "x.csv").write_text("Date,Details\n2026-07-01,Late\n", encoding="utf-8")
    assert said in saypro("import-feedback", *arguments, code=2)


def test_rows_without_an_answer_are_counted_and_left_out(folder: Path) -> None:
    assert "1 row without an answer left out" in pulse(folder, ROWS + "04/07/2026,16,10.0.0.9,,,,\n")


def test_what_was_imported_is_read_with_what_was_filled_in_and_no_file_for_people_has_its_names(folder: Path) -> None:
    file = filled_in(
        folder, Date=datetime.datetime(2026, 7, 1), Name="Respondent Seven", Details="Ask Respondent Seven"
    )
    saypro("import-feedback", file, "--department", "south", "--form", "employee", *WHO)
    assert len(Dossier.open(".", department="south", period="latest").feedback) == 1
    saypro("export", "--format", "csv")
    assert not [one for one in (folder / "export").rglob("*.csv") if "Seven" in one.read_text("utf-8-sig")]


def test_the_blank_page_asks_everything_and_runs_nothing(folder: Path) -> None:
    hostile = {"id": "x", "label": "X", "ask": "<script>alert(1)</script>"}
    workspaces.write(folder, "feedback", {"departments": {"south": {"team_leader": {"questions": [hostile]}}}})
    saypro("forms", "--department", "south")
    page = (folder / "forms/south/team_leader.html").read_text("utf-8")
    refuse_active_content(page)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert page.count('class="box"') == 10 + 2 * 3 + 4 * 2, "ten challenges, three yes or no, two grades of four"
    assert sorted(file.name for file in (folder / "forms/south").iterdir()) == [
        f"{form}.{ending}" for form in ("employee", "team_leader") for ending in ("csv", "html", "xlsx")
    ]


@pytest.mark.usefixtures("folder")
def test_a_template_that_may_be_filled_in_is_not_replaced() -> None:
    saypro("forms", "--department", "south")
    assert "the file is there already" in saypro("forms", "--department", "south", code=2)


def test_the_template_offers_the_answers_to_choose_from(folder: Path) -> None:
    saypro("forms", "--department", "south", "--form", "employee")
    book = openpyxl.load_workbook(folder / "forms/south/employee.xlsx")
    offered = {rule.formula1 for rule in book["Forms"].data_validations.dataValidation}
    assert {'"Yes,No"', '"x"', '"Excellent,Good,Satisfactory,Needs improvement"'} <= offered
    explained = pd.read_excel(folder / "forms/south/employee.xlsx", sheet_name="How to fill it in")
    assert "Do tools, systems or processes hold you up?" in set(explained["Question"])
