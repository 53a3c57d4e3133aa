"""The feedback forms: what they ask, in which words, and how a department asks otherwise (params/feedback.yaml).

One definition serves the controls in JupyterLab, the page to print, the spreadsheet to fill in and what is imported.
The names of questions are the columns of the table ``feedback`` (see `contract`); a tick-box is named
``challenges.CODE``. A department may leave questions out, word them otherwise, and ask further ones of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Self

from pydantic import model_validator

from saypro_nb.agree.errors import Fault, did_you_mean
from saypro_nb.agree.schema import Form, Id, Strict, Text

Kind = Literal["line", "text", "yes_no", "choice", "ticks", "date"]
TICKS = "challenges"
YES_NO = {"yes": "Yes", "no": "No"}


@dataclass(frozen=True)
class Question:
    """A question: `label` names it in a few words, `ask` is the whole sentence, `choices` are words by code."""

    name: str
    label: str
    ask: str
    kind: Kind
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """Questions under one heading."""

    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Sheet:
    """A whole form as one department asks it."""

    form: Form
    title: str
    purpose: str
    sections: tuple[Section, ...]

    @property
    def questions(self) -> dict[str, Question]:
        """Every question by its name."""
        return {question.name: question for section in self.sections for question in section.questions}

    @property
    def words(self) -> dict[str, str]:
        """What each question and each tick-box is called, by name."""
        ticks = self.questions[TICKS].choices if TICKS in self.questions else {}
        labels = {name: question.label for name, question in self.questions.items()}
        return labels | {f"{TICKS}.{code}": words for code, words in ticks.items()}


class FurtherQuestion(Strict):
    """A question of a department's own; `label` is its short name, and `choices` belong to the kind ``choice``."""

    id: Id
    label: Text
    ask: Text
    kind: Literal["text", "yes_no", "choice"] = "text"
    choices: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _choices_where_they_belong(self) -> Self:
        if self.kind == "choice" and len(set(self.choices)) < max(2, len(self.choices)):
            raise ValueError("a choice needs two or more different 'choices'")
        if self.kind != "choice" and self.choices:
            raise ValueError(f"a question of the kind '{self.kind}' has no 'choices'; make its kind 'choice'")
        return self


class Tailoring(Strict):
    """What is asked otherwise: questions and tick-boxes to leave out, other words by name, further questions."""

    leave_out: tuple[str, ...] = ()
    labels: Mapping[str, Text] = {}
    questions: tuple[FurtherQuestion, ...] = ()


class SurveyExport(Strict):
    """How the export of a survey tool is read: its `columns` by the names of our questions, and its `values` by ours.

    `form` and `department` hold for every row where no column says them. Columns under `ignore` are left out.
    Several ticks in one cell are parted by `separator`; `dates` is how a day is written (as in Python's strptime).
    Under `values`, "*" stands for whatever else is written.
    """

    form: Form | None = None
    department: Id | None = None
    columns: Mapping[str, str]
    ignore: tuple[str, ...] = ()
    values: Mapping[str, Mapping[str, str | bool]] = {}
    separator: Text = ";"
    dates: Text = "%Y-%m-%d"


