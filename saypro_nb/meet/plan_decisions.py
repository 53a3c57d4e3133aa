"""Deciding on the plan in the meeting: a card for each action, and what all of them ask of people and money."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, get_args

import ipywidgets as widgets

from saypro_nb.agree.decisions import Decision
from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.plans import Action
from saypro_nb.keep import decisions, plan_sheet
from saypro_nb.keep.decisions import Standing
from saypro_nb.keep.register import Register
from saypro_nb.meet import minutes
from saypro_nb.meet.minutes import LABELLED, Field, Line
from saypro_nb.meet.paper import Controls, Paper, table
from saypro_nb.meet.proceedings import Proceedings
from saypro_nb.review.agenda import Agenda
from saypro_nb.show import blocks, plan_findings
from saypro_nb.show.plan_findings import SIGNED
from saypro_nb.show.plan_views import STATUS_TONES, gap_words
from saypro_nb.show.words import amount, short_day, upper_first

OVER = ("completed", "declined")


class PlanDecisions(Controls):
    """A card for each action that waits for a decision or was decided, under one field for who decides."""

    def __init__(self, agenda: Agenda, register: Register, department: str, since: date) -> None:
        """Lay out what `department` has to decide on and what it has decided since the day `since`."""
        self._agenda, self._register = agenda, register
        self.speaker = minutes.speaker()
        self.cards = {
            one.action.id: Card(one, self._register, agenda, self.speaker, self._weigh)
            for one in self._standing(department, since)
        }
        self._strain = Paper()
        self.proceedings = Proceedings(register, department, {name: kpi.name for name, kpi in agenda.kpis.items()})
        cards = [card.widget for card in self.cards.values()]
        self.widget = table(self.speaker.widget, *cards, self._strain.widget, self.proceedings.widget)
        for button in (button for card in self.cards.values() for button in card.deciding):
            button.on_click(lambda _: self.proceedings.look())  # also where it was refused: the reason may be there
        self._weigh()

    @property
    def strain(self) -> str:
        """What is said of people and money, in plain words."""
        return self._strain.text

    def _standing(self, department: str, since: date) -> list[Standing]:
        """Return what waits, then what is decided; what was over before that day isn't decided on any more."""
        known = {
            name: one for name, one in decisions.standing(self._register).items() if one.action.department == department
        }
        drafts = [Standing(draft, 0) for draft in self._agenda.drafts if draft.id not in known]
        signed = {entry.subject: entry.at.date() for entry in self._register.current("sign_off")}
        shown = [
            one
            for name, one in known.items()
            if one.action.status not in OVER or (name in signed and signed[name] >= since)
        ]
        waiting = [one for one in shown if one.action.status == "proposed"]
        return [*waiting, *drafts, *(one for one in shown if one.action.status != "proposed")]

    def _weigh(self) -> None:
        """Say what people and money would bear if all cards were approved as they stand."""
        others = [action for action in self._agenda.kept if action.id not in self.cards]
        as_entered = [card.as_entered() for card in self.cards.values()]
        agenda = replace(self._agenda, kept=[*others, *as_entered], drafts=[])
        told = [*plan_findings.money(agenda), *plan_findings.people(agenda)]
        self._strain.show(
            blocks.notes(told or ["Nothing is planned."], title="If all of this is approved as it stands")
        )


