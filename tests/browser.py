"""An installed Chromium for tests that look at pages, with nothing phoning home, and axe-core in it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from saypro_nb.agree.errors import InputError
from saypro_nb.run.editions import QUIET, installed_browser


def find_browser(downloaded: str = "") -> str:
    """Return the browser's path: an installed one, else the one that playwright `downloaded`.

    Fails where there is none: a page that nobody looked at is not a page that passed.
    """
    try:
        return installed_browser()
    except InputError:
        if Path(downloaded).is_file():
            return downloaded
    raise AssertionError(
        f"No browser to look at the pages. Install one: {sys.executable} -m playwright install --with-deps chromium"
    )


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Open the browser for the length of a test module."""
    with sync_playwright() as playwright:
        path = find_browser(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@contextmanager
def open_page(browser: Browser, file: Path, **context: object) -> Iterator[tuple[Page, list[str]]]:
    """Open `file` and yield the page with the addresses that it asked for beyond itself."""
    opened: BrowserContext = browser.new_context(**context)  # type: ignore[arg-type]
    page = opened.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri(), wait_until="load")
    page.wait_for_timeout(100)
    itself = [url for url in asked if url.split("#")[0] == file.as_uri()]
    yield page, [url for url in asked if url not in itself and not url.startswith("data:")]
    opened.close()


Faults = list[tuple[str, str]]

WIDE, MIDDLE, NARROW = (ViewportSize(width=width, height=800) for width in (1280, 600, 320))
COLOUR = ("color-contrast", "link-in-text-block")  # the rules of axe that look at colours, by far the slowest
_RUN_AXE = """options => axe.run(document, {resultTypes: ["violations"], ...options}).then(
    found => found.violations.flatMap(rule => rule.nodes.map(node => [rule.id, node.html.slice(0, 200)])))"""


def violations(page: Page) -> Faults:
    """Return the rules of axe that the page breaks as it is now, each with the element that breaks it."""
    return _violations(page, {})


def violations_of_colour(page: Page) -> Faults:
    """Return only those of the rules that look at colours: they differ between light, dark and paper."""
    return _violations(page, {"runOnly": list(COLOUR)})


def violations_of_layout(page: Page) -> Faults:
    """Return only those of the rules that don't: they are the same in light and dark."""
    return _violations(page, {"rules": {rule: {"enabled": False} for rule in COLOUR}})


def on_screens(page: Page) -> tuple[dict[str, Faults], dict[int, int]]:
    """Return the faults of a page by screen, and how wide it is on a screen of each width; it is only resized.

    Layout, names and roles are the same in light and dark, so their rules are asked once a width; colours are asked in
    light and in dark, at both ends. In the middle the style sheets give no colour that the narrow page doesn't have.
    """
    faults, widths = {}, {}
    for size in (WIDE, MIDDLE, NARROW):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="light")
        widths[size["width"]] = taken(page)
        faults[f"{size['width']}, light"] = violations_of_layout(page) if size == MIDDLE else violations(page)
        if size != MIDDLE:
            page.emulate_media(color_scheme="dark")
            faults[f"{size['width']}, dark"] = violations_of_colour(page)
    return faults, widths


def taken(page: Page) -> int:
    """Return how many pixels the page takes from left to right."""
    return int(page.evaluate("document.documentElement.scrollWidth"))


def _violations(page: Page, options: dict[str, object]) -> Faults:
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    return [(rule, element) for rule, element in page.evaluate(_RUN_AXE, options)]
