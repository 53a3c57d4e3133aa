"""What is asked for in all: the money and the people of every department's plan, held against what there is.

The budgets of departments are not added up to pay for one another: one that is exceeded stays exceeded, whatever
another has left.
"""

from collections.abc import Mapping

import pandas as pd

from saypro_nb.review import wanted
from saypro_nb.review.agenda import Agenda

ASKS = ["department", "proposals", "asked", "quarter", "planned", "budget", "over", "too_much"]
QUARTERS = ["quarter", "first", "planned", "proposed", "budget", "over"]


def by_department(agendas: Mapping[str, Agenda]) -> pd.DataFrame:
    """Return for each department how many ``proposals`` wait, and what they ask for.

    ``quarter`` is the one that would take most if all were approved, with what is ``planned`` in it, the department's
    ``budget`` for a quarter and by how much it is ``over``, in the worst one; ``too_much`` are owners with more actions
    at once than is advisable.
    """
    rows = [_of(name, agenda) for name, agenda in agendas.items()]
    return pd.DataFrame(rows, columns=ASKS)


def by_quarter(agendas: Mapping[str, Agenda]) -> pd.DataFrame:
    """Return the departments' plans added up by quarter; ``over`` adds up what exceeds each department's own budget."""
    tables = [agenda.costs for agenda in agendas.values() if len(agenda.costs)]
    if not tables:
        return pd.DataFrame(columns=QUARTERS)
    budget = sum(agenda.department.action_budget for agenda in agendas.values())
    sums = pd.concat(tables).groupby(["first", "quarter"], as_index=False)[["planned", "proposed", "over"]].sum()
    return sums.assign(budget=budget)[QUARTERS]


def _of(name: str, agenda: Agenda) -> dict[str, object]:
    costs = agenda.costs
    most = costs.iloc[costs["planned"].argmax()] if len(costs) else pd.Series({"quarter": None, "planned": 0.0})
    return {
        "department": name,
        "proposals": len(agenda.waiting),
        "asked": wanted.asked(agenda.waiting),
        "quarter": most["quarter"],
        "planned": float(most["planned"]),
        "budget": agenda.department.action_budget,
        "over": float(costs["over"].max()) if len(costs) else 0.0,
        "too_much": tuple(agenda.load.loc[agenda.load["too_much"], "owner"]),
    }
