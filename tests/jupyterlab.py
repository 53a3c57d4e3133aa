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
from playwright.sync_api import TimeoutError as TooLate

PROJECTOR = {"width": 1280, "height": 720}
PATIENCE = 120_000  # milliseconds for whatever a busy machine has to do; nothing is measured here
BEGUN = 20_000  # milliseconds after which Run All Cells is chosen again, if no cell has been run
PRESSES = 5
EXPOSED = "--LabApp.expose_app_in_browser=True"  # so that a test can ask what the screen only shows in passing

WATCH = """() => {
    window.worked = performance.now();
    clearInterval(window.watching);
    window.watching = setInterval(() => {
        const status = document.querySelector("#jp-main-statusbar").textContent;
        if (!status.includes("| Idle")) window.worked = performance.now();
    }, 5);
}"""  # notes when the kernel was last seen at work

RESTORED = """() => {
    window.jupyterapp?.restored.then(() => { window.laidOut = true; });
    return window.laidOut === true;
}"""  # the tabs of last time are back; before, the one that was in front then may still come to the front
FRONT = "() => window.jupyterapp.shell.currentWidget?.context?.path ?? ''"

READY = """() => {
    const panel = window.jupyterapp?.shell.currentWidget;
    const kernel = panel?.sessionContext?.session?.kernel;
    if (!kernel || kernel.connectionStatus !== "connected" || !panel.context.isReady) return false;
    if (window.informed?.kernel !== kernel) {
        window.informed = {kernel, done: false};
        kernel.requestKernelInfo().then(() => { window.informed.done = window.informed.kernel === kernel; });
    }
    return window.informed.done && kernel.status === "idle";
}"""  # the kernel has answered once: before, it may be called idle and run nothing

CELLS = """const cells = () => window.jupyterapp.shell.currentWidget.content.widgets.filter(
    cell => cell.model.type === "code" && cell.model.sharedModel.source.trim());
const counts = () => cells().map(cell => cell.model.executionCount ?? 0);"""
LAST_COUNT = f"() => {{ {CELLS} return Math.max(0, ...counts()); }}"
BEGAN = f"last => {{ {CELLS} return Math.max(...counts()) > last; }}"
OVER = f"""last => {{ {CELLS}
    const failed = cells().some(cell => cell.model.outputs.toJSON().some(output => output.output_type === "error"));
    return failed || Math.min(...counts()) > last; }}"""
ERRORS = f"""() => {{ {CELLS} return cells().flatMap(cell => cell.model.outputs.toJSON())
    .filter(output => output.output_type === "error").map(output => output.ename + ": " + output.evalue); }}"""


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
            [*command, "--port", str(port), "--", "--allow-root", EXPOSED],
            env=os.environ | own,
            stderr=written,
            start_new_session=True,
        )
    try:
        yield _address(lab, log)
    finally:
        os.killpg(lab.pid, signal.SIGTERM)
        lab.wait(timeout=60)
        _wait_until_gone(lab.pid)


def _wait_until_gone(group: int) -> None:
    """Wait until JupyterLab has stopped its kernels and is gone, so that nothing goes on behind the next test."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.killpg(group, signal.SIGKILL)


def _address(lab: "subprocess.Popen[bytes]", log: Path) -> str:
    until = time.monotonic() + PATIENCE / 1000
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
        page.wait_for_function(RESTORED)
        self.idle()

    @property
    def sheet(self) -> Locator:
        """The notebook in front."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def reload(self) -> None:
        """Reload the page, and wait until its tabs are back."""
        self.page.reload()
        self.page.wait_for_function(RESTORED)
        self.idle()

    def idle(self, rest: int = 1500) -> None:
        """Wait until the kernel of the notebook in front is at rest for some milliseconds: between two cells it is too.

        The status bar tells; the toolbar's indicator would come before the kernel can run anything.
        """
        self.page.evaluate(WATCH)
        self.page.wait_for_function("rest => performance.now() - window.worked > rest", arg=rest)

    def run_all(self) -> None:
        """Run all cells, and wait until each has been run and the controls are there."""
        self.page.wait_for_function(READY)
        last = self.page.evaluate(LAST_COUNT)
        self._begin_to_run(last)
        self.page.wait_for_function(OVER, arg=last)
        errors = self.page.evaluate(ERRORS)
        assert errors == [], "a cell failed"
        expect(self.controls.first).to_be_attached()
        self.idle()

    def _begin_to_run(self, last: int) -> None:
        """Choose Run All Cells, again where no cell gets a number beyond the `last` one: the machine may be busy."""
        for _ in range(PRESSES):
            self.page.get_by_role("menuitem", name="Run", exact=True).click()
            self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
            try:
                self.page.wait_for_function(BEGAN, arg=last, timeout=BEGUN)
            except TooLate:
                continue
            return
        raise AssertionError(f"Run All Cells was chosen {PRESSES} times, and no cell was run")

    @property
    def controls(self) -> Locator:
        """The controls of the notebook in front."""
        return self.sheet.locator(".saypro-controls")

    def open(self, title: str, file: str) -> None:
        """Follow the link to a phase or form from start_here, and wait until its notebook is in front."""
        self.show("start_here.ipynb")
        self.sheet.get_by_role("link", name=title).click()
        self._in_front(file)

    def show(self, file: str) -> None:
        """Bring an open notebook to the front, again where another one that is only just loaded comes before it."""
        for _ in range(PRESSES):
            self.page.get_by_role("tab", name=file).click()
            self._in_front(file)
            if self.page.evaluate(FRONT).endswith(file):
                return
        raise AssertionError(f"{file} does not stay in front: {self.page.evaluate(FRONT)} does")

    def _in_front(self, file: str) -> None:
        self.page.wait_for_function(f"file => ({FRONT})().endsWith(file)", arg=file)
        self.page.wait_for_function(READY)
        self.idle()

    def say(self, label: str, words: str) -> None:
        """Write into the first field of that label."""
        self.controls.get_by_label(label, exact=True).first.fill(words)
        self.page.keyboard.press("Tab")

    def choose(self, label: str, words: str) -> None:
        """Choose from the first list of that label."""
        self.controls.get_by_label(label, exact=True).first.select_option(label=words)

    def choose_place(self, label: str, place: int) -> None:
        """Choose what stands at that place in the list of that label."""
        self.controls.get_by_label(label, exact=True).select_option(index=place)

    def press(self, words: str) -> None:
        """Press the first button with those words."""
        self.idle()  # what was entered has arrived, and what stands above has its height
        self.controls.get_by_role("button", name=re.compile(f"^{words}")).first.click()

    def reads(self, words: str) -> None:
        """Wait until a line of the controls says so; what they say instead is told."""
        lines = self.controls.locator(".saypro.message")
        try:
            expect(lines.filter(has_text=words).first).to_be_visible()
        except AssertionError:
            told = self.controls.all_inner_texts()
            raise AssertionError(f"Nothing says '{words}', but: {lines.all_inner_texts()}; all: {told}") from None

    def lists(self, words: str) -> None:
        """Wait until the list of what was changed in this meeting says so."""
        changed = self.controls.locator(".saypro.notes", has_text="Changed in this meeting")
        expect(changed).to_contain_text(words)

    def slider(self, label: str) -> Locator:
        """Return the handle of the slider of that label."""
        return self.controls.locator(".widget-slider", has_text=label).locator(".noUi-handle")

    def cut_off(self) -> list[str]:
        """Return the labels of controls that are wider than their place."""
        return self.controls.locator(".widget-label").evaluate_all(
            "labels => labels.filter(label => label.scrollWidth > label.clientWidth).map(label => label.textContent)"
        )
