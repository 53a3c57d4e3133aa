"""Watching a workspace: each time a file that the review reads has changed, what it touches is built again.

Files are looked at by size and time, which is cheap; what has to be built is found by their digests, as in any run.
Tables on a database server can't be watched.
"""

import datetime
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click

from saypro_nb.agree.errors import InputError, WorkbenchError
from saypro_nb.agree.settings import Workspace, find_root
from saypro_nb.keep import addresses
from saypro_nb.run import review
from saypro_nb.run.review import Wish

PAUSE = 2.0  # seconds between two looks: soon enough for somebody who waits before a screen

State = Mapping[str, tuple[int, int]]
"""The files by their path (from the workspace, where they lie in it), with time and size."""


def watch(folder: str, wish: Wish, pause: Callable[[], None] = lambda: time.sleep(PAUSE)) -> None:
    """Build now and after each change, until somebody stops it; bad input is told, and watching goes on."""
    root = find_root(Path(folder))
    why, seen = "begun", state(root)
    while True:
        seen = state(root, seen)  # before building: what changes meanwhile is built next
        click.echo(f"{datetime.datetime.now().astimezone():%H:%M:%S} {why}: {_built(root, wish)}")
        wish = replace(wish, force=False)
        while (now := _settled(root, seen, pause)) == seen:
            pass
        why = _changed(seen, now)


def state(root: Path, known: Iterable[str] = ()) -> State:
    """Return the state of every file of the workspace that a review reads, and of those that were `known` before."""
    found = {}
    for file in sorted({*_files(root), *(root / name for name in known)}):
        try:
            facts = file.stat()
        except OSError:  # gone between listing and looking
            continue
        name = file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)
        found[name] = (facts.st_mtime_ns, facts.st_size)
    return found


def _files(root: Path) -> Iterator[Path]:
    yield from (root / "params").rglob("*.yaml")
    try:
        workspace, _ = Workspace.read(root)
        register = addresses.file_behind(workspace.review.register_url, root)
    except InputError:  # until the params can be read, they alone can mend it
        return
    yield from workspace.notebooks.glob("*.ipynb")
    for source in (*workspace.review.sources.tables().values(), *workspace.review.sources.records.values()):
        with suppress(InputError):  # which building tells
            yield from addresses.files_of(source, root).values() if source.file else ()
    yield from (register,) if register else ()


def _settled(root: Path, known: State, pause: Callable[[], None]) -> State:
    """Return the state once it is the same at two looks: a file may be in the middle of being written."""
    before = state(root, known)
    pause()
    while (now := state(root, known)) != before:
        before = now
        pause()
    return now


def _built(root: Path, wish: Wish) -> str:
    """Build, and return what came of it on one line."""
    try:
        workspace, faults = Workspace.read(root)
        done = review.run(workspace, faults, wish)
    except InputError as error:
        return f"nothing was built, {len(error.faults)} to mend: " + " ".join(str(fault) for fault in error.faults)
    except WorkbenchError as error:
        return f"nothing was built: {error}"
    failed = f", {done.count('failed')} failed" if done.failed else ""
    return f"{done.count('built')} built, {done.count('unchanged')} unchanged{failed}; {done.index}"


def _changed(before: State, now: State) -> str:
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    return f"{names[0]} changed" + (f", and {len(names) - 1} more" if len(names) > 1 else "")
