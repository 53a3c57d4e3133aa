"""The feedback forms as files: a page to print, and a spreadsheet whose filled-in rows `saypro import-feedback` takes.

OUT/<department>/employee.html    the blank form, for A4
OUT/<department>/employee.xlsx, employee.csv    a row for each form; the columns are called as the questions are
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from saypro_nb.agree import forms
from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.form_questions import FORMS
from saypro_nb.agree.forms import TICKS, Sheet
from saypro_nb.agree.schema import Form
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import whole
from saypro_nb.run import letter
from saypro_nb.run.report import Heading
from saypro_nb.run.workbook import Sheet as Page
from saypro_nb.run.workbook import write_csv, write_excel
from saypro_nb.show import blocks

TICK = "x"
LONGEST_LIST = 255  # characters that Excel takes for the choices of a cell


def write(
    workspace: Workspace, departments: Sequence[str], asked: Sequence[Form], out: Path, *, overwrite: bool
) -> list[Path]:
    """Write the files of each department and form, and return them; the pages end in .html.

    Raises InputError where one is there already, since somebody may have filled it in.
    """
    sheets = {
        out / department / form: (department, forms.tailored(FORMS[form], workspace.feedback, department))
        for department in departments
        for form in asked
    }
    files = [file.with_suffix(ending) for file in sheets for ending in (".html", ".xlsx", ".csv")]
    remedy = "Give another folder with --out, or --overwrite if nobody has filled it in"
    there = [Fault(str(file), "the file is there already", remedy) for file in files if file.exists()]
    if there and not overwrite:
        raise InputError(there)
    for file, (department, sheet) in sheets.items():
        whole.write(file.with_suffix(".html"), _page(workspace, department, sheet))
        template, explained = _template(sheet), _explained(sheet)
        write_excel(file.with_suffix(".xlsx"), [template, explained], workspace.review.currency)
        write_csv(file.with_suffix(".csv"), template)
    return files


def _page(workspace: Workspace, department: str, sheet: Sheet) -> str:
    heading = Heading(workspace.review.organisation, "Feedback form", workspace.names[department])
    return letter.render(heading, sheet.title, blocks.blank_form(sheet))


def _template(sheet: Sheet) -> Page:
    columns = [label for label, _ in _columns(sheet)]
    choices = {label: words for label, words in _columns(sheet) if words and len(",".join(words)) <= LONGEST_LIST}
    table = pd.DataFrame(columns=columns, dtype=object)
    return Page("Forms", table, choices={label: words for label, words in choices.items() if "," not in "".join(words)})


def _explained(sheet: Sheet) -> Page:
    rows = [
        {"Column": label, "How to fill it in": " or ".join(words) or "own words", "Question": question.ask}
        for question in sheet.questions.values()
        for label, words in _columns_of(sheet, question.name)
    ]
    return Page("How to fill it in", pd.DataFrame(rows))


def _columns(sheet: Sheet) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in sheet.questions:
        yield from _columns_of(sheet, name)


def _columns_of(sheet: Sheet, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the columns of a question with the answers that it takes: one for each tick-box, else one."""
    question = sheet.questions[name]
    if name == TICKS:
        yield from ((words, (TICK,)) for words in question.choices.values())
    elif question.kind == "date":
        yield question.label, ("YYYY-MM-DD",)
    else:
        yield question.label, tuple(question.choices.values())
