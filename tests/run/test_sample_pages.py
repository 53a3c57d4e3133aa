"""Every page of the sample's review, as a reader's browser and printer make it."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser import WIDE, Faults, on_screens, open_browser, open_page, taken, violations
from tests.conftest import Finished, copy_of, saypro
from tests.workspaces import REPOSITORY

PRINTED = ViewportSize(width=672, height=900)  # pixels between the margins of A4: (210 - 2 x 16) mm
SIX_CHARTS, ANY = 400 * 1024, 1024 * 1024  # bytes
FILLER = "No description has been provided for this image"  # nbconvert's, which accessibility checkers accept
HANDLERS = """[...document.querySelectorAll('*')].flatMap(
    element => element.getAttributeNames()).filter(name => name.startsWith('on'))"""


@dataclass(frozen=True)
class Looked:
    """What a browser made of a page, which was opened once and then only printed, unfolded, resized and recoloured.

    `faults` are axe's by screen, `widths` what the page takes of each width that it was given, `shots` what it looks
    like with and without JavaScript.
    """

    asked: list[str]
    faults: dict[str, Faults]
    widths: dict[int, int]
    shots: tuple[bytes, bytes]
    scripts: int
    handlers: list[str]
    headings: int
    captions: bool
    scopes: bool
    paper: "Paper"


@dataclass(frozen=True)
class Paper:
    """What a printer makes of it: axe's faults, the widest part, and the heights of what a reader left folded."""

    faults: Faults
    widest: int
    folded: list[int]


@pytest.fixture(scope="module")
def looks(sample: Finished) -> dict[Path, Looked]:
    """Every page of the sample, looked at."""
    with open_browser() as browser:
        return {file: look(browser, file) for file in sample.pages()}


def look(browser: Browser, file: Path) -> Looked:
    with open_page(browser, file, java_script_enabled=False, viewport=WIDE) as (page, _):
        plain = page.screenshot(full_page=True)
    with open_page(browser, file, viewport=WIDE) as (page, asked):
        shots = page.screenshot(full_page=True), plain
        paper = on_paper(page)
        page.evaluate("document.querySelectorAll('details').forEach(section => section.open = true)")
        facts = {
            "scripts": page.evaluate("document.scripts.length"),
            "handlers": page.evaluate(HANDLERS),
            "headings": page.locator("h1").count(),
            "captions": page.evaluate(
                "[...document.querySelectorAll('table')].every(t => t.caption?.textContent.trim())"
            ),
            "scopes": page.evaluate("[...document.querySelectorAll('th')].every(th => th.scope)"),
        }
        faults, widths = on_screens(page)
        return Looked(asked, faults, widths, shots, paper=paper, **facts)


def on_paper(page: Page) -> Paper:
    """Return what a page is on paper, and make it one for the screen again."""
    page.set_viewport_size(PRINTED)
    page.emulate_media(media="print")
    tables = page.evaluate("[...document.querySelectorAll('table')].map(table => table.scrollWidth)")
    folded = page.evaluate("[...document.querySelectorAll('.folded')].map(part => part.offsetHeight)")
    printed = Paper(violations(page), max([taken(page), *tables]), folded)
    page.emulate_media(media="screen")
    return printed


def test_every_page_is_accessible_on_wide_and_narrow_screens_in_light_and_dark(looks: dict[Path, Looked]) -> None:
    for file, seen in looks.items():
        assert {where: faults for where, faults in seen.faults.items() if faults} == {}, file


def test_every_page_fits_every_screen(looks: dict[Path, Looked]) -> None:
    for file, seen in looks.items():
        assert [given for given, width in seen.widths.items() if width > given] == [], file


def test_no_page_fetches_anything(looks: dict[Path, Looked]) -> None:
    assert [file for file, seen in looks.items() if seen.asked] == []


def test_every_page_is_accessible_and_whole_on_paper(looks: dict[Path, Looked]) -> None:
    for file, seen in looks.items():
        assert seen.paper.faults == [], file
        assert seen.paper.widest <= PRINTED["width"], file
        assert all(seen.paper.folded), file


def test_every_page_looks_the_same_without_javascript(looks: dict[Path, Looked]) -> None:
    assert [file for file, seen in looks.items() if seen.shots[0] != seen.shots[1]] == []


def test_no_page_holds_a_script_or_an_event_handler(looks: dict[Path, Looked]) -> None:
    assert [file for file, seen in looks.items() if seen.scripts or seen.handlers] == []


def test_every_page_has_one_heading_of_the_first_level(looks: dict[Path, Looked]) -> None:
    assert [file for file, seen in looks.items() if seen.headings != 1] == []


def test_every_table_has_a_caption_and_its_headers_a_scope(looks: dict[Path, Looked]) -> None:
    assert [file for file, seen in looks.items() if not (seen.captions and seen.scopes)] == []


def test_every_picture_says_what_it_shows_with_a_figure(sample: Finished) -> None:
    for file in sample.pages():
        for alt in re.findall(r'<img[^>]* alt="([^"]*)"', file.read_text(encoding="utf-8")):
            assert FILLER not in alt, file
            assert re.search(r"\d|\bno\b|\bone\b", alt, re.IGNORECASE), (file, alt)


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
