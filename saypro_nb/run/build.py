"""One page: a notebook run with papermill for one department, and made into HTML; complete, or not there at all."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from saypro_nb.agree.errors import WorkbenchError
from saypro_nb.run.report import Heading, to_html

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
    """What became of a task; `reason` is one line where there is no page."""

    department: str
    notebook: str
    state: Literal["built", "failed", "not built"]
    seconds: float
    reason: str = ""


def build(task: Task) -> Outcome:
    """Run the notebook and write its page; on failure keep the notebook up to the cell that failed, and no page."""
    began = time.monotonic()
    reason = _attempt(task)
    state: Literal["built", "failed"] = "failed" if reason else "built"
    return Outcome(task.department, task.name, state, round(time.monotonic() - began, 1), reason)


def skip(task: Task, because: str) -> Outcome:
    """Leave the task out; a page of an earlier run would be mistaken for this one's and goes."""
    (task.pages / f"{task.name}.html").unlink(missing_ok=True)
    return Outcome(task.department, task.name, "not built", 0.0, because)


def _attempt(task: Task) -> str:
    """Return why there is no page; nothing when there is one."""
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    task.pages.mkdir(parents=True, exist_ok=True)
    aside, page = task.pages / f"{task.name}.part.ipynb", task.pages / f"{task.name}.html"
    page.unlink(missing_ok=True)
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
        html = to_html(nbformat.read(aside, as_version=4), _with_facts(task))
    except PapermillExecutionError as error:
        return _one_line(error.ename, error.evalue)
    except WorkbenchError as error:
        return _one_line("", str(error))
    except Exception as error:  # whatever goes wrong in one page, the others must be built
        return _one_line(type(error).__name__, str(error))
    finally:
        if aside.exists():
            aside.replace(task.pages / f"{task.name}.ipynb")
    written = page.with_suffix(".html.part")
    written.write_text(html, encoding="utf-8")
    written.replace(page)
    return ""


def _with_facts(task: Task) -> Heading:
    from dataclasses import replace

    parameters = ", ".join(f"{name} = {value}" for name, value in task.parameters.items() if name != "workspace")
    versions = ", ".join(f"{package} {version(package)}" for package in VERSIONS_SHOWN)
    return replace(task.heading, facts={"Notebook": task.name, "Parameters": parameters, "Versions": versions})


def _one_line(name: str, text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "no reason given")
    return f"{name}: {first}" if name and name != "InputError" else first
