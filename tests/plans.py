"""An action and a department's agenda that tests plan, change and break."""

import datetime

import pandas as pd

from saypro_nb.agree.plans import Action
from saypro_nb.agree.schema import Department, Kpi
from saypro_nb.review import recommendations
from saypro_nb.review.agenda import Agenda

DEPARTMENT = Department(name="North", lead="Head of North", check_in="weekly", action_budget=10000)
CONVERSION = Kpi.model_validate(
    {
        "name": "Lead conversion",
        "unit": "percent",
        "better": "higher",
        "perspective": "customer",
        "every": "week",
        "formula": "won / leads",
        "points_at": "lead quality",
    }
)
OWNED = {"conversion": CONVERSION, "delay": CONVERSION.model_copy(update={"name": "Delay", "better": "lower"})}


def action(**facts: object) -> Action:
    """Return the training of the north's newcomers, in progress, with `facts` of its own."""
    usual = {
        "id": "north-1",
        "department": "north",
        "kpi": "conversion",
        "family": "training",
        "description": "Train newcomers.",
        "owner": "Head of North",
        "start": "2026-01-05",
        "end": "2026-03-30",
        "resources": "a trainer",
        "budget": 100,
        "criterion": {"kpi": "conversion", "amount": 20, "by": "2026-06-29"},
        "term": "short",
        "status": "in progress",
    }
    return Action.model_validate(usual | facts)


def revenue_action(**facts: object) -> Action:
    """Return a training that a clerk leads for the north's revenue, from 5 January to 31 March 2026, in progress."""
    criterion = {"kpi": "revenue", "amount": 100, "by": "2026-05-29"}
    usual = {"id": "N-1", "kpi": "revenue", "description": "Train", "owner": "Clerk", "end": "2026-03-31"}
    return action(**(usual | {"resources": "time", "budget": 0, "criterion": criterion} | facts))


def agenda(**facts: object) -> Agenda:
    """Return the north's agenda of 1 March 2026: a gap of 3 points in its conversion, and one action against it."""
    gap = {"kpi": "conversion", "value": 17.0, "target": 20.0, "gap": 3.0, "state": "worse", "shortlisted": True}
    cause = {"kpi": "conversion", "family": "training", "score": 1.25, "statement": "Newcomers lack practice."}
    missed = {"kpi": "conversion", "missed": 9, "periods": 13, "total": float("nan"), "since": pd.NaT}
    usual: dict[str, object] = {
        "department": DEPARTMENT,
        "today": datetime.date(2026, 3, 1),
        "kept": [action()],
        "drafts": [],
        "kpis": OWNED,
        "ranked": pd.DataFrame([gap | {"since": pd.Timestamp("2026-01-05")}]),
        "weighed": pd.DataFrame([cause]),
        "recommended": pd.DataFrame(columns=recommendations.COLUMNS),
        "missed": pd.DataFrame([missed]),
        "verdicts": {},
        "signed": [],
        "currency": "$",
    }
    return Agenda(**(usual | facts))  # type: ignore[arg-type]
