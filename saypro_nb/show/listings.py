"""The tables of the reports: which columns each of them shows, and in which words."""

from collections.abc import Sequence

import pandas as pd

from saypro_nb.agree.schema import Action, Hypothesis
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review import actions
from saypro_nb.show.charts import sparkline
from saypro_nb.show.html import Block
from saypro_nb.show.tables import Column, table
from saypro_nb.show.words import (
    ASSURANCE_TONES,
    ASSURANCES,
    FAMILIES,
    VARIATION_TONES,
    VARIATIONS,
    amount,
    day,
    difference,
)

_ACTION_TONES = {
    "late": "concern",
    "on time": "good",
    "done": "good",
    "planned": "neutral",
    "proposed": "watch",
    "declined": "neutral",
}


def gaps(ranked: pd.DataFrame, points: pd.DataFrame, kpis: Catalogue, currency: str) -> Block:
    """Return every KPI with its last year, value, target, variance, variation, assurance, the most urgent first."""
    series = {str(kpi): rows for kpi, rows in points.groupby("kpi", sort=False)}
    shown = _named(ranked, kpis).assign(
        last_year=ranked["kpi"].map(lambda kpi: sparkline(series[kpi], kpis[kpi], currency)),
        change=ranked["variation"].map(VARIATIONS),
        change_tone=ranked["variation"].map(VARIATION_TONES),
        reach=ranked["assurance"].map(ASSURANCES),
        reach_tone=ranked["assurance"].map(ASSURANCE_TONES),
        **{f"{name}_text": _amounts(ranked, name, kpis, currency) for name in ("value", "target")},
        variance=ranked["value"] - ranked["target"],
    )
    shown["variance_text"] = _differences(shown, "variance", kpis, currency)
    columns = [
        Column("name", "KPI"),
        Column("last_year", "Last year", kind="picture"),
        Column("value_text", "Value", kind="number", exported="value"),
        Column("target_text", "Target", kind="number", exported="target"),
        Column("variance_text", "Variance", kind="number", exported="variance"),
        Column("change", "Variation", kind="badge", tone="change_tone"),
        Column("reach", "Assurance", kind="badge", tone="reach_tone"),
    ]
    return table(
        shown,
        columns,
        caption="Every KPI, the most urgent first",
        file_name="kpis",
        empty="This department has no KPI with a value.",
    )


def priorities(ranked: pd.DataFrame, kpis: Catalogue) -> Block:
    """Return the parts of each gap's priority."""
    columns = [
        Column("name", "KPI"),
        Column("size", "Size", kind="number", decimals=2),
        Column("weight", "Weight", kind="number", decimals=1),
        Column("signal_factor", "Signal", kind="number", decimals=1),
        Column("trend_factor", "Trend", kind="number", decimals=2),
        Column("priority", "Priority", kind="number", decimals=2),
    ]
    return table(_named(ranked, kpis), columns, caption="How each priority comes about", file_name="priorities")


def coverage(points: pd.DataFrame, kpis: Catalogue) -> Block:
    """Return how many values each KPI has, how many periods are missing, and since when it is measured."""
    of_kpi = points.groupby("kpi", sort=False)
    counted = pd.DataFrame(
        {
            "values": of_kpi["value"].count(),
            "holes": of_kpi["value"].apply(lambda value: int(value.isna().sum())),
            "first": of_kpi["period"].min(),
        }
    ).reset_index()
    columns = [
        Column("name", "KPI"),
        Column("every", "Measured every"),
        Column("values", "Values", kind="number"),
        Column("holes", "Missing", kind="number"),
        Column("first", "Since"),
    ]
    shown = _named(counted, kpis).assign(every=[kpis[kpi].every for kpi in counted["kpi"]])
    return table(shown, columns, caption="What the data can carry", file_name="coverage")


