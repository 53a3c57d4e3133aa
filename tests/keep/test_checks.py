import datetime
from pathlib import Path

import pandas as pd
import pytest

from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import checks
from tests import workspaces

HEADER = "department,kpi,period,value\n"
SOUND = "north,revenue,2026-01-05,100\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return workspaces.make(tmp_path / "work")


def told(folder: Path, text: str, name: str = "kpi_values") -> list[str]:
    (folder / "data" / "table.csv").write_text(text, encoding="utf-8")
    return [str(fault) for fault in checks.table(name, "data/table.csv", Workspace.load(folder))[1]]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("nroth,revenue,2026-01-12,1", "row 3, department: 'nroth' is no department. Did you mean 'north'?"),
        ("north,revenu,2026-01-12,1", "row 3, kpi: 'revenu' is no kpi. Did you mean 'revenue'?"),
        ("north,revenue,12.01.2026,1", "row 3, period: '12.01.2026' is no date. Write dates as YYYY-MM-DD"),
        ("north,revenue,2026-01-13,1", "row 3, period: revenue is measured every week, and this is not a Monday."),
        ("north,revenue,2026-01-12,many", "row 3, value: 'many' is no number."),
        ("north,revenue,2026-01-12,inf", "row 3, value: 'inf' is no number."),
        ('north,revenue,2026-01-12,"1,5"', "row 3, value: '1,5' is no number."),
        ("north,revenue,2026-01-05,101", "row 3, department, kpi, period: the same key stands in an earlier row."),
        (",revenue,2026-01-12,1", "row 3, department: the cell is empty."),
    ],
)
def test_a_wrong_cell_is_told_by_row_column_and_remedy(folder: Path, row: str, fault: str) -> None:
    (found,) = told(folder, HEADER + SOUND + row + "\n")
    assert found.startswith(f"data/table.csv, {fault}")


def test_a_sound_table_has_no_fault_and_typed_columns(folder: Path) -> None:
    (folder / "data" / "table.csv").write_text(HEADER + SOUND)
    table, faults = checks.table("kpi_values", "data/table.csv", Workspace.load(folder))
    assert faults == []
    assert table.loc[0, ["department", "kpi", "value"]].tolist() == ["north", "revenue", 100.0]
    assert table.loc[0, "period"] == pd.Timestamp("2026-01-05")


def test_a_missing_value_is_no_fault(folder: Path) -> None:
    assert told(folder, HEADER + "north,revenue,2026-01-05,\n") == []


def test_a_department_may_be_given_by_its_name(folder: Path) -> None:
    (folder / "data" / "table.csv").write_text(HEADER + "North,revenue,2026-01-05,1\n")
    assert checks.table("kpi_values", "data/table.csv", Workspace.load(folder))[0]["department"].tolist() == ["north"]


def test_misspelt_columns_are_told_with_the_nearest_name(folder: Path) -> None:
    found = told(folder, "departmnt,kpi,period,value\nnorth,revenue,2026-01-05,1\n")
    assert found[0] == "data/table.csv, column departmnt: there is no such column. Did you mean 'department'?"
    assert "the column 'department' is missing" in found[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "the file is empty"), (HEADER + "north,revenue,2026-01-05,1,2\n", "row 2: more cells than the header")],
)
def test_a_file_that_is_no_table_is_told(folder: Path, text: str, said: str) -> None:
    (found,) = told(folder, text)
    assert said in found


def test_a_table_of_a_header_alone_is_empty_and_sound(folder: Path) -> None:
    assert told(folder, HEADER) == []


def test_a_percentage_of_430_is_out_of_range(folder: Path) -> None:
    workspaces.write(folder, "kpis", {"revenue": workspaces.KPIS["revenue"] | {"unit": "percent"}})
    (found,) = told(folder, HEADER + "north,revenue,2026-01-05,430\n")
    assert found.startswith("data/table.csv, row 2, value: 430 can't be a value of revenue (percent).")


@pytest.mark.parametrize(
    ("every", "day", "sound"),
    [
        ("month", "2026-02-01", True),
        ("month", "2026-02-02", False),
        ("quarter", "2026-04-01", True),
        ("quarter", "2026-05-01", False),
    ],
)
def test_a_period_begins_on_the_first_day_of_its_cadence(folder: Path, every: str, day: str, sound: bool) -> None:
    workspaces.write(folder, "kpis", {"revenue": workspaces.KPIS["revenue"] | {"every": every}})
    assert (told(folder, HEADER + f"north,revenue,{day},1\n") == []) == sound


def test_a_kpi_is_handed_in_by_its_owners_only(folder: Path) -> None:
    workspaces.write(folder, "kpis", {"revenue": workspaces.KPIS["revenue"] | {"departments": ["south"]}})
    (found,) = told(folder, HEADER + SOUND)
    assert "north doesn't own the KPI revenue" in found


def test_many_faults_of_one_kind_are_counted_after_the_first_five(folder: Path) -> None:
    days = [datetime.date(2026, 1, 5) + datetime.timedelta(weeks=week) for week in range(40)]
    found = told(folder, HEADER + "".join(f"north,revenue,{day},many\n" for day in days))
    assert len(found) == 6
    assert "'many' is no number, in 35 more rows" in found[5]


def test_every_fault_is_told_in_one_go(folder: Path) -> None:
    rows = "nroth,revenue,2026-01-05,1\nnorth,revenue,5.1.2026,1\nnorth,revenue,2026-01-19,x\n"
    assert len(told(folder, HEADER + rows)) == 3


def test_an_unknown_challenge_of_a_form_is_told_with_the_nearest(folder: Path) -> None:
    forms = "2026-01-05,employee,north,workload;moral\n2026-01-05,team_leader,north,morale\n"
    text = "date,form,department,challenges\n" + forms
    (found,) = told(folder, text, "feedback")
    assert "row 2, challenges: 'moral' is no challenge of the employee form" in found


@pytest.mark.parametrize("code", ["NA", "NO", "8J094", "007", "null", "None", "1e5"])
def test_codes_that_look_like_something_else_stay_text(folder: Path, code: str) -> None:
    departments = {code: workspaces.REVIEW["departments"]["north"]}
    workspaces.write(folder, "review", workspaces.REVIEW | {"departments": departments})
    workspaces.write(folder, "kpis", {"revenue": workspaces.KPIS["revenue"] | {"departments": [code]}})
    assert told(folder, HEADER + f"{code},revenue,2026-01-05,1\n") == []
