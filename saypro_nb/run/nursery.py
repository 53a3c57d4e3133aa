"""The nursery: starts a fresh process for each piece of work, forked from one that has the heavy libraries in memory.

That one is multiprocessing's fork server; it imports `saypro_nb.run.preload`, does nothing else, and so never has a
thread. Where it is not safe to fork, each process begins from scratch.
"""

import os
import signal
import sys
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from saypro_nb.agree.errors import WorkbenchError

FORKS = sys.platform == "linux"  # on macOS, system libraries may crash in a fork; Windows has none


SINGLE_THREADED = {
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""Read by libraries when they are imported; a thread of theirs in the fork server would forbid every fork."""


class DiedError(WorkbenchError):
    """The process ended before its work was done."""


class Nursery:
    """Starts processes and collects what they return; what they complain of goes to the file `log`, if there is one."""

    log: Path | None = None

    def __init__(self) -> None:
        self._running: dict[Connection, tuple[Hashable, Any]] = {}
        self._context: Any = get_context("forkserver" if FORKS else "spawn")
        if FORKS:
            self._context.set_forkserver_preload(["saypro_nb.run.preload"])

    @property
    def busy(self) -> int:
        """How many processes are at work."""
        return len(self._running)

    def start(self, name: Hashable, function: Callable[..., object], *arguments: object) -> None:
        """Start `function` in a process of its own, to be collected under `name`."""
        ours, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_work, args=(theirs, self.log, function, arguments))
        with _environment(SINGLE_THREADED if FORKS else {}):
            process.start()
        theirs.close()
        self._running[ours] = (name, process)

    def collect(self, seconds: float | None = None) -> list[tuple[Any, Any]]:
        """Return what has ended by now, or within `seconds`, as pairs of name and result.

        The result of a process that died is `DiedError`; an error in one is the result as well.
        """
        ready = [pipe for pipe in connection.wait(list(self._running), seconds) if isinstance(pipe, Connection)]
        return [self._end(pipe) for pipe in ready]

    def call(self, function: Callable[..., object], *arguments: object) -> Any:
        """Return what `function` returns in a process of its own, or raise what it raises."""
        self.start(function, function, *arguments)
        ((_, result),) = self.collect()
        if isinstance(result, BaseException):
            raise result
        return result

    def stop(self) -> None:
        """Kill every process that is at work, with everything that it started."""
        for pipe, (_, process) in self._running.items():
            _kill(process)
            process.join()
            pipe.close()
        self._running.clear()

    def _end(self, pipe: Connection) -> tuple[Hashable, object]:
        name, process = self._running.pop(pipe)
        try:
            result = pipe.recv()
        except EOFError:
            result = DiedError("a process of the batch was killed; out of memory?")
        pipe.close()
        process.join()
        return name, result


def _work(pipe: Connection, log: Path | None, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    if FORKS:
        os.setpgid(0, 0)  # so that Ctrl-C reaches only the batch, and a notebook's programs end with it
    with (log or Path(os.devnull)).open("ab") as file:
        os.dup2(file.fileno(), 2)  # the terminal belongs to the batch
    try:
        pipe.send(function(*arguments))
    except Exception as error:
        pipe.send(error)


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for what is started in the block."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _kill(process: Any) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (AttributeError, ProcessLookupError):  # there are no groups, or not yet one of its own
        process.kill()
