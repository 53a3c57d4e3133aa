"""What must be true of a command that met dirt, however it ended."""

import csv
import os
import re
import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from types import FrameType

import openpyxl
from click.testing import CliRunner

from saypro_nb.run.cli import main
from saypro_nb.run.policy import POLICY

SECRET_NAME, SECRET = "SAYPRO_TEST_SECRET", "geheim-7f3a"
LONGEST_LINE = 3000  # of a message: a cell of 20,000 letters is not repeated in full
HANDED_ON = ("gaps", "causes", "actions", "progress")
_FAULT = re.compile(r"- .+: .+[.?!] .+", re.DOTALL)
_RUNS = ("=", "+", "-", "@", "\t", "\r")


class HungError(BaseException):
    """The command took longer than it may; no ``except Exception`` of the program's hides it."""


@dataclass(frozen=True)
class End:
    """How a command ended: its exit code, what it said, and the error that nobody caught."""

    code: int
    said: str
    error: BaseException | None


def ask(*arguments: str, seconds: float = 60) -> End:
    """Run a command of saypro in this process, as the terminal would."""
    with _no_longer_than(seconds):
        result = CliRunner().invoke(main, list(arguments))
    error = None if isinstance(result.exception, SystemExit) else result.exception
    return End(result.exit_code, result.output, error)


@contextmanager
def _no_longer_than(seconds: float) -> Iterator[None]:
    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise HungError(f"still at work after {seconds:g} seconds")

    assert threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def lying(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of every file around and in the workspace that no command may touch."""
    around = (Path(base, name) for base, _, names in os.walk(folder.parent) for name in names)
    mine = (file for file in around if file.relative_to(folder.parent).parts[:2] != (folder.name, "outputs"))
    return {
        str(file.relative_to(folder.parent)): (file.lstat().st_size, file.lstat().st_mtime_ns)
        for file in mine
        if not file.name.startswith("register.sqlite")
    }


def said_wrongly(end: End, about: str) -> list[str]:
    """Return what is wrong with how a command ended, and with what it said; it must name what it is `about`."""
    found = ["an error that nobody caught: " + "".join(traceback.format_exception(end.error))] if end.error else []
    found += ["a traceback is shown"] if "Traceback (most recent" in end.said else []
    found += [f"the exit code is {end.code}: {end.said[:500]}"] if end.code not in (0, 2) and not end.error else []
    if SECRET in end.said:
        found.append("the secret is said")
    strange = sorted({letter for letter in end.said if letter != "\n" and not letter.isprintable()})
    found += [f"control letters are said: {strange!r}"] if strange else []
    if end.code == 2 and not end.error:
        found += _told_badly(end.said, about)
    return found


def _told_badly(said: str, about: str) -> list[str]:
    first, *lines = said.rstrip("\n").split("\n")
    if "to mend" not in first or not lines:
        return [f"no list of things to mend: {said[:300]}"]
    found = [f"no fault with place and remedy: {line[:300]}" for line in lines if not _FAULT.fullmatch(line)]
    found += [f"a line of {len(line)} letters" for line in lines if len(line) > LONGEST_LINE]
    found += [] if about in said else [f"'{about}' is not named: {said[:600]}"]
    return found


def left_wrongly(folder: Path) -> list[str]:
    """Return what is wrong with what lies in outputs/: secrets, pages that run something, cells that are formulas."""
    found = []
    for file in sorted(file for file in (folder / "outputs").rglob("*") if file.is_file()):
        content = file.read_bytes()
        name = file.relative_to(folder)
        if SECRET.encode() in content:
            found.append(f"{name} holds the secret")
        if file.suffix == ".html":
            found += [f"{name}: {what}" for what in _active(content.decode("utf-8"))]
        if file.suffix == ".csv":
            found += [f"{name}: the cell {cell[:60]!r} would run" for cell in _formulas(content.decode("utf-8"))]
        if file.suffix == ".xlsx":
            found += [f"{name}: the cell {cell[:60]!r} would run" for cell in _excel_formulas(file)]
    return found


def figures(folder: Path) -> dict[str, bytes]:
    """Return every table that a phase hands on."""
    tables = (file for name in HANDED_ON for file in (folder / "outputs").glob(f"*/*/{name}.csv"))
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(tables)}


def _active(page: str) -> list[str]:
    reader = _Active()
    reader.feed(page)
    return [*([] if reader.has_policy else ["the page has no policy"]), *sorted(set(reader.found))]


class _Active(HTMLParser):
    """Notes whatever could run or load: the elements and attributes, not words that look like them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.has_policy = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        self.has_policy |= facts.get("http-equiv") == "Content-Security-Policy" and facts.get("content") == POLICY
        if tag in {"script", "svg", "iframe", "object", "embed", "form", "base", "link"}:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            address = "".join((value or "").split()).casefold()
            if name.startswith("on") or address.startswith(("javascript:", "vbscript:")):
                self.found.append(f"{name} of <{tag}>")
            if name == "src" and not address.startswith("data:image/"):
                self.found.append(f"{name} of <{tag}> loads something")


def _formulas(text: str) -> list[str]:
    cells = (cell for row in csv.reader(text.splitlines(keepends=True)) for cell in row)
    return [cell for cell in cells if cell.startswith(_RUNS) and not _is_number(cell)]


def _excel_formulas(file: Path) -> list[str]:
    book = openpyxl.load_workbook(file)
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    return [str(cell.value) for cell in cells if cell.data_type == "f"]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
