"""What people say after a change, against before: in a sentence each for what answers them, and as a table of all."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from saypro_nb.show.effect_findings import INTERVAL, PERCENT, short_names
from saypro_nb.show.html import Block
from saypro_nb.show.tables import Column, table
from saypro_nb.show.theme import ToneName
from saypro_nb.show.words import ANSWER_TONES, ANSWERS, FAMILIES, FORMS

SAYS: dict[str, ToneName] = {
    "fewer": "good",
    "more": "concern",
    "can't tell": "neutral",
    "too few": "unknown",
    "not asked": "unknown",
}
_WORDS = {
    "fewer": "Fewer say so",
    "more": "More say so",
    "can't tell": "Can't tell",
    "too few": "Too few forms",
    "not asked": "Not asked",
}


def sentences(changed: pd.DataFrame, progress: pd.DataFrame) -> list[str]:
    """Return for each action that answers what people said: whether fewer say so now, and whether its KPI moved."""
    driven = changed[changed["driven"].astype(bool)]
    answers = dict(zip(progress["id"], progress["answer"], strict=True))
    told = [
        f"{short_names(progress, [str(name)])[0]} answers what people said of "
        f"{FAMILIES[rows['family'].iloc[0]]}. {_groups(rows)} Its KPI: {ANSWERS[answers[str(name)]].lower()}."
        for name, rows in driven.groupby("id", sort=False)
    ]
    return told or ["No action that has begun answers a cause that forms had pointed at before it."]


def _groups(rows: pd.DataFrame) -> str:
    told = [_group(row) for row in rows.to_dict("records") if row["says"] in ("fewer", "more", "can't tell")]
    return " ".join(told) or "Too few have filled in a form since to tell whether they still do."


def _group(row: Mapping[Hashable, Any]) -> str:
    who = FORMS[row["form"]]
    shares = f"{row['before']:.0%} before and {row['after']:.0%} after".replace("%", PERCENT)
    ends = f"{_points(row['low'])} to {_points(row['high'])} points"
    forms = f"of {row['forms_before']} and {row['forms_after']} forms"
    if row["says"] == "can't tell":
        return f"{who}: {shares}, {forms}, which chance may explain ({INTERVAL} of the change {ends})."
    return f"{who}: {row['says']} point at it, {shares}, {forms} ({INTERVAL} of the change {ends})."


def _points(share: float) -> str:
    return f"{100 * share:+.0f}".replace("-", "\N{MINUS SIGN}")


def changes(changed: pd.DataFrame, progress: pd.DataFrame) -> Block:
    """Return for each action that has begun how many forms point at its cause family before and after."""
    known = progress.set_index("id")
    shown = changed.assign(
        description=changed["id"].map(known["description"]),
        family_name=changed["family"].map(FAMILIES),
        group=changed["form"].map(FORMS),
        said_before=[_share(row["before"], row["forms_before"]) for row in changed.to_dict("records")],
        said_after=[_share(row["after"], row["forms_after"]) for row in changed.to_dict("records")],
        points=[_interval(row) for row in changed.to_dict("records")],
        word=changed["says"].map(_WORDS),
        tone=changed["says"].map(SAYS),
        answer=changed["id"].map(known["answer"].map(ANSWERS)),
        answer_tone=changed["id"].map(known["answer"].map(ANSWER_TONES)),
        answers=changed["driven"].astype(bool),
    )
    columns = [
        Column("description", "Action"),
        Column("family_name", "Its cause"),
        Column("group", "Who"),
        Column("said_before", "Point at it before"),
        Column("said_after", "And after"),
        Column("points", "Change, points (95 %)"),
        Column("word", "So", kind="badge", tone="tone"),
        Column("answers", "Answers them"),
        Column("answer", "Its KPI", kind="badge", tone="answer_tone"),
    ]
    empty = "No form was filled in around an action that has begun."
    return table(shown, columns, caption="What people say before and after", file_name="feedback_changes", empty=empty)


def _share(share: float, forms: int) -> str:
    """Return a share of forms; of fewer than five, only how many there are."""
    return f"of {forms}" if share != share else f"{share:.0%} of {forms}".replace("%", PERCENT)


def _interval(row: Mapping[Hashable, Any]) -> str:
    if row["change"] != row["change"]:
        return ""
    return f"{_points(row['change'])} ({_points(row['low'])} to {_points(row['high'])})"
