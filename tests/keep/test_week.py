"""The evidence of a week is found once for all departments, and again when anything behind it changes."""

import datetime
from pathlib import Path

import pandas as pd
import pytest

from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import values, week
from tests import workspaces

MONDAYS = pd.date_range("2025-01-06", periods=60, freq="W-MON")
LAST = MONDAYS[-1].date()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = workspaces.make(tmp_path / "work")
    wobble = [100 + (-2, 1, 2, -1, 0, 3, -3)[number % 7] for number in range(len(MONDAYS))]
    rows = [
        pd.DataFrame({"department": name, "kpi": "revenue", "period": MONDAYS.date, "value": wobble})
        for name in ("north", "south")
    ]
    pd.concat(rows).to_csv(folder / "data" / "kpi_values.csv", index=False)
    return folder


def left(folder: Path) -> set[str]:
    return {file.name for file in (folder / "outputs" / LAST.isoformat()).glob("evidence-*.parquet")}


def test_what_one_department_found_the_others_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = week.evidence(Workspace.load(folder), LAST)
    assert set(found["department"]) == {"north", "south"}
    monkeypatch.setattr(values, "of_organisation", None)  # nobody computes it again
    again = week.evidence(Workspace.load(folder), LAST)
    pd.testing.assert_frame_equal(again, found)


def test_values_are_read_again_as_they_were_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = week.known_values(Workspace.load(folder), LAST)
    monkeypatch.setattr(values, "of_organisation", None)
    pd.testing.assert_frame_equal(week.known_values(Workspace.load(folder), LAST), found)
    monkeypatch.setattr(values, "resolve", None)
    assert week.resolve(LAST.isoformat(), Workspace.load(folder)) == LAST


def test_a_changed_value_is_another_weeks_evidence(folder: Path) -> None:
    week.evidence(Workspace.load(folder), LAST)
    before = left(folder)
    file = folder / "data" / "kpi_values.csv"
    file.write_text(file.read_text().replace("2026-02-23,99", "2026-02-23,60", 1))
    again = week.evidence(Workspace.load(folder), LAST)
    assert len(left(folder)) == 1  # what nobody will read again is gone
    assert left(folder) != before
    assert again["p"].notna().any()


def test_a_changed_direction_is_another_weeks_evidence(folder: Path) -> None:
    week.evidence(Workspace.load(folder), LAST)
    before = left(folder)
    workspaces.write(folder, "kpis", {"revenue": workspaces.KPIS["revenue"] | {"better": "lower"}})
    week.evidence(Workspace.load(folder), LAST)
    assert left(folder) != before


def test_an_earlier_period_knows_nothing_of_later_weeks(folder: Path) -> None:
    earlier = week.evidence(Workspace.load(folder), LAST - datetime.timedelta(weeks=5))
    assert earlier["period"].max().date() == LAST - datetime.timedelta(weeks=5)


def test_a_workspace_that_can_not_be_written_is_reviewed_all_the_same(folder: Path) -> None:
    (folder / "outputs").write_text("a file in the folder's place")
    assert len(week.evidence(Workspace.load(folder), LAST)) == 120
