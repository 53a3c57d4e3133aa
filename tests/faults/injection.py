"""Faults, injected into a batch while it runs, and what must be true after the next run."""

import hashlib
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

RUN = [sys.executable, "-m", "saypro_nb.run.cli", "run"]
SECONDS = 900

Batch = subprocess.Popen[str]


def begin(folder: Path, *options: str, most_bytes: int | None = None) -> Batch:
    """Start a batch; with `most_bytes`, no file that it writes can grow beyond, as on a full disk."""

    def limit() -> None:
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    pipe = subprocess.PIPE
    return subprocess.Popen([*RUN, *options], cwd=folder, text=True, stdout=pipe, stderr=pipe, preexec_fn=limit)


def end(batch: Batch) -> tuple[int, str]:
    """Wait for the batch, and return its exit code and everything that it said."""
    said, complained = batch.communicate(timeout=SECONDS)
    return batch.returncode, said + complained


def finish(folder: Path) -> tuple[int, str]:
    """Run the batch once more, undisturbed."""
    return end(begin(folder))


def left(folder: Path) -> dict[str, str]:
    """Return the digest of every page, table and index that lies in the workspace."""
    files = sorted(file for kind in ("html", "csv") for file in (folder / "outputs").rglob(f"*.{kind}"))
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def unfinished(folder: Path) -> list[Path]:
    """Return the files that a batch should have swept away."""
    return list((folder / "outputs").rglob("*.part*"))


def progress(folder: Path) -> int:
    """Return how many pages are complete."""
    return len(list((folder / "outputs").glob("*/*/*.html")))


def family(pid: int) -> list[int]:
    """Return the processes that descend from `pid`, the oldest first."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    direct = [int(child) for child in children.read_text().split()] if children.exists() else []
    return [*direct, *(grandchild for child in direct for grandchild in family(child))]


def kill_batch(batch: Batch, _folder: Path, _chance: Random) -> None:
    """Pull the plug."""
    batch.kill()


def press_ctrl_c(batch: Batch, _folder: Path, _chance: Random) -> None:
    """Press Ctrl-C."""
    batch.send_signal(signal.SIGINT)


def terminate(batch: Batch, _folder: Path, _chance: Random) -> None:
    """Stop it as systemd does."""
    batch.terminate()


def kill_one_process(batch: Batch, _folder: Path, chance: Random) -> None:
    """Kill a process of the batch: a page's, a kernel, or the fork server."""
    found = family(batch.pid)
    if found:
        with suppress(ProcessLookupError):
            os.kill(chance.choice(found), signal.SIGKILL)


def lock_register(_batch: Batch, folder: Path, _chance: Random) -> None:
    """Let another program hold the register for longer than anybody waits for it."""
    with sqlite3.connect(folder / "register.sqlite") as register:
        register.execute("create table if not exists another_program (x)")
        register.commit()
        register.execute("begin exclusive")
        time.sleep(8)
        register.rollback()


def damage_outputs(_batch: Batch, folder: Path, chance: Random) -> None:
    """Change or remove something that was already written."""
    written = sorted((folder / "outputs").glob("*/*/*.*"))
    if written:
        victim = chance.choice(written)
        victim.unlink(missing_ok=True) if chance.random() < 0.5 else victim.write_text("foreign")


FAULTS: dict[str, Callable[[Batch, Path, Random], None]] = {
    "kill -9 of the batch": kill_batch,
    "Ctrl-C": press_ctrl_c,
    "SIGTERM": terminate,
    "kill -9 of one process": kill_one_process,
    "a locked register": lock_register,
    "damaged outputs": damage_outputs,
}
