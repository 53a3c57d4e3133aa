"""Small plans for tests of the alignment review: two goals, four departments, and KPIs to promise."""

import datetime
from typing import Any

from saypro_nb.agree.goals import Alignment
from saypro_nb.agree.schema import Kpi
from saypro_nb.review.alignment import Plans

TODAY = datetime.date(2026, 6, 30)

GOALS: list[dict[str, Any]] = [
    {"id": "grow", "statement": "Sell more", "kpis": ["conversion"], "driven_by": ["lead_quality"]},
    {"id": "keep", "statement": "Lose fewer customers", "kpis": ["churn"]},
    {"id": "serve", "statement": "Answer faster", "kpis": ["response_time"]},
]
GOOD: dict[str, Any] = {
    "id": "convert",
    "department": "sales",
    "statement": "Win one lead in five",
    "goals": ["grow"],
    "kpi": "conversion",
    "target": 20,
    "deadline": "2026-12-31",
    "owner": "Head of Sales",
}


def kpi(name: str, *departments: str, **facts: Any) -> Kpi:
    usual: dict[str, Any] = {"unit": "percent", "better": "higher", "perspective": "operational", "every": "week"}
    usual |= {"formula": "parts of a whole", "points_at": "anything", "target": 50}
    return Kpi.model_validate(usual | {"name": name, "departments": departments} | facts)


KPIS = {
    "conversion": kpi("Conversion", "sales"),
    "lead_quality": kpi("Lead quality", "marketing"),
    "traffic": kpi("Website traffic", "marketing", unit="count"),
    "churn": kpi("Churn", "support", better="lower"),
    "response_time": kpi("Response time", "support", "it", unit="hours", better="lower"),
    "uptime": kpi("Uptime", "it"),
    "satisfaction": kpi("Satisfaction of employees", "people"),
    "cash": kpi("Cash", unit="money"),
}


def objective(name: str, department: str, **facts: Any) -> dict[str, Any]:
    """Return an objective that is well made but for `facts`."""
    return GOOD | {"id": name, "department": department, "owner": f"Head of {department}"} | facts


def plans(*objectives: dict[str, Any], today: datetime.date = TODAY, **agreed: Any) -> Plans:
    shape = {"goals": GOALS, "objectives": list(objectives)} | agreed
    return Plans(Alignment.model_validate(shape), KPIS, today)
