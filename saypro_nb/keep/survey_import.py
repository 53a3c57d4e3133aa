"""Feedback from a file: a filled-in template, or the export of any survey tool with its columns mapped in params.

A form keeps the same id however often its file is read: it is made of what the form says, and of its place among
forms that say the same; or, where the tool numbers its responses, of that number and the day. So a survey that is
exported every week brings only what is new.
"""

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from saypro_nb.agree import forms
from saypro_nb.agree.decisions import FilledForm
from saypro_nb.agree.errors import Fault, InputError, did_you_mean
from saypro_nb.agree.form_questions import FORMS
from saypro_nb.agree.forms import TICKS, Question, Sheet, SurveyExport
from saypro_nb.agree.schema import Form
from saypro_nb.agree.settings import Workspace
from saypro_nb.agree.sources import KINDS, Source
from saypro_nb.agree.spreadsheets import original
from saypro_nb.keep import filled_forms, sources

NOT_TICKED = {"no", "false", "0", "-", "off"}
OTHERWISE = "*"
YES_NO = {"true": "yes", "false": "no"}
News = Literal["new", "changed", "there already"]


@dataclass(frozen=True)
class Survey:
    """How a file is read: the `export` of a tool by its `name`, for one form and department where these are given."""

    name: str
    export: SurveyExport
    form: Form | None
    department: str | None


@dataclass(frozen=True)
class Taken:
    """What a file holds: its forms, and how many of its rows have no answer at all."""

    forms: tuple[FilledForm, ...]
    empty: int


def survey(workspace: Workspace, name: str | None, form: Form | None, department: str | None) -> Survey:
    """Return how to read a file; without the `name` of an export, by our own names. Raises InputError."""
    exports = workspace.feedback.exports
    if name is not None and name not in exports:
        found = f"params/feedback.yaml has no export '{name}'"
        raise InputError([Fault("--as", found, did_you_mean(name, exports))])
    export = exports[name] if name else SurveyExport(columns={})
    return Survey(name or "", export, form or export.form, department or export.department)


def read(file: Path, how: Survey, workspace: Workspace) -> Taken:
    """Return the forms of a file, CSV or Excel; raises InputError with every fault of it."""
    if not file.is_file():
        raise InputError([Fault(str(file), "there is no such file", "Correct its name")])
    if file.suffix.lower() not in KINDS:
        raise InputError([Fault(str(file), "not a kind of file that can be read", f"Use one of {', '.join(KINDS)}")])
    (part,) = sources.read(Source(file=str(file.resolve())), workspace.root, known=())
    raw = part.rows
    faults: list[Fault] = []
    found: list[tuple[str, FilledForm]] = []
    titles = [str(title) for title in raw.columns]
    lines = [_Line(file.name, int(place), how, workspace) for place in raw.index]
    empty = 0
    for line, cells in zip(lines, raw.itertuples(index=False, name=None), strict=True):
        try:
            taken = line.form(dict(zip(titles, map(_plain, cells), strict=True)))
        except InputError as error:
            faults += error.faults
        else:
            empty += taken is None
            found += [taken] if taken else []
    if faults:
        raise InputError(dict.fromkeys(faults))
    return Taken(tuple(_identified(found, how.name)), empty)


def compare(taken: Sequence[FilledForm], known: Mapping[str, FilledForm]) -> dict[News, list[FilledForm]]:
    """Return the forms by what they are to the register; one that was taken back there stays so."""
    news: dict[News, list[FilledForm]] = {"new": [], "changed": [], "there already": []}
    for form in taken:
        before = known.get(form.id)
        if before is None:
            news["new"].append(form)
        else:
            news["there already" if before == form or before.withdrawn else "changed"].append(form)
    return news


