"""Small workspaces that tests make, change and break; small enough to check by hand."""

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

REPOSITORY = Path(__file__).parents[1]
WEEKS = pd.date_range("2026-01-05", periods=30, freq="W-MON")

REVIEW: dict[str, Any] = {
    "organisation": "Test organisation (invented)",
    "notebooks": str(REPOSITORY / "notebooks"),
    "register": "sqlite:///register.sqlite",
    "departments": {
        "north": {"name": "North", "lead": "Head of North", "check_in": "weekly", "action_budget": 10000},
        "south": {"name": "South", "lead": "Head of South", "check_in": "monthly", "action_budget": 0},
    },
    "priority": {
        "signal": {"concern": 2.0, "common_cause": 1.0, "improvement": 0.5},
        "trend": {"worsening": 1.5, "flat": 1.0, "improving": 0.75},
    },
    "sources": {"kpi_values": "data/kpi_values.csv"},
}

KPIS: dict[str, Any] = {
    "revenue": {
        "name": "Revenue",
        "unit": "money",
        "better": "higher",
        "perspective": "financial",
        "departments": ["north", "south"],
        "every": "week",
        "target": 100,
        "weight": 2,
        "formula": "sum of invoices",
        "points_at": "fewer orders",
    }
}


def make(folder: Path) -> Path:
    """Make a sound workspace of two departments and one KPI over thirty weeks, and return its folder."""
    (folder / "params" / "departments").mkdir(parents=True)
    (folder / "data").mkdir()
    write(folder, "review", REVIEW)
    write(folder, "kpis", KPIS)
    write(folder, "alignment", {"goals": [], "objectives": []})
    for name in ("causes", "recommendations"):
        write(folder, name, _of_no_department(yaml.safe_load((REPOSITORY / "params" / f"{name}.yaml").read_text())))
    values().to_csv(folder / "data" / "kpi_values.csv", index=False)
    return folder


def make_alone(folder: Path) -> Path:
    """Make that workspace with the north only: six pages, which are soon built."""
    make(folder)
    write(folder, "review", REVIEW | {"departments": {"north": REVIEW["departments"]["north"]}})
    write(folder, "kpis", {"revenue": KPIS["revenue"] | {"departments": ["north"]}})
    values().query("department == 'north'").to_csv(folder / "data" / "kpi_values.csv", index=False)
    return folder


def values() -> pd.DataFrame:
    """Return revenue that wobbles between 98 and 102 in the north, and falls to 60 at the end in the south."""
    wobble = [100 + (-2, 1, 2, -1)[week % 4] for week in range(len(WEEKS))]
    rows = {"north": wobble, "south": [*wobble[:-8], *[60 + value - 100 for value in wobble[-8:]]]}
    tables = [
        pd.DataFrame({"department": name, "kpi": "revenue", "period": WEEKS.date, "value": series})
        for name, series in rows.items()
    ]
    return pd.concat(tables, ignore_index=True)


def write(folder: Path, name: str, content: Any) -> None:
    """Write params/<name>.yaml."""
    (folder / "params" / f"{name}.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def load(folder: Path, name: str) -> Any:
    """Return what params/<name>.yaml says."""
    return yaml.safe_load((folder / "params" / f"{name}.yaml").read_text(encoding="utf-8"))


def own_notebooks(folder: Path) -> Path:
    """Give the workspace notebooks of its own, to be changed, and return their folder."""
    shutil.copytree(REPOSITORY / "notebooks", folder / "notebooks")
    write(folder, "review", REVIEW | {"notebooks": "notebooks"})
    return folder / "notebooks"


def _of_no_department(library: dict[str, Any]) -> dict[str, Any]:
    """Return the library without what belongs to the sample's departments."""
    if "hypotheses" in library:
        return library | {"hypotheses": []}
    return {"recommendations": [item for item in library["recommendations"] if not item.get("departments")]}
