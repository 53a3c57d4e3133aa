"""What a source declares is held against what it is, before anything is read."""

from pathlib import Path
from typing import Any

import pytest

from saypro_nb.agree.errors import InputError
from saypro_nb.agree.settings import Workspace
from saypro_nb.agree.sources import Source
from tests import workspaces
from tests.workspaces import REVIEW


def told(folder: Path, source: Any, name: str = "kpi_values") -> str:
    workspaces.make(folder)
    workspaces.write(folder, "review", REVIEW | {"sources": {"kpi_values": "data/kpi_values.csv"} | {name: source}})
    with pytest.raises(InputError) as refused:
        Workspace.load(folder)
    return "\n".join(str(fault) for fault in refused.value.faults)


@pytest.mark.parametrize("name", ["utf-8", "UTF8", "utf_8", "U8"])
def test_utf_8_has_several_names(name: str) -> None:
    assert Source(file="a.csv", encoding=name).encoding == "utf-8"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({}, "give either 'file', or 'url' with 'table' or 'query'"),
        ({"file": "a.csv", "url": "sqlite:///a.db"}, "give either 'file', or 'url' with 'table' or 'query'"),
        ({"url": "sqlite:///a.db"}, "beside 'url' give either 'table' or 'query'"),
        ({"url": "sqlite:///a.db", "table": "a", "query": "select 1"}, "beside 'url' give either 'table' or 'query'"),
        ("data/t.ods", "'data/t.ods' is no kind of file that can be read; use one of .csv, .tsv"),
        ({"file": "a.csv", "seperator": ";"}, "there is no such setting. Did you mean 'separator'?"),
        ({"file": "a.csv", "separator": ":"}, "Input should be ','"),
        ({"file": "a.csv", "encoding": "ansi-german"}, "no such encoding"),
        ({"file": "a.csv", "dates": "DD/MM"}, "'DD/MM' is no way to write a day"),
        ({"file": "a.csv", "dates": "d.m.Y"}, "'d.m.Y' is no way to write a day"),
        ({"file": "a.csv", "thousands": "."}, "'.' can't be both 'thousands' and 'decimal'"),
        ({"file": "a.csv", "sheet": "Values"}, "leave out 'sheet': a CSV file has no such thing"),
        ({"file": "a.xlsx", "separator": ";"}, "leave out 'separator': an Excel file says so itself"),
        ({"file": "a.parquet", "dates": "DD.MM.YYYY"}, "leave out 'dates': a Parquet file says so itself"),
        ({"url": "sqlite:///a.db", "table": "a", "decimal": ","}, "leave out 'decimal': that is for files"),
        ({"file": "a.csv", "columns": {"A": "value", "B": "value"}}, "two columns would be 'value'"),
        ({"file": "a.csv", "separator": ";"}, "kpi_values is separated by ';': say which 'decimal' it has"),
    ],
)
def test_a_declaration_that_can_not_be_meant_is_refused(tmp_path: Path, source: Any, said: str) -> None:
    fault = told(tmp_path / "work", source)
    assert fault.startswith("params/review.yaml, sources")
    assert said in fault


def test_texts_alone_need_no_decimal_sign(tmp_path: Path) -> None:
    folder = workspaces.make(tmp_path / "work")
    forms = {"file": "data/forms.csv", "separator": ";"}
    workspaces.write(folder, "review", REVIEW | {"sources": REVIEW["sources"] | {"feedback": forms}})
    assert Workspace.load(folder).review.sources.feedback is not None


@pytest.mark.parametrize(
    "source",
    [
        {"url": "postgres://reader:geheim@db/sales", "table": "facts"},
        {"url": "postgres://reader:ge/heim@db/sales", "table": "facts"},
        {"url": "duckdb://md:sales?motherduck_token=geheim", "table": "facts"},
        {"url": "postgres://reader:geheim@db/sales"},
        "postgres://reader:geheim@db/sales",
    ],
)
def test_a_password_in_plain_text_is_refused_and_not_repeated(tmp_path: Path, source: Any) -> None:
    fault = told(tmp_path / "work", source)
    assert "heim" not in fault
    assert "${NAME}" in fault or "an address goes under 'url'" in fault