def hypotheses(ranked: pd.DataFrame, kpis: Catalogue, library: Sequence[Hypothesis]) -> Block:
    """Return the typical causes to look into for each shortlisted gap, and what would refute them."""
    rows = [
        {"kpi": kpi, "family": FAMILIES[item.family], "statement": item.statement, "refuted_if": item.refuted_if}
        for kpi, department in ranked.loc[ranked["shortlisted"], ["kpi", "department"]].to_numpy()
        for item in library
        if item.department == department and kpi in item.kpis
    ]
    found = pd.DataFrame(rows, columns=["kpi", "family", "statement", "refuted_if"])
    columns = [
        Column("name", "KPI"),
        Column("statement", "It may be that"),
        Column("refuted_if", "Refuted if"),
        Column("family", "Cause family"),
    ]
    empty = "No gap is on the shortlist, so there is nothing to explain."
    return table(_named(found, kpis), columns, caption="Hypotheses for phase 2", file_name="hypotheses", empty=empty)


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


def followed(followed_up: pd.DataFrame) -> Block:
    """Return every action with its state by the dates and by its owner's word."""
    shown = followed_up.assign(tone=followed_up["state"].map(_ACTION_TONES))
    columns = [
        Column("description", "Action"),
        Column("owner", "Owner"),
        Column("start", "Start"),
        Column("end", "Due"),
        Column("state", "By the dates", kind="badge", tone="tone"),
        Column("status", "By its owner"),
    ]
    empty = "The register holds no action of this department."
    return table(shown, columns, caption="Every action", file_name="progress", empty=empty)


def before_and_after(followed_up: pd.DataFrame, kpis: Catalogue, currency: str) -> Block:
    """Return, for every action, its KPI before it began and after it ended, and what was promised."""
    shown = _named(followed_up, kpis).assign(
        **{f"{name}_text": _amounts(followed_up, name, kpis, currency) for name in ("before", "after", "amount")}
    )
    columns = [
        Column("description", "Action"),
        Column("name", "KPI"),
        Column("before_text", "Before", kind="number", exported="before"),
        Column("after_text", "After", kind="number", exported="after"),
        Column("amount_text", "Promised", kind="number", exported="amount"),
        Column("by", "By"),
    ]
    empty = "The register holds no action of this department."
    return table(shown, columns, caption="Before and after each action", file_name="before_and_after", empty=empty)


def standing(measured: pd.DataFrame, kpis: Catalogue, currency: str) -> Block:
    """Return each KPI's baseline, present level, goal and how much of the goal it attains."""
    shown = _named(measured, kpis).assign(
        **{f"{name}_text": _amounts(measured, name, kpis, currency) for name in ("baseline", "now", "goal")}
    )
    columns = [
        Column("name", "KPI"),
        Column("baseline_text", "Baseline", kind="number", exported="baseline"),
        Column("now_text", "Now", kind="number", exported="now"),
        Column("goal_text", "Goal", kind="number", exported="goal"),
        Column("attained", "Attained, %", kind="number", decimals=0),
    ]
    return table(shown, columns, caption="Each KPI between baseline and goal", file_name="standing")


def _named(rows: pd.DataFrame, kpis: Catalogue) -> pd.DataFrame:
    return rows.assign(name=[kpis[kpi].name if kpi in kpis else kpi for kpi in rows["kpi"]])


def _amounts(rows: pd.DataFrame, column: str, kpis: Catalogue, currency: str) -> list[str]:
    return [amount(value, kpis[kpi], currency) for value, kpi in zip(rows[column], rows["kpi"], strict=True)]


def _differences(rows: pd.DataFrame, column: str, kpis: Catalogue, currency: str) -> list[str]:
    return [difference(value, kpis[kpi], currency) for value, kpi in zip(rows[column], rows["kpi"], strict=True)]


def _success(action: Action, kpis: Catalogue, currency: str) -> str:
    kpi = kpis[action.criterion.kpi]
    return f"{kpi.name} at {amount(action.criterion.amount, kpi, currency)} by {day(action.criterion.by)}"
