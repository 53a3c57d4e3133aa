"""The batch: every page of every department, several at a time, and then those of the organisation.

A department's pages follow one another; where one fails, the later ones are not built, and the other departments
go on. The organisation's pages are built in any case, and say whose pages are missing. A page that is as it would be
is left alone.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from saypro_nb.agree.schema import ORGANISATION
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import whole
from saypro_nb.run import contents, parameters, records
from saypro_nb.run.build import EngineName, Outcome, Task, build, keep_failure, lost, skip
from saypro_nb.run.fingerprint import Inputs
from saypro_nb.run.history import History
from saypro_nb.run.nursery import Nursery
from saypro_nb.run.report import Heading
from saypro_nb.show import words

SECONDS_BETWEEN_LOOKS = 0.5  # at which the progress is shown anew


class Progress(Protocol):
    """Whoever wants to know how the batch goes."""

    def began(self, task: Task) -> None:
        """Take note that a page is being built."""

    def ended(self, outcome: Outcome) -> None:
        """Take note that a page was built, left alone, not built, or failed."""

    def tick(self) -> None:
        """Take note that some time has passed."""


class Workers(Protocol):
    """Whoever builds pages: processes of this machine, or a cluster."""

    def submit(self, task: Task) -> None:
        """Begin to build a page."""

    def finished(self, seconds: float) -> list[tuple[Task, Outcome]]:
        """Return what has ended by now, or within `seconds`."""

    def room(self) -> bool:
        """Say whether another page can begin."""

    def stop(self) -> None:
        """Give up whatever is being built."""


@dataclass(frozen=True)
class Batch:
    """What is to be built: a chain of tasks for each department, in their order, and then the organisation's."""

    workspace: Workspace
    period: datetime.date
    chains: tuple[tuple[Task, ...], ...]
    closing: tuple[Task, ...] = ()
    force: bool = False

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks of all pages."""
        return (*(task for chain in self.chains for task in chain), *self.closing)


def plan(
    workspace: Workspace,
    period: datetime.date,
    departments: Sequence[str],
    pages: Sequence[str],
    *,
    engine: EngineName = "saypro",
    force: bool = False,
) -> Batch:
    """Return the batch of `pages` (names) for `departments`, and of those among them that are the organisation's."""
    make = partial(_task, workspace, period, engine)
    chains = tuple(
        tuple(make(department, page) for page in contents.of_department(workspace) if page.name in pages)
        for department in departments
    )
    whole_of = (page for page in contents.of_organisation(workspace) if page.name in pages)
    return Batch(workspace, period, chains, tuple(make(ORGANISATION, page) for page in whole_of), force)


def run(batch: Batch, inputs: Inputs, workers: Workers, progress: Progress) -> list[Outcome]:
    """Build every page that has to be built, and return what became of all; each outcome is noted as it comes."""
    past = History(batch.workspace.root / "outputs")
    past.begin({"period": batch.period.isoformat(), "asked for": len(batch.tasks)})
    outcomes: list[Outcome] = []

    def note(outcome: Outcome) -> None:
        outcomes.append(outcome)
        if outcome.state != "unchanged":
            past.note(asdict(outcome))
        progress.ended(outcome)

    result = "stopped"
    try:
        work = _Run(batch, inputs, workers, progress, note)
        work.off(batch.chains)
        work.off([(task,) for task in batch.closing])
        result = "failed" if any(outcome.state == "failed" for outcome in outcomes) else "complete"
    finally:
        workers.stop()
        past.end(result, unchanged=sum(outcome.state == "unchanged" for outcome in outcomes))
    return outcomes


