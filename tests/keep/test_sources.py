"""A table is the same table wherever it lies, and a secret stays one."""

import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from saypro_nb.agree.errors import InputError
from saypro_nb.agree.sources import Source
from saypro_nb.keep import addresses, sources

HEADER = "department,kpi,period,value\n"
ROW = "north,revenue,2026-01-05,100\n"


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame({"code": ["NA", "NO", "8J094"], "value": [1.5, 2.0, 4.25]})


KNOWN = ("code", "value", "number", "department", "kpi", "period")


def read(source: Source, root: Path) -> pd.DataFrame:
    (part,) = sources.read(source, root, KNOWN)
    return part.rows


def said(source: Source, root: Path) -> str:
    with pytest.raises(InputError) as refused:
        read(source, root)
    (fault,) = refused.value.faults
    return str(fault)


def csv(folder: Path, text: str | bytes, **options: Any) -> Source:
    (folder / "t.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return Source(file="t.csv", **options)


def database(folder: Path, table: pd.DataFrame) -> Path:
    connection = sqlite3.connect(folder / "warehouse.db")
    table.to_sql("facts", connection, index=False)
    connection.close()
    return folder / "warehouse.db"


def test_a_csv_keeps_every_code_as_text_and_an_empty_cell_as_missing(tmp_path: Path) -> None:
    found = read(csv(tmp_path, "code,number\nNA,007\nNO,\n8J094,1e5\n"), tmp_path)
    assert list(found["code"]) == ["NA", "NO", "8J094"]
    assert found["number"].isna().tolist() == [False, True, False]
    assert list(found["number"].dropna()) == ["007", "1e5"]


def test_excel_parquet_and_a_database_give_the_same_table(tmp_path: Path, table: pd.DataFrame) -> None:
    table.to_csv(tmp_path / "t.csv", index=False)
    table.to_excel(tmp_path / "t.xlsx", index=False)
    table.to_parquet(tmp_path / "t.parquet")
    database(tmp_path, table)
    places = (
        *(Source(file=f"t.{kind}") for kind in ("csv", "xlsx", "parquet")),
        Source(url="sqlite:///warehouse.db", table="facts"),
    )
    for place in places:
        found = read(place, tmp_path)
        assert list(found["code"]) == ["NA", "NO", "8J094"]
        assert list(found["value"].astype(float)) == [1.5, 2.0, 4.25]


def test_a_whole_path_to_a_database_file_works_too(tmp_path: Path, table: pd.DataFrame) -> None:
    file = database(tmp_path, table)
    assert len(read(Source(url=f"sqlite:///{file}", table="facts"), Path("/"))) == 3


def test_numbers_as_codes_stay_whole_in_excel_beside_an_empty_cell(tmp_path: Path) -> None:
    pd.DataFrame({"code": [101, None], "value": [1, 2]}, dtype=object).to_excel(tmp_path / "t.xlsx", index=False)
    assert str(read(Source(file="t.xlsx"), tmp_path)["code"][2]) == "101"


def test_the_index_tells_the_row_although_a_line_is_blank(tmp_path: Path) -> None:
    assert list(read(csv(tmp_path, HEADER + ROW + "\n,,,\n" + ROW), tmp_path).index) == [2, 5]


def test_a_byte_order_mark_is_no_part_of_the_first_title(tmp_path: Path) -> None:
    found = read(csv(tmp_path, b"\xef\xbb\xbf" + (HEADER + ROW).encode()), tmp_path)
    assert found.columns[0] == "department"


def test_a_header_without_rows_is_an_empty_table(tmp_path: Path) -> None:
    found = read(csv(tmp_path, HEADER), tmp_path)
    assert list(found.columns) == ["department", "kpi", "period", "value"]
    assert found.empty


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert said(Source(file="data/none.csv"), tmp_path) == (
        "data/none.csv: there is no such file. Put it there, or correct 'sources' in params/review.yaml."
    )


def test_a_kind_of_file_that_nobody_reads_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"'data/t.ods' is no kind of file that can be read; use one of .csv"):
        Source(file="data/t.ods")


@pytest.mark.parametrize("text", ["", "\n"])
def test_an_empty_file_is_refused(tmp_path: Path, text: str) -> None:
    assert said(csv(tmp_path, text), tmp_path) == "t.csv: the file is empty. Give it a header line and rows."


def test_windows_1252_is_refused_with_its_remedy_and_read_where_it_is_declared(tmp_path: Path) -> None:
    text = (HEADER + ROW.replace("north", "Größe – 5 €")).encode("cp1252")
    assert said(csv(tmp_path, text), tmp_path) == (
        "t.csv: the text is not UTF-8. Save it as 'CSV UTF-8', or declare how it is written: "
        "`encoding: windows-1252` is usual."
    )
    assert read(csv(tmp_path, text, encoding="windows-1252"), tmp_path)["department"][2] == "Größe – 5 €"


def test_letters_beyond_the_header_are_looked_at_as_well(tmp_path: Path) -> None:
    text = (HEADER + ROW * 5000 + ROW.replace("north", "Größe")).encode("cp1252")
    assert "the text is not UTF-8" in said(csv(tmp_path, text), tmp_path)


def test_utf_16_is_refused_with_its_remedy_and_read_where_it_is_declared(tmp_path: Path) -> None:
    text = (HEADER + ROW.replace("north", "Größe")).encode("utf-16")
    assert "the text is UTF-16. Declare `encoding: utf-16`" in said(csv(tmp_path, text), tmp_path)
    assert read(csv(tmp_path, text, encoding="utf-16"), tmp_path)["department"][2] == "Größe"


