"""The same records give the same numbers in every engine, to nine digits, whatever stands in them.

What is expected is computed by pandas from the rows themselves, and never by an engine.
Spark is asked for by `make test-spark`, because it needs Java.
"""

import datetime
import sqlite3
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import psycopg
import pytest
import sqlalchemy as sa

from saypro_nb.agree.errors import InputError
from saypro_nb.agree.schema import Computed
from saypro_nb.agree.settings import Workspace
from saypro_nb.agree.sources import Source
from saypro_nb.keep import checks, databases, record_checks, records, sources
from saypro_nb.review import segments
from tests import postgres, workspaces
from tests.workspaces import REVIEW

FIRST, LAST = datetime.date(2026, 1, 5), datetime.date(2026, 7, 5)
TOLERANCE = 1e-9
TEXTS = ["north", "North", 'O\'Brien "& Sons"', "Süd – 5 €", "🚀 rocket", "back\\slash", "100 %_", "", None, "; --"]
KPIS = {
    "share": ("won", "rows"),
    "margin": ("amount - cost", "amount"),
    "price": ("amount", "units"),
    "big": ("big", None),
    "named": ("rows where area = O'Brien \"& Sons", None),
    "rocket": ("rows where area = 🚀 rocket", "rows"),
    "not_north": ("rows where area != north", "rows"),
    "high": ("rows where score >= 9 - rows where score <= 6", "rows where score >= 0"),
    "urgent": ("cost where urgent = 1", "rows where urgent = 0"),
    "dear": ("rows where amount > 0.1", None),
}


def cases() -> pd.DataFrame:
    """Return 1,500 records with everything in them that engines are known to see differently."""
    chance = np.random.default_rng(7)
    count = 1_500
    moment = pd.Timestamp("2026-01-05") + pd.to_timedelta(chance.integers(0, 26 * 7 * 86_400, count), unit="s")
    edges = ["2026-01-05 00:00:00", "2026-01-11 23:59:59", "2026-03-29 02:30:00", "2026-06-30 23:59:59"]
    area = chance.choice(np.array(TEXTS, dtype=object), count)
    won = chance.integers(0, 2, count) * (1 + 4 * ((area == "north") & (moment >= "2026-06-01")))
    frame = pd.DataFrame(
        {
            "closed": pd.Series(moment).where(chance.random(count) > 0.01),
            "won": pd.Series(won, dtype="Int64"),
            "amount": [Decimal(int(cents)) / 100 for cents in chance.integers(-1000, 10_000_000, count)],
            "cost": np.where(chance.random(count) < 0.05, np.nan, chance.normal(50, 20, count)),
            "units": pd.Series(chance.integers(1, 7, count), dtype="Int64"),
            "big": pd.Series(chance.integers(2**33, 2**33 + 10**9, count), dtype="Int64"),
            "score": pd.Series(chance.integers(0, 11, count), dtype="Int64").where(chance.random(count) > 0.1),
            "urgent": pd.Series(chance.random(count) < 0.3, dtype="boolean").where(chance.random(count) > 0.1),
            "area": area,
            "team": chance.choice(np.array(["a", "b", "c"], dtype=object), count),
            "customer": [f"customer {number}" for number in range(count)],
        }
    )
    frame.loc[: len(edges) - 1, "closed"] = pd.to_datetime(edges)
    frame.loc[: len(edges) - 1, "amount"] = Decimal("0.10")  # as a binary number a little more than 0.1
    return frame


CASES = cases()


