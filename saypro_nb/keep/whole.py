"""Files that are there completely, or not at all: written aside, then renamed."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PART = ".part"  # in the name of what is not finished


def write(file: Path, content: str | bytes) -> None:
    """Write the file, in place of an earlier one; text becomes UTF-8. Raises OSError, and then changes nothing."""
    with replacing(file) as aside:
        aside.write_bytes(content.encode() if isinstance(content, str) else content)


@contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """Yield a path to write to; it takes the place of `file` when the block ends, and vanishes if the block fails."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f"{file.stem}.{os.getpid()}{PART}{file.suffix}")
    try:
        yield aside
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def digest(file: Path) -> bytes:
    """Return the SHA-256 of a file's content, however large it is."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()


def sweep(folder: Path) -> None:
    """Remove what killed processes left unfinished anywhere under `folder`."""
    for part in folder.rglob(f"*{PART}*"):
        part.unlink(missing_ok=True)
