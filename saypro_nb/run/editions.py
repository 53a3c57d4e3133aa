"""Further editions of a page: the analyst's, with the code of each cell to unfold, and a PDF.

Both are made from what a run left, so asking for one later runs no notebook again.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.keep import whole

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from saypro_nb.run.report import Heading

WITH_CODE, PDF = "with code", "PDF"
ENDINGS = {WITH_CODE: "_with_code.html", PDF: ".pdf"}
"""How the file of each edition ends, after the notebook's name."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
QUIET = (  # a browser that prints local files has nobody to call
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def installed_browser() -> str:
    """Return the path of an installed Chromium or Chrome; raises InputError where there is none."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        remedy = "Install chromium (Debian: apt-get install chromium), or leave the option out"
        raise InputError([Fault("--pdf", "there is no Chromium or Chrome on the PATH", remedy)])
    return found


def write_with_code(pages: Mapping[Path, "Heading"]) -> None:
    """Write the analyst's edition beside each page, from the notebook that was run for it and the page's heading."""
    import nbformat

    from saypro_nb.run.report import to_html

    for page, heading in pages.items():
        html = to_html(nbformat.read(page.with_suffix(".ipynb"), as_version=4), heading, show_code=True)
        whole.write(edition_of(page, WITH_CODE), html)


def refuse_without_printer() -> None:
    """Raise InputError where pages can't be made PDFs: playwright (the extra ``pdf``) or a browser is missing."""
    if find_spec("playwright") is None:
        remedy = "Install it: pip install 'saypro-nb[pdf]'"
        raise InputError([Fault("--pdf", "the package playwright is missing", remedy)])
    installed_browser()


def write_pdfs(pages: Iterable[Path]) -> None:
    """Print each page as a tagged PDF beside it."""
    with _browser() as browser:
        for page in pages:
            _print(browser, page)


@contextmanager
def _browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed_browser(), args=list(QUIET))
        yield browser
        browser.close()


def _print(browser: "Browser", page: Path) -> None:
    opened = browser.new_page(java_script_enabled=False, color_scheme="light")
    opened.goto(page.as_uri(), wait_until="load")
    pdf = opened.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
    opened.close()
    whole.write(edition_of(page, PDF), pdf)


def is_missing(page: Path, word: str) -> bool:
    """Say whether a page lacks an edition."""
    return not edition_of(page, word).is_file()


def found(pages: Path) -> list[str]:
    """Return the editions that lie in the departments' folders under `pages`, as paths from there."""
    endings = ENDINGS.values()
    return sorted(file.relative_to(pages).as_posix() for ending in endings for file in pages.glob(f"*/*{ending}"))


def edition_of(page: Path, word: str) -> Path:
    """Return where an edition of a page lies; a page that is built anew loses its editions (see `records.forget`)."""
    return page.with_name(page.stem + ENDINGS[word])
