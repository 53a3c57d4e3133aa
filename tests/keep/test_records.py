"""Records are added up where they lie, and what can't be added up is told."""

import datetime
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from saypro_nb.agree.errors import InputError
from saypro_nb.agree.schema import Computed
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import record_checks, records
from tests import workspaces
from tests.workspaces import KPIS, REVIEW

FIRST, LAST = datetime.date(2026, 7, 6), datetime.date(2026, 8, 2)
SHARE = Computed(records="orders", date="date", numerator="won", denominator="rows")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return workspaces.make(tmp_path / "work")


@pytest.fixture
def orders() -> pd.DataFrame:
    """A Monday and a Sunday of one week, a Monday of the next, and one two weeks later."""
    days = pd.to_datetime(["2026-07-06", "2026-07-12", "2026-07-13", "2026-07-27"])
    return pd.DataFrame({"date": days, "won": [1, 0, 1, 1], "product": ["a", None, "b", "NA"]})


def known(folder: Path, source: Any) -> Workspace:
    workspaces.write(folder, "review", REVIEW | {"sources": REVIEW["sources"] | {"records": {"orders": source}}})
    share = KPIS["revenue"] | {"unit": "percent", "departments": ["north"], "computed": SHARE.model_dump()}
    workspaces.write(folder, "kpis", KPIS | {"share": share})
    return Workspace.load(folder)


def kept(folder: Path, orders: pd.DataFrame) -> Workspace:
    orders.to_parquet(folder / "data" / "orders.parquet")
    return known(folder, "data/orders.parquet")


def written(folder: Path, text: str | bytes) -> Workspace:
    (folder / "data" / "orders.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return known(folder, "data/orders.csv")


def told(workspace: Workspace, computed: Computed = SHARE) -> str:
    """Return the one fault, wherever it shows: in the columns, or when every row is read."""
    found = record_checks.faults("share", computed, workspace)
    if not found:
        with pytest.raises(InputError) as refused:
            records.totals(computed, "week", workspace)
        found = list(refused.value.faults)
    (fault,) = found
    return str(fault)


def by_week(workspace: Workspace) -> list[tuple[str, float, float]]:
    found = records.totals(SHARE, "week", workspace)
    assert record_checks.faults("share", SHARE, workspace) == []
    return list(zip(found["period"].dt.strftime("%m-%d"), found["numerator"], found["denominator"], strict=True))


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "db"])
def test_records_add_up_to_the_same_wherever_they_lie(folder: Path, orders: pd.DataFrame, suffix: str) -> None:
    file = folder / "data" / f"orders.{suffix}"
    source: Any = f"data/orders.{suffix}"
    if suffix == "csv":
        orders.to_csv(file, index=False)
    elif suffix == "xlsx":
        orders.to_excel(file, index=False)
    elif suffix == "parquet":
        orders.to_parquet(file)
    else:
        connection = sqlite3.connect(file)
        orders.to_sql("orders", connection, index=False)
        connection.close()
        source = {"url": "sqlite:///data/orders.db", "table": "orders"}
    workspace = known(folder, source)
    assert by_week(workspace) == [("07-06", 1, 2), ("07-13", 1, 1), ("07-27", 1, 1)]
    found = records.cells(SHARE, workspace, FIRST, LAST).sort_values(["period", "product"])
    assert found["product"].tolist() == ["(missing)", "a", "b", "NA"]


@pytest.mark.parametrize(
    ("every", "first_days"),
    [("week", ["07-06", "07-13", "07-27"]), ("month", ["07-01"]), ("quarter", ["07-01"])],
)
def test_a_period_is_one_in_which_something_was_recorded(
    folder: Path, orders: pd.DataFrame, every: Any, first_days: list[str]
) -> None:
    found = records.periods("orders", "date", every, kept(folder, orders))
    assert [day.strftime("%m-%d") for day in sorted(found)] == first_days


def test_a_record_without_a_date_belongs_to_no_period(folder: Path, orders: pd.DataFrame) -> None:
    workspace = kept(folder, pd.concat([orders, pd.DataFrame({"date": [pd.NaT], "won": [1], "product": ["a"]})]))
    assert len(records.periods("orders", "date", "week", workspace)) == 3
    assert records.cells(SHARE, workspace, FIRST, LAST)["rows"].sum() == 4


def test_a_record_in_the_afternoon_of_the_last_day_still_counts(folder: Path, orders: pd.DataFrame) -> None:
    workspace = kept(folder, orders.assign(date=orders["date"] + pd.Timedelta(hours=15)))
    assert records.cells(SHARE, workspace, FIRST, datetime.date(2026, 7, 12))["rows"].sum() == 2