class Places:
    """Where the records and KPI values are kept; each way returns the sources by their name."""

    def __init__(self, folder: Path, values: pd.DataFrame) -> None:
        self.folder, self.values = folder, values

    def parquet(self) -> dict[str, Any]:
        CASES.to_parquet(self.folder / "cases.parquet")
        self.values.to_parquet(self.folder / "values.parquet")
        return {"cases": f"{self.folder}/cases.parquet", "values": f"{self.folder}/values.parquet"}

    def csv(self) -> dict[str, Any]:
        CASES.to_csv(self.folder / "cases.csv", index=False)
        self.values.to_csv(self.folder / "values.csv", index=False)
        return {"cases": f"{self.folder}/cases.csv", "values": f"{self.folder}/values.csv"}

    def excel(self) -> dict[str, Any]:
        CASES.to_excel(self.folder / "cases.xlsx", index=False)
        self.values.to_excel(self.folder / "values.xlsx", index=False)
        return {"cases": f"{self.folder}/cases.xlsx", "values": f"{self.folder}/values.xlsx"}

    def duckdb(self) -> dict[str, Any]:
        connection = duckdb.connect(str(self.folder / "w.duckdb"))
        for name, table in (("cases", CASES), ("values", self.values)):
            table.to_parquet(self.folder / f"{name}.parquet")
            connection.execute(f"create table \"{name}\" as select * from '{self.folder}/{name}.parquet'")
        connection.close()
        return tables(f"duckdb:///{self.folder}/w.duckdb")

    def sqlite(self) -> dict[str, Any]:
        connection = sqlite3.connect(self.folder / "w.db")
        as_floats = CASES.assign(amount=CASES["amount"].astype(float))  # SQLite has no decimals
        as_floats.to_sql("cases", connection, index=False, dtype={"urgent": "BOOLEAN"})
        self.values.to_sql("values", connection, index=False)
        connection.close()
        return tables(f"sqlite:///{self.folder}/w.db")

    def postgresql(self, url: str) -> dict[str, Any]:
        engine = sa.create_engine(url)
        kinds = {"amount": sa.Numeric(12, 2), "urgent": sa.Boolean, "big": sa.BigInteger}
        CASES.to_sql("cases", engine, index=False, if_exists="replace", dtype=kinds)
        self.values.to_sql("values", engine, index=False, if_exists="replace", dtype={"period": sa.Date})
        engine.dispose()
        return tables(url)

    def spark(self) -> dict[str, Any]:
        self.parquet()
        url = "pyspark://?spark.master=local[2]&spark.ui.enabled=false&spark.sql.shuffle.partitions=2"
        query = "select * from parquet.`{folder}/{name}.parquet`"
        return {
            name: {"url": url, "query": query.format(folder=self.folder, name=name)} for name in ("cases", "values")
        }


def tables(url: str) -> dict[str, Any]:
    return {name: {"url": url, "table": name} for name in ("cases", "values")}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.server() as url:
        yield url


ENGINES = ["parquet", "csv", "excel", "duckdb", "sqlite", "postgresql", pytest.param("spark", marks=pytest.mark.spark)]


