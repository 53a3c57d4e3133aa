import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from saypro_nb.run.workbook import Sheet, write_csv, write_excel

TABLE = pd.DataFrame(
    {
        "Item": ["plain", "=HYPERLINK(A1)", "@SUM(1)", "two\nlines", "bell\a", None],
        "Start": [*[pd.Timestamp("2026-06-22")] * 5, pd.NaT],
        "Budget": [1200.0, 0.5, -3.0, 1.0, 2.0, float("nan")],
        "Status": ["Completed", "Needs adjustment", "Proposed", "Declined", "Pending", None],
        "Share": [1.23456, 2.0, 3.0, 4.0, 5.0, float("nan")],
    }
)
SHEET = Sheet(
    "Plan",
    TABLE,
    money=("Budget",),
    status="Status",
    tones={"Completed": "good", "Needs adjustment": "concern"},
    choices={"Status": ("Completed", "Pending")},
)


@pytest.fixture
def page(tmp_path: Path) -> Any:
    write_excel(tmp_path / "out" / "plan.xlsx", [SHEET], '"kr"')
    return openpyxl.load_workbook(tmp_path / "out" / "plan.xlsx")["Plan"]


def test_the_header_stays_in_sight_and_filters(page: Any) -> None:
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:E7"
    assert page["A1"].font.bold


def test_no_cell_is_a_formula(page: Any) -> None:
    assert [cell.value for cell in page["A"][1:]] == [
        "plain",
        "'=HYPERLINK(A1)",
        "'@SUM(1)",
        "two\nlines",
        "bell",
        None,
    ]
    assert not [cell for row in page.iter_rows() for cell in row if cell.data_type == "f"]


def test_dates_are_dates_and_money_is_money(page: Any) -> None:
    assert page["B2"].value == datetime.datetime(2026, 6, 22)
    assert page["B2"].number_format == "yyyy-mm-dd"
    assert (page["C2"].value, page["C2"].number_format) == (1200, '"kr"#,##0;-"kr"#,##0')
    assert page["E2"].number_format == "#,##0.00"
    assert [page[f"{column}7"].value for column in "ABCDE"] == [None] * 5


def test_a_status_has_a_colour_beside_its_word(page: Any) -> None:
    good, concern, plain = (page[cell].fill.start_color.rgb[-6:] for cell in ("D2", "D3", "D4"))
    assert len({good, concern, plain}) == 3
    assert page["D2"].value == "Completed"


def test_columns_are_as_wide_as_what_they_hold_within_reason(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": ["x" * 500], "b": ["x" * 30], "c": ["x"]})
    write_excel(tmp_path / "w.xlsx", [Sheet("W", table)], "$")
    widths = openpyxl.load_workbook(tmp_path / "w.xlsx")["W"].column_dimensions
    assert [widths[column].width for column in "abc".upper()] == [60, 32, 9]


def test_a_choice_can_be_made_from_a_list(page: Any) -> None:
    (offered,) = page.data_validations.dataValidation
    assert (offered.formula1, str(offered.sqref)) == ('"Completed,Pending"', "D2:D1000")


def test_a_text_that_excel_does_not_take_is_cut_and_says_so(tmp_path: Path) -> None:
    write_excel(tmp_path / "w.xlsx", [Sheet("W", pd.DataFrame({"a": ["x" * 40_000]}))], "$")
    text = openpyxl.load_workbook(tmp_path / "w.xlsx")["W"]["A2"].value
    assert (len(text), text[-1]) == (32_767, "…")


def test_the_csv_has_the_same_cells_and_runs_nothing(tmp_path: Path) -> None:
    write_csv(tmp_path / "plan.csv", SHEET)
    assert (tmp_path / "plan.csv").read_bytes().startswith(b"\xef\xbb\xbfItem,Start")
    table = pd.read_csv(tmp_path / "plan.csv")
    assert list(table["Item"][:4]) == ["plain", "'=HYPERLINK(A1)", "'@SUM(1)", "two\nlines"]
    assert list(table["Start"][:2]) == ["2026-06-22", "2026-06-22"]
    assert table["Budget"][0] == 1200


def test_nothing_but_the_file_is_left_behind(tmp_path: Path) -> None:
    write_excel(tmp_path / "w.xlsx", [SHEET], "$")
    write_csv(tmp_path / "w.csv", SHEET)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["w.csv", "w.xlsx"]
