"""The same batch on a Dask cluster: a real scheduler and two real workers on this machine."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import workspaces
from tests.faults import injection

pytestmark = pytest.mark.skipif(not hasattr(os, "killpg"), reason="a worker is killed with all its processes")


@dataclass(frozen=True)
class Cluster:
    """A running cluster: the address of its scheduler, and its workers."""

    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    place = tmp_path / "scheduler.json"
    scheduler = dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", place)
    options = ("--nthreads", "1", "--no-dashboard", "--scheduler-file", place, "--local-directory", tmp_path)
    workers = [dask("worker", *options) for _ in range(2)]
    ends = time.monotonic() + 120
    while not place.exists() and time.monotonic() < ends:
        time.sleep(0.1)
    yield Cluster(json.loads(place.read_text())["address"], workers)
    for process in (scheduler, *workers):
        kill(process)


def dask(*arguments: str | Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "dask", *map(str, arguments)]
    return subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_cluster_that_loses_a_worker_builds_the_same_pages(cluster: Cluster, tmp_path: Path) -> None:
    here, there = (workspaces.make(tmp_path / name) for name in ("here", "there"))
    assert injection.finish(here)[0] == 0
    batch = injection.begin(there, "--scheduler", cluster.address)
    ends = time.monotonic() + 600
    while injection.progress(there) < 2 and batch.poll() is None and time.monotonic() < ends:
        time.sleep(0.1)
    kill(cluster.workers[0])
    code, said = injection.end(batch)
    assert code == 0, said
    assert injection.left(there) == injection.left(here)


def test_a_scheduler_that_does_not_answer_is_told_in_words(tmp_path: Path) -> None:
    folder = workspaces.make(tmp_path / "work")
    code, said = injection.end(injection.begin(folder, "--scheduler", "tcp://127.0.0.1:1"))
    assert code == 1
    assert "No Dask scheduler answers at tcp://127.0.0.1:1" in said
    assert "Traceback" not in said
