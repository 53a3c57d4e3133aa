"""Dirt is refused in words, with file, place and remedy, or it does no harm: never a traceback, never another figure.

This is a small sample with a fixed seed; ``python -m tests.faults.dirt_soak`` puts dirt into thousands of workspaces.
"""

import shutil
from pathlib import Path
from random import Random

import pandas as pd
import pytest

from saypro_nb.agree.settings import Workspace
from saypro_nb.keep import evidence, records, values
from saypro_nb.keep.dossier import Dossier
from tests.faults import dirt, dirt_soak, dirt_verdict, dirty_workspace

LAST = pd.Timestamp("2026-07-27").date()
TIMES = 2  # of each kind of dirt, each time another


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dirty_workspace.make(tmp_path_factory.mktemp("clean") / "work")


@pytest.fixture
def folder(clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(dirt_verdict.SECRET_NAME, dirt_verdict.SECRET)
    return Path(shutil.copytree(clean, tmp_path / "work"))


@pytest.mark.parametrize("kind", dirt.DIRT)
def test_dirt_is_refused_in_words_or_does_no_harm(clean: Path, folder: Path, kind: str) -> None:
    for number in range(TIMES):
        shutil.rmtree(folder)
        shutil.copytree(clean, folder)
        assert not dirt_soak.disturbed(folder, [kind], Random(f"{kind} {number}"))


def read_from(folder: Path) -> list[pd.DataFrame]:
    """Return everything that a review reads of its tables."""
    workspace = Workspace.load(folder)
    dossiers = [Dossier(workspace, department, LAST) for department in ("north", "south")]
    computed = workspace.kpis["on_time"].computed
    assert computed is not None
    cells = records.cells(computed, workspace, LAST.replace(month=1), LAST)
    tables = [values.of_organisation(workspace, LAST), cells.sort_values(["period", "region"], ignore_index=True)]
    for dossier in dossiers:
        tables += [dossier.drivers, dossier.feedback, dossier.interviews]
    return tables


@pytest.mark.parametrize("kind", dirt.HARMLESS)
def test_another_way_of_writing_the_same_is_read_as_the_same(clean: Path, folder: Path, kind: str) -> None:
    assert not dirt_soak.disturbed(folder, [kind], Random(kind))
    for table, other in zip(read_from(folder), read_from(clean), strict=True):
        pd.testing.assert_frame_equal(table, other, check_dtype=False)


def gaps(folder: Path) -> bytes:
    """Return the table that gap identification leaves for the north."""
    dossier = Dossier.open(str(folder), department="north", period="latest")
    dossier.leave("gaps", evidence.identify(dossier))
    return (folder / "outputs" / "2026-07-27" / "north" / "gaps.csv").read_bytes()


def test_all_harmless_ways_of_writing_together_give_the_same_gaps_byte_for_byte(clean: Path, folder: Path) -> None:
    assert not dirt_soak.disturbed(folder, list(dirt.HARMLESS), Random(1))
    assert gaps(folder) == gaps(clean)


def test_a_figure_that_was_changed_shows_in_the_gaps(clean: Path, folder: Path) -> None:
    file = folder / "data" / "kpi_values.csv"
    *_, last = [place for place, row in enumerate(dirt.read_rows(file)) if row[:2] == ["north", "share"]]
    rows = dirt.read_rows(file)
    rows[last][3] = "80"
    dirt.write_rows(file, rows)
    assert gaps(folder) != gaps(clean)
