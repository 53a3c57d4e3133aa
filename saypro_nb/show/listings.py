"""The tables of the reports: which columns each of them shows, and in which words."""

import pandas as pd

from saypro_nb.agree.settings import Catalogue
from saypro_nb.show.cells import amounts, named
from saypro_nb.show.html import Block
from saypro_nb.show.tables import Column, table

_ACTION_TONES = {
    "late": "concern",
    "on time": "good",
    "done": "good",
    "planned": "neutral",
    "proposed": "watch",
    "declined": "neutral",
}


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
