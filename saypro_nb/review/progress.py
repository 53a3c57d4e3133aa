"""Progress: every action with three words on it, that may disagree: its owner's, its dates', and its KPI's.

The owner says how the work goes (``status``), the dates whether it is on time (``state``, see `actions`), the KPI
whether it brought anything (``answer``, see `effects`). None of them overrules another: where they can't all be
right, ``clash`` says so and a person finds out.
"""

import datetime
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from saypro_nb.agree.plans import Action
from saypro_nb.agree.schema import Kpi
from saypro_nb.review import actions as actions_of
from saypro_nb.review import lookback

Clash = Literal["", "done without effect", "done for the worse", "not begun", "under way but late", "on time but stuck"]

DAYS = ["start", "end", "by", "review_from", "review_until", "spoken_of", "counted_from", "told_from"]
WORDS = ["review", "answer", "reason", "others_on_kpi", "others", "controls"]  # empty where an action has not begun
TEXTS = [*WORDS, "clash", "progress", "next_steps"]  # columns in which nothing is an empty text
UNDER_WAY = ("in progress", "ongoing")


def table(
    actions: Sequence[Action],
    kpis: Mapping[str, Kpi],
    values: pd.DataFrame,
    today: datetime.date,
    spoken_of: Mapping[str, datetime.date] | None = None,
) -> pd.DataFrame:
    """Return a row per action: `actions.follow_up`, the columns of `lookback.table`, and ``clash``.

    An action that has not begun, or whose KPI isn't known any more, has no effect: its words are empty, its figures
    missing.
    """
    followed = actions_of.follow_up(actions, today)
    looked = lookback.table(actions, kpis, values, today, spoken_of)
    found = looked.drop(columns=[column for column in followed if column != "id" and column in looked])
    both = followed.merge(found, how="left", on="id")
    both = both.assign(**{day: pd.to_datetime(both[day]) for day in DAYS}, **both[WORDS].fillna(""))
    return both.assign(clash=[clash(row) for row in both.to_dict("records")])


def clash(row: Mapping[Hashable, Any]) -> Clash:
    """Return where the words on an action can't all be right; empty where they can."""
    if row["status"] == "completed":
        told: dict[str, Clash] = {"no effect found": "done without effect", "worsened": "done for the worse"}
        return told.get(row["answer"], "")
    if row["status"] in UNDER_WAY and row["state"] == "late":
        return "under way but late"
    if row["status"] in actions_of.NOT_BEGUN and row["state"] == "late":
        return "not begun"
    return "on time but stuck" if row["status"] == "needs adjustment" and row["state"] == "on time" else ""
