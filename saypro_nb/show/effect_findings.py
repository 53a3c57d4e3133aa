"""Sentences about effects: what an action brought, against the plan, beside what else was done, and its review."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf, isclose, isnan
from textwrap import shorten
from typing import Any

import pandas as pd

from saypro_nb.agree.schema import Cadence, Kpi
from saypro_nb.agree.settings import Catalogue
from saypro_nb.review.rhythm import RHYTHMS
from saypro_nb.show.theme import ToneName
from saypro_nb.show.words import (
    ANSWER_TONES,
    ANSWERS,
    amount,
    counted,
    day,
    difference,
    listed,
    period,
)

Row = Mapping[Hashable, Any]  # of `review.progress.table`

NAMED = 3  # actions of the same time that are named; the table has them all
PERCENT = "\N{NO-BREAK SPACE}%"
INTERVAL = f"95{PERCENT} interval"
LONG = 70  # letters of an action's description, where another action is told
ORDER = tuple(ANSWERS)
CLASHES = {
    "done without effect": "Its owner calls it completed, but its KPI shows no effect.",
    "done for the worse": "Its owner calls it completed, but its KPI has become worse.",
    "on time but stuck": "By its dates it is on time, but its owner says that it needs adjustment.",
}


@dataclass(frozen=True)
class Verdict:
    """What is told of one action: its description, the answer with its tone, and a few sentences."""

    id: str
    title: str
    word: str
    tone: ToneName
    sentences: tuple[str, ...]


def verdicts(progress: pd.DataFrame, kpis: Catalogue, currency: str, today: date) -> list[Verdict]:
    """Return what is told of each action that has begun, what improved first and what can't be told last."""
    names = dict(zip(progress["id"], progress["description"], strict=True))
    rows = [row for row in progress.to_dict("records") if row["answer"]]
    return [
        Verdict(
            row["id"],
            row["description"],
            ANSWERS[row["answer"]],
            ANSWER_TONES[row["answer"]],
            tuple(_told(row, names, kpis[row["kpi"]], currency, today)),
        )
        for row in sorted(rows, key=lambda row: ORDER.index(row["answer"]))
    ]


def _told(row: Row, names: Mapping[str, str], kpi: Kpi, currency: str, today: date) -> list[str]:
    told = [effect(row, kpi, currency, today), plan(row, kpi, currency), clash(row), review(row), beside(row, names)]
    return [sentence for sentence in told if sentence]


def effect(row: Row, kpi: Kpi, currency: str, today: date) -> str:
    """Return what an action did to its KPI, with the 95 % interval; or when that can be told, or why it can't."""
    if row["answer"] == "too early to tell":
        return _too_early(row, kpi, currency, today)
    if row["answer"] == "can't be told":
        return f"What it did to {kpi.name} can't be told: {_obstacle(row, kpi, currency)}."
    if row["answer"] == "no effect found":
        return _nothing(row, kpi, currency)
    up = row["effect"] > 0
    size, low, high = (abs(row[name]) for name in ("effect", "low", "high"))
    least, most = (_bare(end, row, kpi, currency) for end in sorted((low, high)))
    side = "higher" if up else "lower"
    worse = " That is for the worse." if row["answer"] == "worsened" else ""
    than = f"{_size(size, row, kpi, currency)} {side} than it would have been without it"
    return f"{kpi.name} is {than} ({INTERVAL} {least} to {most}).{worse}"


def plan(row: Row, kpi: Kpi, currency: str) -> str:
    """Return what was achieved against what was planned; empty where nothing can be said of it."""
    if row["answer"] not in ("improved", "worsened", "no effect found") or isnan(row["amount"]):
        return ""
    goal, after = amount(row["amount"], kpi, currency), amount(row["after"], kpi, currency)
    stands = "has reached" if row["reached"] is True or row["reached"] == 1 else "has not reached"
    mean = f"the mean since then, {after}, {stands} the goal of {goal}"
    if isnan(row["achieved"]):
        return f"Its goal of {goal} was met before it began; since then the mean has been {after}."
    if row["answer"] != "improved":
        return f"Planned were {difference(row['planned'], kpi, currency)}; {mean}."
    planned = difference(row["planned"], kpi, currency)
    share = f"{100 * row['achieved']:.0f}{PERCENT} of the planned {planned}"
    ends = f"{100 * row['achieved_low']:.0f} to {100 * row['achieved_high']:.0f}{PERCENT}"
    return f"That is {share} ({ends}); {mean}."


