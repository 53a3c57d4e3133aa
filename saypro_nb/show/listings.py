"""The tables of the reports: which columns each of them shows, and in which words."""

from collections.abc import Mapping, Sequence

import pandas as pd

from saypro_nb.agree.schema import Action
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review import actions
from saypro_nb.review.drivers import Associations
from saypro_nb.review.segments import Explanation
from saypro_nb.show.cells import amounts, differences, named
from saypro_nb.show.findings import segment_name, segment_sentence
from saypro_nb.show.html import Block
from saypro_nb.show.tables import Column, table
from saypro_nb.show.words import (
    EFFECTS,
    FAMILIES,
    FORMS,
    amount,
    day,
)

_ACTION_TONES = {
    "late": "concern",
    "on time": "good",
    "done": "good",
    "planned": "neutral",
    "proposed": "watch",
    "declined": "neutral",
}


def causes(weighed: pd.DataFrame, kpis: Catalogue) -> Block:
    """Return every gap and cause family with the parts of the evidence."""
    shown = named(weighed, kpis).assign(family_name=weighed["family"].map(FAMILIES))
    columns = [
        Column("name", "KPI"),
        Column("family_name", "Cause family"),
        Column("known", "Library", kind="number", decimals=0),
        Column("employees", "Employees", kind="number", decimals=2),
        Column("leaders", "Team leaders", kind="number", decimals=2),
        Column("interviews", "Interviews", kind="number", decimals=2),
        Column("score", "Score", kind="number", decimals=2),
    ]
    return table(
        shown,
        columns,
        caption="Evidence by gap and cause family",
        file_name="causes",
        empty="There is no gap to explain.",
    )


def voices(said: pd.DataFrame) -> Block:
    """Return what each group says about each cause family."""
    shown = said.assign(
        group=said["form"].map(FORMS),
        family_name=said["family"].map(FAMILIES),
        percent=100 * said["share"].astype(float),
    )
    columns = [
        Column("family_name", "Cause family"),
        Column("group", "Who"),
        Column("forms", "Forms", kind="number"),
        Column("percent", "Point at it, %", kind="number", decimals=0),
        Column("said", "Several say so"),
    ]
    return table(shown, columns, caption="What people say", file_name="voices", empty="Nobody has filled in a form.")


def located(explanations: Mapping[str, Explanation], kpis: Catalogue, currency: str) -> Block:
    """Return the segments that explain each KPI's change, or the verdict that none does."""
    rows = [
        {
            "kpi": kpi,
            "segment": segment_name(found["segment"]),
            "effect": EFFECTS[found["effect"]],
            "part": found["contribution"],
        }
        for kpi, explanation in explanations.items()
        for _, found in explanation.findings.iterrows()
    ] + [
        {"kpi": kpi, "segment": "no one segment", "effect": segment_sentence(explanation, kpis[kpi], currency)}
        for kpi, explanation in explanations.items()
        if explanation.findings.empty
    ]
    shown = pd.DataFrame(rows, columns=["kpi", "segment", "effect", "part"])
    shown["part"] *= [kpis[kpi].scale for kpi in shown["kpi"]]
    shown["part_text"] = differences(shown, "part", kpis, currency)
    columns = [
        Column("name", "KPI"),
        Column("segment", "Segment"),
        Column("effect", "How"),
        Column("part_text", "Its part of the change", kind="number", exported="part"),
    ]
    empty = "No KPI on the shortlist has records to break it down by."
    return table(named(shown, kpis), columns, caption="Where each change sits", file_name="segments", empty=empty)


def associations(found: Mapping[str, Associations], kpis: Catalogue) -> Block:
    """Return the drivers that move with each KPI."""
    rows = [one.table.assign(kpi=kpi) for kpi, one in found.items() if len(one.table)]
    shown = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["kpi", "driver", "lag", "sign"])
    shown = named(shown, kpis).assign(direction=shown["sign"].map({1: "the same way", -1: "the opposite way"}))
    columns = [
        Column("name", "KPI"),
        Column("driver", "Driver"),
        Column("lag", "Weeks ahead", kind="number", decimals=0),
        Column("direction", "They move"),
    ]
    empty = "No driver moves with a KPI of the shortlist more closely than chance would."
    return table(shown, columns, caption="Drivers that move with the KPI", file_name="drivers", empty=empty)


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
    shown = named(followed_up, kpis).assign(
        **{f"{name}_text": amounts(followed_up, name, kpis, currency) for name in ("before", "after", "amount")}
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
    shown = named(measured, kpis).assign(
        **{f"{name}_text": amounts(measured, name, kpis, currency) for name in ("baseline", "now", "goal")}
    )
    columns = [
        Column("name", "KPI"),
        Column("baseline_text", "Baseline", kind="number", exported="baseline"),
        Column("now_text", "Now", kind="number", exported="now"),
        Column("goal_text", "Goal", kind="number", exported="goal"),
        Column("attained", "Attained, %", kind="number", decimals=0),
    ]
    return table(shown, columns, caption="Each KPI between baseline and goal", file_name="standing")


def _success(action: Action, kpis: Catalogue, currency: str) -> str:
    kpi = kpis[action.criterion.kpi]
    return f"{kpi.name} at {amount(action.criterion.amount, kpi, currency)} by {day(action.criterion.by)}"
