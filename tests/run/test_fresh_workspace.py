"""`saypro new`: what a new user begins with, from a checkout and from an installed wheel."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
import yaml

from saypro_nb.agree.errors import InputError
from saypro_nb.run import fresh_workspace
from tests import workspaces
from tests.conftest import saypro
from tests.workspaces import REPOSITORY


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    assert saypro("new", "work", "--empty", folder=tmp_path).code == 0
    return tmp_path / "work"


def test_a_new_workspace_is_the_sample_and_has_nothing_to_mend(tmp_path: Path) -> None:
    made = saypro("new", "work", folder=tmp_path)
    assert (made.code, made.complained) == (0, "")
    for part in ("notebooks", "params", "data", "register.sqlite"):
        originals = [REPOSITORY / part, *(REPOSITORY / part).rglob("*.*")]
        for original in (file for file in originals if file.is_file() and ".ipynb_checkpoints" not in file.parts):
            assert (tmp_path / "work" / original.relative_to(REPOSITORY)).read_bytes() == original.read_bytes()
    assert saypro("check", folder=tmp_path / "work").code == 0


def test_an_empty_workspace_lacks_only_values(empty: Path) -> None:
    done = saypro("check", folder=empty)
    assert done.code == 2
    assert "1 thing to mend" in done.complained
    assert "data/kpi_values.csv: no KPI has a value yet" in done.complained


def test_an_empty_workspace_is_reviewed_once_its_values_are_there(empty: Path) -> None:
    north = workspaces.values().query("department == 'north'")
    rows = north.assign(department="sales", kpi="sales_revenue", numerator="", denominator="")
    rows.to_csv(empty / "data" / "kpi_values.csv", index=False)
    done = saypro("run", folder=empty)
    assert done.code == 0, done.complained
    assert {page.parent.name for page in done.pages()[1:]} == {"sales", "organisation"}


def test_an_empty_workspace_keeps_the_libraries_that_are_open_to_every_department(empty: Path) -> None:
    def library(folder: Path) -> list[dict[str, object]]:
        content = yaml.safe_load((folder / "params" / "recommendations.yaml").read_text(encoding="utf-8"))
        return list(content["recommendations"])

    general = [item for item in library(REPOSITORY) if "departments" not in item]
    assert library(empty) == general
    assert len(general) < len(library(REPOSITORY))
    causes = yaml.safe_load((empty / "params" / "causes.yaml").read_text(encoding="utf-8"))
    assert causes["families"] == workspaces.load(REPOSITORY, "causes")["families"]
    assert causes["hypotheses"] == []


def test_no_heading_of_a_library_stands_over_nothing(empty: Path) -> None:
    lines = (empty / "params" / "recommendations.yaml").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("  #")] == ["  # For every department, by cause family"]
    assert lines[-1].startswith("    resources:")


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    for make in (fresh_workspace.with_sample, fresh_workspace.to_fill_in):
        with pytest.raises(InputError, match="the folder isn't empty"):
            make(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["kept.txt"]


def test_what_is_copied_from_a_protected_place_can_be_edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = tmp_path / "installed" / "params" / "review.yaml"
    original.parent.mkdir(parents=True)
    original.write_text("organisation: A")
    original.chmod(0o444)
    (original.parent / ".ipynb_checkpoints").mkdir()
    (original.parent / ".ipynb_checkpoints" / "old.yaml").write_text("")
    monkeypatch.setattr(fresh_workspace, "_sample", lambda: tmp_path / "installed")
    fresh_workspace.with_sample(tmp_path / "work")
    copy = tmp_path / "work" / "params" / "review.yaml"
    assert copy.stat().st_mode & 0o200
    assert [file.name for file in copy.parent.iterdir()] == ["review.yaml"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment in which the wheel is installed beside what it depends on."""
    place = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", place]
    subprocess.run([*build, REPOSITORY], check=True, capture_output=True, cwd=place)
    venv.create(place / "env", with_pip=False)
    programs = place / "env" / ("Scripts" if os.name == "nt" else "bin")
    folders = {"base": str(place / "env"), "platbase": str(place / "env")}
    # The tests' own libraries, without their editable copy of the package: nobody follows a .pth file in there.
    (Path(sysconfig.get_path("purelib", vars=folders)) / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    (wheel,) = place.glob("*.whl")
    install = [sys.executable, "-m", "pip", "--python", programs / "python", "install", "--no-deps", "--no-index"]
    subprocess.run([*install, wheel], check=True, capture_output=True, cwd=place)
    return programs


def run(program: Path, *arguments: str, folder: Path) -> str:
    """Run a program of the environment, without this checkout on its path; what it prints must be of a success."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    clean["JUPYTER_PATH"] = str(Path(sysconfig.get_path("data")) / "share" / "jupyter")  # nbconvert's templates
    done = subprocess.run([program, *arguments], cwd=folder, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_installed_wheel_reviews_a_new_workspace_far_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = run(installed / "python", "-c", "import saypro_nb; print(saypro_nb.__file__)", folder=tmp_path)
    assert Path(where.strip()).is_relative_to(installed.parent)
    run(installed / "saypro", "new", "work", folder=tmp_path)
    folder = tmp_path / "work"
    asked = ("--department", "it", "--notebook", "1_gap_identification")
    printed = run(installed / "saypro", "run", *asked, folder=folder)
    assert (Path(printed.splitlines()[-1]).parent / "it" / "1_gap_identification.html").is_file()
    assert saypro("check", folder=folder).code == 0  # the checkout reads it likewise


def test_papermill_finds_the_engine_of_an_installed_wheel(installed: Path, tmp_path: Path) -> None:
    run(installed / "saypro", "new", "work", folder=tmp_path)
    options = ("-f", "params/departments/it.yaml", "--engine", "saypro", "--no-progress-bar")
    notebook = ("notebooks/1_gap_identification.ipynb", "out.ipynb")
    run(installed / "python", "-m", "papermill", *notebook, *options, folder=tmp_path / "work")
    assert (tmp_path / "work" / "out.ipynb").is_file()


def test_an_installed_wheel_makes_an_empty_workspace(installed: Path, tmp_path: Path) -> None:
    run(installed / "saypro", "new", "work", "--empty", folder=tmp_path)
    assert saypro("check", folder=tmp_path / "work").complained.count("\n- ") == 1
