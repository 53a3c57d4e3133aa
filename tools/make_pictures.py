"""Make the pictures under docs/pictures from the sample's latest review: run `saypro run` first.

`plain_and_ours.png` shows the same notebook twice: the page that nbconvert makes of it, and ours. `meeting.png` shows
a meeting in JupyterLab, on a copy of the sample.
"""

import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path

import nbformat
from nbconvert.exporters import HTMLExporter
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from saypro_nb.run.editions import QUIET, installed_browser

ROOT = Path(__file__).parents[1]
SHOWN = (1280, 1900)  # pixels of each page
GAP = 60
COLOURS = 256
NOT_COPIED = (".git", ".venv", ".*_cache", "tests", "docs", "saypro_nb", "meeting")  # a meeting needs none of it


def main() -> None:
    """Write the pictures, and say where."""
    notebook = sorted((ROOT / "outputs").glob("????-??-??/marketing/1_gap_identification.ipynb"))
    if not notebook:
        sys.exit("There is no review to picture. Run the sample's first: saypro run")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=installed_browser(), args=list(QUIET))
        plain = Path(folder) / "plain.html"
        plain.write_text(HTMLExporter().from_notebook_node(nbformat.read(notebook[-1], as_version=4))[0], "utf-8")
        pages = [_shot(browser, file) for file in (plain, notebook[-1].with_suffix(".html"))]
        browser.close()
    _keep(_side_by_side(pages), "plain_and_ours.png")
    _keep(_meeting(), "meeting.png")


def _keep(picture: Image.Image, name: str) -> None:
    target = ROOT / "docs" / "pictures" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE).save(target, optimize=True)
    print(target)


def _meeting() -> Image.Image:
    """Return marketing's gaps while somebody weighs them otherwise, at the size of a projector."""
    sys.path.insert(0, str(ROOT))  # the tests know how to open JupyterLab and what to press there
    from tests.browser import open_browser
    from tests.jupyterlab import PROJECTOR, Meeting, serving

    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "sample"
        shutil.copytree(ROOT, workspace, ignore=shutil.ignore_patterns(*NOT_COPIED))
        with serving(workspace, Path(folder)) as address, open_browser() as browser:
            page = browser.new_page(viewport=PROJECTOR)
            meeting = Meeting(page, address)
            meeting.run_all()
            meeting.choose("Department", "Marketing")
            meeting.open("Gap identification", "1_gap_identification.ipynb")
            meeting.run_all()
            for name, times in (("Lead qualification quality", 5), ("Website traffic", 6)):
                for _ in range(times):
                    meeting.slider(name).press("PageUp")
            meeting.idle()
            for _ in range(2):  # what is above it is laid out only once it is near
                meeting.controls.first.evaluate("controls => controls.scrollIntoView()")
                meeting.idle()
            return Image.open(BytesIO(page.screenshot())).convert("RGB")


def _shot(browser: Browser, file: Path) -> Image.Image:
    page = browser.new_page(viewport={"width": SHOWN[0], "height": SHOWN[1]})
    page.route("http*://**", lambda route: route.abort())  # the plain page asks for scripts that nobody needs here
    page.goto(file.as_uri(), wait_until="load")
    shot = Image.open(BytesIO(page.screenshot())).convert("RGB")
    page.close()
    return shot


def _side_by_side(pages: list[Image.Image]) -> Image.Image:
    width, height = SHOWN
    sheet = Image.new("RGB", (len(pages) * width + GAP * (len(pages) + 1), height + 2 * GAP), "#B9BCC2")
    for place, page in enumerate(pages):
        sheet.paste(page, (GAP + place * (width + GAP), GAP))
    return sheet.resize((sheet.width // 2, sheet.height // 2), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
