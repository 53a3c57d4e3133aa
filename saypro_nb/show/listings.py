"""The tables of the reports: which columns each of them shows, and in which words."""

from collections.abc import Sequence

import pandas as pd

from saypro_nb.agree.schema import Action
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review import actions
from saypro_nb.show.html import Block
from saypro_nb.show.tables import Column, table
from saypro_nb.show.words import (
    amount,
    day,
)


def proposed(drafted: Sequence[Action], kpis: Catalogue, currency: str) -> Block:
    """Return the proposed actions, for the meeting to decide."""
    empty = "No gap has evidence for a cause that is not being worked on already."
    columns = [*_action_columns(), Column("resources", "Resources")]
    return table(
        _actions(drafted, kpis, currency), columns, caption="Proposed actions", file_name="proposed", empty=empty
    )


def running(decided: Sequence[Action], kpis: Catalogue, currency: str) -> Block:
    """Return the actions that are decided and not finished."""
    columns = [*_action_columns(), Column("status", "Status")]
    shown = _actions(decided, kpis, currency)
    return table(shown, columns, caption="Actions that are running", file_name="running", empty="No action is running.")


def _actions(listed: Sequence[Action], kpis: Catalogue, currency: str) -> pd.DataFrame:
    shown = actions.table(listed)
    return shown.assign(
        budget_text=[f"{currency}{budget:,.0f}" for budget in shown["budget"]],
        success=[_success(action, kpis, currency) for action in listed],
    )


def _action_columns() -> list[Column]:
    return [
        Column("description", "Action"),
        Column("owner", "Owner"),
        Column("start", "Start"),
        Column("end", "End"),
        Column("budget_text", "Budget", kind="number", exported="budget"),
        Column("success", "Success is"),
    ]


def _success(action: Action, kpis: Catalogue, currency: str) -> str:
    kpi = kpis[action.criterion.kpi]
    return f"{kpi.name} at {amount(action.criterion.amount, kpi, currency)} by {day(action.criterion.by)}"
