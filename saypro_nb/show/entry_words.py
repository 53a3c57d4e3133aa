"""Entries of the register as people are told of them: what has changed, in a line."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from saypro_nb.show.words import day, listed, one_line

NAMES = {
    "action": "Action",
    "hypothesis": "Verdict on a cause",
    "sign_off": "Sign-off",
    "check_in": "Check-in",
    "note": "Note",
    "acknowledgement": "Alert taken up",
}
"""What the kinds of entries are called; those that are missing are nobody's decision."""


def changed(kind: str, subject: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return what an entry changed: "Action S-1: status in progress → completed"; `before` is empty where it is new."""
    if kind == "check_in":
        return f"Check-in of {day(date.fromisoformat(after['held_on']))} {_deed(after, before)}"
    told = [
        f"{name.replace('_', ' ')} {_said(before[name])} → {_said(value)}" if _is_plain(value) else f"{name} changed"
        for name, value in after.items()
        if before and before.get(name) != value
    ]
    return one_line(f"{NAMES[kind]} {subject}: {listed(told) if told else 'new'}")


def _deed(after: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    if after.get("withdrawn"):
        return "taken back"
    return "kept anew" if before and not before.get("withdrawn") else "kept"


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float)


def _said(value: object) -> str:
    return "nothing" if value in (None, "") else str(value)
