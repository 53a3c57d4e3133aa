"""Every fault of a table is told in one go, with the row and what would mend it."""

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from saypro_nb.agree.settings import Workspace
from saypro_nb.agree.sources import Source
from saypro_nb.keep import checks
from tests import workspaces
from tests.workspaces import KPIS, REVIEW

HEADER = "department,kpi,period,value\n"
ROW = "north,revenue,2026-01-05,100\n"
MONDAY = datetime.date(2026, 1, 5)
ODD_NAME = """Café "Nord" / l'Été <script>alert(1)</script>"""
REVENUE, NORTH = KPIS["revenue"], REVIEW["departments"]["north"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return workspaces.make(tmp_path / "work")


def read(folder: Path, text: str, name: str = "kpi_values") -> tuple[pd.DataFrame, list[str]]:
    (folder / "data" / "t.csv").write_bytes(text.encode())
    table, faults = checks.table(name, Source(file="data/t.csv"), Workspace.load(folder))
    return table, [str(fault) for fault in faults]


def faults(folder: Path, text: str, name: str = "kpi_values") -> list[str]:
    return read(folder, text, name)[1]


def values(**columns: Any) -> pd.DataFrame:
    usual = {"department": ["north"], "kpi": "revenue", "period": MONDAY, "value": 100.0}
    return pd.DataFrame(usual | columns)


def with_kpi(folder: Path, **facts: Any) -> Path:
    workspaces.write(folder, "kpis", {"revenue": REVENUE | facts})
    return folder


def test_a_sound_table_has_typed_columns_and_no_fault(folder: Path) -> None:
    table, found = read(folder, HEADER + ROW + "south,revenue,2026-01-05,\n")
    assert found == []
    assert list(table.columns) == ["department", "kpi", "period", "value", "numerator", "denominator"]
    assert table["period"].tolist() == [pd.Timestamp(MONDAY)] * 2
    assert table["value"].fillna(-1).tolist() == [100.0, -1.0]


def test_a_header_without_rows_is_sound(folder: Path) -> None:
    table, found = read(folder, HEADER)
    assert (len(table), found) == (0, [])
    assert table["period"].dtype == "datetime64[s]"


def test_a_table_that_can_t_be_read_is_one_fault_and_no_rows(folder: Path) -> None:
    table, found = checks.table("kpi_values", Source(file="data/none.csv"), Workspace.load(folder))
    assert len(table) == 0
    assert [fault.where for fault in found] == ["data/none.csv"]


def test_a_misspelt_column_gets_the_one_that_was_meant(folder: Path) -> None:
    assert faults(folder, "departmnt,kpi,period,value\n" + ROW) == [
        "data/t.csv, column departmnt: there is no such column. Did you mean 'department'?",
        "data/t.csv: the column 'department' is missing. Add it, or correct its name.",
    ]


@pytest.mark.parametrize("word", ["inf", "-inf", "1e400", "2e15", "-2e15"])
def test_a_number_beyond_every_measure_is_refused(folder: Path, word: str) -> None:
    assert faults(folder, HEADER + f"north,revenue,2026-01-05,{word}\n") == [
        f"data/t.csv, row 2, value: '{word}' is no number. Write a number of at most 1e+15."
    ]


@pytest.mark.parametrize("word", ["lots", "nan", "NA", "12 %", "1_000", "0x10"])
def test_what_is_no_plain_number_is_refused(folder: Path, word: str) -> None:
    assert faults(folder, HEADER + f"north,revenue,2026-01-05,{word}\n") == [
        f"data/t.csv, row 2, value: '{word}' is no number. Write a plain number such as 1234.5."
    ]


def test_an_infinite_number_is_refused_in_parquet_too(folder: Path) -> None:
    values(value=np.inf).to_parquet(folder / "data" / "t.parquet")
    _, found = checks.table("kpi_values", Source(file="data/t.parquet"), Workspace.load(folder))
    assert [(fault.where, fault.found) for fault in found] == [("data/t.parquet, row 1, value", "'inf' is no number")]


def test_the_same_department_kpi_and_period_stand_once(folder: Path) -> None:
    assert faults(folder, HEADER + ROW + ROW.replace("100", "99")) == [
        "data/t.csv, row 3, department, kpi, period: the same key stands in an earlier row. Keep one of the rows."
    ]


def test_a_department_s_name_and_its_id_are_the_same_key(folder: Path) -> None:
    (found,) = faults(folder, HEADER + ROW + ROW.replace("north", "North"))
    assert "row 3" in found
    assert "the same key" in found


def test_unknown_departments_and_kpis_get_those_that_were_meant(folder: Path) -> None:
    assert faults(folder, HEADER + "nroth,revenu,2026-01-05,1\n") == [
        "data/t.csv, row 2, department: 'nroth' is no department. Did you mean 'north'?",
        "data/t.csv, row 2, kpi: 'revenu' is no kpi. Did you mean 'revenue'?",
    ]


@pytest.mark.parametrize("day", ["2026-13-05", "2026-02-30", "last week", "2026-01-05 10:00"])
def test_a_date_is_written_as_year_month_day(folder: Path, day: str) -> None:
    assert faults(folder, HEADER + f"north,revenue,{day},1\n") == [
        f"data/t.csv, row 2, period: '{day}' is no date. Write dates as YYYY-MM-DD, from 1900 to 2100."
    ]


@pytest.mark.parametrize(
    ("days", "declaration"),
    [
        (["05/01/2026"], "`dates: DD/MM/YYYY` or `dates: MM/DD/YYYY`"),
        (["05/01/2026", "12/01/2026", "26/01/2026"], "`dates: DD/MM/YYYY`"),
        (["01/05/2026", "01/26/2026"], "`dates: MM/DD/YYYY`"),
        (["5.1.2026"], "`dates: DD.MM.YYYY`"),
        (["20260105"], "`dates: YYYYMMDD`"),
    ],
)
def test_a_date_in_another_style_is_refused_with_what_to_declare(
    folder: Path, days: list[str], declaration: str
) -> None:
    found = faults(folder, HEADER + "".join(f"north,revenue,{day},1\n" for day in days))
    assert len(found) == len(days)
    assert all(
        f"is no date. Write dates as YYYY-MM-DD, from 1900 to 2100, or declare {declaration} for" in one
        for one in found
    )


@pytest.mark.parametrize(
    ("dates", "day"),
    [
        ("DD/MM/YYYY", "05/01/2026"),
        ("MM/DD/YYYY", "1/5/2026, 2:05 PM"),
        ("DD.MM.YYYY", "5.1.2026 14:05"),
        ("DD.MM.YY", "05.01.26"),
        ("YYYYMMDD", "20260105"),
        ("DD-MMM-YYYY", "05-Jan-2026"),
    ],
)
def test_a_declared_date_is_read_and_no_other(folder: Path, dates: str, day: str) -> None:
    (folder / "data" / "t.csv").write_text(HEADER + f'north,revenue,"{day}",1\nnorth,revenue,2026-01-12,1\n')
    table, found = checks.table("kpi_values", Source(file="data/t.csv", dates=dates), Workspace.load(folder))
    assert table["period"].tolist() == [pd.Timestamp(MONDAY), pd.NaT]
    (fault,) = found
    assert str(fault).startswith("data/t.csv, row 3, period: '2026-01-12' is no date. Write dates as " + dates)


@pytest.mark.parametrize(
    ("cell", "declaration"),
    [
        ("1,5", "`decimal: ','`"),
        ("1.234,50", "`decimal: ','` and `thousands: '.'`"),
        ("1,234.50", "`thousands: ','`"),
        ("1,234", "`decimal: ','` or `thousands: ','`"),
        ("1.234.567", "`decimal: '.'` or `thousands: '.'`"),
    ],
)
def test_a_number_in_another_style_is_refused_with_what_to_declare(folder: Path, cell: str, declaration: str) -> None:
    (found,) = faults(folder, HEADER + f'north,revenue,2026-01-05,"{cell}"\n')
    assert f"'{cell}' is no number. Write a plain number such as 1234.5, or declare {declaration} for" in found


@pytest.mark.parametrize(
    ("options", "cell", "number"),
    [
        ({"decimal": ","}, "1,5", 1.5),
        ({"decimal": ","}, "1.5", None),
        ({"decimal": ","}, "1.234", None),
        ({"decimal": ",", "thousands": "."}, "1.234,5", 1234.5),
        ({"decimal": ",", "thousands": "."}, "1.234", 1234),
        ({"decimal": ",", "thousands": "."}, "1.5", None),
        ({"thousands": ","}, "1,234.5", 1234.5),
        ({"thousands": ","}, "1,5", None),
        ({"decimal": ",", "thousands": " "}, "-1\u00a0234,5", -1234.5),
        ({"thousands": "'"}, "1'234.5", 1234.5),
    ],
)
def test_a_declared_number_is_read_and_no_other(
    folder: Path, options: dict[str, str], cell: str, number: float | None
) -> None:
    (folder / "data" / "t.csv").write_text(HEADER.replace(",", ";") + f"north;revenue;2026-01-05;{cell}\n")
    source = Source.model_validate({"file": "data/t.csv", "separator": ";"} | options)
    table, found = checks.table("kpi_values", source, Workspace.load(folder))
    assert table["value"].dropna().tolist() == ([] if number is None else [number])
    assert len(found) == (number is None)


def test_a_number_that_a_workbook_holds_as_a_text_is_refused_where_it_could_be_two(folder: Path) -> None:
    values(value=["1.234"]).astype({"value": object}).to_excel(folder / "data" / "t.xlsx", index=False)
    _, (fault,) = checks.table("kpi_values", Source(file="data/t.xlsx"), Workspace.load(folder))
    assert "'1.234' is no number" in str(fault)
    assert "declare `decimal: '.'` or `thousands: '.'`" in str(fault)


def test_many_files_are_checked_as_one_table_and_each_fault_names_its_file(folder: Path) -> None:
    (folder / "data" / "t1.csv").write_text(HEADER + ROW)
    (folder / "data" / "t2.csv").write_text(HEADER + ROW + "north,revenue,2026-01-12,lots\n")
    _, found = checks.table("kpi_values", Source(file="data/t?.csv"), Workspace.load(folder))
    assert [fault.where for fault in found] == [
        "data/t2.csv, row 3, value",
        "data/t2.csv, row 2, department, kpi, period",
    ]


@pytest.mark.parametrize("day", ["0206-01-06", "9999-12-27"])
def test_a_slip_in_the_year_is_no_endless_series(folder: Path, day: str) -> None:
    (found,) = faults(folder, HEADER + f"north,revenue,{day},1\n")
    assert f"'{day}' is no date" in found


@pytest.mark.parametrize(
    ("every", "day", "said"),
    [
        ("week", "2026-01-06", "is not a Monday. Write the first day of the week"),
        ("month", "2026-01-05", "is not the first of a month. Write the first day of the month"),
        ("quarter", "2026-02-01", "is not the first of a quarter. Write the first day of the quarter"),
    ],
)
def test_a_period_is_told_by_its_first_day(folder: Path, every: str, day: str, said: str) -> None:
    (found,) = faults(with_kpi(folder, every=every), HEADER + f"north,revenue,{day},1\n")
    assert found.startswith("data/t.csv, row 2, period: ")
    assert said in found


@pytest.mark.parametrize(("every", "day"), [("week", "2026-01-05"), ("month", "2026-02-01"), ("quarter", "2026-10-01")])
def test_the_first_day_of_a_period_is_sound(folder: Path, every: str, day: str) -> None:
    assert faults(with_kpi(folder, every=every), HEADER + f"north,revenue,{day},1\n") == []


@pytest.mark.parametrize("number", ["430", "-1"])
def test_a_percentage_beyond_0_and_100_is_refused(folder: Path, number: str) -> None:
    assert faults(with_kpi(folder, unit="percent"), HEADER + f"north,revenue,2026-01-05,{number}\n") == [
        f"data/t.csv, row 2, value: {number} can't be a value of revenue (percent). "
        "Correct the value, or set 'range' in params/kpis.yaml if it can be right."
    ]


@pytest.mark.parametrize("number", ["0", "100"])
def test_0_and_100_percent_are_percentages(folder: Path, number: str) -> None:
    assert faults(with_kpi(folder, unit="percent"), HEADER + f"north,revenue,2026-01-05,{number}\n") == []


def test_a_kpi_s_own_range_makes_430_percent_right(folder: Path) -> None:
    text = HEADER + "north,revenue,2026-01-05,430\n"
    assert faults(with_kpi(folder, unit="percent", range=[0, 500]), text) == []


def test_a_value_of_a_kpi_that_the_department_doesn_t_own_is_refused(folder: Path) -> None:
    (found,) = faults(with_kpi(folder, departments=["north"]), HEADER + "south,revenue,2026-01-05,1\n")
    assert "south doesn't own the KPI revenue. Add 'south' to the departments of revenue in params/kpis.yaml" in found


def test_a_value_is_either_handed_in_or_computed(folder: Path) -> None:
    sources = REVIEW["sources"] | {"records": {"orders": "data/orders.csv"}}
    workspaces.write(folder, "review", REVIEW | {"sources": sources})
    with_kpi(folder, computed={"records": "orders", "date": "date", "numerator": "rows"})
    assert "revenue is computed from the records 'orders'" in faults(folder, HEADER + ROW)[0]


def test_an_empty_cell_is_refused_where_it_names_the_row(folder: Path) -> None:
    assert faults(folder, HEADER + ",revenue,2026-01-05,1\n") == [
        "data/t.csv, row 2, department: the cell is empty. Fill it in, or leave the row out."
    ]


def test_the_row_is_the_one_in_the_file_although_lines_are_blank(folder: Path) -> None:
    (found,) = faults(folder, HEADER + ROW + "\n,,,\n" + "north,revenue,2026-01-12,lots\n")
    assert found.startswith("data/t.csv, row 5, value: ")


def test_all_faults_come_together(folder: Path) -> None:
    found = faults(folder, HEADER + "nroth,revenue,2026-01-05,1\nnorth,revenue,5.1.2026,lots\n" + ROW + ROW)
    assert len(found) == 4


def test_a_fault_in_many_rows_is_listed_five_times_and_counted(folder: Path) -> None:
    days = pd.date_range(MONDAY, periods=7, freq="W-MON").strftime("%Y-%m-%d")
    found = faults(folder, HEADER + "".join(f"north,revenue,{day},lots\n" for day in days))
    assert [fault.split(":")[0] for fault in found] == [
        *[f"data/t.csv, row {row}, value" for row in range(2, 7)],
        "data/t.csv, value",
    ]
    assert "in 2 more rows" in found[-1]


def test_a_column_of_a_thousand_different_slips_is_a_short_message(folder: Path) -> None:
    days = pd.date_range("1990-01-01", periods=1000, freq="W-MON").strftime("%Y-%m-%d")
    found = faults(folder, HEADER + "".join(f'north,revenue,{day},"{row},5"\n' for row, day in enumerate(days)))
    assert len(found) == 6
    assert "995 more values are no number" in found[-1]


def test_a_thousand_values_out_of_range_are_a_short_message(folder: Path) -> None:
    days = pd.date_range("1990-01-01", periods=1000, freq="W-MON").strftime("%Y-%m-%d")
    text = HEADER + "".join(f"north,revenue,{day},{row + 101}\n" for row, day in enumerate(days))
    found = faults(with_kpi(folder, unit="percent"), text)
    assert len(found) == 6
    assert "in 995 more rows" in found[-1]


def test_a_table_may_name_a_department_by_its_id_or_its_name(folder: Path) -> None:
    departments = REVIEW["departments"] | {"NA": NORTH | {"name": ODD_NAME}, "8J094": NORTH | {"name": "No name"}}
    workspaces.write(folder, "review", REVIEW | {"departments": departments})
    with_kpi(folder, departments=list(departments))
    rows = pd.DataFrame(
        {
            "department": [ODD_NAME, "NA", "8J094", " North "],
            "kpi": "revenue",
            "period": ["2026-01-05", "2026-01-12", "2026-01-05", "2026-01-05"],
            "value": 1,
        }
    )
    table, found = read(folder, rows.to_csv(index=False))
    assert found == []
    assert table["department"].tolist() == ["NA", "NA", "8J094", "north"]


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_the_code_na_is_a_department_in_excel_and_parquet_too(folder: Path, suffix: str) -> None:
    departments = REVIEW["departments"] | {"NA": NORTH | {"name": "North Atlantic"}}
    workspaces.write(folder, "review", REVIEW | {"departments": departments})
    with_kpi(folder, departments=list(departments))
    frame, file = values(department=["NA"]), folder / "data" / f"t{suffix}"
    frame.to_excel(file, index=False) if suffix == ".xlsx" else frame.to_parquet(file)
    table, found = checks.table("kpi_values", Source(file=f"data/t{suffix}"), Workspace.load(folder))
    assert (table["department"].tolist(), found) == (["NA"], [])


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_dates_in_excel_and_parquet_are_dates(folder: Path, suffix: str) -> None:
    frame, file = values(period=[pd.Timestamp("2026-01-05 10:30")]), folder / "data" / f"t{suffix}"
    frame.to_excel(file, index=False) if suffix == ".xlsx" else frame.to_parquet(file)
    table, found = checks.table("kpi_values", Source(file=f"data/t{suffix}"), Workspace.load(folder))
    assert (table["period"].tolist(), found) == ([pd.Timestamp(MONDAY)], [])


def test_a_time_with_a_zone_is_the_day_that_it_names(folder: Path) -> None:
    late = pd.Timestamp("2026-01-05 23:30", tz="America/New_York")
    values(period=[late]).to_parquet(folder / "data" / "t.parquet")
    table, found = checks.table("kpi_values", Source(file="data/t.parquet"), Workspace.load(folder))
    assert (table["period"].tolist(), found) == ([pd.Timestamp(MONDAY)], [])


def form(**answers: str) -> str:
    cells = {"date": "2026-01-05", "form": "employee", "department": "north", "challenges": "", **answers}
    return ",".join(cells) + "\n" + ",".join(cells.values()) + "\n"


def test_a_form_may_tick_several_challenges_or_none(folder: Path) -> None:
    assert faults(folder, form(challenges="workload; other"), "feedback") == []
    assert faults(folder, form(), "feedback") == []


def test_an_unknown_challenge_gets_the_one_that_was_meant(folder: Path) -> None:
    assert faults(folder, form(challenges="workload;workloads"), "feedback") == [
        "data/t.csv, row 2, challenges: 'workloads' is no challenge of the employee form. Did you mean 'workload'?"
    ]


def test_a_challenge_of_the_team_leaders_form_is_none_of_the_employees(folder: Path) -> None:
    (found,) = faults(folder, form(challenges="morale"), "feedback")
    assert "'morale' is no challenge of the employee form" in found


@pytest.mark.parametrize(("word", "meant"), [("yes", True), ("No", False), ("TRUE", True), ("False", False)])
def test_yes_and_no_are_understood_as_people_and_programs_write_them(folder: Path, word: str, meant: bool) -> None:
    table, found = read(folder, form(tools_hinder=word), "feedback")
    assert (table["tools_hinder"].tolist(), found) == ([meant], [])


def test_an_answer_that_is_neither_yes_nor_no_is_refused(folder: Path) -> None:
    (found,) = faults(folder, form(tools_hinder="maybe"), "feedback")
    assert found.startswith("data/t.csv, row 2, tools_hinder: 'maybe' is no ")


def test_a_theme_outside_the_list_is_refused(folder: Path) -> None:
    text = "date,department,role,theme,statement\n2026-01-05,north,clerk,proces,Too slow\n"
    (found,) = faults(folder, text, "interviews")
    assert "Did you mean 'process'?" in found


@pytest.mark.parametrize(
    ("every", "first"), [("week", "2026-02-16"), ("month", "2026-02-01"), ("quarter", "2026-01-01")]
)
def test_the_first_day_of_the_period_in_which_a_day_lies(every: Any, first: str) -> None:
    sunday = pd.Series(pd.to_datetime(["2026-02-22"]))
    assert checks.first_day(sunday, every).tolist() == [pd.Timestamp(first)]


@pytest.mark.parametrize("code", ["NA", "NO", "8J094", "007", "null", "None", "1e5"])
def test_codes_that_look_like_something_else_stay_text(folder: Path, code: str) -> None:
    workspaces.write(folder, "review", REVIEW | {"departments": {code: NORTH}})
    with_kpi(folder, departments=[code])
    assert faults(folder, HEADER + f"{code},revenue,2026-01-05,1\n") == []


@pytest.fixture(params=["xlsx", "parquet", "csv", "sqlite"])
def elsewhere(request: pytest.FixtureRequest, folder: Path) -> Source:
    """The same KPI values, kept in another way; the CSV with a byte order mark."""
    rows, data = workspaces.values(), folder / "data"
    if request.param == "xlsx":
        rows.to_excel(data / "t.xlsx", index=False)
    elif request.param == "parquet":
        rows.assign(period=pd.to_datetime(rows["period"])).to_parquet(data / "t.parquet")
    elif request.param == "csv":
        rows.to_csv(data / "t.csv", index=False, encoding="utf-8-sig")
    else:
        rows.astype({"period": str}).to_sql("kpi", sa.create_engine(f"sqlite:///{data / 't.db'}"), index=False)
        return Source(url="sqlite:///data/t.db", table="kpi")
    return Source(file=f"data/t.{request.param}")


def test_a_table_is_the_same_wherever_it_is_kept(folder: Path, elsewhere: Source) -> None:
    workspace = Workspace.load(folder)
    as_csv, none = checks.table("kpi_values", Source(file="data/kpi_values.csv"), workspace)
    found, faults = checks.table("kpi_values", elsewhere, workspace)
    assert faults == none == []
    pd.testing.assert_frame_equal(found, as_csv)