@pytest.mark.parametrize("encoding", ["windows-1252", "latin-1", "utf-16-le"])
def test_utf_8_that_is_declared_as_something_else_is_refused(tmp_path: Path, encoding: str) -> None:
    text = HEADER + ROW.replace("north", "Größe") * 2
    fault = said(csv(tmp_path, text, encoding=encoding), tmp_path)
    assert "the text is" in fault
    assert "Größe" not in fault


def test_a_separator_that_is_not_declared_is_named(tmp_path: Path) -> None:
    for mark, name in ((";", "';'"), ("\t", "tab"), ("|", "'|'")):
        fault = said(csv(tmp_path, (HEADER + ROW).replace(",", mark)), tmp_path)
        assert fault.startswith(f"t.csv: looks like it is separated by {name}. Declare `separator: {name}`")
    assert "looks like it is separated by ','" in said(csv(tmp_path, HEADER + ROW, separator=";"), tmp_path)


def test_a_declared_separator_is_read(tmp_path: Path) -> None:
    for mark in (";", "\t", "|"):
        found = read(csv(tmp_path, (HEADER + ROW).replace(",", mark), separator=mark), tmp_path)
        assert found.loc[2].tolist() == ["north", "revenue", "2026-01-05", "100"]


def test_columns_are_renamed_and_all_others_stay_where_they_are(tmp_path: Path) -> None:
    source = csv(tmp_path, "Code,Name,Betrag\nA,Someone,1\n", columns={"Betrag": "value", "Code": "code"})
    assert read(source, tmp_path).to_dict("records") == [{"value": "1", "code": "A"}]


def test_a_column_to_be_renamed_that_is_not_there_gets_the_one_that_was_meant(tmp_path: Path) -> None:
    assert said(csv(tmp_path, "Code,Betrag\nA,1\n", columns={"Betrg": "value"}), tmp_path) == (
        "t.csv, columns: there is no column 'Betrg'. Did you mean 'Betrag'?"
    )


def test_a_title_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    assert "the title stands there twice" in said(csv(tmp_path, "code,value,value\nA,1,2\n"), tmp_path)


def test_many_files_of_one_pattern_are_one_table_and_each_row_knows_its_file(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"deals_{name}.csv").write_text(f"code,value\n{name},1\n")
    (tmp_path / "other.csv").write_text("code,value\nz,9\n")
    parts = sources.read(Source(file="deals_*.csv"), tmp_path, KNOWN)
    assert [(part.place, part.rows["code"].tolist()) for part in parts] == [
        ("deals_a.csv", ["a"]),
        ("deals_b.csv", ["b"]),
    ]
    assert "no file has such a name" in said(Source(file="none_*.csv"), tmp_path)


def test_a_sheet_is_read_by_its_name(tmp_path: Path, table: pd.DataFrame) -> None:
    with pd.ExcelWriter(tmp_path / "t.xlsx") as book:
        pd.DataFrame({"note": ["made by the survey tool"]}).to_excel(book, sheet_name="Notes", index=False)
        table.to_excel(book, sheet_name="Values", index=False)
    assert list(read(Source(file="t.xlsx", sheet="Values"), tmp_path)["code"]) == ["NA", "NO", "8J094"]
    assert "there is no sheet 'Value'. Did you mean 'Values'?" in said(Source(file="t.xlsx", sheet="Value"), tmp_path)


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
    assert said(Source(file=name), tmp_path).startswith(f"{name}: not readable (")


def test_a_parquet_file_cut_in_the_middle_is_refused(tmp_path: Path, table: pd.DataFrame) -> None:
    whole = table.to_parquet()
    (tmp_path / "t.parquet").write_bytes(whole[: len(whole) // 2])
    assert said(Source(file="t.parquet"), tmp_path).endswith("Save the file anew.")


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
        read(source, tmp_path)


def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE_PASSWORD", "geheim")
    url = "postgres://reader:${WAREHOUSE_PASSWORD}@db/sales"
    assert addresses.with_secrets(url) == "postgres://reader:geheim@db/sales"


def test_a_secret_may_hold_any_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE_PASSWORD", "p/l@i:n?#")
    found = sa.make_url(addresses.with_secrets("postgresql://reader:${WAREHOUSE_PASSWORD}@db/sales"))
    assert (found.password, found.host, found.database) == ("p/l@i:n?#", "db", "sales")


def test_a_secret_that_looks_like_a_name_is_not_replaced_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRST", "${SECOND}")
    monkeypatch.setenv("SECOND", "x")
    assert addresses.with_secrets("sqlite:///${FIRST}.db") == "sqlite:///${SECOND}.db"


def test_every_secret_that_the_environment_lacks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAREHOUSE_USER", raising=False)
    monkeypatch.delenv("WAREHOUSE_PASSWORD", raising=False)
    source = Source(url="postgres://${WAREHOUSE_USER}:${WAREHOUSE_PASSWORD}@db/sales", table="facts")
    with pytest.raises(InputError) as refused:
        read(source, tmp_path)
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


@pytest.mark.parametrize(
    "url",
    ["postgres://reader:pl@in@db/sales", "postgres://reader:pl/ain@db/sales", "duckdb://md:db?motherduck_token=plain"],
)
def test_a_password_written_into_the_url_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(ValidationError, match=r"write the password as \$\{NAME\}") as refused:
        Source(url=url, table="facts")
    assert "pl" not in str(refused.value).replace("place", "")
