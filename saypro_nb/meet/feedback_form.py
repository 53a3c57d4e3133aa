"""A feedback form as controls: filled in by one person, or read out in a meeting; kept with a name only where asked."""

import datetime
from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as widgets

from saypro_nb.agree.decisions import FilledForm
from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.form_questions import FORMS
from saypro_nb.agree.forms import TICKS, Question, Sheet
from saypro_nb.keep import filled_forms
from saypro_nb.keep.dossier import Dossier
from saypro_nb.meet import minutes
from saypro_nb.meet.minutes import LABELLED, Field, Line
from saypro_nb.meet.paper import Controls, Paper, table
from saypro_nb.meet.ticks import Ticks
from saypro_nb.show import blocks
from saypro_nb.show.words import counted, day, listed, short_day

ABOUT_PERSON = ("respondent", "job_title", "team", "date")
WIDTH = "56rem"


class FeedbackForm(Controls):
    """The controls of one form. Once sent, its fields are empty again, so that nobody reads what the last one wrote."""

    def __init__(self, dossier: Dossier, sheet: Sheet) -> None:
        self._dossier, self._sheet = dossier, sheet
        self._sent: list[FilledForm] = []
        self.anonymous = widgets.Checkbox(
            value=True, description="Without my name", style=LABELLED, layout=widgets.Layout(width="auto")
        )
        self.fields = {
            name: Field(_control(one), _empty(one), partial(_shown, one)) for name, one in sheet.questions.items()
        }
        self.button = widgets.Button(description="Send this form", layout=widgets.Layout(width="max-content"))
        self.line = Line("this form")
        self._read_by, self._count = Paper(), Paper()
        self.widget = self._laid_out()
        self._listen()
        self._say_what_is_kept("Nothing is sent yet.", undo=False)

    @property
    def text(self) -> str:
        """What is said of the day and of how many forms there are, in plain words."""
        return f"{self._read_by.text}\n{self._count.text}".strip()

    def _laid_out(self) -> Any:
        rows: list[Any] = [
            _words(self._sheet.title, heading=True),
            _words(self._sheet.purpose),
            self.anonymous,
        ]
        for section in self._sheet.sections:
            rows.append(_words(section.title, heading=True))
            for question in section.questions:
                rows += [_words(question.ask), self.fields[question.name].widget]
                rows += [self._read_by.widget] if question.name == "date" else []
        rows += [self.button, self.line.widget, self._count.widget]
        return table(widgets.VBox(rows, layout=widgets.Layout(max_width=WIDTH)))

    def _listen(self) -> None:
        self.button.on_click(self._attempting(self._send))
        self.line.undo.on_click(self._attempting(self._undo))
        self.anonymous.observe(lambda _: self._ask_for_name(), "value")
        self.fields["date"].control.observe(lambda _: self._say_when_read(), "value")
        self._ask_for_name()
        self._say_when_read()

    def _attempting(self, keep: Callable[[], None]) -> Callable[[Any], None]:
        return lambda _: minutes.attempt(keep, self.fields, self.line, "the feedback form")

    def _ask_for_name(self) -> None:
        if "respondent" in self.fields:
            self.fields["respondent"].control.disabled = bool(self.anonymous.value)

    def _say_when_read(self) -> None:
        """Say which reviews read the form: those of periods that end on its day or later."""
        given, last = self.fields["date"].control.value, self._dossier.last_day
        if given is None or given <= last:
            self._read_by.clear()
            return
        words = f"The period under review ends on {day(last)}: this form counts in later reviews."
        self._read_by.show(blocks.message(words, "neutral"))

    def as_entered(self) -> FilledForm:
        """Return the form as its fields stand; raises InputError with every fault of it."""
        answers = {name: text for name, field in self.fields.items() if (text := _said(field.control.value))}
        date = self.fields["date"].control.value
        answers.pop("date", None)
        if self.anonymous.value:
            answers.pop("respondent", None)
        faults = (
            [] if answers.keys() - {*ABOUT_PERSON} else [Fault("the form", "nothing is answered", "Answer a question")]
        )
        if not self.anonymous.value and "respondent" in self.fields and "respondent" not in answers:
            faults.append(Fault("the form, respondent", "no name is given", "Write it, or send the form without it"))
        if faults:
            raise InputError(faults)
        ours = {name: text for name, text in answers.items() if name in FORMS[self._sheet.form].questions}
        further = {name: text for name, text in answers.items() if name not in ours}
        content = {"department": self._dossier.department, "date": date, "form": self._sheet.form}
        return filled_forms.checked({**content, "answers": ours, "further": further}, "the form")

    def _send(self) -> None:
        form = self.as_entered()
        entry = filled_forms.keep(self._dossier.register, form)
        self._sent.append(form)
        for name, field in self.fields.items():
            field.settle(_empty(self._sheet.questions[name]))
        self._say_what_is_kept(f"Kept: the form of {day(form.date)}, {_signed(entry.who)}.", undo=True)

    def _undo(self) -> None:
        """Take back the form that was sent last from here; nobody else knows which one that is."""
        form = self._sent[-1]
        filled_forms.withdraw(self._dossier.register, form)
        self._sent.pop()  # only now: what could not be taken back still can
        self._say_what_is_kept(f"Taken back: the form of {day(form.date)}.", undo=bool(self._sent))

    def _say_what_is_kept(self, words: str, *, undo: bool) -> None:
        self.line.kept(words, undo=undo)
        here = counted(len(self._sent), "form")
        self._count.show(blocks.message(f"Sent from here and kept: {here}.", "neutral"))


def _signed(who: str) -> str:
    return "without a name" if who == filled_forms.ANONYMOUS else f"by {who}"


def _words(text: str, *, heading: bool = False) -> Any:
    paper = Paper()
    paper.show(blocks.asked(text, heading=heading))
    return paper.widget


def _said(value: Any) -> str:
    """Return an answer as a cell of the table holds it; "" where there is none."""
    if isinstance(value, tuple):
        return ";".join(value)
    return "" if value is None else str(value).strip()


def _empty(question: Question) -> Any:
    empty: dict[str, Callable[[], Any]] = {"ticks": tuple, "date": datetime.date.today, "line": str, "text": str}
    return empty.get(question.kind, lambda: None)()


def _shown(question: Question, answer: Any) -> str:
    """Return an answer in the words of the form."""
    if question.name == TICKS:
        return listed([question.choices[code] for code in answer])
    return short_day(answer) if question.kind == "date" else str(answer)


def _control(question: Question) -> Any:
    """Return the control of a question; what it asks in full is said when pointing at it, and to a screen reader."""
    chosen = [(words, code) for code, words in question.choices.items()]
    kinds: dict[str, Callable[..., Any]] = {
        "line": widgets.Text,
        "text": partial(widgets.Textarea, rows=3),
        "date": widgets.DatePicker,
        "yes_no": partial(widgets.RadioButtons, options=chosen, value=None, orientation="horizontal"),
        "choice": partial(widgets.RadioButtons, options=chosen, value=None),
    }
    if question.name == TICKS:
        return Ticks(question.choices, description=question.label)
    return kinds[question.kind](description=question.label, tooltip=question.ask, style=LABELLED)
