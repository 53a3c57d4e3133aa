import json
from pathlib import Path
from typing import Any

import pytest

from tests import workspaces
from tests.conftest import saypro


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    made = workspaces.make(tmp_path / "work")
    workspaces.write(made, "kpis", {"revenue": workspaces.KPIS["revenue"] | {"threshold": 70}})
    return made


def content(workspace: Path) -> dict[str, Any]:
    file = workspace / "outputs" / "2026-07-27" / "alerts.json"
    return dict(json.loads(file.read_text("utf-8")))


def test_a_run_leaves_its_alerts_for_other_programs_and_renews_them_when_something_has_changed(workspace: Path) -> None:
    run = ("run", "--department", "south", "--notebook", "1_gap_identification")
    assert saypro(*run, folder=workspace).code == 0
    first = content(workspace)
    assert (first["period"], first["as_of"]) == ("2026-07-27", "2026-08-02")
    (alert,) = first["alerts"]
    assert (alert["department"], alert["kpi"], alert["state"], alert["owner"]) == ("south", "revenue", "open", None)
    assert (alert["value"], alert["threshold"], alert["began"]) == (61, 70, "2026-06-08")
    assert alert["held_by"]["step"] == "leadership"

    file = workspace / "outputs" / "2026-07-27" / "alerts.json"
    file.write_text(json.dumps(first | {"organisation": "as the last run left it"}))
    saypro(*run, folder=workspace)
    assert content(workspace)["organisation"] == "as the last run left it"

    who = ("--who", "Head of South", "--why", "in the meeting")
    saypro("acknowledge", "south", "revenue", "--owner", "Analyst", *who, folder=workspace)
    saypro(*run, folder=workspace)
    (alert,) = content(workspace)["alerts"]
    assert (alert["state"], alert["owner"]) == ("acknowledged", "Analyst")
