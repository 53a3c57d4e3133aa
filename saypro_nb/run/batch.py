"""The batch: every phase for every department, several at a time, and an index over all of it.

A department's phases follow one another; where one fails, the later ones are not built, and the other departments
go on.
"""

import datetime
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from multiprocessing import active_children, get_context
from pathlib import Path

from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.settings import Workspace
from saypro_nb.run import parameters
from saypro_nb.run.build import Outcome, Task, build, heading, skip
from saypro_nb.run.report import Heading
from saypro_nb.show import words

PHASES = ("1_gap_identification", "2_root_cause_analysis", "3_action_planning", "4_monitoring")

Progress = Callable[[Outcome], None]


@dataclass(frozen=True)
class Batch:
    """What is to be built: a chain of tasks for each department, in the order of the phases."""

    workspace: Workspace
    period: datetime.date
    chains: tuple[tuple[Task, ...], ...]

    @property
    def size(self) -> int:
        """The number of pages."""
        return sum(len(chain) for chain in self.chains)

    def made(self, outcomes: Sequence[Outcome]) -> dict[Path, Heading]:
        """Return the pages that there are, each with what stands around it."""
        built = {(outcome.department, outcome.notebook) for outcome in outcomes if outcome.state == "built"}
        tasks = [task for chain in self.chains for task in chain if (task.department, task.name) in built]
        return {task.pages / f"{task.name}.html": heading(task) for task in tasks}


def plan(workspace: Workspace, period: datetime.date, departments: Sequence[str], notebooks: Sequence[str]) -> Batch:
    """Return the batch of `notebooks` (names, in the order of the phases) for `departments`."""
    history(workspace)  # a damaged one is refused before anything starts
    chains = tuple(
        tuple(_task(workspace, period, department, name) for name in PHASES if name in notebooks)
        for department in departments
    )
    return Batch(workspace, period, chains)


def run(batch: Batch, jobs: int, on_outcome: Progress) -> list[Outcome]:
    """Build every page with `jobs` processes, keep the outcomes in run.json, and return them."""
    began = datetime.datetime.now(datetime.UTC)
    outcomes: list[Outcome] = []

    def note(outcome: Outcome) -> None:
        outcomes.append(outcome)
        on_outcome(outcome)

    log = batch.workspace.root / "outputs" / "kernels.log"
    log.parent.mkdir(exist_ok=True)
    # A spawned worker shares nothing with this process, so no state or thread of it reaches a page.
    with ProcessPoolExecutor(jobs, get_context("spawn"), _write_errors_to, (log,)) as pool:
        try:
            _work_off(pool, [list(chain) for chain in batch.chains if chain], note)
        except KeyboardInterrupt:
            # Waiting for the pages in flight would look as if the key had not been heard.
            for worker in active_children():
                worker.kill()
            raise
    _remember(batch, began, outcomes)
    return outcomes


def _work_off(pool: ProcessPoolExecutor, chains: Iterable[list[Task]], note: Progress) -> None:
    running: dict[Future[Outcome], list[Task]] = {_submit(pool, chain[0]): chain for chain in chains}
    while running:
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            task, *rest = running.pop(future)
            outcome = _outcome(future, task)
            note(outcome)
            if outcome.state == "failed":
                for task in rest:
                    note(skip(task, f"{words.notebook(outcome.notebook)} failed"))
            elif rest:
                running[_submit(pool, rest[0])] = rest


def _submit(pool: ProcessPoolExecutor, task: Task) -> Future[Outcome]:
    try:
        return pool.submit(build, task)
    except BrokenProcessPool as error:
        refused: Future[Outcome] = Future()
        refused.set_exception(error)
        return refused


def _outcome(future: Future[Outcome], task: Task) -> Outcome:
    """Return what became of the task, also where the process that worked on it was killed."""
    try:
        return future.result()
    except BrokenProcessPool:
        return Outcome(task.department, task.name, "failed", 0.0, "a process of the batch was killed; out of memory?")


def _write_errors_to(log: Path) -> None:
    """Send what a worker's kernels complain of to a file: the terminal belongs to the batch."""
    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stderr.fileno())


def _task(workspace: Workspace, period: datetime.date, department: str, name: str) -> Task:
    notebook = workspace.notebooks / f"{name}.ipynb"
    given = workspace.parameters[department] | {"workspace": ".", "period": period.isoformat()}
    frame = Heading(
        organisation=workspace.review.organisation,
        department=workspace.review.departments[department].name,
        period=words.period(period, workspace.every),
        data_date=words.day(workspace.last_day(period)),
    )
    pages = workspace.outputs(period) / department
    return Task(department, notebook, parameters.of_task(notebook, given), workspace.root, pages, frame)


def history(workspace: Workspace) -> list[dict[str, object]]:
    """Return every run of the workspace, the latest last, as outputs/run.json keeps them.

    Raises InputError where that file is damaged.
    """
    file = workspace.root / "outputs" / "run.json"
    try:
        return list(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else []
    except ValueError:
        raise InputError([Fault("outputs/run.json", "the history of runs is damaged", "Delete the file")]) from None


def _remember(batch: Batch, began: datetime.datetime, outcomes: list[Outcome]) -> None:
    now = datetime.datetime.now(datetime.UTC)
    entry = {
        "period": batch.period.isoformat(),
        "began": began.isoformat(timespec="seconds"),
        "seconds": round((now - began).total_seconds(), 1),
        "pages": [asdict(outcome) for outcome in outcomes],
    }
    file = batch.workspace.root / "outputs" / "run.json"
    aside = file.with_suffix(".json.part")
    aside.write_text(json.dumps([*history(batch.workspace), entry], indent=1), encoding="utf-8")
    aside.replace(file)
