"""What several tests share: batches that are run once and then only looked at."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.workspaces import REPOSITORY

SECONDS = 1200  # after which a batch is given up
SLOWEST = (
    "run/test_sample_pages.py",
    "faults/test_faults.py",
    "run/test_whole_batches.py",
    "run/test_editions.py",
    "test_readme.py",
    "run/test_fresh_workspace.py",
    "run/test_batch.py",
    "run/test_cluster.py",
    "run/test_engine.py",
    "run/test_cli.py",
    "run/test_contents.py",
    "run/test_hostile_text_in_browser.py",
    "run/test_pages_in_browser.py",
    "run/test_alert_file.py",
    "run/test_alert_commands.py",
    "run/test_meeting_commands.py",
)


@dataclass(frozen=True)
class Finished:
    """A workspace after `saypro run`, with its exit code and what it printed."""

    folder: Path
    code: int
    printed: str
    complained: str

    @property
    def index(self) -> Path:
        """The index whose path was printed last."""
        return Path(self.printed.strip().splitlines()[-1])

    def pages(self) -> list[Path]:
        """Every page of the period, the index first."""
        return [self.index, *sorted(self.index.parent.glob("*/*.html"))]


def saypro(*arguments: str | Path, folder: Path) -> Finished:
    """Run the command as a user would, in a process of its own."""
    command = [sys.executable, "-m", "saypro_nb.run.cli", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    return Finished(folder, done.returncode, done.stdout, done.stderr)


def copy_of(source: Path, target: Path) -> Path:
    """Copy a workspace without what can be built again."""
    for part in ("params", "data", "notebooks"):
        if (source / part).is_dir():
            shutil.copytree(source / part, target / part)
    if (source / "register.sqlite").is_file():
        shutil.copy2(source / "register.sqlite", target)
    return target


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest files first, so that no worker is left with one of them when the others have finished."""
    place = {name: number for number, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: place.get(item.path.relative_to(REPOSITORY / "tests").as_posix(), len(SLOWEST)))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Finished:
    """The sample organisation after its weekly review; one worker builds it, for all to look at and none to change."""
    if worker_id == "master":  # there is only one
        return _built_sample(tmp_path_factory.mktemp("sample"))
    shared = tmp_path_factory.getbasetemp().parent / "sample"
    try:
        shared.mkdir()
    except FileExistsError:
        return _built_by_another(shared)
    return _built_sample(shared)


def _built_sample(folder: Path) -> Finished:
    done = saypro("run", folder=copy_of(REPOSITORY, folder / "work"))
    whole = folder / "finished.part"
    whole.write_text(json.dumps([done.code, done.printed, done.complained]), encoding="utf-8")
    whole.rename(folder / "finished.json")
    return done


def _built_by_another(folder: Path) -> Finished:
    ends = time.monotonic() + SECONDS
    while not (folder / "finished.json").exists():
        assert time.monotonic() < ends, f"the sample in {folder} was never finished"
        time.sleep(0.2)
    return Finished(folder / "work", *json.loads((folder / "finished.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="session", params=["emergency_departments", "pizzeria"])
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """An example workspace, with data that we did not make, after its review; its notebooks are the project's."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(REPOSITORY / "notebooks", root / "notebooks")
    folder = root / "examples" / request.param
    shutil.copytree(REPOSITORY / "examples" / request.param, folder, ignore=shutil.ignore_patterns("outputs"))
    return saypro("run", "--workspace", folder, folder=root)


@pytest.fixture(autouse=True, scope="session")
def one_thread_each() -> None:
    """Keep the libraries from starting a thread per core in every process of the batch."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
