"""A small sound workspace in which everything that a review reads has a little of it: the ground for dirt.

Two departments over thirty weeks: KPIs handed in and computed from records, counts behind a percentage, a monthly
KPI, drivers, forms, interviews, examples of free text, plans, meetings, and a register with two actions.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from saypro_nb.keep.register import Register
from tests import workspaces
from tests.plans import revenue_action

TABLES = ("kpi_values", "drivers", "feedback", "interviews", "orders")
PARAMS = ("review", "kpis", "causes", "recommendations", "alignment", "meetings", "statements")

_SHARE = {"unit": "percent", "target": 90, "every": "week", "departments": ["north"]}
_ON_TIME = {"records": "orders", "date": "day", "numerator": "on_time", "denominator": "rows"}
_FORM = {"date": "2026-07-20", "form": "employee", "department": "north", "challenges": "workload"}
_SAID = {"date": "2026-07-20", "department": "south", "role": "Clerk", "theme": "people", "kpi": "revenue"}


def make(folder: Path) -> Path:
    """Make the workspace, and return its folder."""
    workspaces.make(folder)
    sources: dict[str, Any] = {name: f"data/{name}.csv" for name in TABLES[:-1]}
    sources["records"] = {"orders": "data/orders.csv"}
    workspaces.write(folder, "review", workspaces.REVIEW | {"sources": sources})
    workspaces.write(folder, "kpis", _kpis())
    workspaces.write(folder, "alignment", _plans())
    workspaces.write(folder, "meetings", {"time_zone": "Europe/London", "first_week": "2026-06-01"})
    workspaces.write(folder, "statements", _statements())
    for department in ("north", "south"):
        workspaces.write(folder, f"departments/{department}", {"department": department, "review_weeks": 13})
    for name, table in _tables().items():
        table.to_csv(folder / "data" / f"{name}.csv", index=False)
    register = Register.open("sqlite:///register.sqlite", folder)
    for number, status in ((1, "in progress"), (2, "completed")):
        kept = revenue_action(id=f"N-{number}", status=status)
        register.record("action", kept.id, kept.model_dump(mode="json"), who="Clerk", why="Agreed", seen=0)
    return folder


def _kpis() -> dict[str, Any]:
    revenue = workspaces.KPIS["revenue"]
    return {
        "revenue": revenue,
        "share": revenue | _SHARE | {"name": "Share"},
        "on_time": revenue | _SHARE | {"name": "On time", "departments": ["south"], "computed": _ON_TIME},
        "cost": revenue | {"name": "Cost", "every": "month", "better": "lower", "threshold": 120},
    }


def _tables() -> dict[str, pd.DataFrame]:
    weeks = workspaces.WEEKS
    share = [90 + (0, 2, -2, 1, -1)[week % 5] for week in range(len(weeks))]
    months = pd.date_range("2026-01-01", "2026-07-01", freq="MS").date
    facts = {"department": "north", "kpi": "share", "period": weeks.date, "value": share, "numerator": share}
    values = pd.concat(
        [
            workspaces.values(),
            pd.DataFrame(facts | {"denominator": 100}),
            pd.DataFrame({"department": "south", "kpi": "cost", "period": months, "value": range(100, 107)}),
        ]
    )
    drivers = pd.DataFrame({"department": "north", "driver": "absence", "period": weeks.date, "value": share})
    forms = [_FORM | {"respondent": f"Respondent {n}", "details": "We lack training", "team": "A"} for n in range(6)]
    interviews = [_SAID | {"statement": statement} for statement in ("Nobody was trained", "Tools are slow")]
    return {
        "kpi_values": values,
        "drivers": drivers,
        "feedback": pd.DataFrame(forms),
        "interviews": pd.DataFrame(interviews),
        "orders": _orders(),
    }


def _orders() -> pd.DataFrame:
    weeks = workspaces.WEEKS
    return pd.DataFrame(
        [
            {"day": week.date(), "region": region, "on_time": int(number > (4 if region == "east" and late else 1))}
            for place, week in enumerate(weeks)
            for late in [place >= len(weeks) - 6]
            for region in ("east", "west")
            for number in range(10)
        ]
    )


def _plans() -> dict[str, Any]:
    goal = {"id": "grow", "statement": "Sell more", "kpis": ["revenue"]}
    objective = {"id": "sell", "department": "north", "statement": "Sell for 110 a week", "goals": ["grow"]}
    objective |= {"kpi": "revenue", "target": 110, "deadline": "2026-12-31", "owner": "Head of North"}
    return {"goals": [goal], "objectives": [objective]}


def _statements() -> dict[str, Any]:
    examples = {
        "training": ["Nobody was trained", "We lack training"],
        "resources": ["Tools are slow", "Too few of us"],
    }
    return {"words": {"training": ["trained", "taught"]}, "examples": {"forms": examples}}
