"""One page: a notebook run with papermill for one department, and made into HTML; complete, or not there at all."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from saypro_nb.agree.errors import WorkbenchError
from saypro_nb.run import editions
from saypro_nb.run.report import Heading, answer_of, to_html

CELL_SECONDS = 600  # a cell that takes longer is given up
VERSIONS_SHOWN = ("saypro-nb", "pandas", "papermill", "nbconvert")


@dataclass(frozen=True)
class Task:
    """A notebook to run in `folder` for one department, and the pages' folder."""

    department: str
    notebook: Path
    parameters: Mapping[str, bool | int | float | str]
    workspace: Path
    pages: Path
    heading: Heading

    @property
    def name(self) -> str:
        """The notebook's name without its suffix."""
        return self.notebook.stem


@dataclass(frozen=True)
class Outcome:
    """What became of a task; `reason` is one line where there is no page, `answer` what the page opens with."""

    department: str
    notebook: str
    state: Literal["built", "failed", "not built"]
    seconds: float
    reason: str = ""
    answer: Mapping[str, Any] = field(default_factory=dict)


def build(task: Task) -> Outcome:
    """Run the notebook and write its page; on failure keep the notebook up to the cell that failed, and no page."""
    began = time.monotonic()
    reason, answer = _attempt(task)
    state: Literal["built", "failed"] = "failed" if reason else "built"
    return Outcome(task.department, task.name, state, round(time.monotonic() - began, 1), reason, answer)


def skip(task: Task, because: str) -> Outcome:
    """Leave the task out; a page of an earlier run would be mistaken for this one's and goes."""
    page = task.pages / f"{task.name}.html"
    page.unlink(missing_ok=True)
    editions.discard(page)
    return Outcome(task.department, task.name, "not built", 0.0, because)


def _attempt(task: Task) -> tuple[str, dict[str, Any]]:
    """Return why there is no page, nothing when there is one; and the answer that the page opens with."""
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    task.pages.mkdir(parents=True, exist_ok=True)
    aside, page = task.pages / f"{task.name}.part.ipynb", task.pages / f"{task.name}.html"
    page.unlink(missing_ok=True)
    editions.discard(page)
    try:
        papermill.execute_notebook(
            task.notebook,
            aside,
            parameters=dict(task.parameters),
            cwd=task.workspace,
            progress_bar=False,
            execution_timeout=CELL_SECONDS,
            request_save_on_cell_execute=False,
        )
        notebook = nbformat.read(aside, as_version=4)
        html = to_html(notebook, heading(task))
    except PapermillExecutionError as error:
        return _one_line(error.ename, error.evalue), {}
    except WorkbenchError as error:
        return _one_line("", str(error)), {}
    except Exception as error:  # whatever goes wrong in one page, the others must be built
        return _one_line(type(error).__name__, str(error)), {}
    finally:
        if aside.exists():
            aside.replace(task.pages / f"{task.name}.ipynb")
    written = page.with_suffix(".html.part")
    written.write_text(html, encoding="utf-8")
    written.replace(page)
    return "", answer_of(notebook)


def heading(task: Task) -> Heading:
    """Return what stands around the page, with the facts that it rests on."""
    parameters = ", ".join(f"{name} = {value}" for name, value in task.parameters.items() if name != "workspace")
    versions = ", ".join(f"{package} {version(package)}" for package in VERSIONS_SHOWN)
    facts = {"Data to": task.heading.data_date, "Notebook": task.name, "Parameters": parameters, "Versions": versions}
    return replace(task.heading, facts=facts)


def _one_line(name: str, text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "no reason given")
    return f"{name}: {first}" if name and name != "InputError" else first
