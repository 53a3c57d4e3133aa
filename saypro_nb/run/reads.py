"""Which files a notebook opens: data of its own, beyond what every page is made from, is part of its fingerprint too.

Python tells of every file that it opens; what C libraries open by themselves (Parquet by Arrow or DuckDB) it can't see.
"""

import os
import re
import sys
from collections.abc import Container
from pathlib import Path

VARIABLE = "SAYPRO_NOTE_READS"
"""The environment variable that names the file for a kernel's notes."""

_OF_NO_INTEREST = re.compile(r"^(outputs|params/departments)/|\.pyc?$|(^|/)\.")


def note(file: str) -> None:
    """Note from now on the path of every file that this process opens, a line each in `file`."""
    notes = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)

    def hook(event: str, facts: tuple[object, ...]) -> None:
        if event == "open" and isinstance(facts[0], str):
            os.write(notes, f"{os.path.abspath(facts[0])}\n".encode("utf-8", "replace"))  # noqa: PTH100 - Path is slow

    sys.addaudithook(hook)


def noted(notes: Path, root: Path, known: Container[str]) -> list[str]:
    """Return the files under `root` that were noted and are not yet `known`, as paths from there.

    Modules are none of them, nor what batches write, nor the parameters, which are parts of their own.
    """
    lines = notes.read_text(encoding="utf-8").splitlines() if notes.is_file() else []
    inside = {Path(line).relative_to(root).as_posix() for line in lines if Path(line).is_relative_to(root)}
    wanted = (name for name in inside if name not in known and not _OF_NO_INTEREST.search(name))
    return sorted(name for name in wanted if (root / name).is_file())
