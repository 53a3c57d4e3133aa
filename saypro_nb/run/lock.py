"""One batch at a time on a workspace: the second refuses, and a killed one stands in nobody's way."""

import datetime
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from saypro_nb.agree.errors import Fault, InputError


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Hold the lock on `file` for the block; the system releases it if this process is killed.

    Raises InputError, with the process that holds it, when another one does.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+", encoding="utf-8") as lock:
        try:
            _take(lock)
        except OSError:
            lock.seek(0)
            found = f"another run is at work here ({lock.read().strip() or 'it has just begun'})"
            raise InputError([Fault(f"outputs/{file.name}", found, "Wait until it has ended, or end it")]) from None
        lock.truncate(0)
        now = datetime.datetime.now().astimezone()
        lock.write(f"process {os.getpid()} on {socket.gethostname()}, since {now:%Y-%m-%d %H:%M}")
        lock.flush()
        yield


def _take(lock: IO[str]) -> None:
    """Take the lock, or raise OSError at once."""
    if os.name == "nt":
        import msvcrt

        lock.seek(1 << 20)  # beyond the text, which must stay readable
        msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
