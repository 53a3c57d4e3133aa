"""A review from beginning to end: is the input sound, which pages have to be built, by whom, and the index over all."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from saypro_nb.agree.errors import Fault
from saypro_nb.agree.settings import Workspace
from saypro_nb.run import batch, build, contents, editions, fingerprint, lock, progress, records
from saypro_nb.run.admission import Admission
from saypro_nb.run.batch import Batch, LocalWorkers, Workers
from saypro_nb.run.build import EngineName, Outcome
from saypro_nb.run.fingerprint import Inputs
from saypro_nb.run.history import History
from saypro_nb.run.nursery import FORKS, Nursery


@dataclass(frozen=True)
class Wish:
    """What is asked for: departments, pages and period, how the pages are to be built, and in which editions."""

    departments: Sequence[str]
    pages: Sequence[str]
    period: str = "latest"
    jobs: int = 1
    force: bool = False
    engine: EngineName | None = None
    scheduler: str | None = None
    show_code: bool = False
    pdf: bool = False


@dataclass(frozen=True)
class Done:
    """What became of a review, and where its index is."""

    outcomes: Sequence[Outcome]
    index: Path

    @property
    def failed(self) -> bool:
        """Whether a page failed."""
        return self.count("failed") > 0

    def count(self, state: records.State) -> int:
        """Return how many pages are in `state`."""
        return sum(outcome.state == state for outcome in self.outcomes)

    def __str__(self) -> str:
        unchanged = f", {self.count('unchanged')} unchanged" if self.count("unchanged") else ""
        return f"{self.count('built')} of {len(self.outcomes)} pages built{unchanged}. Open in a browser:"


def run(workspace: Workspace, faults: list[Fault], wish: Wish) -> Done:
    """Review; raises InputError before anything is written, or when another run is at work."""
    nursery = Nursery()
    try:
        return _run(workspace, faults, wish, nursery)
    finally:
        nursery.stop()


def _run(workspace: Workspace, faults: list[Fault], wish: Wish, nursery: Nursery) -> Done:
    if wish.pdf:
        editions.refuse_without_printer()
    inputs = Inputs(workspace)
    outputs = workspace.root / "outputs"
    admission = Admission(workspace, inputs, contents.notebooks(workspace))
    period = admission.period(wish.period, faults, nursery)
    History(outputs).runs()  # a damaged one is refused before anything starts
    engine = wish.engine or ("saypro" if FORKS else "nbclient")
    workers = _workers(wish, nursery)
    with lock.held(outputs / "run.lock"):
        batch.prepare(outputs)
        admission.remember()
        nursery.log = outputs / "kernels.log"
        planned = batch.plan(workspace, period, wish.departments, wish.pages, engine=engine, force=wish.force)
        try:
            if admission.is_new or not any(workspace.outputs(period).glob("evidence-*")):
                _look_at_the_week(planned, nursery)
            outcomes = _built(planned, inputs, workers)
            _make_editions(planned, wish, nursery)
        finally:
            index = _index(planned, inputs, nursery)
        _tell_other_programs(workspace, period, inputs, nursery)
    return Done(outcomes, index)


def _built(planned: Batch, inputs: Inputs, workers: Workers) -> list[Outcome]:
    shown = progress.shown_for(planned)
    try:
        return batch.run(planned, inputs, workers, shown)
    finally:
        shown.close()


def _look_at_the_week(planned: Batch, nursery: Nursery) -> None:
    """Find what all departments share, the week's evidence and the reader, before several pages would each find it."""
    nursery.start("week", _leave_evidence, planned.workspace, planned.period)
    nursery.start("reader", _leave_reader, planned.workspace)
    while nursery.busy:
        nursery.collect()  # each page that needs what could not be found will meet the same error, and tell it


def _leave_evidence(workspace: Workspace, period: datetime.date) -> None:
    from saypro_nb.keep import week

    week.evidence(workspace, period)


def _leave_reader(workspace: Workspace) -> None:
    from saypro_nb.keep import readers

    readers.of(workspace)


def _make_editions(planned: Batch, wish: Wish, nursery: Nursery) -> None:
    """Make the editions that are asked for, of every page that has none yet."""
    pages = {}
    for task in planned.tasks:
        record = records.read(task.pages, task.name)
        if record and record.state == "built":
            pages[task.pages / f"{task.name}.html"] = build.heading(replace(task, parts=record.parts))
    with_code = {page: facts for page, facts in pages.items() if editions.is_missing(page, editions.WITH_CODE)}
    if wish.show_code and with_code:
        nursery.call(editions.write_with_code, with_code)
    if wish.pdf:
        editions.write_pdfs(page for page in pages if editions.is_missing(page, editions.PDF))


def _workers(wish: Wish, nursery: Nursery) -> Workers:
    if wish.scheduler is None:
        return LocalWorkers(nursery, wish.jobs)
    from saypro_nb.run.cluster import ClusterWorkers

    return ClusterWorkers(wish.scheduler)


def _index(planned: Batch, inputs: Inputs, nursery: Nursery) -> Path:
    """Write the index, unless it is as it would be."""
    workspace, pages = planned.workspace, planned.workspace.outputs(planned.period)
    made_from: fingerprint.Parts = {
        **inputs.of_index(pages),
        "the editions": fingerprint.of_facts(editions.found(pages)),
        **{f"{folder}/{page.name}": _record_of(pages / folder, page) for folder, page in contents.all_of(workspace)},
    }
    if records.why_build(pages, "index", made_from, workspace.root):
        nursery.call(_write_index, workspace, planned.period)
        left = records.digests(pages, ("index.html",))
        records.write(pages, "index", records.Record("built", parts=made_from, left=left))
    return pages / "index.html"


def _tell_other_programs(workspace: Workspace, period: datetime.date, inputs: Inputs, nursery: Nursery) -> None:
    from saypro_nb.run import alert_file

    alert_file.refresh(workspace, period, inputs, nursery)


def _write_index(workspace: Workspace, period: datetime.date) -> None:
    from saypro_nb.run import front

    front.write(workspace, period)


def _record_of(folder: Path, page: contents.Page) -> str:
    return fingerprint.of_file(records.file_of(folder, page.name))
