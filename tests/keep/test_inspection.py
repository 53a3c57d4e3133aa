"""One look finds everything that has to be mended before a batch."""

from pathlib import Path

import pandas as pd
import pytest

from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import inspection
from saypro_nb.keep.register import Register
from tests import workspaces
from tests.workspaces import KPIS, REVIEW


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return workspaces.make(tmp_path / "work")


def places(folder: Path) -> list[str]:
    return [fault.where for fault in inspection.faults(Workspace.load(folder))]


def with_orders(folder: Path, numerator: str) -> None:
    computed = {"records": "orders", "date": "date", "numerator": numerator}
    sources = REVIEW["sources"] | {"records": {"orders": "data/orders.csv"}}
    workspaces.write(folder, "review", REVIEW | {"sources": sources})
    workspaces.write(folder, "kpis", KPIS | {"orders": KPIS["revenue"] | {"computed": computed}})


def test_a_sound_workspace_has_no_fault_and_is_left_as_it_was(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    assert places(folder) == []
    assert sorted(folder.rglob("*")) == before


def test_faults_of_tables_records_and_register_come_together(folder: Path) -> None:
    (folder / "data" / "orders.csv").write_text("date,price\n2026-01-05,1\n")
    (folder / "data" / "kpi_values.csv").write_text("department,kpi,period,value\nnorth,revenue,2026-01-05,lots\n")
    (folder / "register.sqlite").write_bytes(b"no database at all, but long enough to be taken for a damaged one")
    with_orders(folder, "prize")
    assert places(folder) == [
        "data/kpi_values.csv, row 2, value",
        "params/kpis.yaml, orders.computed.numerator",
        "params/review.yaml, register: sqlite:///register.sqlite",
    ]


def test_a_table_that_nobody_named_is_no_fault_and_one_that_is_missing_is(folder: Path) -> None:
    workspaces.write(folder, "review", REVIEW | {"sources": REVIEW["sources"] | {"drivers": "data/drivers.csv"}})
    assert places(folder) == ["data/drivers.csv"]


def test_records_used_by_two_kpis_are_told_once(folder: Path) -> None:
    with_orders(folder, "rows")
    workspaces.write(
        folder,
        "kpis",
        KPIS
        | {
            name: KPIS["revenue"] | {"computed": {"records": "orders", "date": "date", "numerator": "rows"}}
            for name in ("a", "b")
        },
    )
    assert places(folder) == ["data/orders.csv"]


def test_a_row_of_the_records_that_can_not_be_read_is_found_before_the_batch(folder: Path) -> None:
    (folder / "data" / "orders.csv").write_text("date,won\n" + "2026-07-06,1\n" * 30_000 + "2026-07-06,lots\n")
    with_orders(folder, "won")
    assert places(folder) == ["data/orders.csv"]


def test_an_entry_of_the_register_that_is_no_action_is_told(folder: Path) -> None:
    register = Register.open(REVIEW["register"], folder)
    register.record("action", "north-1", {"id": "north-1"}, who="x", why="y", seen=0)
    assert places(folder) == ["params/review.yaml, register: sqlite:///register.sqlite"]


def test_a_decision_on_a_hypothesis_with_an_unknown_verdict_is_told(folder: Path) -> None:
    register = Register.open(REVIEW["register"], folder)
    register.record("hypothesis", "late", {"verdict": "maybe"}, who="x", why="y", seen=0)
    assert places(folder) == ["params/review.yaml, register: sqlite:///register.sqlite"]


def test_a_password_in_the_register_s_url_is_not_shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTER_PASSWORD", "geheim")
    for password in ("plain", "${REGISTER_PASSWORD}"):
        url = f"nonsense://review:{password}@127.0.0.1:1/register"
        workspaces.write(folder, "review", REVIEW | {"register": url})
        (fault,) = inspection.faults(Workspace.load(folder))
        assert "plain" not in str(fault)
        assert "geheim" not in str(fault)


def test_forms_without_any_challenge_are_sound(folder: Path) -> None:
    forms = pd.DataFrame({"date": ["2026-01-05"], "form": "employee", "department": "north", "challenges": None})
    forms.to_csv(folder / "data" / "feedback.csv", index=False)
    workspaces.write(folder, "review", REVIEW | {"sources": REVIEW["sources"] | {"feedback": "data/feedback.csv"}})
    assert places(folder) == []