def test_cells_hold_the_sums_that_a_ratio_and_its_spread_need(folder: Path) -> None:
    # One segment with the pairs (2, 1) and (3, 4): sums 5 and 5, squares 4 + 9 and 1 + 16, products 2 + 12.
    orders = pd.DataFrame({"date": pd.Timestamp("2026-07-06"), "won": [2, 3], "asked": [1, 4], "product": "a"})
    ratio = SHARE.model_copy(update={"denominator": "asked"})
    (cell,) = records.cells(ratio, kept(folder, orders), FIRST, LAST).to_dict("records")
    assert cell == {
        "period": pd.Timestamp("2026-07-06"),
        "product": "a",
        "rows": 2,
        "value": 5,
        "weight": 5,
        "value_squares": 13,
        "products": 14,
        "weight_squares": 17,
    }


def test_fifty_values_of_a_column_are_all_kept_and_of_sixty_the_ten_rarest_are_one(folder: Path) -> None:
    def pooled(count: int) -> list[float]:
        # Product p00 is ordered most often; of sixty, the last ten are ordered 10, 9, …, 1 times: 55 together.
        names = [f"p{number:02}" for number in range(count) for _ in range(count - number)]
        orders = pd.DataFrame({"date": pd.Timestamp("2026-07-06"), "won": 1, "product": names})
        found = records.cells(SHARE, kept(folder, orders), FIRST, LAST)
        return found.loc[found["product"] == "(other)", "rows"].tolist()

    assert pooled(50) == []
    assert pooled(60) == [55]


def test_cells_grow_with_values_and_weeks_and_not_with_records(folder: Path) -> None:
    def cells_of(count: int) -> pd.DataFrame:
        number = pd.Series(range(count))
        orders = pd.DataFrame({"date": pd.Timestamp("2026-07-06"), "won": number % 2})
        customers = "c" + (number % 10_000).astype(str)
        return records.cells(SHARE, kept(folder, orders.assign(customer=customers)), FIRST, LAST)

    few, many = cells_of(10_000), cells_of(100_000)
    assert len(few) == len(many) <= records.MOST_VALUES + 1
    assert many["rows"].sum() == 100_000


def test_an_infinite_number_is_told(folder: Path, orders: pd.DataFrame) -> None:
    assert "the records 'orders', won or rows: a number beyond 1e+15" in told(
        kept(folder, orders.assign(won=[np.inf, 0, 1, 1]))
    )


@pytest.mark.parametrize("name", ["period", "value", "rows", "Weight"])
def test_a_text_column_named_like_a_sum_is_told(folder: Path, orders: pd.DataFrame, name: str) -> None:
    fault = told(kept(folder, orders.rename(columns={"product": name})))
    assert fault.startswith(f"the records 'orders', column {name}: a text column can't have this name.")


def test_records_that_are_not_there_are_named(folder: Path) -> None:
    assert told(known(folder, "data/none.parquet")).startswith("data/none.parquet: there is no such file.")


@pytest.mark.parametrize("day", ["07/05/2026", "13.07.2026", "07/05/2026 10:00:00"])
def test_a_date_that_is_not_iso_is_never_guessed(folder: Path, day: str) -> None:
    assert "the column 'date' doesn't hold dates (YYYY-MM-DD)" in told(written(folder, f"date,won\n{day},1\n"))


def test_iso_dates_may_carry_a_time(folder: Path) -> None:
    assert by_week(written(folder, "date,won\n2026-07-06 10:00:00,1\n")) == [("07-06", 1, 1)]


def test_a_byte_order_mark_is_no_part_of_the_first_title(folder: Path) -> None:
    assert by_week(written(folder, b"\xef\xbb\xbfdate,won\n2026-07-06,1\n")) == [("07-06", 1, 1)]


def test_a_damaged_csv_is_told_with_its_name(folder: Path) -> None:
    text = "date,won\n2026-07-06,1\n2026-07-07,1,5\n2026-07-08,1\n"
    assert told(written(folder, text)).startswith("data/orders.csv: not readable as records (")


def declared(folder: Path, text: str, letters: str = "utf-8", **options: Any) -> Workspace:
    (folder / "data" / "orders.csv").write_bytes(text.encode(letters))
    return known(folder, {"file": "data/orders.csv"} | options)


