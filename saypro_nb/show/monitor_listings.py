"""The tables of monitoring: where KPIs and actions stand, what the actions brought, and which reviews wait."""

from collections.abc import Mapping

import pandas as pd

from saypro_nb.agree.settings import Catalogue
from saypro_nb.review.rollup import GRAVEST_FIRST, Rollup
from saypro_nb.show.blocks import details, stack
from saypro_nb.show.cells import amounts, differences, named
from saypro_nb.show.charts import sparkline
from saypro_nb.show.html import Block
from saypro_nb.show.monitor_findings import reasons
from saypro_nb.show.tables import Column, table
from saypro_nb.show.theme import ToneName
from saypro_nb.show.words import ANSWER_TONES, ANSWERS, upper_first

STATE_TONES: dict[str, ToneName] = {
    "late": "concern",
    "on time": "good",
    "done": "good",
    "planned": "neutral",
    "proposed": "watch",
    "declined": "neutral",
}

REVIEW_TONES: dict[str, ToneName] = {"overdue": "concern", "due": "watch", "not due yet": "neutral", "held": "good"}
NONE = "The register holds no action."


def actions(progress: pd.DataFrame, names: Mapping[str, str] | None = None) -> Block:
    """Return every action with three words on it: by its dates, by its owner, by its KPI; `names` of departments."""
    shown = _worded(progress).assign(tone=progress["state"].map(STATE_TONES))
    columns = [
        Column("description", "Action"),
        *_department(names),
        Column("owner", "Owner"),
        Column("end", "Due"),
        Column("state", "By its dates", kind="badge", tone="tone"),
        Column("status", "By its owner"),
        Column("answer_word", "By its KPI", kind="badge", tone="answer_tone"),
    ]
    return table(_of(shown, names), columns, caption="Every action", file_name="progress", empty=NONE)


def departments(
    states: Mapping[str, Rollup], progress: pd.DataFrame, kpis: Catalogue, names: Mapping[str, str]
) -> Block:
    """Return where each department stands and why, the weakest first."""
    weakest = sorted(states, key=lambda name: GRAVEST_FIRST.index(states[name].level))
    rows = [
        {
            "name": names[name],
            "tone": states[name].level,
            "why": reasons(states[name], progress, kpis) or None,
            "kpis": sum(part.kind == "kpi" for part in states[name].parts),
            "actions": sum(part.kind == "action" for part in states[name].parts),
        }
        for name in weakest
    ]
    columns = [
        Column("name", "Department"),
        Column("tone", "State", kind="badge"),
        Column("why", "Because"),
        Column("kpis", "KPIs", kind="number"),
        Column("actions", "Actions decided", kind="number"),
    ]
    return table(pd.DataFrame(rows), columns, caption="Departments, the weakest first", file_name="departments")


def standings(measured: Mapping[str, pd.DataFrame], kpis: Catalogue, currency: str) -> Block:
    """Return the `standing` of each department, by its name, folded away."""
    return stack(
        *(details(f"{name}, in figures", standing(rows, kpis, currency, whose=name)) for name, rows in measured.items())
    )


def effects(progress: pd.DataFrame, kpis: Catalogue, currency: str) -> Block:
    """Return, for every action whose KPI has values since, what it would have been without it, and the plan."""
    told = progress[progress["answer"].ne("") & progress["effect"].notna()]
    shown = named(_worded(told), kpis)
    levels = {f"{name}_text": amounts(told, name, kpis, currency) for name in ("after", "expected")}
    moves = {f"{name}_text": differences(told, name, kpis, currency) for name in ("effect", "low", "high", "planned")}
    ends = [f"{low} to {high}" for low, high in zip(moves["low_text"], moves["high_text"], strict=True)]
    shown = shown.assign(**levels, **moves, interval=ends, share=100 * told["achieved"].astype(float))
    columns = [
        Column("description", "Action"),
        Column("name", "KPI"),
        Column("expected_text", "Expected without it", kind="number", exported="expected"),
        Column("after_text", "Was", kind="number", exported="after"),
        Column("effect_text", "Effect", kind="number", exported="effect"),
        Column("interval", "95 % interval"),
        Column("planned_text", "Planned", kind="number", exported="planned"),
        Column("share", "Achieved, %", kind="number", decimals=0),
        Column("answer_word", "So it", kind="badge", tone="answer_tone"),
    ]
    empty = "No action has begun on a KPI that has values since."
    return table(shown, columns, caption="What each action brought", file_name="effects", empty=empty)


def reviews(progress: pd.DataFrame, names: Mapping[str, str] | None = None) -> Block:
    """Return the completed actions with their post-implementation reviews, the most overdue first."""
    done = progress[progress["review"].isin(list(REVIEW_TONES))].sort_values(["review_until", "id"])
    shown = done.assign(word=done["review"].map(upper_first), tone=done["review"].map(REVIEW_TONES))
    columns = [
        Column("description", "Completed action"),
        *_department(names),
        Column("owner", "Owner"),
        Column("end", "Ended"),
        Column("review_from", "Review from"),
        Column("review_until", "Until"),
        Column("word", "Review", kind="badge", tone="tone"),
        Column("spoken_of", "Last spoken of"),
    ]
    empty = "No action has been completed yet."
    return table(_of(shown, names), columns, caption="Post-implementation reviews", file_name="reviews", empty=empty)


def _worded(progress: pd.DataFrame) -> pd.DataFrame:
    return progress.assign(
        answer_word=progress["answer"].map(ANSWERS), answer_tone=progress["answer"].map(ANSWER_TONES)
    )


def _of(shown: pd.DataFrame, names: Mapping[str, str] | None) -> pd.DataFrame:
    return shown if names is None else shown.assign(department_name=shown["department"].map(names))


def _department(names: Mapping[str, str] | None) -> list[Column]:
    return [] if names is None else [Column("department_name", "Department")]


def standing(
    measured: pd.DataFrame, kpis: Catalogue, currency: str, *, points: pd.DataFrame | None = None, whose: str = ""
) -> Block:
    """Return each KPI's baseline, present level, goal and how much of it is attained, and its last year if `points`
    are given; `whose` names a department.
    """
    shown = named(measured, kpis).assign(
        **{f"{name}_text": amounts(measured, name, kpis, currency) for name in ("baseline", "now", "goal")}
    )
    trend = []
    if points is not None:
        series = dict(list(points.groupby("kpi", sort=False)))
        shown["last_year"] = measured["kpi"].map(lambda kpi: sparkline(series[kpi], kpis[kpi], currency))
        trend = [Column("last_year", "Last year", kind="picture")]
    columns = [
        Column("name", "KPI"),
        *trend,
        Column("baseline_text", "Baseline", kind="number", exported="baseline"),
        Column("now_text", "Now", kind="number", exported="now"),
        Column("goal_text", "Goal", kind="number", exported="goal"),
        Column("attained", "Attained, %", kind="number", decimals=0),
    ]
    caption = f"{whose}: each KPI between baseline and goal" if whose else "Each KPI between baseline and goal"
    return table(shown, columns, caption=caption, file_name=f"standing {whose}".strip().replace(" ", "_"))
