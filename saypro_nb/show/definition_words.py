"""What is said of a KPI that is judged otherwise than in the period before, or of all of them that are."""

from collections.abc import Callable, Sequence
from datetime import date

import pandas as pd

from saypro_nb.agree.schema import Kpi
from saypro_nb.review.definitions import NOTHING, WORKBENCH
from saypro_nb.show.words import amount, day, listed

Judged = tuple[str, str, str]
"""What a KPI is judged by, what that was, and what it is now."""

_AMOUNTS = ("target", "benchmark", "threshold")
_WORDS: dict[str, Callable[[str, str], str]] = {
    "weight": lambda was, now: f"weight changed from {float(was):g} to {float(now):g}",
    "unit": lambda was, now: f"unit changed from {was} to {now}",
    "better": lambda was, now: f"better side changed from {was} to {now}",
    "every": lambda was, now: f"measured every {now} instead of every {was}",
    "chart": lambda _was, _now: "charted in another way",
    "formula": lambda _was, now: f"defined anew, as {now}",
    "computed": lambda _was, _now: "computed in another way",
    "rebase": lambda _was, now: _rebased(now),
}
_OF_ALL = {
    "version": "the workbench was renewed, from {was} to {now}",
    "methods": "the code of the methods was changed",
    "priority": "the factors of the priorities were changed",
}


def otherwise(judged: Sequence[Judged], kpi: Kpi, currency: str) -> str:
    """Return by what else a KPI is judged: "target changed from 20.0 % to 15.0 %"."""
    return listed([_words(what, was, now, kpi, currency) for what, was, now in judged])


def of_workbench(redefined: pd.DataFrame) -> list[str]:
    """Return by what else the workbench judges all KPIs, a sentence each (see `definitions.compare`)."""
    rows = redefined[redefined["kpi"] == WORKBENCH].to_dict("records")
    told = [_OF_ALL[row["what"]].format(was=row["was"], now=row["judged_by"]) for row in rows]
    return [f"All KPIs: {sentence}." for sentence in told]


def _words(what: str, was: str, now: str, kpi: Kpi, currency: str) -> str:
    if what not in _AMOUNTS:
        return _WORDS[what](was, now)
    if NOTHING in (was, now):
        known = amount(float(was if now == NOTHING else now), kpi, currency)
        return f"{what} of {known} {'dropped' if now == NOTHING else 'set'}"
    return f"{what} changed from {amount(float(was), kpi, currency)} to {amount(float(now), kpi, currency)}"


def _rebased(now: str) -> str:
    if now == NOTHING:
        return "no longer rebased"
    on, why = now.split(" ", 1)
    return f"rebased on {day(date.fromisoformat(on))}: {why}"
