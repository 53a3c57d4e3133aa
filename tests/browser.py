"""An installed Chromium for tests that look at pages, with nothing phoning home in the background."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

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