@pytest.fixture(scope="module", params=ENGINES)
def workspace(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace whose tables are all kept in one engine, or one kind of file."""
    folder = workspaces.make(tmp_path_factory.mktemp(request.param) / "work")
    values = workspaces.values().assign(period=lambda table: pd.to_datetime(table["period"]))
    places = Places(folder / "data", values.assign(value=values["value"].astype(float)))
    arguments = (request.getfixturevalue("server"),) if request.param == "postgresql" else ()
    kept = getattr(places, request.param)(*arguments)
    kept_at = {"kpi_values": kept["values"], "records": {"cases": kept["cases"]}}
    workspaces.write(folder, "review", REVIEW | {"sources": kept_at})
    return Workspace.load(folder)


def computed(kpi: str) -> Computed:
    numerator, denominator = KPIS[kpi]
    return Computed(records="cases", date="closed", numerator=numerator, denominator=denominator)


def missing_if_empty(texts: pd.Series) -> pd.Series:
    return texts.where(texts.notna() & (texts != ""))


def by_hand(kpi: str, rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return each row's part of numerator and denominator, without the package's help."""
    amount, cost = rows["amount"].astype(float), rows["cost"].fillna(0)
    area, score = missing_if_empty(rows["area"]), rows["score"].astype(float)
    urgent, one = rows["urgent"].astype("boolean"), pd.Series(1.0, rows.index)
    ways: dict[str, Callable[[], tuple[Any, Any]]] = {
        "share": lambda: (rows["won"], one),
        "margin": lambda: (amount - cost, amount),
        "price": lambda: (amount, rows["units"]),
        "big": lambda: (rows["big"], np.nan * one),
        "named": lambda: (area == 'O\'Brien "& Sons"', np.nan * one),
        "rocket": lambda: (area == "🚀 rocket", one),
        "not_north": lambda: ((area != "north") & area.notna(), one),
        "high": lambda: ((score >= 9).astype(float) - (score <= 6).astype(float), score.notna()),
        "urgent": lambda: (cost.where(urgent.fillna(False), 0), ~urgent.fillna(True)),
        "dear": lambda: (amount > 0.1, np.nan * one),
    }
    numerator, denominator = ways[kpi]()
    return pd.Series(numerator).astype(float), pd.Series(denominator).astype(float)


@pytest.mark.parametrize("kpi", [name for name in KPIS if name != "named"])
@pytest.mark.parametrize(("every", "frequency"), [("week", "W-SUN"), ("month", "M"), ("quarter", "Q")])
def test_a_kpi_is_the_same_number_in_every_engine(workspace: Workspace, kpi: str, every: Any, frequency: str) -> None:
    assert record_checks.faults(kpi, computed(kpi), workspace) == []
    found = records.totals(computed(kpi), every, workspace).dropna(subset="period").set_index("period")
    dated = CASES.dropna(subset="closed")
    numerator, denominator = by_hand(kpi, dated)
    begins = dated["closed"].dt.to_period(frequency).dt.start_time.astype("datetime64[s]")
    for column, parts in (("numerator", numerator), ("denominator", denominator)):
        expected = parts.groupby(begins).sum(min_count=1)
        np.testing.assert_allclose(found[column].astype(float), expected, rtol=TOLERANCE, atol=1e-7)
        assert list(found.index) == list(expected.index)


def test_a_text_with_quotes_is_the_same_text_in_every_engine(workspace: Workspace) -> None:
    found = records.cells(computed("share"), workspace, FIRST, LAST)
    dated = CASES.dropna(subset="closed")
    expected = missing_if_empty(dated["area"]).fillna("(missing)").value_counts()
    assert found.groupby("area")["rows"].sum().to_dict() == expected.to_dict()
    assert set(found["customer"]) == {"(other)"}


def test_segments_add_up_to_the_same_in_every_engine(workspace: Workspace) -> None:
    found = records.cells(computed("price"), workspace, FIRST, LAST)
    rows = CASES.dropna(subset="closed").assign(area=lambda table: missing_if_empty(table["area"]).fillna("(missing)"))
    rows["period"] = rows["closed"].dt.to_period("W-SUN").dt.start_time
    value, weight = by_hand("price", rows)
    parts = rows[["period", "area", "team"]].assign(
        rows=1.0, value=value, weight=weight, value_squares=value**2, products=value * weight, weight_squares=weight**2
    )
    expected = parts.groupby(["period", "area", "team"]).sum()
    got = found.groupby(["period", "area", "team"])[list(expected.columns)].sum()
    assert list(got.index) == list(expected.index)
    np.testing.assert_allclose(got.astype(float), expected, rtol=TOLERANCE)


def test_the_planted_segment_is_found_in_every_engine(workspace: Workspace) -> None:
    found = records.cells(computed("share"), workspace, FIRST, LAST)
    explained = segments.search(found, pd.Timestamp("2026-06-01"), "mean")
    assert explained.verdict == "segments"
    assert [dict(named) for named in explained.findings["segment"].map(dict)] == [{"area": "north"}]


def test_periods_begin_on_the_same_days_in_every_engine(workspace: Workspace) -> None:
    found = records.periods("cases", "closed", "week", workspace)
    assert sorted(found) == [day.date() for day in pd.date_range("2026-01-05", periods=26, freq="W-MON")]


def test_kpi_values_are_checked_and_typed_the_same_in_every_engine(workspace: Workspace) -> None:
    found, faults = checks.table("kpi_values", workspace.review.sources.kpi_values, workspace)
    expected, _ = checks.table("kpi_values", Source(file="data/kpi_values.csv"), workspace)
    assert faults == []
    in_order = ["department", "period"]
    pd.testing.assert_frame_equal(
        found.sort_values(in_order, ignore_index=True), expected.sort_values(in_order, ignore_index=True)
    )


def test_only_the_columns_of_a_kpi_are_asked_for(workspace: Workspace) -> None:
    with records.opened("cases", workspace) as table:
        totals = str(table.get_backend().compile(records.summed(table, computed("price"), "week")))
    assert all(name in totals for name in ("closed", "amount", "units"))
    assert not any(name in totals for name in ("customer", "cost", "score", "area"))


def test_what_leaves_the_engine_is_a_row_for_a_period_or_a_segment(workspace: Workspace) -> None:
    assert len(records.totals(computed("price"), "week", workspace)) <= 27
    found = records.cells(computed("price"), workspace, FIRST, LAST)
    assert "cost" not in found
    assert not found["customer"].str.startswith("customer").any()


def test_a_session_in_postgresql_can_not_write(server: str, tmp_path: Path) -> None:
    with psycopg.connect(psycopg_address(server), autocommit=True) as connection:
        connection.execute("create table if not exists kept (closed date, won int)")
        connection.execute("insert into kept values ('2026-07-06', 1)")
    source = Source(url=server, query="select closed, won from kept")
    with databases.opened(source, tmp_path) as table:
        assert table.count().to_pandas() == 1
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            table.get_backend().con.execute("delete from kept")


def psycopg_address(url: str) -> str:
    place = sa.make_url(url)
    return f"host={place.query['host']} user={place.username} dbname={place.database}"


@pytest.fixture
def guarded(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a table that a reader with a password may see, over a connection that asks for it."""
    with psycopg.connect(psycopg_address(server), autocommit=True) as connection:
        connection.execute("create table if not exists facts (closed date, won int)")
        connection.execute("drop role if exists reader")
        connection.execute("create role reader login")
    monkeypatch.setenv("READER_PASSWORD", "wr/o@ng:geheim")
    return server.replace("review@", "reader:${READER_PASSWORD}@")


def test_options_of_the_url_reach_postgresql_which_stays_read_only(server: str, tmp_path: Path) -> None:
    asked = server + ("&" if "?" in server else "?") + "options=-c%20statement_timeout%3D4321"
    source = Source(url=asked, query="select current_setting('statement_timeout') as told")
    with databases.opened(source, tmp_path) as table:
        assert table.to_pandas()["told"].tolist() == ["4321ms"]
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            table.get_backend().con.execute("create table other (n int)")


def test_a_refusal_of_postgresql_is_told_without_the_secret(
    guarded: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    source = Source(url=guarded, table="facts")
    with pytest.raises(InputError) as refused:
        sources.read(source, tmp_path, ())
    said = f"{refused.value!r} {refused.value} {caplog.text} {capsys.readouterr()}"
    assert "this user may not read it" in said
    assert "geheim" not in said
    assert "wr/o" not in said
    assert "${READER_PASSWORD}" in said


@pytest.mark.parametrize(
    "query",
    [
        "delete from kept",
        "insert into kept select * from kept",
        "drop table kept",
        "select 1; drop table kept",
        "with gone as (delete from kept returning *) select * from gone",
        "select * into other from kept",
    ],
)
def test_a_query_that_writes_is_refused_and_changes_nothing(server: str, tmp_path: Path, query: str) -> None:
    with psycopg.connect(psycopg_address(server), autocommit=True) as connection:
        connection.execute("create table if not exists kept (closed date, won int)")
        before = connection.execute("select count(*) from kept").fetchone()
        with pytest.raises(InputError, match="the query is not one SELECT"):
            sources.read(Source(url=server, query=query), tmp_path, ("closed", "won"))
        assert connection.execute("select count(*) from kept").fetchone() == before


@pytest.mark.parametrize("scheme", ["sqlite", "duckdb"])
def test_a_database_file_can_be_queried_and_not_written_to(tmp_path: Path, scheme: str) -> None:
    file = tmp_path / "w.db"
    made: Any = duckdb.connect(str(file)) if scheme == "duckdb" else sqlite3.connect(file)
    made.execute("create table facts (code varchar, value double precision)")
    made.execute("insert into facts values ('a', 1.5), ('b', 2)")
    made.commit()
    made.close()
    source = Source(url=f"{scheme}:///w.db", query="select code, value from facts where value > 1.7;")
    (part,) = sources.read(source, tmp_path, ("code", "value"))
    assert part.rows.to_dict("records") == [{"code": "b", "value": 2}]
    with databases.opened(source, tmp_path) as table, pytest.raises(Exception, match=r"(?i)read-?only"):
        table.get_backend().con.execute("delete from facts")


def test_of_a_wide_table_only_the_known_columns_leave_the_database(server: str, tmp_path: Path) -> None:
    with psycopg.connect(psycopg_address(server), autocommit=True) as connection:
        connection.execute("create table if not exists wide (code text, value int, salary int)")
        connection.execute("insert into wide values ('a', 1, 90000)")
    renamed = Source(url=server, table="public.wide", columns={"code": "code", "value": "value"})
    (part,) = sources.read(renamed, tmp_path, ("code", "value"))
    assert part.rows.to_dict("records") == [{"code": "a", "value": 1}]
    (strange,) = sources.read(Source(url=server, table="wide"), tmp_path, ("code", "value"))
    assert (list(strange.rows.columns), len(strange.rows)) == (["code", "value", "salary"], 0)


def test_a_text_among_numbers_is_told_in_sqlite_and_not_added_up_as_nothing(tmp_path: Path) -> None:
    folder = workspaces.make(tmp_path / "work")
    connection = sqlite3.connect(folder / "w.db")
    connection.execute("create table cases (closed text, won real)")
    connection.execute("insert into cases values ('2026-01-05', 1), ('2026-01-06', 'lots'), ('06/01/2026', 1)")
    connection.commit()
    connection.close()
    source = {"url": "sqlite:///w.db", "table": "cases"}
    workspaces.write(folder, "review", REVIEW | {"sources": REVIEW["sources"] | {"records": {"cases": source}}})
    found = record_checks.faults("share", computed("share"), Workspace.load(folder))
    assert [fault.found for fault in found] == [
        "the column 'closed' of cases doesn't hold dates: '06/01/2026'",
        "the column 'won' of cases doesn't hold numbers: 'lots'",
    ]
