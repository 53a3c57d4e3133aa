import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from saypro_nb.run import watch
from saypro_nb.run.review import Wish
from tests import workspaces

WISH = Wish(["north"], ["1_gap_identification"])


class EnoughError(Exception):
    """Ends the watching of a test."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return workspaces.make(tmp_path / "work")


def watched(folder: Path, *changes: tuple[str, str]) -> None:
    """Watch while one file after the other is written; each change lies between two looks."""
    script: Iterator[tuple[str, str]] = iter(changes)
    looks = iter(range(100))

    def pause() -> None:
        if next(looks) % 3 == 0:
            try:
                name, text = next(script)
            except StopIteration:
                raise EnoughError from None
            (folder / name).write_text(text, encoding="utf-8")

    with pytest.raises(EnoughError):
        watch.watch(str(folder), WISH, pause)


def test_what_a_changed_file_touches_is_built_again_and_bad_input_is_told_without_an_end(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data = (folder / "data" / "kpi_values.csv").read_text("utf-8")
    watched(
        folder,
        ("data/kpi_values.csv", data.replace("north,revenue,2026-01-05,98", "north,revenue,2026-01-05,many")),
        ("data/kpi_values.csv", data.replace("north,revenue,2026-01-05,98", "north,revenue,2026-01-05,97")),
        ("params/kpis.yaml", "revenue: ["),
    )
    lines = [line for line in capfd.readouterr().out.splitlines() if line[2:3] == ":"]
    assert [line[9:].split(": ")[0] for line in lines] == [
        "begun", "data/kpi_values.csv changed", "data/kpi_values.csv changed", "params/kpis.yaml changed",
    ]  # fmt: skip
    assert "1 built, 0 unchanged" in lines[0]
    assert "nothing was built, 1 to mend" in lines[1]
    assert "'many' is no number" in lines[1]
    assert "1 built, 0 unchanged" in lines[2]
    assert "not readable as YAML" in lines[3]


def test_data_params_notebooks_and_the_register_are_watched(folder: Path) -> None:
    workspaces.own_notebooks(folder)
    (folder / "register.sqlite").touch()
    seen = watch.state(folder)
    for name in ("data/kpi_values.csv", "params/kpis.yaml", "notebooks/4_monitoring.ipynb", "register.sqlite"):
        assert name in seen
    assert not any(name.startswith("outputs") for name in seen)


def test_ctrl_c_ends_it_in_words(folder: Path) -> None:
    command = [sys.executable, "-u", "-m", "saypro_nb.run.cli", "run", "--watch", "--department", "north"]
    running = subprocess.Popen(
        [*command, "--notebook", "1_gap_identification"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert running.stdout is not None
    while "begun" not in (line := running.stdout.readline()):
        assert line, "it ended before it had begun"
    running.send_signal(signal.SIGINT)
    _, complained = running.communicate(timeout=120)
    assert (running.returncode, "Traceback" in complained) == (130, False)
    assert "Stopped." in complained
