"""The reception: which period and department the meeting is about, what waits there, and the way to each phase."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

import ipywidgets as widgets

from saypro_nb.agree.form_questions import FORMS
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import values, waiting
from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.waiting import Waiting
from saypro_nb.meet import minutes
from saypro_nb.meet.minutes import LABELLED, Line
from saypro_nb.meet.paper import Controls, Links, table
from saypro_nb.show import blocks
from saypro_nb.show.theme import ToneName
from saypro_nb.show.words import counted, day, upper_first
from saypro_nb.show.words import period as period_words

EARLIER = 12  # periods to choose from beside the latest
Door = tuple[str, str, Path]  # the name of a phase's page or of a form, its title, and the notebook to open
Doors = Callable[[Workspace, str, str], Sequence[Door]]  # of a workspace, department and period


class Reception(Controls):
    """Two choices, of a period and a department, above the phases with what waits in each, and the feedback forms."""

    def __init__(self, workspace: Workspace, here: Path, doors: Doors) -> None:
        """Lay it out in a notebook that lies in the folder `here`; `doors` lays out a department's notebooks."""
        self._workspace, self._here, self._doors = workspace, here, doors
        names = [(facts.name, department) for department, facts in workspace.review.departments.items()]
        self.period = widgets.Dropdown(options=self._periods(), description="Period", style=LABELLED)
        self.department = widgets.Dropdown(options=names, description="Department", style=LABELLED)
        self.line = Line("the meeting")
        self._links = Links(height="29rem")
        choices = widgets.HBox([self.department, self.period], layout=widgets.Layout(flex_flow="row wrap"))
        for control in (self.department, self.period):
            control.layout.flex = "0 1 26rem"
            control.observe(lambda _: self._attempt(), "value")
        self.widget = table(choices, self._links.widget, self.line.widget)
        self._attempt()

    @property
    def text(self) -> str:
        """What waits, in plain words."""
        return self._links.text

    def _periods(self) -> list[tuple[str, str]]:
        """Return the periods to choose from, the latest first, in words and as the notebooks are given them."""
        found = [values.resolve("latest", self._workspace)]
        while len(found) <= EARLIER:
            found.append(self._workspace.period_before(found[-1]))
        return [(period_words(day, self._workspace.every), day.isoformat()) for day in found]

    def _attempt(self) -> None:
        minutes.attempt(self._show, {}, self.line, "the meeting", else_say="Not opened")

    def _show(self) -> None:
        """Show the phases of the chosen department, and what waits in them."""
        dossier = Dossier.open(str(self._workspace.root), department=self.department.value, period=self.period.value)
        opened = self._doors(self._workspace, self.department.value, self.period.value)
        waits = iter(_told(waiting.of(dossier)))
        phases = [(title, self._address(file), *next(waits)) for name, title, file in opened if name not in FORMS]
        forms = [(title, self._address(file)) for name, title, file in opened if name in FORMS]
        self._links.show(blocks.doors(phases, forms))
        self.line.clear()

    def _address(self, file: Path) -> str:
        return quote(os.path.relpath(file, self._here).replace(os.sep, "/"))


def _told(found: Waiting) -> list[tuple[str, ToneName]]:
    """Return what waits in each of the four phases, and how urgent that is."""
    missed: tuple[str, ToneName] = ("No check-in is overdue.", "good")
    if found.missed:
        missed = (f"A check-in is overdue: none was recorded since that of {day(found.missed)}.", "concern")
    if found.gaps is None or found.hypotheses is None or found.actions is None:
        unknown: tuple[str, ToneName] = ("Not reviewed yet for this period: open the phases in their order.", "unknown")
        return [unknown, unknown, unknown, missed]
    return [
        _counted(found.gaps, ("gap is", "gaps are"), "on the shortlist"),
        _counted(found.hypotheses, ("hypothesis waits", "hypotheses wait"), "for a verdict"),
        _counted(found.actions, ("action waits", "actions wait"), "for a decision"),
        missed,
    ]


def _counted(count: int, nouns: tuple[str, str], what: str) -> tuple[str, ToneName]:
    return f"{upper_first(counted(count, *nouns))} {what}.", "watch" if count else "good"
