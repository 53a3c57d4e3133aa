"""The minutes: what all controls of a meeting share.

Who speaks, a field with what it was before and what is wrong with it, and the line that says what was kept, by whom
and when, with Undo. What was refused is said beside the control that it is about, and logged; what was typed stays.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from saypro_nb.agree.errors import ConflictError, Fault, InputError, WorkbenchError
from saypro_nb.keep.register import Entry
from saypro_nb.meet.paper import Paper
from saypro_nb.show import blocks
from saypro_nb.show.words import day, lower_first, upper_first

LABEL = "8.5rem"
LABELLED = {"description_width": LABEL}  # the style of every control, so that fields stand in line
TAKEN_BACK = "Taken back in the meeting"  # the reason for an undo, where nobody gives another
_log = logging.getLogger(__name__)


class Field:
    """A control with its label, and beside it what it was before, or what is wrong with it."""

    def __init__(self, control: Any, before: Any, shown: Callable[[Any], str] = str) -> None:
        control.value = before
        control.layout.width = "auto"
        self.control, self.before = control, before
        self._shown = shown
        self._beside = Paper(indent=f"calc({LABEL} + .5rem)")
        self.widget = widgets.VBox([control, self._beside.widget])
        control.observe(lambda _: self.compare(), "value")

    @property
    def changed(self) -> bool:
        """Whether somebody has entered something else than what was there."""
        return bool(self.control.value != self.before)

    @property
    def remark(self) -> str:
        """What stands beside the control, in plain words."""
        return self._beside.text

    def compare(self) -> None:
        """Say what it was before, if it is something else now."""
        before = "" if self.before is None else self._shown(self.before)
        if self.changed and before:
            self._beside.show(blocks.message(f"Was {before}", "neutral"))
        else:
            self._beside.clear()

    def refuse(self, words: str) -> None:
        """Say what is wrong with it."""
        self._beside.show(blocks.message(words, "concern"))

    def take(self, value: Any) -> None:
        """Take over a newer state; what somebody has entered stays, beside what it is now."""
        entered = self.changed
        self.before = value
        if not entered:
            self.control.value = value
        self.compare()

    def settle(self, value: Any) -> None:
        """Take over what was kept."""
        self.before = value
        self.control.value = value
        self.compare()


class Line:
    """The line under some controls: what was kept, and a button beside it, such as Undo."""

    def __init__(self, about: str) -> None:
        self._words = Paper()
        self.undo = _offered("Undo", about)
        self.reload = _offered("Load the newer version", about)
        self._undoable = False
        self.widget = widgets.HBox([self._words.widget, self.undo, self.reload])

    @property
    def text(self) -> str:
        """What the line says, in plain words."""
        return self._words.text

    def name(self, about: str) -> None:
        """Let the buttons say that they are about something else now."""
        for button in (self.undo, self.reload):
            button.tooltip = f"{button.description}: {about}"

    def kept(self, words: str, *, undo: bool) -> None:
        """Say what was kept; `undo` is whether it can be undone."""
        self._words.show(blocks.message(words, "good"))
        self._undoable = undo
        self._offer(undo=undo, reload=False)

    def refused(self, words: str, *, reload: bool = False) -> None:
        """Say what was not kept; `reload` is whether there is a newer version to load.

        What could be undone still can, unless somebody else has changed it.
        """
        self._words.show(blocks.message(words, "concern"))
        self._offer(undo=self._undoable and not reload, reload=reload)

    def clear(self) -> None:
        """Say nothing."""
        self._words.clear()
        self._undoable = False
        self._offer(undo=False, reload=False)

    def _offer(self, *, undo: bool, reload: bool) -> None:
        for button, offered in ((self.undo, undo), (self.reload, reload)):
            button.layout.display = "" if offered else "none"


def speaker() -> Field:
    """Return the field for who decides, which is asked once for all controls."""
    hint = "name or role, as the register is to say it"
    return Field(widgets.Text(description="Who decides", placeholder=hint, style=LABELLED), "")


def reason(about: str = "in a few words") -> Field:
    """Return the field for why something is decided."""
    return Field(widgets.Text(description="Why", placeholder=about, style=LABELLED), "")


def said(fields: Mapping[str, Field]) -> dict[str, str]:
    """Return what stands in the fields; raises InputError, with a fault for each, where nothing does."""
    words = {name: str(field.control.value).strip() for name, field in fields.items()}
    faults = [
        Fault(name, "nothing is said", "Every change is kept with who and why") for name in words if not words[name]
    ]
    if faults:
        raise InputError(faults)
    return words


def taking_back(who: Field, why: Field) -> dict[str, str]:
    """Return who takes something back and why; raises InputError where nobody is named."""
    return said({"who": who}) | {"why": str(why.control.value).strip() or TAKEN_BACK}


def collected(asked: Callable[[], Any], faults: list[Fault]) -> Any:
    """Return what was asked for, or None with its faults added to those that are told together."""
    try:
        return asked()
    except InputError as error:
        faults += error.faults
        return None


def attempt(
    keep: Callable[[], None], fields: Mapping[str, Field], line: Line, about: str, *, else_say: str = "Not kept"
) -> None:
    """Do what keeps an entry; where it is refused, say so beside its `fields` or on the `line`, and log it.

    `else_say` is what has not happened then.
    """
    for field in fields.values():
        field.compare()
    try:
        keep()
    except InputError as error:
        _log.warning("%s: %s. %s", about, lower_first(else_say), error)
        _point_at(error.faults, fields, line)
    except WorkbenchError as error:
        _log.warning("%s: %s. %s", about, lower_first(else_say), error)
        line.refused(str(error), reload=isinstance(error, ConflictError))
    except Exception as error:
        _log.exception("%s: %s", about, lower_first(else_say))
        line.refused(
            f"{else_say}: an error that nobody foresaw ({type(error).__name__}). What you entered is still here; the "
            "log has the details."
        )


def signed(words: str, entry: Entry) -> str:
    """Return who did what, when and why: "Approved by Head of Sales on 3 July 2026, 14:05 UTC: agreed"."""
    return f"{words} by {entry.who} on {day(entry.at.date())}, {entry.at:%H:%M} UTC: {entry.why}"


def was_taken_back(history: Sequence[Entry]) -> bool:
    """Tell whether the last change returned the subject to what it was before the change that it follows."""
    return len(history) > 2 and history[-1].content == history[-3].content


def _point_at(faults: Iterable[Fault], fields: Mapping[str, Field], line: Line) -> None:
    elsewhere = []
    for fault in faults:
        place = fault.where.rpartition(", ")[2]
        words = f"{upper_first(fault.found)}. {fault.remedy}."
        if place in fields:
            fields[place].refuse(words)
        else:
            elsewhere.append(words)
    line.refused(" ".join(elsewhere) or "Not kept yet: look at what is said beside the fields.")


def button(words: str, about: str) -> Any:
    """Return a button as wide as its words; `about` says what of, for those who can't see what it stands beside."""
    return widgets.Button(description=words, tooltip=f"{words}: {about}", layout=widgets.Layout(width="auto"))


def _offered(words: str, about: str) -> Any:
    shown = button(words, about)
    shown.layout.display = "none"
    return shown
