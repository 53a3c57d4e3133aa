"""Every command that the README shows is run word for word, as a new user would, in a clone."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.conftest import Finished
from tests.workspaces import REPOSITORY

BLOCKS = re.findall(
    r"^ *```sh\n(.*?)^ *```", (REPOSITORY / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
COMMANDS = [line.partition("#")[0].strip() for block in BLOCKS for line in block.splitlines()]
# What CI runs anyway: `make test` runs these tests, and begins with the two commands that set the environment up;
# both examples are reviewed, whole, by run/test_whole_batches.py.
RUN_ELSEWHERE = (
    "make test",
    "python -m venv .venv",
    '.venv/bin/pip install --constraint constraints.txt --editable ".[test]"',
    ".venv/bin/saypro run --workspace examples/emergency_departments",
    ".venv/bin/saypro run --workspace examples/pizzeria",
)
PROGRAMS = ("papermill", "jupyter")


@pytest.fixture(scope="module")
def clone(sample: Finished, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with its environment set up, in which the sample was reviewed before: what is unchanged is soon told."""
    folder = tmp_path_factory.mktemp("user") / "saypro-nb"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=REPOSITORY, capture_output=True, check=True
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, folder / name)
    shutil.copytree(sample.folder / "outputs", folder / "outputs")
    _set_up(folder)
    return folder


def _set_up(folder: Path) -> None:
    """Make .venv with the clone's package, and the libraries of the environment in which these tests run."""
    environment = folder / ".venv"
    venv.create(environment, with_pip=False)
    bases = {"base": str(environment), "platbase": str(environment)}
    libraries = Path(sysconfig.get_path("purelib", vars=bases)) / "libraries.pth"
    libraries.write_text(sysconfig.get_path("purelib"))
    options = ("--no-deps", "--no-index", "--no-build-isolation", "--editable", folder)
    pip = [sys.executable, "-m", "pip", "--python", environment / "bin" / "python", "install", *options]
    subprocess.run(pip, check=True, capture_output=True)
    for name in PROGRAMS:
        program = environment / "bin" / name
        program.write_text(f'#!/bin/sh\nexec "{environment}/bin/python" -m {name} "$@"\n')
        program.chmod(0o755)
    (environment / "ready").touch()  # for make


@pytest.mark.skipif(os.name == "nt", reason="the README's commands are for a shell; Windows has them in Scripts")
@pytest.mark.parametrize("command", [command for command in COMMANDS if command not in RUN_ELSEWHERE])
def test_every_command_of_the_readme_does_what_it_says(clone: Path, command: str) -> None:
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MAKEFLAGS", "MAKELEVEL")}
    clean["JUPYTER_PATH"] = str(Path(sysconfig.get_path("data")) / "share" / "jupyter")  # nbconvert's templates
    done = subprocess.run(command, shell=True, cwd=clone, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    if command in ("make review", ".venv/bin/saypro run"):
        assert Path(done.stdout.strip().splitlines()[-1]).is_file()  # "prints where index.html is"


def test_what_is_run_elsewhere_still_stands_in_the_readme() -> None:
    assert [command for command in RUN_ELSEWHERE if command not in COMMANDS] == []
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert "-m venv .venv" in makefile
    assert "pip install --quiet --constraint constraints.txt --editable '.[test]'" in makefile