@dataclass(frozen=True)
class _Line:
    """A row of the file, at `number` there."""

    file: str
    number: int
    how: Survey
    workspace: Workspace

    def form(self, cells: Mapping[str, Any]) -> tuple[str, FilledForm] | None:
        """Return the row's response number, if any, and its form; None where nothing is answered."""
        if not any(cells.values()):
            return None
        form = self._form(cells)
        department = self._department(cells)
        sheet = forms.tailored(FORMS[form], self.workspace.feedback, department)
        targets = self._targets(cells, sheet)
        given = [(target, title, cells[title]) for title, target in targets.items() if cells[title] is not None]
        response = next((str(cell) for target, _, cell in given if target == "response"), "")
        faults: list[Fault] = []
        day = self._day(next(((title, cell) for target, title, cell in given if target == "date"), None), faults)
        answers = self._answers(given, sheet, faults)
        if faults:
            raise InputError(faults)
        if not answers or answers.keys() <= {"respondent", "job_title", "team"}:
            return None
        ours = {name: answer for name, answer in answers.items() if name in FORMS[form].questions}
        further = {name: answer for name, answer in answers.items() if name not in ours}
        content = {"department": department, "date": day, "form": form, "answers": ours, "further": further}
        return response, filled_forms.checked(content, self._place())

    def _place(self, title: str = "") -> str:
        return f"{self.file}, row {self.number}" + (f", {title}" if title else "")

    def _form(self, cells: Mapping[str, Any]) -> Form:
        title = self._title_of("form", cells)
        words = {sheet.title.casefold(): form for form, sheet in FORMS.items()} | {form: form for form in FORMS}
        said = cells[title] if title else self.how.form
        if said is None:
            raise InputError([Fault(self.file, "no form is named", "Give --form, or a column Form")])
        return self._one_of(str(said), words | self._declared("form", words), title or "--form")  # type: ignore[return-value]

    def _department(self, cells: Mapping[str, Any]) -> str:
        title = self._title_of("department", cells)
        names = {name.casefold(): department for department, name in self.workspace.names.items()}
        words = names | {department.casefold(): department for department in self.workspace.names}
        said = cells[title] if title else self.how.department
        if said is None:
            place = self._place(title) if title else self.file
            raise InputError([Fault(place, "no department is named", "Give --department, or a column Department")])
        return self._one_of(str(said), words | self._declared("department", words), title or "--department")

    def _title_of(self, target: str, cells: Mapping[str, Any]) -> str | None:
        export = self.how.export
        named = {
            title: export.columns.get(title, title.strip().casefold()) for title in cells if title not in export.ignore
        }
        return next((title for title, name in named.items() if name == target), None)

    def _targets(self, cells: Mapping[str, Any], sheet: Sheet) -> dict[str, str]:
        """Return the question of each column; raises InputError for columns that nobody knows, or that say the same."""
        export = self.how.export
        words = {word.casefold(): name for name, word in sheet.words.items()} | {name: name for name in sheet.words}
        words |= {name: name for name in ("form", "department", "response", *sheet.words)}
        asked = {title: export.columns.get(title) or words.get(title.strip().casefold()) for title in cells}
        known = {title: name for title, name in asked.items() if name and title not in export.ignore}
        remedy = " Or leave the column out: name it under 'ignore' of the export in params/feedback.yaml"
        faults = [
            Fault(
                f"{self.file}, column {title}",
                "no question of the form has this name",
                did_you_mean(title, words) + remedy,
            )
            for title in cells
            if title not in known and title not in export.ignore
        ]
        faults += [
            Fault(
                f"{self.file}, column {title}", f"'{name}' is not asked by this form", did_you_mean(name, sheet.words)
            )
            for title, name in known.items()
            if name not in (*sheet.words, "form", "department", "response")
        ]
        twice = [name for name, count in Counter(known.values()).items() if count > 1]
        faults += [Fault(self.file, f"two columns are '{name}'", "Keep one of them") for name in twice]
        if faults:
            raise InputError(faults)
        return known

    def _day(self, given: tuple[str, Any] | None, faults: list[Fault]) -> datetime.date | None:
        if given is None:
            faults.append(Fault(self._place("date"), "no day is given", "Give the day of the form, or map its column"))
            return None
        title, cell = given
        if isinstance(cell, datetime.date):
            return cell
        try:
            return datetime.datetime.strptime(str(cell).strip(), self.how.export.dates).date()
        except ValueError:
            remedy = f"Write it as {self.how.export.dates}, or say under 'dates' of the export how it is written"
            faults.append(Fault(self._place(title), f"'{cell}' is no date", remedy))
            return None

    def _answers(self, given: Sequence[tuple[str, str, Any]], sheet: Sheet, faults: list[Fault]) -> dict[str, str]:
        answers: dict[str, str] = {}
        ticked: list[str] = []
        for target, title, cell in given:
            try:
                if target.startswith(f"{TICKS}."):
                    ticked += [] if str(cell).strip().casefold() in NOT_TICKED else [target.partition(".")[2]]
                elif target == TICKS:
                    ticked += self._ticks(str(cell), sheet.questions[TICKS], title, answers)
                elif target in sheet.questions and target != "date":
                    answers[target] = self._answer(str(cell).strip(), sheet.questions[target], title)
            except InputError as error:
                faults += error.faults
        codes = [
            code for code in (sheet.questions[TICKS].choices if TICKS in sheet.questions else ()) if code in ticked
        ]
        return answers | ({TICKS: ";".join(codes)} if codes else {})

    def _ticks(self, cell: str, question: Question, title: str, answers: dict[str, str]) -> Iterator[str]:
        words = self._words(question)
        for part in (part.strip() for part in cell.split(self.how.export.separator)):
            if not part:
                continue
            if OTHERWISE in words and part.casefold() not in words:
                answers["challenges_other"] = part
            yield self._one_of(part, words, title)

    def _answer(self, cell: str, question: Question, title: str) -> str:
        return self._one_of(cell, self._words(question), title) if question.choices else cell

    def _words(self, question: Question) -> dict[str, str]:
        """Return the codes of a question's answers by every way to write them, in small letters."""
        choices = question.choices
        words = {written.casefold(): code for code, written in choices.items()} | {
            code.casefold(): code for code in choices
        }
        return (YES_NO | words if question.kind == "yes_no" else words) | self._declared(question.name, words)

    def _declared(self, name: str, words: Mapping[str, str]) -> dict[str, str]:
        """Return what params say of the values of a question: their words, by our code or our words."""
        said = self.how.export.values.get(name, {})
        plain = {theirs: ("yes" if ours else "no") if isinstance(ours, bool) else ours for theirs, ours in said.items()}
        return {theirs.casefold(): words.get(ours.casefold(), ours) for theirs, ours in plain.items()}

    def _one_of(self, cell: str, words: Mapping[str, str], title: str) -> str:
        code = words.get(cell.strip().casefold(), words.get(OTHERWISE))
        if code is None or code not in words.values():
            known = [word for word in words if word != OTHERWISE]
            remedy = f"{did_you_mean(cell, known)} Or say under 'values' of the export what it stands for"
            raise InputError([Fault(self._place(title), f"'{cell}' is no answer that is known", remedy)])
        return code


def _identified(found: Sequence[tuple[str, FilledForm]], export: str) -> Iterator[FilledForm]:
    """Yield the forms with ids that are the same whenever they are read."""
    times: Counter[str] = Counter()
    for response, form in found:
        about: list[object] = [form.form, form.department, form.date.isoformat()]
        about += [export, response] if response else [sorted(form.answers.items()), sorted(form.further.items())]
        said = json.dumps(about)
        times[said] += 1
        digest = hashlib.sha256(f"{said} {times[said]}".encode()).hexdigest()
        yield form.model_copy(update={"id": f"f-{digest[:24]}"})


def _plain(cell: Any) -> Any:
    """Return a cell without what spreadsheets add: an apostrophe before a formula, a time of day, an empty text."""
    if isinstance(cell, str):
        return original(cell).strip() or None
    if isinstance(cell, datetime.datetime):  # pandas' own timestamps are some, too
        return None if pd.isna(cell) else cell.date()
    if cell is None or pd.isna(cell):
        return None
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
