"""Entries of the register as people are told of them: what has changed, in a line."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from saypro_nb.show.ranking_views import SIGNALS, TRENDS
from saypro_nb.show.words import FAMILIES, day, listed, lower_first, one_line, upper_first

NAMES = {
    "action": "Action",
    "hypothesis": "Verdict on a cause",
    "ranking": "Ranking of the gaps",
    "sign_off": "Sign-off",
    "check_in": "Check-in",
    "note": "Note",
    "acknowledgement": "Alert taken up",
    "feedback": "Feedback form",
}
"""What the kinds of entries are called; those that are missing are nobody's decision."""

State = Mapping[str, Any]
Kpis = Mapping[str, str]  # what KPIs are called, by their ids


def changed(kind: str, subject: str, before: State, after: State, kpis: Kpis) -> str:
    """Return what an entry changed: "Action S-1: status in progress → completed"; `before` is empty where it is new."""
    if kind in _TOLD:
        return one_line(_TOLD[kind](before, after, kpis))
    return one_line(f"{NAMES[kind]} {subject}: {listed(_differences(before, after) if before else []) or 'new'}")


def _differences(before: State, after: State, *, absent: str = "nothing") -> list[str]:
    """Return what differs; `absent` is said of what one of them doesn't have."""
    return [
        f"{name.replace('_', ' ')} {_said(before.get(name), absent)} → {_said(after.get(name), absent)}"
        if _is_plain(after.get(name))
        else f"{name} changed"
        for name in {**after, **before}
        if before.get(name) != after.get(name)
    ]


def _check_in(before: State, after: State, _: Kpis) -> str:
    return f"Check-in of {day(date.fromisoformat(after['held_on']))} {_deed('kept', before, after)}"


def _feedback(before: State, after: State, _: Kpis) -> str:
    return f"Feedback form of {day(date.fromisoformat(after['date']))} {_deed('filled in', before, after)}"


def _deed(done: str, before: State, after: State) -> str:
    if after.get("withdrawn"):
        return "taken back"
    return f"{done} anew" if before and not before.get("withdrawn") else done


def _verdict(before: State, after: State, kpis: Kpis) -> str:
    cause = f"{upper_first(FAMILIES[after['family']])} as a cause of the gap in {kpis.get(after['kpi'], after['kpi'])}"
    return f"{cause}: {before.get('verdict', 'not decided')} → {after['verdict']}"


def _ranking(before: State, after: State, kpis: Kpis) -> str:
    told = _differences(_weights(before, kpis), _weights(after, kpis), absent="as params say")
    return f"{NAMES['ranking']}: {listed(told) or 'as before'}"


def _weights(content: State, kpis: Kpis) -> dict[str, Any]:
    """Return what weighs the gaps, by what it is called; what params say is not among it."""
    weights = {f"weight of {kpis.get(kpi, kpi)}": value for kpi, value in content.get("weights", {}).items()}
    factors = content.get("priority")
    if not factors:
        return weights
    each = {lower_first(words): factors["signal"][name] for name, words in SIGNALS.items()}
    each |= {lower_first(words): factors["trend"][name] for name, words in TRENDS.items()}
    return weights | each | {"smallest gap that counts": factors["least"]}


_TOLD: dict[str, Callable[[State, State, Kpis], str]] = {
    "check_in": _check_in,
    "feedback": _feedback,
    "hypothesis": _verdict,
    "ranking": _ranking,
}


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float)


def _said(value: object, absent: str) -> str:
    return absent if value in (None, "") else str(value)