@dataclass(frozen=True)
class _Run:
    batch: Batch
    inputs: Inputs
    workers: Workers
    progress: Progress
    note: Callable[[Outcome], None]

    def off(self, chains: Iterable[Iterable[Task]]) -> None:
        """Work off every chain."""
        waiting = [list(chain) for chain in chains]
        running: dict[tuple[str, str], list[Task]] = {}
        while waiting or running:
            while waiting and self.workers.room():
                self._go_on(waiting.pop(0), running)
            for task, outcome in self.workers.finished(SECONDS_BETWEEN_LOOKS) if running else ():
                rest = running.pop(task.key)
                self._ended(task, outcome, rest)
                if rest:
                    waiting.insert(0, rest)  # departments are finished rather than all begun
            self.progress.tick()

    def _go_on(self, chain: list[Task], running: dict[tuple[str, str], list[Task]]) -> None:
        """Begin the first page of the chain that has to be built."""
        while chain:
            task = self._with_parts(chain.pop(0))
            if task.because:
                self.workers.submit(task)
                self.progress.began(task)
                running[task.key] = chain
                return
            self.note(Outcome(task.department, task.name, "unchanged", 0.0))

    def _with_parts(self, task: Task) -> Task:
        """Return the task with what its page is made from, and why it has to be built."""
        department = None if task.department == ORGANISATION else task.department
        parts = self.inputs.of_page(department, task.notebook, task.parameters, _handed_on(task, self.batch))
        because = records.why_build(task.pages, task.name, parts, task.workspace)
        return replace(task, parts=parts, because="forced" if self.batch.force else because)

    def _ended(self, task: Task, outcome: Outcome, rest: list[Task]) -> None:
        self._note(task, outcome)
        if outcome.state == "failed":
            for later in rest:
                self._note(later, skip(later, f"{contents.title(outcome.notebook)} failed"))
            rest.clear()

    def _note(self, task: Task, outcome: Outcome) -> None:
        if outcome.state in ("failed", "not built"):
            keep_failure(task, outcome)
        self.note(outcome)


class LocalWorkers:
    """Builds pages in processes of this machine, at most `jobs` at a time."""

    def __init__(self, nursery: Nursery, jobs: int) -> None:
        self._nursery, self._jobs = nursery, jobs
        self._tasks: dict[object, Task] = {}

    def submit(self, task: Task) -> None:
        """Begin to build a page."""
        self._tasks[task.key] = task
        self._nursery.start(task.key, build, task)

    def finished(self, seconds: float) -> list[tuple[Task, Outcome]]:
        """Return what has ended by now, or within `seconds`."""
        ended = [(self._tasks.pop(key), result) for key, result in self._nursery.collect(seconds)]
        return [(task, lost(task, end) if isinstance(end, Exception) else end) for task, end in ended]

    def room(self) -> bool:
        """Say whether another page can begin."""
        return len(self._tasks) < self._jobs

    def stop(self) -> None:
        """Give up whatever is being built."""
        self._nursery.stop()


def prepare(outputs: Path) -> None:
    """Make ready for a run, while the lock is held: remove what killed ones left unfinished."""
    whole.sweep(outputs)
    (outputs / "kernels.log").unlink(missing_ok=True)


def _task(
    workspace: Workspace, period: datetime.date, engine: EngineName, department: str, page: contents.Page
) -> Task:
    given = contents.given(page, workspace.parameters.get(department, {}), period.isoformat())
    heading = Heading(
        organisation=workspace.review.organisation,
        department=workspace.names.get(department, ""),
        period=words.period(period, workspace.every),
        data_date=words.day(workspace.last_day(period)),
    )
    notebook = page.file(workspace)
    pages = workspace.outputs(period) / department
    asked = parameters.of_task(notebook, given)
    return Task(department, page.name, notebook, asked, workspace.root, pages, heading, page.leaves, engine)


def _handed_on(task: Task, batch: Batch) -> dict[str, Path]:
    """Return the tables that a page is made from: those of the phases before it, or of all departments.

    By what the period before judged is one of them, so that a page can say what it judges otherwise.
    """
    if task.department == ORGANISATION:
        outputs, departments = batch.workspace.outputs(batch.period), batch.workspace.names
        tables = [f"{department}/{page.leaves}.csv" for department in departments for page in contents.PHASES]
        found = {table: outputs / table for table in tables}
    else:
        names = [page.name for page in contents.PHASES]
        earlier = names.index(task.name) if task.name in names else len(names)
        found = {f"{page.leaves}.csv": task.pages / f"{page.leaves}.csv" for page in contents.PHASES[:earlier]}
        departments = {task.department: ""}
    before = batch.workspace.period_before(batch.period)
    definitions = [f"{department}/definitions.csv" for department in departments]
    return found | {f"{before}/{table}": batch.workspace.outputs(before) / table for table in definitions}
