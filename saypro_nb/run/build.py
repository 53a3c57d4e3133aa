"""One page: a notebook run with papermill for one department, and made into HTML; complete, or not there at all."""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from saypro_nb.agree.errors import WorkbenchError
from saypro_nb.keep import whole
from saypro_nb.run import fingerprint, reads, records
from saypro_nb.run.records import Record

if TYPE_CHECKING:
    from saypro_nb.run.report import Heading

CELL_SECONDS = 600  # a cell that takes longer is given up
VERSIONS_SHOWN = ("saypro-nb", "pandas", "papermill", "nbconvert")

EngineName = Literal["saypro", "nbclient"]


@dataclass(frozen=True)
class Task:
    """A page to build: a notebook to run in the folder `workspace` for one department, and the pages' folder.

    `leaves` is the table that a phase hands on, and `parts` are what the page is made from.
    """

    department: str
    name: str
    notebook: Path
    parameters: Mapping[str, bool | int | float | str]
    workspace: Path
    pages: Path
    heading: "Heading"
    leaves: str
    engine: EngineName = "saypro"
    parts: fingerprint.Parts | None = None
    because: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells the task from others of its batch."""
        return self.department, self.name


@dataclass(frozen=True)
class Outcome:
    """What became of a task: `because` says why it was built, `reason` in one line why there is no page."""

    department: str
    notebook: str
    state: records.State
    seconds: float
    reason: str = ""
    because: str = ""


def build(task: Task) -> Outcome:
    """Run the notebook and write its page; on failure keep the notebook up to the cell that failed, and no page."""
    began = time.monotonic()
    reason = _attempt(task)
    state: Literal["built", "failed"] = "failed" if reason else "built"
    return Outcome(task.department, task.name, state, round(time.monotonic() - began, 1), reason, task.because)


def lost(task: Task, error: BaseException) -> Outcome:
    """Return what became of a task whose process died, or could not begin it."""
    return Outcome(task.department, task.name, "failed", 0.0, explained(error), task.because)


def skip(task: Task, reason: str) -> Outcome:
    """Leave the task out."""
    return Outcome(task.department, task.name, "not built", 0.0, reason)


def keep_failure(task: Task, outcome: Outcome) -> None:
    """Keep why there is no page; one of an earlier run would be mistaken for this one's and goes."""
    with suppress(OSError):  # no room, or something in the way: then the page is unknown, and built next time
        records.forget(task.pages, task.name)
        records.write(task.pages, task.name, Record(outcome.state, outcome.reason))


def _attempt(task: Task) -> str:
    """Return why there is no page; nothing when there is one."""
    from papermill.exceptions import PapermillExecutionError

    notes = task.pages / f"{task.name}{whole.PART}.reads"
    try:
        records.forget(task.pages, task.name)
        os.environ[reads.VARIABLE] = str(notes)
        page, answer = _page(task)
        whole.write(task.pages / f"{task.name}.html", page)
        records.write(task.pages, task.name, _record(task, notes, answer))
    except PapermillExecutionError as error:
        return _one_line(error.ename, error.evalue)
    except Exception as error:  # whatever goes wrong in one page, the others must be built
        return explained(error)
    finally:
        with suppress(OSError):
            notes.unlink()
    return ""


def _record(task: Task, notes: Path, answer: dict[str, Any]) -> Record:
    """Return what is to be known of a page that was built."""
    parts = task.parts or {}
    also_read = records.digests(task.workspace, reads.noted(notes, task.workspace, parts))
    files = (f"{task.name}.html", *([f"{task.leaves}.csv"] if task.leaves else ()))
    left = records.digests(task.pages, files)
    return Record("built", parts=parts, also_read=also_read, left=left, answer=answer)


def explained(error: BaseException) -> str:
    """Return an error as one line."""
    return _one_line("" if isinstance(error, WorkbenchError) else type(error).__name__, str(error))


def _page(task: Task) -> tuple[str, dict[str, Any]]:
    """Return the page, and the answer that it opens with; the notebook is kept however it ends."""
    import papermill

    from saypro_nb.run.report import answer_of, to_html

    aside = task.pages / f"{task.name}{whole.PART}.ipynb"
    task.pages.mkdir(parents=True, exist_ok=True)
    try:
        run = papermill.execute_notebook(
            task.notebook,
            aside,
            parameters=dict(task.parameters),
            engine_name=task.engine,
            cwd=task.workspace,
            progress_bar=False,
            execution_timeout=CELL_SECONDS,
        )
    finally:
        if aside.exists():
            aside.replace(task.pages / f"{task.name}.ipynb")
    return to_html(run, heading(task)), answer_of(run)


def heading(task: Task) -> "Heading":
    """Return what stands around the page, with the facts that it rests on."""
    parameters = ", ".join(f"{name} = {value}" for name, value in task.parameters.items() if name != "workspace")
    versions = ", ".join(f"{package} {version(package)}" for package in VERSIONS_SHOWN)
    facts = {
        "Data to": task.heading.data_date,
        "Notebook": task.notebook.stem,
        "Parameters": parameters,
        "Versions": versions,
    }
    return replace(task.heading, facts=facts | {"Fingerprint": fingerprint.short(task.parts or {})})


def _one_line(name: str, text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "no reason given")
    return f"{name}: {first}" if name and name not in ("InputError", "DeadKernelError") else first