def beside(row: Row, names: Mapping[str, str]) -> str:
    """Return which other actions were under way at the same time, those on the same KPI first; empty without any."""
    same, others = ([name for name in row[column].split("; ") if name] for column in ("others_on_kpi", "others"))
    if not same and not others:
        return ""
    told = [f"“{_short(names.get(name, name))}” (on the same KPI)" for name in same]
    told += [f"“{_short(names.get(name, name))}”" for name in others]
    rest = [counted(len(told) - NAMED, "other")] if len(told) > NAMED else []
    share = "which no figure can tell apart from it" if same else "which may have a share in it"
    return f"At the same time: {listed([*told[:NAMED], *rest])}, {share}."


def review(row: Row) -> str:
    """Return where the post-implementation review stands, where it is due, overdue or held."""
    if row["review"] == "due":
        return f"Its post-implementation review is due by {day(row['review_until'])}."
    if row["review"] == "overdue":
        return f"Its post-implementation review has been overdue since {day(row['review_until'])}."
    return f"Its post-implementation review was held on {day(row['spoken_of'])}." if row["review"] == "held" else ""


def clash(row: Row) -> str:
    """Return where the owner's word, the dates and the KPI can't all be right; empty where they can."""
    if row["clash"] == "not begun":
        return f"By its dates it should have begun on {day(row['start'])}, but its owner says: {row['status']}."
    if row["clash"] == "under way but late":
        return f"Its owner says {row['status']}, but it was to end on {day(row['end'])}."
    return CLASHES.get(row["clash"], "")


def _nothing(row: Row, kpi: Kpi, currency: str) -> str:
    low, high = (_signed(row[name], row, kpi, currency) for name in ("low", "high"))
    as_planned = isclose(row["smallest"], abs(row["planned"]))
    size = _size(row["smallest"], row, kpi, currency)
    shows = f"as large as planned ({size})" if as_planned else f"of {size}"
    return (
        f"No effect on {kpi.name} was found ({INTERVAL} {low} to {high}); an effect {shows} would most likely "
        "have shown."
    )


def _too_early(row: Row, kpi: Kpi, currency: str, today: date) -> str:
    if row["reason"] == "not due":
        low, high = (_signed(row[name], row, kpi, currency) for name in ("low", "high"))
        promised = day(row["told_from"])
        return f"No effect on {kpi.name} so far ({INTERVAL} {low} to {high}); by its plan it has until {promised}."
    if pd.isna(row["told_from"]) or row["told_from"] <= pd.Timestamp(today):
        return f"It is too early to tell what it did to {kpi.name}: values since it began are missing."
    first = f"{_the(kpi.every)}{period(row['told_from'], kpi.every)}"
    return f"It is too early to tell what it did to {kpi.name}; that can be told with the value of {first}."


def _obstacle(row: Row, kpi: Kpi, currency: str) -> str:
    need = RHYTHMS[kpi.every].fewest_before
    reasons = {
        "no values": "there are no values",
        "too little history": f"it takes {need} {kpi.every}s of values before it, and there are "
        f"{row['periods_before']:.0f}",
        "never varied": "before it began, the KPI never varied",
        "no direction": "neither more nor less of it is better, and no goal says where it was to go",
        "unsettled": "the KPI had changed shortly before it began, and nobody knows where it would have settled",
        "few periods": "too few values came after it",
        "too restless": f"the KPI varies too much for an effect of {_size(row['smallest'], row, kpi, currency)} to "
        "show within half a year",
    }
    return reasons[row["reason"]]


def _size(value: float, row: Row, kpi: Kpi, currency: str) -> str:
    """Return the size of an effect, without its sign, as exactly as its interval is wide."""
    return difference(abs(value), kpi, currency, exact_to=_width(row)).lstrip("+")


def _signed(value: float, row: Row, kpi: Kpi, currency: str) -> str:
    return difference(value, kpi, currency, exact_to=_width(row))


def _bare(value: float, row: Row, kpi: Kpi, currency: str) -> str:
    """Return a size without its unit, which was said before."""
    return _size(value, row, kpi, currency).split("\N{NO-BREAK SPACE}")[0]


def _width(row: Row) -> float:
    half = (row["high"] - row["low"]) / 2
    return inf if isnan(half) else half


def _the(every: Cadence) -> str:
    return "" if every == "month" else "the "


def _short(description: str) -> str:
    return shorten(description.rstrip("."), LONG, placeholder="…")


def short_names(progress: pd.DataFrame, ids: Sequence[str]) -> list[str]:
    """Return the actions with these `ids` as they are said within a sentence."""
    names = dict(zip(progress["id"], progress["description"], strict=True))
    return [f"“{_short(names.get(name, name))}”" for name in ids]
