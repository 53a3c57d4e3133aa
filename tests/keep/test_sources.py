"""A table is the same table wherever it lies, and a secret stays one."""

import sqlite3
from pathlib import Path

import pandas as pd
import pytest

from saypro_nb.agree.errors import InputError
from saypro_nb.agree.schema import Source
from saypro_nb.keep import addresses, sources

HEADER = "department,kpi,period,value\n"
ROW = "north,revenue,2026-01-05,100\n"


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame({"code": ["NA", "NO", "8J094"], "value": [1.5, 2.0, 4.25]})


def said(source: str | Source, root: Path) -> str:
    with pytest.raises(InputError) as refused:
        sources.read(source, root)
    (fault,) = refused.value.faults
    return str(fault)


def csv(folder: Path, text: str | bytes) -> str:
    (folder / "t.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return "t.csv"


def database(folder: Path, table: pd.DataFrame) -> Path:
    connection = sqlite3.connect(folder / "warehouse.db")
    table.to_sql("facts", connection, index=False)
    connection.close()
    return folder / "warehouse.db"


def test_a_csv_keeps_every_code_as_text_and_an_empty_cell_as_missing(tmp_path: Path) -> None:
    read = sources.read(csv(tmp_path, "code,number\nNA,007\nNO,\n8J094,1e5\n"), tmp_path)
    assert list(read["code"]) == ["NA", "NO", "8J094"]
    assert read["number"].isna().tolist() == [False, True, False]
    assert list(read["number"].dropna()) == ["007", "1e5"]


def test_excel_parquet_and_a_database_give_the_same_table(tmp_path: Path, table: pd.DataFrame) -> None:
    table.to_csv(tmp_path / "t.csv", index=False)
    table.to_excel(tmp_path / "t.xlsx", index=False)
    table.to_parquet(tmp_path / "t.parquet")
    database(tmp_path, table)
    places = ("t.csv", "t.xlsx", "t.parquet", Source(url="sqlite:///warehouse.db", table="facts"))
    for place in places:
        read = sources.read(place, tmp_path)
        assert list(read["code"]) == ["NA", "NO", "8J094"]
        assert list(read["value"].astype(float)) == [1.5, 2.0, 4.25]


def test_a_whole_path_to_a_database_file_works_too(tmp_path: Path, table: pd.DataFrame) -> None:
    file = database(tmp_path, table)
    assert len(sources.read(Source(url=f"sqlite:///{file}", table="facts"), Path("/"))) == 3


def test_numbers_as_codes_stay_whole_in_excel_beside_an_empty_cell(tmp_path: Path) -> None:
    pd.DataFrame({"code": [101, None], "value": [1, 2]}, dtype=object).to_excel(tmp_path / "t.xlsx", index=False)
    assert str(sources.read("t.xlsx", tmp_path)["code"][0]) == "101"


def test_the_index_tells_the_row_although_a_line_is_blank(tmp_path: Path) -> None:
    assert list(sources.read(csv(tmp_path, HEADER + ROW + "\n,,,\n" + ROW), tmp_path).index) == [0, 3]


def test_a_byte_order_mark_is_no_part_of_the_first_title(tmp_path: Path) -> None:
    read = sources.read(csv(tmp_path, b"\xef\xbb\xbf" + (HEADER + ROW).encode()), tmp_path)
    assert read.columns[0] == "department"


def test_a_header_without_rows_is_an_empty_table(tmp_path: Path) -> None:
    read = sources.read(csv(tmp_path, HEADER), tmp_path)
    assert list(read.columns) == ["department", "kpi", "period", "value"]
    assert read.empty


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert said("data/none.csv", tmp_path) == (
        "data/none.csv: there is no such file. Put it there, or correct 'sources' in params/review.yaml."
    )


def test_a_kind_of_file_that_nobody_reads_is_refused(tmp_path: Path) -> None:
    assert "Use one of .csv, .xlsx, .parquet" in said("data/t.ods", tmp_path)


@pytest.mark.parametrize("text", ["", "\n"])
def test_an_empty_file_is_refused(tmp_path: Path, text: str) -> None:
    assert said(csv(tmp_path, text), tmp_path) == "t.csv: the file is empty. Give it a header line and rows."


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_text_that_is_not_utf_8_is_refused(tmp_path: Path, encoding: str) -> None:
    text = (HEADER + ROW.replace("north", "Größe")).encode(encoding)
    assert said(csv(tmp_path, text), tmp_path) == "t.csv: the text is not UTF-8. Save it as 'CSV UTF-8'."


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ("north,revenue,2026-01-05,1,250\n" + ROW, "row 2"),
        (ROW + "north,revenue,2026-01-12,1,250\n", "row 3"),
        (ROW + "\nnorth,revenue,2026-01-12,1,250\n" + ROW + "north,revenue,2026-01-26,1,250\n", "row 4, 6"),
        ("north,revenue,2026-01-05,1,250\n" * 7, "row 2, 3, 4, 5, 6 and 2 more"),
    ],
)
def test_rows_with_more_cells_than_the_header_are_named(tmp_path: Path, rows: str, place: str) -> None:
    assert said(csv(tmp_path, HEADER + rows), tmp_path) == (
        f"t.csv, {place}: more cells than the header. Put a cell with a comma into quotes."
    )


