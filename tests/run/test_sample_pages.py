"""Every page of the sample's review, as a reader's browser and printer make it."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser import open_browser, open_page
from tests.conftest import Finished, copy_of, saypro
from tests.workspaces import REPOSITORY

WIDTHS = (1280, 600, 320)
PRINTED = 672  # pixels between the margins of A4: (210 - 2 x 16) mm
SIX_CHARTS, ANY = 400 * 1024, 1024 * 1024  # bytes
FILLER = "No description has been provided for this image"  # nbconvert's, which accessibility checkers accept


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def violations(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page).response["violations"]
    return [(rule["id"], node["html"][:200]) for rule in found for node in rule["nodes"]]


def width_of(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_accessible_whole_and_fetches_nothing(
    sample: Finished, browser: Browser, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 800}
    for file in sample.pages():
        with open_page(browser, file, viewport=size, color_scheme=scheme) as (page, asked):
            page.evaluate("document.querySelectorAll('details').forEach(section => section.open = true)")
            assert violations(page) == [], file
            assert width_of(page) <= width, file
            assert asked == [], file


def test_every_page_is_accessible_and_whole_on_paper(sample: Finished, browser: Browser) -> None:
    for file in sample.pages():
        with open_page(browser, file, viewport={"width": PRINTED, "height": 900}) as (page, _):
            page.emulate_media(media="print")
            assert violations(page) == [], file
            assert width_of(page) <= PRINTED, file
            tables = page.evaluate("[...document.querySelectorAll('table')].map(table => table.scrollWidth)")
            assert max(tables, default=0) <= PRINTED, file
            folded = page.evaluate("[...document.querySelectorAll('.folded')].map(part => part.offsetHeight)")
            assert all(folded), file


def test_every_page_looks_the_same_without_javascript(sample: Finished, browser: Browser) -> None:
    for file in sample.pages():
        shots = []
        for enabled in (True, False):
            with open_page(browser, file, java_script_enabled=enabled) as (page, _):
                shots.append(page.screenshot(full_page=True))
        assert shots[0] == shots[1], file


def test_no_page_holds_a_script_or_an_event_handler(sample: Finished, browser: Browser) -> None:
    count = "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => n.startsWith('on'))"
    for file in sample.pages():
        with open_page(browser, file) as (page, _):
            assert page.evaluate("document.scripts.length") == 0, file
            assert page.evaluate(count) == [], file


def test_every_picture_says_what_it_shows_with_a_figure(sample: Finished) -> None:
    for file in sample.pages():
        for alt in re.findall(r'<img[^>]* alt="([^"]*)"', file.read_text(encoding="utf-8")):
            assert FILLER not in alt, file
            assert re.search(r"\d|\bno\b|\bone\b", alt, re.IGNORECASE), (file, alt)


def test_every_table_has_a_caption_and_its_headers_a_scope(sample: Finished, browser: Browser) -> None:
    for file in sample.pages():
        with open_page(browser, file) as (page, _):
            assert page.evaluate("[...document.querySelectorAll('table')].every(t => t.caption?.textContent.trim())"), (
                file
            )
            assert page.evaluate("[...document.querySelectorAll('th')].every(th => th.scope)"), file


def test_a_page_of_six_charts_is_light_enough_to_mail(sample: Finished) -> None:
    for file in sample.pages():
        charts = file.read_text(encoding="utf-8").count("<figure")
        assert file.stat().st_size <= (SIX_CHARTS if charts <= 6 else ANY), file


def test_the_same_inputs_give_the_same_bytes_in_another_folder(sample: Finished, tmp_path: Path) -> None:
    again = saypro("run", "--department", "sales", folder=copy_of(REPOSITORY, tmp_path / "another folder"))
    assert again.code == 0, again.complained
    made = sorted((again.index.parent / "sales").glob("*.html"))
    assert len(made) == 6
    for page in made:
        earlier = sample.index.parent / "sales" / page.name
        assert hashlib.sha256(page.read_bytes()).digest() == hashlib.sha256(earlier.read_bytes()).digest(), page