class FeedbackParams(Strict):
    """params/feedback.yaml: what is asked otherwise everywhere and by single departments, and the exports of tools."""

    forms: Mapping[Form, Tailoring] = {}
    departments: Mapping[Id, Mapping[Form, Tailoring]] = {}
    exports: Mapping[Id, SurveyExport] = {}

    def tailorings(self, form: Form, department: str) -> list[Tailoring]:
        """Return what holds for a department's form, what holds everywhere first."""
        own = self.departments.get(department, {})
        return [asked[form] for asked in (self.forms, own) if form in asked]

    def references(self, known: Mapping[Form, Sheet]) -> Iterator[tuple[str, str, tuple[str, ...], set[str]]]:
        """Yield every place that names questions: the place, the kind of name, the names, and those that there are."""
        for form, place, tailoring in self._places():
            there = {*known[form].words, *(f"{TICKS}.{code}" for code in known[form].questions[TICKS].choices)}
            what = f"question of the {form} form"
            yield f"{place}.leave_out", what, tailoring.leave_out, there - {"date"}
            yield f"{place}.labels", what, tuple(tailoring.labels), there
        for name, export in self.exports.items():
            targets = _targets([known[export.form]] if export.form else [*known.values()])
            targets |= {one.id for _, _, tailoring in self._places() for one in tailoring.questions}
            yield f"exports.{name}.columns", "question", tuple(export.columns.values()), targets
            yield f"exports.{name}.values", "question", tuple(export.values), targets

    def clashes(self, known: Mapping[Form, Sheet]) -> Iterator[tuple[str, str]]:
        """Yield every place whose form would have two questions of one name or label, and that name or label."""
        for department in [*self.departments, ""]:
            for form in known:
                place = f"departments.{department}.{form}" if department else f"forms.{form}"
                asked = [one for part in self.tailorings(form, department) for one in part.questions]
                names = [*known[form].questions, *_OF_ROW, *(one.id for one in asked)]
                words = [word.casefold() for word in tailored(known[form], self, department).words.values()]
                yield from ((place, twice) for twice in {*_repeated(names), *_repeated(words)})

    def _places(self) -> Iterator[tuple[Form, str, Tailoring]]:
        for form, tailoring in self.forms.items():
            yield form, f"forms.{form}", tailoring
        for department, asked in self.departments.items():
            for form, tailoring in asked.items():
                yield form, f"departments.{department}.{form}", tailoring


def faults(params: FeedbackParams, known: Mapping[Form, Sheet], departments: set[str]) -> list[Fault]:
    """Return what params/feedback.yaml names and no form or department has, and what would stand twice in a form."""
    of_exports = {f"exports.{name}.department": export.department for name, export in params.exports.items()}
    named = [("departments", tuple(params.departments)), *((place, (one,)) for place, one in of_exports.items() if one)]
    places = [(place, "department", names, departments) for place, names in named]
    unknown = [
        Fault(f"params/feedback.yaml, {place}", f"there is no {what} '{name}'", did_you_mean(name, sorted(there)))
        for place, what, names, there in [*places, *params.references(known)]
        for name in names
        if name not in there
    ]
    return unknown + [
        Fault(f"params/feedback.yaml, {place}", f"'{name}' would stand twice in the form", "Name one of them otherwise")
        for place, name in sorted(set(params.clashes(known)))
    ]


_OF_ROW = ("form", "department", "response")
"""What else a column can hold: the form and department of a row, and by which number the tool knows the response."""


def tailored(sheet: Sheet, params: FeedbackParams, department: str) -> Sheet:
    """Return the form as a department asks it."""
    parts = params.tailorings(sheet.form, department)
    left_out = {name for part in parts for name in part.leave_out}
    labels = {name: words for part in parts for name, words in part.labels.items()}
    sections = [_tailored(section, left_out, labels) for section in sheet.sections]
    further = tuple(_further(one) for part in parts for one in part.questions)
    sections += [Section("Further questions", further)]
    return replace(sheet, sections=tuple(section for section in sections if section.questions))


def _tailored(section: Section, left_out: set[str], labels: Mapping[str, str]) -> Section:
    asked = []
    for question in section.questions:
        choices = {
            code: labels.get(f"{question.name}.{code}", words)
            for code, words in question.choices.items()
            if f"{question.name}.{code}" not in left_out
        }
        if question.name not in left_out and (choices or not question.choices):
            label = labels.get(question.name, question.label)
            ask = labels.get(question.name, question.ask)
            asked.append(replace(question, label=label, ask=ask, choices=choices))
    return replace(section, questions=tuple(asked))


def _further(one: FurtherQuestion) -> Question:
    choices = YES_NO if one.kind == "yes_no" else {words: words for words in one.choices}
    return Question(one.id, one.label, one.ask, one.kind, choices)


def _targets(sheets: list[Sheet]) -> set[str]:
    return {*_OF_ROW, *(name for sheet in sheets for name in sheet.words)}


def _repeated(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}