GERMAN = """Datum;Ergebnis;Gebiet;Kunde
6.7.2026;1,5;Süd – 5 €;Someone
12.07.2026;1.000,25;;Other
13.07.2026;-3;Süd – 5 €;
"""
DECLARED: dict[str, Any] = {
    "separator": ";",
    "decimal": ",",
    "thousands": ".",
    "dates": "DD.MM.YYYY",
    "columns": {"Datum": "date", "Ergebnis": "won", "Gebiet": "area"},
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
def test_an_export_of_another_country_needs_no_editing(folder: Path, encoding: str) -> None:
    options = DECLARED if encoding.startswith("utf-8") else DECLARED | {"encoding": encoding}
    workspace = declared(folder, GERMAN, encoding, **options)
    assert by_week(workspace) == [("07-06", 1001.75, 2), ("07-13", -3, 1)]
    found = records.cells(SHARE, workspace, FIRST, LAST)
    assert sorted(found["area"]) == ["(missing)", "Süd – 5 €", "Süd – 5 €"]
    assert "Kunde" not in found  # it was not asked for, so it isn't read


def test_what_is_not_written_as_declared_is_an_error_wherever_it_stands(folder: Path) -> None:
    many = "".join(f"{1 + day % 28:02}.07.2026;1.000,5;N;K\n" for day in range(25_000))
    for slip in ("2026-07-06;1;N;K\n", "31.06.2026;1;N;K\n", "06.07.26;1;N;K\n"):
        assert "a cell is not written DD.MM.YYYY" in told(declared(folder, GERMAN + many + slip, **DECLARED))
    for slip in ("06.07.2026;1.5;N;K\n", "06.07.2026;1,000.5;N;K\n"):
        fault = told(declared(folder, GERMAN + many + slip, **DECLARED))
        assert "the column 'won' doesn't hold numbers" in fault or "a cell is not written as declared" in fault


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("date;won\n2026-07-06;1\n", "looks like it is separated by ';'. Declare `separator: ';'`"),
        ("date,won\n06.07.2026,1\n", "doesn't hold dates (YYYY-MM-DD): '06.07.2026'. Declare `dates: DD.MM.YYYY`"),
        ("date,won\n03/04/2026,1\n", "Declare `dates: DD/MM/YYYY` or `dates: MM/DD/YYYY`"),
        ('date,won\n2026-07-06,"1,5"\n', "doesn't hold numbers: '1,5'. Declare `decimal: ','`"),
        ('date,won\n2026-07-06,"1.234,5"\n', "Declare `decimal: ','` and `thousands: '.'`"),
    ],
)
def test_records_in_another_style_are_refused_with_what_to_declare(folder: Path, text: str, remedy: str) -> None:
    assert remedy in told(written(folder, text))


def test_windows_1252_is_refused_with_its_remedy(folder: Path) -> None:
    fault = told(written(folder, "date,won,product\n2026-07-06,1,Größe\n".encode("cp1252")))
    assert "the text is not UTF-8" in fault
    assert "`encoding: windows-1252`" in fault


def test_a_line_that_begins_with_a_hash_is_a_record(folder: Path) -> None:
    text = "product,date,won\n# 1,2026-07-06,1\n#2,2026-07-06,1\n'3',2026-07-06,1\n"
    found = records.cells(SHARE, written(folder, text), FIRST, LAST)
    assert sorted(found["product"]) == ["# 1", "#2", "'3'"]


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
def test_many_files_of_one_pattern_add_up(folder: Path, orders: pd.DataFrame, suffix: str) -> None:
    whole_numbers, decimals = orders[:2], orders[2:].assign(won=[1.5, 1])
    for number, part in enumerate((whole_numbers, decimals)):
        part = part[list(part.columns)[:: -1 if number else 1]]  # in another order of columns
        getattr(part, {"csv": "to_csv", "parquet": "to_parquet", "xlsx": "to_excel"}[suffix])(
            folder / "data" / f"orders_{number}.{suffix}", index=False
        )
    assert by_week(known(folder, f"data/orders_*.{suffix}")) == [("07-06", 1, 2), ("07-13", 1.5, 1), ("07-27", 1, 1)]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_file_that_lacks_a_column_is_no_file_of_the_pattern(folder: Path, orders: pd.DataFrame, suffix: str) -> None:
    for number, part in enumerate((orders, orders.rename(columns={"won": "sold"}))):
        getattr(part, f"to_{suffix}")(folder / "data" / f"orders_{number}.{suffix}", index=False)
    fault = told(known(folder, f"data/orders_*.{suffix}"))
    assert fault.startswith(f"data/orders_1.{suffix}: other columns than data/orders_0.{suffix} (sold, won).")


