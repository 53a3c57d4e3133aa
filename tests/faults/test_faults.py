"""Nothing is lost: what disturbs a batch costs at most the pages in flight, and the next run ends as if undisturbed."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import nbformat
import pytest

from saypro_nb.run.nursery import FORKS
from tests import workspaces
from tests.faults import injection

pytestmark = pytest.mark.skipif(not FORKS, reason="signals and fork are needed")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What an undisturbed batch leaves."""
    folder = workspaces.make_alone(tmp_path_factory.mktemp("whole") / "work")
    code, said = injection.finish(folder)
    assert code == 0, said
    return injection.left(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return workspaces.make_alone(tmp_path / "work")


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    ends = time.monotonic() + 300
    while not true() and time.monotonic() < ends:
        time.sleep(0.05)
    assert true()


def recovers(folder: Path, whole: dict[str, str]) -> None:
    code, said = injection.finish(folder)
    assert code == 0, said
    assert injection.left(folder) == whole
    assert injection.unfinished(folder) == []


def runs(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "outputs" / "run.json").read_text(encoding="utf-8"))
    return found


def test_a_killed_batch_goes_on_where_it_was(folder: Path, whole: dict[str, str]) -> None:
    batch = injection.begin(folder, "--jobs", "1")
    until(lambda: injection.progress(folder) >= 2)
    processes = injection.family(batch.pid)
    injection.kill_batch(batch, folder, Random(1))
    injection.end(batch)
    until(lambda: not [pid for pid in processes if Path(f"/proc/{pid}").exists()])  # nobody works on in secret
    recovers(folder, whole)
    cut, last = runs(folder)
    assert cut["result"] == "cut short"
    assert 1 <= len(cut["pages"]) <= last["unchanged"]


def test_ctrl_c_stops_at_once_and_leaves_an_index_and_a_history(folder: Path, whole: dict[str, str]) -> None:
    batch = injection.begin(folder, "--jobs", "1")
    until(lambda: injection.progress(folder) >= 1)
    injection.press_ctrl_c(batch, folder, Random(1))
    code, said = injection.end(batch)
    assert code == 130
    assert "run again to go on" in said
    assert "Traceback" not in said
    assert "not asked for yet" in next((folder / "outputs").glob("*/index.html")).read_text(encoding="utf-8")
    assert runs(folder)[-1]["result"] == "stopped"
    recovers(folder, whole)


def test_a_killed_kernel_fails_its_page_and_leaves_its_notebook(tmp_path: Path) -> None:
    folder = workspaces.make(tmp_path / "work")
    notebook = workspaces.own_notebooks(folder) / "2_root_cause_analysis.ipynb"
    book = nbformat.read(notebook, as_version=4)
    book.cells.append(nbformat.v4.new_code_cell("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"))
    nbformat.write(book, notebook)
    code, said = injection.end(injection.begin(folder, "--department", "north"))
    assert code == 1
    assert "failed: north, 2_root_cause_analysis: the notebook's process was killed; out of memory?" in said
    (left,) = (folder / "outputs").glob("*/north/2_root_cause_analysis.ipynb")
    outputs = nbformat.read(left, as_version=4).cells[-1].outputs
    assert outputs[-1].ename == "DeadKernelError"


def test_a_killed_page_fails_alone(folder: Path, whole: dict[str, str]) -> None:
    batch = injection.begin(folder, "--jobs", "1")
    until(lambda: injection.progress(folder) >= 1)
    server = next(pid for pid in injection.family(batch.pid) if "preload" in command(pid))
    until(lambda: len(injection.family(server)) >= 2)  # the page's process and its kernel: it is in the middle
    os.kill(injection.family(server)[0], signal.SIGKILL)
    code, said = injection.end(batch)
    assert code == 1
    assert "a process of the batch was killed; out of memory?" in said
    recovers(folder, whole)


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def test_a_full_disk_is_told_in_words(folder: Path, whole: dict[str, str]) -> None:
    code, said = injection.end(injection.begin(folder, most_bytes=20_000))
    assert code == 1
    assert "Traceback" not in said
    assert not [page for page in (folder / "outputs").glob("*/*/*.html") if page.stat().st_size == 20_000]
    recovers(folder, whole)


@pytest.fixture
def held(folder: Path) -> Iterator[Path]:
    """A workspace on which a batch is at work."""
    batch = injection.begin(folder, "--jobs", "1")
    until(lambda: (folder / "outputs" / "run.journal").exists())
    yield folder
    batch.kill()
    injection.end(batch)


def test_a_second_batch_refuses_and_says_who_is_at_work(held: Path) -> None:
    code, said = injection.finish(held)
    assert code == 2
    assert "outputs/run.lock: another run is at work here (process " in said


def test_a_folder_in_the_way_of_a_page_is_told_and_then_overcome(folder: Path, whole: dict[str, str]) -> None:
    period = next(iter(whole)).split("/")[1]
    (folder / "outputs" / period).mkdir(parents=True)
    (folder / "outputs" / period / "north").write_text("in the way")
    code, said = injection.finish(folder)
    assert code == 1
    assert "Traceback" not in said
    (folder / "outputs" / period / "north").unlink()
    recovers(folder, whole)


def test_foreign_files_in_outputs_do_no_harm(folder: Path, whole: dict[str, str]) -> None:
    period = next(iter(whole)).split("/")[1]
    for name in (f"{period}/north/gaps.csv", "2026-99-99/index.html"):
        (folder / "outputs" / name).parent.mkdir(parents=True)
        (folder / "outputs" / name).write_text("foreign")
    code, said = injection.finish(folder)
    assert code == 0, said
    assert {name: digest for name, digest in injection.left(folder).items() if "99-99" not in name} == whole
