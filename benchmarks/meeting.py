"""How soon a meeting's controls answer: python benchmarks/meeting.py [WORKSPACE] [REPEATS].

Each control is moved in the process of its kernel, until what it shows is there. Its processor time is what a machine
at rest takes; beside it stands the time that passed on this one. The way to the
browser and back comes on top; ipywidgets sends a value only when the one before is dealt with, so that nothing piles
up while a slider is drawn along. The register of the workspace is read and never written.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import evidence, investigation, values
from saypro_nb.keep.dossier import Dossier
from saypro_nb.meet.drilling import SegmentControls
from saypro_nb.meet.verdicts import HypothesisControls
from saypro_nb.meet.weighing import RankingControls

LIMIT = 200  # milliseconds: what is slower is felt as waiting
Move = tuple[str, Callable[[], None]]


def main(folder: str = ".", repeats: str = "20") -> None:
    """Print for each control and department the milliseconds of an answer."""
    workspace = Workspace.load(folder)
    period = values.resolve("latest", workspace)
    print(f"{'control':28}{'department':20}{'processor':>22}{'passed':>10}   (ms, {repeats} moves each)")
    print(f"{'':48}{'median':>11}{'slowest':>11}{'median':>10}")
    slow = 0
    for department in workspace.review.departments:
        for name, move in moves(Dossier(workspace, department, period)):
            worked, passed = zip(*(milliseconds(move) for _ in range(int(repeats))), strict=True)
            slow += max(worked) > LIMIT
            median, clock = statistics.median(worked), statistics.median(passed)
            print(f"{name:28}{department:20}{median:11.0f}{max(worked):11.0f}{clock:10.0f}")
    print(f"slower than {LIMIT} ms of processor time at least once: {slow}")


def moves(dossier: Dossier) -> Iterator[Move]:
    """Yield what somebody at the meeting may move, and how."""
    ranked = evidence.gaps(dossier)
    ranking = RankingControls(ranked, dossier.by_params, dossier.register, dossier.department, lambda _: None)
    name, field = next(iter(ranking.fields.items()))
    weights = cycle([field.before + 0.5, field.before])
    yield f"{name[0]} of a KPI", lambda: setattr(field.control, "value", next(weights))
    case = investigation.open_case(dossier, ranked)
    if len(case.weighed["kpi"].unique()) > 1:
        causes = HypothesisControls(case.weighed, dossier.kpis, dossier.register, dossier.department, lambda: None)
        gaps = cycle([value for _, value in reversed(causes.gap.options)])
        yield "causes of another gap", lambda: setattr(causes.gap, "value", next(gaps))
    if case.split:
        segments = SegmentControls(case.split, dossier.kpis, dossier.workspace.review.currency)
        found = cycle([value for _, value in reversed(segments.value.options)])
        yield "segment against the rest", lambda: setattr(segments.value, "value", next(found))


def milliseconds(move: Callable[[], None]) -> tuple[float, float]:
    """Return the processor time that the move takes until what it shows is there, and the time that passes."""
    worked, passed = time.process_time(), time.perf_counter()
    move()
    return 1000 * (time.process_time() - worked), 1000 * (time.perf_counter() - passed)


if __name__ == "__main__":
    main(*(sys.argv[1:] or [str(Path.cwd())]))