class Card:
    """The controls of one action: what the meeting may set, three decisions, and the line that says what was kept."""

    def __init__(
        self, standing: Standing, register: Register, agenda: Agenda, speaker: Field, entered: Callable[[], None]
    ) -> None:
        self.standing = standing
        self._register, self._agenda, self._entered = register, agenda, entered
        what = standing.action.description
        self.fields = _fields(standing.action, agenda)
        self.why = minutes.reason()
        self.buttons = {name: minutes.button(upper_first(name), what) for name in get_args(Decision)}
        self.line, self.check = Line(what), Line(what)
        self._head = Paper()
        self._asked = {"who": speaker, "why": self.why}
        self.widget = self._laid_out()
        self._listen()
        self._show()

    @property
    def deciding(self) -> list[Any]:
        """The buttons that change the register or read it again."""
        return [*self.buttons.values(), self.line.undo, self.line.reload]

    def as_entered(self) -> Action:
        """Return the action as its fields stand, or as it was where they make none."""
        try:
            return decisions.changed(self.standing.action, self._changes(), self.standing.action.id)
        except InputError:
            return self.standing.action

    def _laid_out(self) -> Any:
        narrow = [field.widget for name, field in self.fields.items() if name != "milestones"]
        columns = "repeat(auto-fit, minmax(min(20rem, 100%), 1fr))"
        grid = widgets.GridBox(narrow, layout=widgets.Layout(grid_template_columns=columns, max_width="56rem"))
        wide = widgets.VBox(
            [self.fields["milestones"].widget, self.why.widget], layout=widgets.Layout(max_width="56rem")
        )
        buttons = widgets.HBox(list(self.buttons.values()))
        return widgets.VBox([self._head.widget, grid, self.check.widget, wide, buttons, self.line.widget])

    def _listen(self) -> None:
        for field in self.fields.values():
            field.control.observe(lambda _: self._weigh(), "value")
        for name, button in self.buttons.items():
            button.on_click(self._attempting(partial(self._decide, name)))
        self.line.undo.on_click(self._attempting(self._undo))
        self.line.reload.on_click(self._attempting(self._load))

    def _weigh(self) -> None:
        """Let people and money be weighed with what was entered; where that fails, it is said under the fields."""
        about = self.standing.action.id
        self.check.clear()
        minutes.attempt(self._entered, {}, self.check, about, else_say="People and money are not weighed anew")

    def _attempting(self, keep: Callable[[], None]) -> Callable[[Any], None]:
        places = self._asked | self.fields | {"dates": self.fields["end"]}
        return lambda _: minutes.attempt(keep, places, self.line, self.standing.action.id)

    def _decide(self, decision: Decision) -> None:
        action = self.standing.action
        faults: list[Fault] = []
        words = minutes.collected(lambda: minutes.said(self._asked), faults)
        after = minutes.collected(lambda: decisions.changed(action, self._changes(), action.id), faults)
        if words is None or after is None:
            raise InputError(faults)
        meant = decisions.meant(decision, action, after)
        _, changes = decisions.settle(self.standing, meant, after, self._agenda.kpis, action.id)
        self._register.record_all(changes, **words)
        self._settle()

    def _undo(self) -> None:
        words = minutes.taking_back(self._asked["who"], self.why)
        decisions.undo(self._register, self.standing.action.id, **words, seen=self.standing.version)
        self._settle()

    def _settle(self) -> None:
        """Show what was kept."""
        self.standing = decisions.standing(self._register)[self.standing.action.id]
        self.why.settle("")
        for name, value in _values(self.standing.action).items():
            self.fields[name].settle(value)
        self._show()
        self._weigh()

    def _load(self) -> None:
        """Take over what somebody else has kept meanwhile; what was entered here stays in its field."""
        self.standing = decisions.standing(self._register).get(self.standing.action.id, self.standing)
        for name, value in _values(self.standing.action).items():
            self.fields[name].take(value)
        self._show()
        self._weigh()

    def _show(self) -> None:
        """Show where the action stands, who said so, and what can be decided."""
        action, agenda = self.standing.action, self._agenda
        word = upper_first(action.status)
        gap = gap_words(action.kpi, agenda.kpis, agenda.ranked, agenda.currency)
        self._head.show(blocks.card(action.description, f"{action.id}: {gap}", word, STATUS_TONES[word]))
        self.buttons["approve"].disabled = action.status not in decisions.APPROVED
        self.buttons["decline"].disabled = action.status in OVER
        self._say_who()

    def _say_who(self) -> None:
        history = self._register.history("action", self.standing.action.id)
        if not history:
            self.line.kept("Proposed by the library; nobody has decided yet.", undo=False)
            return
        signed = self._register.history("sign_off", self.standing.action.id)
        last = signed[-1] if signed and signed[-1].content["version"] >= len(history) - 1 else history[-1]
        verdict = last.content.get("verdict", "")
        undo = bool(signed) and verdict != "withdrawn" and last.content.get("version") == self.standing.version
        self.line.kept(minutes.signed(SIGNED.get(verdict, "Last changed"), last), undo=undo)

    def _changes(self) -> Mapping[str, Any]:
        """Return what was entered; raises InputError for milestones that can't be read."""
        entered = {name: field.control.value for name, field in self.fields.items() if field.changed}
        try:
            return plan_sheet.fields(entered)
        except ValueError as error:
            where = f"{self.standing.action.id}, milestones"
            raise InputError([Fault(where, "not readable", upper_first(str(error)))]) from None


def _fields(action: Action, agenda: Agenda) -> dict[str, Field]:
    kpi = agenda.kpis.get(action.criterion.kpi)
    unit = {"percent": "%", "money": agenda.currency}.get(kpi.unit, kpi.unit) if kpi else "level"
    controls = {
        "owner": widgets.Text(description="Owner", continuous_update=False, style=LABELLED),
        "budget": widgets.FloatText(description=f"Budget, {agenda.currency}", continuous_update=False, style=LABELLED),
        "start": widgets.DatePicker(description="Start", style=LABELLED),
        "end": widgets.DatePicker(description="End", style=LABELLED),
        "amount": widgets.FloatText(description=f"Success, {unit}", continuous_update=False, style=LABELLED),
        "by": widgets.DatePicker(description="Reached by", style=LABELLED),
        "milestones": widgets.Textarea(description="Milestones", rows=3, continuous_update=False, style=LABELLED),
    }
    words: dict[str, Callable[[Any], str]] = {
        "owner": str,
        "milestones": lambda lines: " / ".join(str(lines).splitlines()),
        "budget": lambda value: f"{agenda.currency}{value:,.0f}",
        "amount": lambda value: amount(value, kpi, agenda.currency) if kpi else f"{value:g}",
    }
    values = _values(action)
    fields = {name: Field(control, values[name], words.get(name, short_day)) for name, control in controls.items()}
    for field in fields.values():
        field.control.tooltip = f"{field.control.description}: {action.description}"
    return fields


def _values(action: Action) -> dict[str, Any]:
    facts = action.model_dump(include={"owner", "budget", "start", "end"})
    steps = plan_sheet.cells(action)["milestones"] or ""
    return facts | {"amount": action.criterion.amount, "by": action.criterion.by, "milestones": steps}
