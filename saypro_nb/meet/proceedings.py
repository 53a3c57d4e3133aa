"""The proceedings: what has been changed in this meeting, by whichever notebook, command or person."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import ipywidgets as widgets

from saypro_nb.keep.register import Entry, Register
from saypro_nb.meet import minutes
from saypro_nb.meet.minutes import Line
from saypro_nb.meet.paper import Paper
from saypro_nb.show import blocks, entry_words
from saypro_nb.show.plan_findings import SIGNED
from saypro_nb.show.words import lower_first, one_line

LENGTH = timedelta(hours=12)  # longer than a meeting, shorter than the time until the next one
HEIGHT = "9rem"  # of the list, which scrolls: what stands below it doesn't move


class Proceedings:
    """The list of what was changed of a `department` lately, the latest first; `kpis` is what its KPIs are called."""

    def __init__(self, register: Register, department: str, kpis: Mapping[str, str]) -> None:
        self._register, self._department, self._kpis = register, department, kpis
        self._paper, self.line = Paper(), Line("what was changed in this meeting")
        self.widget = widgets.VBox(
            [self._paper.widget, self.line.widget],
            layout=widgets.Layout(height=HEIGHT, overflow="hidden auto", max_width="56rem", flex="0 0 auto"),
            tabbable=True,  # so that it can be scrolled by keyboard
        )
        self.look()

    @property
    def text(self) -> str:
        """What the list says, in plain words."""
        return self._paper.text

    def look(self) -> None:
        """Look again at what has changed."""
        minutes.attempt(self._look, {}, self.line, "the proceedings", else_say="Not listed anew")

    def _look(self) -> None:
        entries = self._register.since(datetime.now(UTC) - LENGTH)
        own = [entry for entry in entries if entry.content.get("department") == self._department]
        told = [self._told(entry) for entry in reversed(own) if _is_news(entry, own)]
        listed = list(dict.fromkeys(told)) or ["Nothing yet."]  # many forms of one import say the same
        self._paper.show(blocks.notes(listed, title="Changed in this meeting"))
        self.line.clear()

    def _told(self, entry: Entry) -> str:
        if entry.kind == "sign_off":
            action = self._register.history("action", entry.subject)[_signed_version(entry) - 1]
            what = f"{SIGNED[entry.content['verdict']]}: {lower_first(self._changed(action))}"
        else:
            what = self._changed(entry)
        if entry.kind == "feedback":  # a name on a form is for those who read the register; no page shows it
            return f"{what} (with a name, {entry.at:%H:%M} UTC)"
        return f"{what} ({one_line(entry.who)}, {entry.at:%H:%M} UTC: {one_line(entry.why)})"

    def _changed(self, entry: Entry) -> str:
        before: Mapping[str, Any] = {}
        if entry.version > 1:
            before = self._register.history(entry.kind, entry.subject)[entry.version - 2].content
        return entry_words.changed(entry.kind, entry.subject, before, entry.content, self._kpis)


def _is_news(entry: Entry, others: list[Entry]) -> bool:
    """Tell whether an entry is listed.

    Left out are what a first decision keeps as it was before, the state of an action that comes with its signature,
    and forms without a name: their place in the list would say when they were filled in.
    """
    if entry.kind == "feedback":
        return bool(entry.content["answers"].get("respondent"))
    if entry.kind == "ranking":
        return entry.version > 1
    if entry.kind == "action":
        signed = [other for other in others if other.kind == "sign_off" and other.subject == entry.subject]
        versions = {_signed_version(other) for other in signed if (other.at, other.who) == (entry.at, entry.who)}
        return not versions & {entry.version, entry.version + 1 if entry.version == 1 else 0}
    return entry.kind in entry_words.NAMES


def _signed_version(entry: Entry) -> int:
    """Return the version of the action that came with a sign-off: what was signed, or the one that took it back."""
    version: int = entry.content["version"]
    return version + 1 if entry.content["verdict"] == "withdrawn" else version
