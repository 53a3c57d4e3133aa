"""The whole batch against papermill's ways: ``python benchmarks/batch.py [WORKSPACE] [COUNT …] [--rounds N]``.

WORKSPACE is the project's sample by default; each COUNT adds a workspace generated with as many departments, on which
only our batch is measured. All variants run the same notebooks on the same data, in turn, for some rounds:

    serial   a loop of papermill.execute_notebook and nbconvert
    pool     the same in two processes
    warm     the limit: the notebooks' code called in two processes that have imported everything beforehand
    ours     saypro run --force --jobs 2
    no-op    saypro run, with nothing changed
    one      saypro run, with the parameters of one department changed

Printed are the medians of wall time and CPU time of all processes together, and the peak of their memory (PSS, so that
memory which forks share counts once), and each as a ratio. Seconds depend on the machine, ratios much less.
"""

import argparse
import ctypes
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import departments

PROJECT = Path(__file__).resolve().parents[1]
VARIANTS = Path(__file__).with_name("batch_variants.py")
SAYPRO = [sys.executable, "-m", "saypro_nb.run.cli", "run", "--jobs", "2"]
PR_SET_CHILD_SUBREAPER = 36  # prctl(2): orphans become our children, so that their CPU time is counted


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds on the clock, seconds of all CPUs, and megabytes at its peak."""

    wall: float
    cpu: float
    megabytes: float


def measure(command: list[str], folder: Path) -> Cost:
    """Run the command and return what it and all its descendants took; it must not fail."""
    before, began = _cpu(), time.monotonic()
    started = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
    peak = _Peak(started.pid)
    said, _ = started.communicate()
    wall = time.monotonic() - began
    assert started.returncode == 0, said
    megabytes = peak.stop()
    while True:  # whoever outlives the command, such as the fork server
        try:
            os.wait()
        except ChildProcessError:
            break
    own = [line.split()[1:] for line in said.splitlines() if line.startswith("measured ")]
    if own:
        wall, cpu = map(float, own[0])
        return Cost(wall, cpu, megabytes)
    return Cost(wall, _cpu() - before, megabytes)


class _Peak:
    """The highest memory of a process and its descendants, looked at five times a second."""

    def __init__(self, pid: int) -> None:
        self._pid, self._highest, self._ended = pid, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> float:
        """Return the peak in megabytes."""
        self._ended.set()
        self._thread.join()
        return self._highest

    def _watch(self) -> None:
        while not self._ended.wait(0.2):
            self._highest = max(self._highest, sum(map(_pss, [self._pid, *_family(self._pid)])))


def _family(pid: int) -> list[int]:
    try:
        direct = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [*direct, *(grandchild for child in direct for grandchild in _family(child))]


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def change_one_department(folder: Path) -> None:
    """Change a parameter that one department's root-cause analysis is given."""
    file = sorted((folder / "params" / "departments").glob("*.yaml"))[0]
    kept = [line for line in file.read_text().splitlines() if not line.startswith("review_weeks")]
    file.write_text("\n".join([*kept, f"review_weeks: {13 + time.time_ns() % 5}"]) + "\n")


def compare(folder: Path, rounds: int) -> dict[str, list[Cost]]:
    """Return the costs of every variant, measured in turn."""
    other = {name: [sys.executable, str(VARIANTS), name, str(folder)] for name in ("serial", "pool", "warm")}
    costs: dict[str, list[Cost]] = defaultdict(list)
    for _ in range(rounds):
        for name, command in other.items():
            costs[name].append(measure(command, folder))
        _measure_ours(folder, costs)
    return costs


def _measure_ours(folder: Path, costs: dict[str, list[Cost]]) -> None:
    costs["ours"].append(measure([*SAYPRO, "--force"], folder))
    costs["no-op"].append(measure(SAYPRO, folder))
    change_one_department(folder)
    costs["one"].append(measure(SAYPRO, folder))


def grow(sample: Path, count: int) -> dict[str, list[Cost]]:
    """Return the costs of our batch for a workspace of `count` departments."""
    costs: dict[str, list[Cost]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "work"
        departments.make(sample, folder, count)
        _measure_ours(folder, costs)
    return costs


def show(title: str, costs: dict[str, list[Cost]], count: int) -> None:
    """Print a table of medians, and their ratios to those of our batch."""
    print(f"\n{title}\n{'':8}{'wall s':>9}{'CPU s':>9}{'MB':>7}{'wall/ours':>11}{'CPU/ours':>10}{'CPU s/dept':>12}")
    middle = {name: Cost(*(_median(found, part) for part in _PARTS)) for name, found in costs.items()}
    ours = middle["ours"]
    for name, cost in middle.items():
        ratios = f"{cost.wall / ours.wall:>11.2f}{cost.cpu / ours.cpu:>10.2f}{cost.cpu / count:>12.2f}"
        print(f"{name:8}{cost.wall:>9.1f}{cost.cpu:>9.1f}{cost.megabytes:>7.0f}{ratios}", flush=True)


_PARTS: tuple[Callable[[Cost], float], ...] = (
    lambda cost: cost.wall,
    lambda cost: cost.cpu,
    lambda cost: cost.megabytes,
)


def _median(found: list[Cost], part: Callable[[Cost], float]) -> float:
    return statistics.median(map(part, found))


def main() -> None:
    """Read the command line, measure and print."""
    parser = argparse.ArgumentParser(description="Measure the batch against papermill's ways.")
    parser.add_argument("workspace", nargs="?", type=Path, default=PROJECT)
    parser.add_argument("counts", nargs="*", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "work"
        for part in ("params", "data", "notebooks"):
            shutil.copytree(given.workspace / part, folder / part)
        shutil.copy2(given.workspace / "register.sqlite", folder)
        count = len(list((folder / "params" / "departments").glob("*.yaml")))
        show(f"{count} departments", compare(folder, given.rounds), count)
    for count in given.counts:
        show(f"{count} departments, generated", grow(given.workspace, count), count)


if __name__ == "__main__":
    main()
