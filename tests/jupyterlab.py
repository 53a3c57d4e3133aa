"""A real JupyterLab on a workspace, started by `saypro lab`, and what a person at the meeting does in it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

PROJECTOR = {"width": 1280, "height": 720}
PATIENCE = 60_000  # milliseconds for whatever a busy machine has to do; nothing is measured here


WATCH = """() => {
    window.worked = performance.now();
    clearInterval(window.watching);
    window.watching = setInterval(() => {
        const status = document.querySelector("#jp-main-statusbar").textContent;
        if (!status.includes("| Idle")) window.worked = performance.now();
    }, 5);
}"""  # notes when the kernel was last seen at work


@contextmanager
def serving(workspace: Path, user: Path) -> Iterator[str]:
    """Run `saypro lab` on the workspace, for somebody with the empty home `user`, and yield its address with token."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "saypro_nb.run.cli", "lab", "--workspace", str(workspace), "--no-browser"]
    places = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime"}
    own = {name: str(user / folder) for name, folder in places.items()} | {"JUPYTERLAB_SETTINGS_DIR": str(user / "set")}
    log = user / "lab.log"
    with log.open("w") as written:
        lab = subprocess.Popen(
            [*command, "--port", str(port), "--", "--allow-root"],
            env=os.environ | own,
            stderr=written,
            start_new_session=True,
        )
    try:
        yield _address(lab, log)
    finally:
        os.killpg(lab.pid, signal.SIGTERM)
        lab.wait(timeout=30)


def _address(lab: "subprocess.Popen[bytes]", log: Path) -> str:
    until = time.monotonic() + 60
    while time.monotonic() < until and lab.poll() is None:
        found = re.search(r"http://(?:localhost|127\.0\.0\.1):\d+/lab\S*\?token=\w+", log.read_text())
        if found:
            return found.group()
        time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()}")


class Meeting:
    """A person before a JupyterLab that is open in the browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.goto(address)
        self.idle()

    @property
    def sheet(self) -> Locator:
        """The notebook in front."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def idle(self, rest: int = 1500) -> None:
        """Wait until the kernel of the notebook in front is at rest for some milliseconds: between two cells it is too.

        The status bar tells; the toolbar's indicator would come before the kernel can run anything.
        """
        self.page.evaluate(WATCH)
        self.page.wait_for_function("rest => performance.now() - window.worked > rest", arg=rest)

    def run_all(self) -> None:
        """Run all cells, and wait until they have run and the controls are there."""
        self.idle(rest=4000)  # a kernel that is only just connected says so too early on a busy machine
        began = self.page.evaluate("performance.now()")
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.wait_for_function("began => window.worked > began", arg=began)
        expect(self.controls.first).to_be_attached()
        self.idle()

    @property
    def controls(self) -> Locator:
        """The controls of the notebook in front."""
        return self.sheet.locator(".saypro-controls")

    def open(self, title: str, file: str) -> None:
        """Follow the link to a phase from start_here, and wait until its notebook is in front."""
        self.show("start_here.ipynb")
        self.sheet.get_by_role("link", name=title).click()
        self._in_front(file)

    def show(self, file: str) -> None:
        """Bring an open notebook to the front."""
        self.page.get_by_role("tab", name=file).click()
        self._in_front(file)

    def _in_front(self, file: str) -> None:
        expect(self.page.get_by_role("tab", name=file)).to_have_attribute("aria-selected", "true")
        expect(self.page.locator("#jp-main-statusbar")).to_contain_text(file)
        self.idle()

    def say(self, label: str, words: str) -> None:
        """Write into the first field of that label."""
        self.controls.get_by_label(label, exact=True).first.fill(words)
        self.page.keyboard.press("Tab")

    def choose(self, label: str, words: str) -> None:
        """Choose from the list of that label."""
        self.controls.get_by_label(label, exact=True).select_option(label=words)

    def choose_place(self, label: str, place: int) -> None:
        """Choose what stands at that place in the list of that label."""
        self.controls.get_by_label(label, exact=True).select_option(index=place)

    def press(self, words: str) -> None:
        """Press the first button with those words."""
        self.controls.get_by_role("button", name=re.compile(f"^{words}")).first.click()

    def reads(self, words: str) -> None:
        """Wait until a line of the controls says so; what the lines say instead is told."""
        lines = self.controls.locator(".saypro.message")
        try:
            expect(lines.filter(has_text=words).first).to_be_visible()
        except AssertionError:
            raise AssertionError(f"Nothing says '{words}', but: {lines.all_inner_texts()}") from None

    def slider(self, label: str) -> Locator:
        """Return the handle of the slider of that label."""
        return self.controls.locator(".widget-slider", has_text=label).locator(".noUi-handle")