@pytest.mark.parametrize("rows", [1, 20_000])
def test_a_quotation_mark_that_is_never_closed_is_told(tmp_path: Path, rows: int) -> None:
    assert "a quotation mark is opened and never closed" in said(csv(tmp_path, HEADER + '"' + ROW * rows), tmp_path)


@pytest.mark.parametrize("name", ["t.parquet", "t.xlsx"])
@pytest.mark.parametrize("content", [b"", b"PAR1 damaged", b"PK\x03\x04 damaged", b"code,value\nNA,1\n"])
def test_a_damaged_file_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert said(name, tmp_path).startswith(f"{name}: not readable (")


def test_a_parquet_file_cut_in_the_middle_is_refused(tmp_path: Path, table: pd.DataFrame) -> None:
    whole = table.to_parquet()
    (tmp_path / "t.parquet").write_bytes(whole[: len(whole) // 2])
    assert said("t.parquet", tmp_path).endswith("Save the file anew.")


def test_a_table_that_the_database_lacks_is_named(tmp_path: Path, table: pd.DataFrame) -> None:
    database(tmp_path, table)
    fault = said(Source(url="sqlite:///warehouse.db", table="fact"), tmp_path)
    assert fault.startswith("sqlite:///warehouse.db, table fact: the table can't be read")


@pytest.mark.parametrize("scheme", ["sqlite", "duckdb"])
def test_reading_makes_no_database_where_there_is_none(tmp_path: Path, scheme: str) -> None:
    fault = said(Source(url=f"{scheme}:///none.db", table="facts"), tmp_path)
    assert "there is no such file" in fault
    assert list(tmp_path.iterdir()) == []


def test_a_cell_that_the_database_can_t_turn_into_its_column_s_type_is_no_crash(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "warehouse.db")
    connection.execute("create table facts (period date, value real)")
    connection.execute("insert into facts values ('last week', 'lots')")
    connection.commit()
    connection.close()
    source = Source(url="sqlite:///warehouse.db", table="facts")
    with pytest.raises(InputError, match="table facts"):
        sources.read(source, tmp_path)


def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE_PASSWORD", "geheim")
    url = "postgres://reader:${WAREHOUSE_PASSWORD}@db/sales"
    assert addresses.with_secrets(url) == "postgres://reader:geheim@db/sales"


def test_a_secret_that_looks_like_a_name_is_not_replaced_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRST", "${SECOND}")
    monkeypatch.setenv("SECOND", "x")
    assert addresses.with_secrets("postgres://${FIRST}@db/sales") == "postgres://${SECOND}@db/sales"


def test_every_secret_that_the_environment_lacks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAREHOUSE_USER", raising=False)
    monkeypatch.delenv("WAREHOUSE_PASSWORD", raising=False)
    source = Source(url="postgres://${WAREHOUSE_USER}:${WAREHOUSE_PASSWORD}@db/sales", table="facts")
    with pytest.raises(InputError) as refused:
        sources.read(source, tmp_path)
    assert [fault.remedy for fault in refused.value.faults] == [
        "Set it: export WAREHOUSE_USER=…",
        "Set it: export WAREHOUSE_PASSWORD=…",
    ]


@pytest.mark.parametrize("scheme", ["postgres", "mysql", "nonsense", "sqlite"])
def test_an_error_never_shows_the_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("WAREHOUSE_PASSWORD", "geheim")
    fault = said(Source(url=f"{scheme}://reader:${{WAREHOUSE_PASSWORD}}@127.0.0.1:1/sales", table="facts"), tmp_path)
    assert "geheim" not in fault
    assert "reader:${WAREHOUSE_PASSWORD}@" in fault


@pytest.mark.parametrize("place", ["sqlite:///${WAREHOUSE}", "duckdb:///${WAREHOUSE}"])
def test_a_path_that_is_a_secret_is_not_shown_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("WAREHOUSE", "geheim.db")
    assert "geheim" not in said(Source(url=place, table="facts"), tmp_path)


def test_a_password_written_into_the_url_is_not_shown_either(tmp_path: Path) -> None:
    fault = said(Source(url="postgres://reader:pl@in@127.0.0.1:1/sales", table="facts"), tmp_path)
    assert fault.startswith("postgres://reader:…@127.0.0.1:1/sales, table facts: ")
