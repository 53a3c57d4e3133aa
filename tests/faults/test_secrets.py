"""No secret and no name of a respondent leaves the place it was given for: not to outputs, exports, logs or messages.

Secrets come from the environment: one names the databases, so that a review can succeed with it, another is part of
the address that is told of alerts.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from tests import workspaces
from tests.conftest import Finished, saypro
from tests.faults import dirty_workspace

SECRET, PASSWORD, NAME = "geheim-7f3a", "kennwort-91c2", "Wilhelmina Quist"
BASE = "sqlite:///${TEST_BASE}.sqlite"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace whose values, records and register lie in databases that a secret names."""
    folder = dirty_workspace.make(tmp_path_factory.mktemp("secrets") / "work")
    with closing(sqlite3.connect(folder / f"{SECRET}.sqlite")) as base:
        for name, day in (("kpi_values", "period"), ("orders", "day")):
            pd.read_csv(folder / "data" / f"{name}.csv").to_sql(name, base, index=False, dtype={day: "DATE"})
    (folder / "register.sqlite").rename(folder / f"{SECRET}-register.sqlite")
    review = workspaces.load(folder, "review") | {"register": "sqlite:///${TEST_BASE}-register.sqlite"}
    review["sources"]["kpi_values"] = {"url": BASE, "table": "kpi_values"}
    review["sources"]["records"] = {"orders": {"url": BASE, "table": "orders"}}
    workspaces.write(folder, "review", review)
    forms = pd.read_csv(folder / "data" / "feedback.csv")
    forms.assign(respondent=NAME, details=f"Ask {NAME}, we lack training").to_csv(
        folder / "data" / "feedback.csv", index=False
    )
    given = {"TEST_BASE": SECRET, "SAYPRO_NOTIFY": f"json://user:{PASSWORD}@127.0.0.1:9/alerts"}
    with pytest.MonkeyPatch.context() as environment:
        for name, value in given.items():
            environment.setenv(name, value)
        yield folder


@pytest.fixture(scope="module")
def commands(folder: Path) -> dict[str, Finished]:
    """What the commands said that read or write with the secrets; the last ones meet databases that are gone."""
    asked = {
        "run": ("run",),
        "status": ("status", "--json"),
        "export": ("export", "--format", "csv"),
        "notify": ("notify",),
    }
    ended = {name: saypro(*words, folder=folder) for name, words in asked.items()}
    (folder / f"{SECRET}.sqlite").write_bytes(b"no database")
    ended["check of a damaged database"] = saypro("check", folder=folder)
    (folder / f"{SECRET}.sqlite").unlink()
    ended["run without database"] = saypro("run", folder=folder)
    (folder / f"{SECRET}-register.sqlite").write_bytes(b"no database")
    ended["check of a damaged register"] = saypro("check", folder=folder)
    return ended


def test_the_commands_have_used_the_secrets(commands: dict[str, Finished]) -> None:
    codes = {name: done.code for name, done in commands.items()}
    complaints = {name: done.complained[-500:] for name, done in commands.items()}
    assert codes == {
        "run": 0,
        "status": 0,
        "export": 0,
        "notify": 1,  # nobody answers at that address
        "check of a damaged database": 2,
        "run without database": 2,
        "check of a damaged register": 2,
    }, complaints


@pytest.mark.parametrize("word", [SECRET, PASSWORD, NAME, NAME.split()[1]])
def test_no_command_says_it(commands: dict[str, Finished], word: str) -> None:
    assert [name for name, done in commands.items() if word in done.printed + done.complained] == []


@pytest.mark.usefixtures("commands")
@pytest.mark.parametrize("word", [SECRET, PASSWORD, NAME, NAME.split()[1]])
def test_no_file_that_is_written_holds_it(folder: Path, word: str) -> None:
    places = [
        Path(base, name)
        for part in ("outputs", "export")
        for base, _, names in os.walk(folder / part)
        for name in names
    ]
    assert len(places) > 30
    assert [place for place in places if word.encode() in place.read_bytes() or word in place.name] == []
