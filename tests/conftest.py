"""What several tests share: batches that are run once and then only looked at."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.workspaces import REPOSITORY


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
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=1200, check=False)
    return Finished(folder, done.returncode, done.stdout, done.stderr)


def copy_of(source: Path, target: Path) -> Path:
    """Copy a workspace without what can be built again."""
    for part in ("params", "data", "notebooks"):
        if (source / part).is_dir():
            shutil.copytree(source / part, target / part)
    if (source / "register.sqlite").is_file():
        shutil.copy2(source / "register.sqlite", target)
    return target


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The sample organisation after its weekly review."""
    folder = copy_of(REPOSITORY, tmp_path_factory.mktemp("sample"))
    return saypro("run", folder=folder)


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
