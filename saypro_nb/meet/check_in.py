"""The check-in's record in the meeting: how each action goes, what is decided, and when the next update is."""

from collections.abc import Callable
from functools import partial
from typing import Any, get_args

import ipywidgets as widgets

from saypro_nb.agree.decisions import CheckedAction, CheckIn, kind_of, subject_of
from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.plans import Action, Status
from saypro_nb.agree.settings import Catalogue
from saypro_nb.keep import check_ins, evidence, sittings
from saypro_nb.keep.dossier import Dossier
from saypro_nb.keep.register import Entry
from saypro_nb.meet import minutes
from saypro_nb.meet.minutes import LABELLED, Field, Line
from saypro_nb.meet.paper import Controls, Paper, table
from saypro_nb.meet.proceedings import Proceedings
from saypro_nb.meet.ticks import Ticks
from saypro_nb.review.check_ins import DECIDED
from saypro_nb.show import blocks
from saypro_nb.show.plan_views import STATUS_TONES, gap_words
from saypro_nb.show.words import day, listed, short_day, upper_first

WIDTH = "56rem"
FOLLOWED = tuple(status for status in get_args(Status) if status not in DECIDED)
LISTS = ("participants", "decisions")  # written a line each
SHORT, LONG = ("status", "responsible"), ("impact", "challenges", "next_steps")


class CheckInRecord(Controls):
    """The controls of one check-in: a part for each action, then what concerns the whole, then who keeps it."""

    def __init__(self, dossier: Dossier) -> None:
        """Lay out the record of the check-in that follows the review period, as it was kept or to be filled in."""
        self._dossier, self._blank = dossier, check_ins.prepare(dossier).record
        self._sitting = sittings.open_record(dossier, self._blank)
        self.parts = {line.action: self._part(line) for line in self._sitting.record.actions}
        self.fields = _fields(self._sitting.record, dossier.kpis)
        self.speaker = minutes.speaker()
        self.why = Field(widgets.Text(description="Why", style=LABELLED), "Check-in held")
        self.line = Line(f"the check-in of {day(self._blank.held_on)}")
        self.button = widgets.Button(description="Keep this check-in", layout=widgets.Layout(width="max-content"))
        self.proceedings = Proceedings(
            dossier.register, dossier.department, {name: kpi.name for name, kpi in dossier.kpis.items()}
        )
        self.widget = self._laid_out()
        self._listen()
        self._show()

    def _part(self, line: CheckedAction) -> "ActionPart":
        action, dossier = self._sitting.actions[line.action].action, self._dossier
        currency = dossier.workspace.review.currency
        return ActionPart(action, line, gap_words(action.kpi, dossier.kpis, evidence.gaps(dossier), currency))

    def _laid_out(self) -> Any:
        whole = [field.widget for field in (*self.fields.values(), self.speaker, self.why)]
        parts = [part.widget for part in self.parts.values()]
        below = widgets.VBox(whole, layout=widgets.Layout(max_width=WIDTH))
        return table(*parts, below, self.button, self.line.widget, self.proceedings.widget)

    def _listen(self) -> None:
        for button, keep in ((self.button, self._keep), (self.line.undo, self._undo), (self.line.reload, self._load)):
            button.on_click(self._attempting(keep))

    def _attempting(self, keep: Callable[[], None]) -> Callable[[Any], None]:
        places = {"who": self.speaker, "why": self.why} | self.fields

        def attempt(_: Any) -> None:
            minutes.attempt(keep, places, self.line, f"the check-in of {self._blank.held_on}")
            self.proceedings.look()  # also where it was refused: what somebody else has changed is the reason

        return attempt

    def _keep(self) -> None:
        """Keep the record; raises InputError with every fault of it."""
        faults: list[Fault] = []
        words = minutes.collected(partial(minutes.said, {"who": self.speaker, "why": self.why}), faults)
        record = minutes.collected(self.as_entered, faults)
        if words is None or record is None:
            raise InputError(faults)
        sittings.keep(self._dossier.register, self._sitting, record, **words)
        self._settle()

    def _undo(self) -> None:
        who = minutes.said({"who": self.speaker})["who"]
        sittings.undo(self._dossier.register, self._history()[-1], who=who, why=minutes.TAKEN_BACK)
        self._blank = self._blank.model_copy(update={"held_on": self._sitting.record.held_on})
        self._settle()

    def _settle(self) -> None:
        """Show what was kept, or what stands again."""
        self._sitting = sittings.open_record(self._dossier, self._blank)
        self._each(lambda field, value: field.settle(value))
        self._show()

    def _load(self) -> None:
        """Take over what somebody else has kept meanwhile; what was entered here stays in its field."""
        self._sitting = sittings.open_record(self._dossier, self._blank)
        self._each(lambda field, value: field.take(value))
        self._show()

    def _each(self, give: Callable[[Field, Any], None]) -> None:
        """Give every field what the sitting says of it."""
        for name, value in _values(self._sitting.record).items():
            give(self.fields[name], value)
        for line in self._sitting.record.actions:
            if line.action in self.parts:
                self.parts[line.action].each(line, give)

    def as_entered(self) -> CheckIn:
        """Return the record as its fields stand; raises InputError with every fault of it."""
        entered = {name: field.control.value for name, field in self.fields.items()}
        listed = {name: lines_of(entered[name]) for name in LISTS}
        actions = [part.as_entered() for part in self.parts.values()]
        content = {**self._sitting.record.model_dump(), **entered, **listed, "actions": actions}
        return sittings.checked(content, "the record")

    def _history(self) -> list[Entry]:
        return self._dossier.register.history(kind_of(self._sitting.record), subject_of(self._sitting.record))

    def _show(self) -> None:
        """Show how each action stands, who kept the record, and what was changed in this meeting."""
        for name, part in self.parts.items():
            part.show(self._sitting.actions[name].action)
        history = self._history()
        standing = bool(history) and not history[-1].content.get("withdrawn")
        self.fields["held_on"].control.disabled = standing
        if not history:
            self.line.kept("Nothing of this check-in is kept yet.", undo=False)
            return
        undone = history[-1].why == minutes.TAKEN_BACK
        self.line.kept(minutes.signed("Taken back" if undone else "Kept", history[-1]), undo=standing and not undone)


