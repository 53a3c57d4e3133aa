from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from saypro_nb.agree.errors import InputError
from saypro_nb.agree.schema import Source
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import checks, sources
from tests import workspaces


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return workspaces.make(tmp_path / "work")


def refused(source: str | Source, folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        sources.read(source, folder)
    return str(caught.value)


@pytest.fixture(params=["xlsx", "parquet", "bom", "sqlite"])
def elsewhere(request: pytest.FixtureRequest, folder: Path) -> str | Source:
    """The same KPI values, kept in another way."""
    table, data = workspaces.values(), folder / "data"
    if request.param == "xlsx":
        table.to_excel(data / "values.xlsx", index=False)
    elif request.param == "parquet":
        table.assign(period=pd.to_datetime(table["period"])).to_parquet(data / "values.parquet")
    elif request.param == "bom":
        table.to_csv(data / "values.csv", index=False, encoding="utf-8-sig")
    else:
        table.astype({"period": str}).to_sql("kpi", sa.create_engine(f"sqlite:///{data / 'crm.db'}"), index=False)
        return Source(url="sqlite:///data/crm.db", table="kpi")
    return f"data/values.{'csv' if request.param == 'bom' else request.param}"


def test_a_table_is_the_same_wherever_it_is_kept(folder: Path, elsewhere: str | Source) -> None:
    workspace = Workspace.load(folder)
    as_csv, none = checks.table("kpi_values", "data/kpi_values.csv", workspace)
    found, faults = checks.table("kpi_values", elsewhere, workspace)
    assert faults == none == []
    pd.testing.assert_frame_equal(found, as_csv)


def test_a_missing_file_is_told_with_its_path(folder: Path) -> None:
    assert refused("data/none.csv", folder).startswith("data/none.csv: there is no such file. Put it there")


def test_a_kind_of_file_that_can_not_be_read_is_told_with_those_that_can(folder: Path) -> None:
    (folder / "data" / "values.pdf").write_text("x")
    assert "Use one of .csv, .xlsx, .parquet" in refused("data/values.pdf", folder)


def test_text_in_another_encoding_is_refused_and_not_guessed(folder: Path) -> None:
    (folder / "data" / "values.csv").write_bytes("department\nZürich\n".encode("cp1252"))
    assert "the text is not UTF-8. Save it as 'CSV UTF-8'" in refused("data/values.csv", folder)


@pytest.mark.parametrize("name", ["values.parquet", "values.xlsx"])
def test_a_damaged_file_is_told_without_a_traceback(folder: Path, name: str) -> None:
    (folder / "data" / name).write_bytes(b"PK nothing of the kind")
    assert refused(f"data/{name}", folder).startswith(f"data/{name}: not readable")


def test_a_secret_that_the_environment_lacks_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRM_PASSWORD", raising=False)
    told = refused(Source(url="postgres://review:${CRM_PASSWORD}@localhost/crm", table="kpi"), folder)
    assert "the environment has no CRM_PASSWORD. Set it: export CRM_PASSWORD=…" in told


@pytest.mark.parametrize(
    "url", ["postgres://review:${CRM_PASSWORD}@localhost:1/crm", "postgres://review:s3cret@localhost:1/crm"]
)
def test_a_secret_is_never_told(folder: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("CRM_PASSWORD", "s3cret")
    assert "s3cret" not in refused(Source(url=url, table="kpi"), folder)


def test_opening_a_database_that_is_not_there_does_not_create_it(folder: Path) -> None:
    assert "there is no such file" in refused(Source(url="sqlite:///data/none.db", table="kpi"), folder)
    assert not (folder / "data" / "none.db").exists()
