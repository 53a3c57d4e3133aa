"""The sitting: what has been changed in this meeting, by whichever notebook, command or person."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from saypro_nb.agree.decisions import Verdict
from saypro_nb.keep.register import Entry, Register
from saypro_nb.meet.paper import Paper
from saypro_nb.show import blocks
from saypro_nb.show.plan_findings import SIGNED
from saypro_nb.show.words import FAMILIES, upper_first

LENGTH = timedelta(hours=12)  # longer than a meeting, shorter than the time until the next one
JUDGED: dict[Verdict, str] = {"confirmed": "Confirmed", "rejected": "Rejected", "open": "Left open"}
NOTHING = "Nothing has been changed in this meeting yet."


class Sitting:
    """The list of what was changed of a `department` lately, the latest first; `names` are those of its KPIs."""

    def __init__(self, register: Register, department: str, names: Mapping[str, str]) -> None:
        self._register, self._department, self._names = register, department, names
        self._paper = Paper()
        self.widget = self._paper.widget
        self.refresh()

    @property
    def text(self) -> str:
        """The list in plain words."""
        return self._paper.text

    def refresh(self) -> None:
        """Read the register again."""
        entries = self._register.since(datetime.now(UTC) - LENGTH)
        own = [entry for entry in entries if entry.content.get("department") == self._department]
        told = [self._sentence(entry) for entry in reversed(own) if _tells(entry, own)]
        self._paper.show(blocks.notes(told or [NOTHING], title="Changed in this meeting"))

    def _sentence(self, entry: Entry) -> str:
        words = _WORDS.get(entry.kind, _other)
        return f"{entry.at:%H:%M} UTC, {entry.who}: {words(entry, self._names)} ({entry.why})"


def _tells(entry: Entry, others: list[Entry]) -> bool:
    """Tell whether an entry is news: not the state that comes with a signature, nor one that was there before."""
    signed = {(other.subject, other.at, other.who) for other in others if other.kind == "sign_off"}
    with_signature = entry.kind == "action" and (entry.subject, entry.at, entry.who) in signed
    return not with_signature and not (entry.kind == "ranking" and entry.version == 1)


def _verdict(entry: Entry, names: Mapping[str, Any]) -> str:
    kpi, family = entry.content["kpi"], entry.content["family"]
    return f"{JUDGED[entry.content['verdict']]} {FAMILIES[family]} as a cause of the gap in {names.get(kpi, kpi)}"


def _ranking(entry: Entry, _: Mapping[str, Any]) -> str:
    chosen = entry.content["weights"] or entry.content["priority"]
    return "Weighed the gaps otherwise" if chosen else "Let params weigh the gaps"


def _other(entry: Entry, _: Mapping[str, Any]) -> str:
    return f"{upper_first(entry.kind.replace('_', ' '))} {entry.subject}"


_WORDS: dict[str, Callable[[Entry, Mapping[str, Any]], str]] = {
    "sign_off": lambda entry, _: f"{SIGNED[entry.content['verdict']]} {entry.subject}",
    "hypothesis": _verdict,
    "ranking": _ranking,
    "check_in": lambda entry, _: f"Kept the check-in of {entry.content['held_on']}",
}