class ActionPart:
    """The controls of one action: its status, what it has done, what stands in its way, and what comes next."""

    def __init__(self, action: Action, line: CheckedAction, gap: str) -> None:
        """Lay out the `line` of an `action`; `gap` says where its KPI stands."""
        self._id, self._gap = action.id, gap
        self.fields = {name: Field(control, getattr(line, name)) for name, control in _controls(line.status).items()}
        for field in self.fields.values():
            field.control.tooltip = f"{field.control.description}: {action.description}"
        self._head = Paper()
        narrow, wide = [self.fields[name].widget for name in SHORT], [self.fields[name].widget for name in LONG]
        columns = "repeat(auto-fit, minmax(min(20rem, 100%), 1fr))"
        grid = widgets.GridBox(narrow, layout=widgets.Layout(grid_template_columns=columns, max_width=WIDTH))
        self.widget = widgets.VBox([self._head.widget, grid, widgets.VBox(wide, layout={"max_width": WIDTH})])

    def as_entered(self) -> dict[str, str]:
        """Return the line of the record as its fields stand."""
        return {"action": self._id} | {name: field.control.value for name, field in self.fields.items()}

    def each(self, line: CheckedAction, give: Callable[[Field, Any], None]) -> None:
        """Give every field what the line says of it."""
        status = self.fields["status"].control
        entered = status.value
        status.options = _statuses(line.status, entered)
        status.value = entered  # other options have let go of it
        for name, field in self.fields.items():
            give(field, getattr(line, name))

    def show(self, action: Action) -> None:
        """Show how the action stands."""
        word = upper_first(action.status)
        against = "; ".join(part for part in (f"{action.id}: until {short_day(action.end)}", self._gap) if part)
        self._head.show(blocks.card(action.description, against, word, STATUS_TONES[word]))


def lines_of(text: str) -> list[str]:
    """Return the lines of a field that holds a list, without the empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _fields(record: CheckIn, kpis: Catalogue) -> dict[str, Field]:
    names = {kpi: facts.name for kpi, facts in kpis.items()}
    controls = {
        "held_on": widgets.DatePicker(description="Held on", style=LABELLED),
        "participants": _text("Participants", 3, "one a line"),
        "summary": _text("Summary", 2),
        "decisions": _text("Decisions", 3, "one a line"),
        "watch": Ticks(names, description="KPIs to watch"),
        "next_update": widgets.DatePicker(description="Next update", style=LABELLED),
    }
    words: dict[str, Callable[[Any], str]] = {
        **dict.fromkeys(("held_on", "next_update"), short_day),
        **dict.fromkeys(LISTS, lambda text: " / ".join(lines_of(text))),
        "watch": lambda chosen: listed([names[kpi] for kpi in chosen]) or "none",
    }
    values = _values(record)
    return {name: Field(control, values[name], words.get(name, str)) for name, control in controls.items()}


def _values(record: CheckIn) -> dict[str, Any]:
    plain = record.model_dump(include={"held_on", "summary", "next_update", "watch"})
    return plain | {name: "\n".join(getattr(record, name)) for name in LISTS}


def _controls(status: Status) -> dict[str, Any]:
    return {
        "status": widgets.Dropdown(description="Status", options=_statuses(status), style=LABELLED),
        "responsible": widgets.Text(description="Responsible", style=LABELLED),
        "impact": _text("Impact on its KPI", 2),
        "challenges": _text("Challenges", 2),
        "next_steps": _text("Next steps", 2),
    }


def _statuses(*present: str) -> list[tuple[str, str]]:
    """Return the statuses that a check-in gives, and those that are `present` though only a decision gives them."""
    return [(upper_first(status), status) for status in dict.fromkeys((*FOLLOWED, *present))]


def _text(label: str, rows: int, hint: str = "") -> Any:
    return widgets.Textarea(description=label, rows=rows, placeholder=hint, continuous_update=False, style=LABELLED)
