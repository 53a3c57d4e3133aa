"""The proceedings: what was changed in the register while a meeting has its controls open, here or elsewhere."""

import ipywidgets as widgets

from saypro_nb.keep.register import Entry, Register
from saypro_nb.meet.paper import Paper
from saypro_nb.show import blocks, entry_words
from saypro_nb.show.words import one_line

HEIGHT = "9rem"  # of the list, which scrolls: what stands below it doesn't move


class Proceedings:
    """The list of a department's changes since it was opened, the latest first."""

    def __init__(self, register: Register, department: str) -> None:
        self._register, self._department = register, department
        self._known = len(register.everything())
        self._paper = Paper()
        self.widget = widgets.VBox(
            [self._paper.widget], layout=widgets.Layout(height=HEIGHT, overflow="hidden auto", max_width="56rem")
        )
        self.look()

    @property
    def text(self) -> str:
        """What the list says, in plain words."""
        return self._paper.text

    def look(self) -> None:
        """Look again at what has changed."""
        entries = self._register.everything()
        states = {(entry.kind, entry.subject, entry.version): entry.content for entry in entries}
        mine = [
            entry
            for entry in reversed(entries[self._known :])
            if entry.kind in entry_words.NAMES and entry.content.get("department") == self._department
        ]
        told = [_told(entry, states.get((entry.kind, entry.subject, entry.version - 1), {})) for entry in mine]
        self._paper.show(blocks.notes(told or ["Nothing yet."], title="Changed in this meeting"))


def _told(entry: Entry, before: dict[str, object]) -> str:
    what = entry_words.changed(entry.kind, entry.subject, before, entry.content)
    return f"{what} ({one_line(entry.who)}, {entry.at:%H:%M} UTC)"