@pytest.mark.parametrize("day", ["0026-07-06", "9999-07-06"])
def test_a_slip_in_the_year_is_told(folder: Path, day: str) -> None:
    workspace = written(folder, f"date,won\n2026-07-06,1\n{day},1\n")
    assert "a record of the year" in told(workspace)
    with pytest.raises(InputError, match="a record of the year"):
        records.periods("orders", "date", "week", workspace)


def test_a_slip_in_a_late_row_is_told_with_its_line(folder: Path) -> None:
    fault = told(written(folder, "date,won\n" + "2026-07-06,1\n" * 30_000 + "2026-07-06,lots\n"))
    assert "data/orders.csv: not readable as records (" in fault
    assert "Line: 30002" in fault


@pytest.mark.parametrize("content", [b"", b"PAR1 damaged"])
def test_a_damaged_parquet_file_is_told(folder: Path, content: bytes) -> None:
    (folder / "data" / "orders.parquet").write_bytes(content)
    assert told(known(folder, "data/orders.parquet")).startswith("data/orders.parquet: not readable as records (")


def test_a_parquet_file_damaged_in_the_middle_is_told(folder: Path, orders: pd.DataFrame) -> None:
    whole = orders.to_parquet()
    (folder / "data" / "orders.parquet").write_bytes(whole[:60] + b"\0" * 40 + whole[100:])
    assert told(known(folder, "data/orders.parquet")).startswith("data/orders.parquet: not readable as records (")


ANSWERS = pd.DataFrame(
    {
        "date": pd.to_datetime(["2026-07-06"] * 6 + ["2026-07-13"] * 2),
        "answer": [10, 9, 8, 7, 6, None, 0, 3],
        "kind": ["new", "new", "old", None, "old", "new", "old", "new"],
        "revenue": [100.0, 50, 30, 20, 0, 0, 10, 10],
        "cost": [40.0, 40, 10, 10, 0, 0, 20, 10],
        "urgent": [True, False, False, None, True, False, False, True],
        "team": list("aabbabab"),
    }
)
NPS = {"numerator": "rows where answer >= 9 - rows where answer <= 6", "denominator": "rows where answer >= 0"}


def summed(folder: Path, numerator: str, denominator: str | None = None) -> list[list[float]]:
    declared = Computed(records="orders", date="date", numerator=numerator, denominator=denominator)
    workspace = kept(folder, ANSWERS.assign(won=1))
    assert record_checks.faults("any", declared, workspace) == []
    return records.totals(declared, "week", workspace)[["numerator", "denominator"]].to_numpy(dtype=float).tolist()


def test_nps_is_promoters_less_detractors_among_those_who_answered(folder: Path) -> None:
    # Two of five promote and one detracts; in the next week both of two detract.
    assert summed(folder, **NPS) == [[1, 5], [-2, 2]]


@pytest.mark.parametrize(
    ("numerator", "sums"),
    [
        ("revenue - cost", [100, -10]),
        ("revenue where kind = new", [150, 10]),
        ("rows where kind != new", [2, 1]),  # nobody knows of the record without a kind
        ("rows where urgent = 1", [2, 1]),
        ("revenue + cost - rows", [294, 48]),
    ],
)
def test_measures_add_up_what_fulfils_their_condition(folder: Path, numerator: str, sums: list[float]) -> None:
    assert [row[0] for row in summed(folder, numerator)] == sums


def test_a_measure_of_segments_adds_up_to_that_of_the_week(folder: Path) -> None:
    declared = Computed(records="orders", date="date", **NPS)
    cells = records.cells(declared, kept(folder, ANSWERS.assign(won=1)), FIRST, LAST)
    assert cells.groupby("period")[["value", "weight"]].sum().to_numpy().tolist() == [[1, 5], [-2, 2]]
    assert declared.is_difference


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ("revenue - costs", "have no column 'costs'. Did you mean 'cost'?"),
        ("rows where answr >= 9", "have no column 'answr'. Did you mean 'answer'?"),
        ("rows where kind >= 9", "the column 'kind' doesn't hold numbers"),
        ("rows where answer = high", "the column 'answer' doesn't hold texts"),
        ("team", "the column 'team' doesn't hold numbers"),
    ],
)
def test_a_measure_of_columns_that_are_not_there_is_told(folder: Path, measure: str, said: str) -> None:
    declared = Computed(records="orders", date="date", numerator=measure)
    (fault,) = record_checks.faults("any", declared, kept(folder, ANSWERS.assign(won=1)))
    assert said in str(fault)
    assert fault.where.startswith("params/kpis.yaml, any.computed.numerator")
