"""The batch: every phase for every department, several at a time, and an index over all of it.

A department's phases follow one another; where one fails, the later ones are not built, and the other departments
go on. A page that is as it would be is left alone.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import whole
from saypro_nb.run import parameters, records
from saypro_nb.run.build import EngineName, Outcome, Task, build, keep_failure, lost, skip
from saypro_nb.run.fingerprint import Inputs
from saypro_nb.run.history import History
from saypro_nb.run.nursery import Nursery
from saypro_nb.run.report import Heading
from saypro_nb.show import words

LEAVES = {
    "1_gap_identification": "gaps",
    "2_root_cause_analysis": "causes",
    "3_action_planning": "actions",
    "4_monitoring": "progress",
}
"""The phases in their order, each with the table that it leaves for the next."""

PHASES = tuple(LEAVES)
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
    """What is to be built: a chain of tasks for each department, in the order of the phases."""

    workspace: Workspace
    period: datetime.date
    chains: tuple[tuple[Task, ...], ...]
    force: bool = False

    @property
    def size(self) -> int:
        """The number of pages."""
        return sum(len(chain) for chain in self.chains)


def plan(
    workspace: Workspace,
    period: datetime.date,
    departments: Sequence[str],
    notebooks: Sequence[str],
    *,
    engine: EngineName = "saypro",
    force: bool = False,
) -> Batch:
    """Return the batch of `notebooks` (names, in the order of the phases) for `departments`."""
    chains = tuple(
        tuple(
            replace(_task(workspace, period, department, name), engine=engine) for name in PHASES if name in notebooks
        )
        for department in departments
    )
    return Batch(workspace, period, chains, force)


def run(batch: Batch, inputs: Inputs, workers: Workers, progress: Progress) -> list[Outcome]:
    """Build every page that has to be built, and return what became of all; each outcome is noted as it comes."""
    past = History(batch.workspace.root / "outputs")
    past.begin({"period": batch.period.isoformat(), "asked for": batch.size})
    outcomes: list[Outcome] = []

    def note(outcome: Outcome) -> None:
        outcomes.append(outcome)
        if outcome.state != "unchanged":
            past.note(asdict(outcome))
        progress.ended(outcome)

    result = "stopped"
    try:
        _Run(batch, inputs, workers, progress, note).work_off()
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

    def work_off(self) -> None:
        waiting = [list(chain) for chain in self.batch.chains]
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
        handed_on = [task.pages / f"{LEAVES[name]}.csv" for name in PHASES[: PHASES.index(task.name)]]
        parts = self.inputs.of_page(task.department, task.notebook, task.parameters, handed_on)
        because = records.why_build(task.pages, task.name, parts, task.workspace)
        return replace(task, parts=parts, because="forced" if self.batch.force else because)

    def _ended(self, task: Task, outcome: Outcome, rest: list[Task]) -> None:
        self._note(task, outcome)
        if outcome.state == "failed":
            for later in rest:
                self._note(later, skip(later, f"{words.notebook(outcome.notebook)} failed"))
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


def _task(workspace: Workspace, period: datetime.date, department: str, name: str) -> Task:
    notebook = workspace.notebooks / f"{name}.ipynb"
    given = workspace.parameters[department] | {"workspace": ".", "period": period.isoformat()}
    heading = Heading(
        organisation=workspace.review.organisation,
        department=workspace.review.departments[department].name,
        period=words.period(period, workspace.every),
        data_date=words.day(workspace.last_day(period)),
    )
    pages = workspace.outputs(period) / department
    return Task(department, notebook, parameters.of_task(notebook, given), workspace.root, pages, heading, LEAVES[name])
