"""Whole batches, on the sample and on data that we did not make, as a reader meets them."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser

from saypro_nb.agree.schema import ORGANISATION
from saypro_nb.agree.settings import Workspace
from saypro_nb.run import contents
from tests.browser import NARROW, WIDE, open_browser, open_page, taken
from tests.conftest import Finished, copy_of
from tests.workspaces import REPOSITORY

NOTEBOOKS = sorted(file.stem for file in (REPOSITORY / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def complete(batch: Finished, departments: int) -> None:
    assert batch.code == 0, batch.complained
    pages = {(folder, page.name) for folder, page in contents.all_of(Workspace.load(batch.index.parents[2]))}
    assert {(page.parent.name, page.stem) for page in batch.pages()[1:]} == pages
    assert len({folder for folder, _ in pages} - {ORGANISATION}) == departments


def readable(batch: Finished, browser: Browser) -> None:
    for page in batch.pages():
        with open_page(browser, page) as (opened, asked):
            for size in (NARROW, WIDE):
                opened.set_viewport_size(size)
                assert taken(opened) <= size["width"], page
            assert asked == [], page
            assert opened.locator("h1").count() == 1, page


def linked(batch: Finished) -> None:
    for href in re.findall(r'href="([^"#:]+\.html)"', batch.index.read_text(encoding="utf-8")):
        assert (batch.index.parent / unquote(href)).is_file(), href


class TestSample:
    def test_every_department_and_the_organisation_have_all_their_pages(self, sample: Finished) -> None:
        complete(sample, departments=6)

    def test_the_index_leads_to_every_page(self, sample: Finished) -> None:
        linked(sample)
        assert sample.index.read_text(encoding="utf-8").count(".html") >= 24

    def test_every_page_starts_with_its_answer(self, sample: Finished) -> None:
        for page in sample.pages()[1:]:
            text = page.read_text(encoding="utf-8")
            assert text.index('class="saypro answer') < text.index("<table"), page

    def test_no_page_shows_code(self, sample: Finished) -> None:
        for page in sample.pages():
            assert not re.search(r"Dossier\.open|from saypro_nb|blocks\.answer", page.read_text(encoding="utf-8")), page

    def test_nothing_is_written_beside_outputs(self, sample: Finished) -> None:
        made = {file.name for file in sample.folder.iterdir()}
        assert made == {"params", "data", "notebooks", "register.sqlite", "outputs"}

    def test_no_respondent_is_named_in_any_output(self, sample: Finished) -> None:
        names = set(re.findall(r"Respondent \d+", (sample.folder / "data" / "feedback.csv").read_text()))
        assert names
        for file in (sample.folder / "outputs").rglob("*.*"):
            text = file.read_text(encoding="utf-8", errors="replace")
            assert not [name for name in names if name in text], file


class TestExamples:
    def test_every_department_and_the_organisation_have_all_their_pages(self, example: Finished) -> None:
        complete(example, departments={"emergency_departments": 13, "pizzeria": 2}[example.index.parents[2].name])
        linked(example)

    def test_every_page_fits_phone_and_desktop_and_asks_for_nothing(self, example: Finished, browser: Browser) -> None:
        readable(example, browser)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_notebook_runs_alone_with_plain_papermill(name: str, tmp_path: Path) -> None:
    folder = copy_of(REPOSITORY, tmp_path / "work")
    command = [sys.executable, "-m", "papermill", f"notebooks/{name}.ipynb", "out.ipynb"]
    options = ["-f", "params/departments/marketing.yaml", "--no-progress-bar"]
    done = subprocess.run([*command, *options], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
