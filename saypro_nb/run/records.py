"""What is known of each page: how its last build ended, what it was made from, and what it left.

A record lies beside its page, as <notebook>.json, and is written last: a page without its record was not finished.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from saypro_nb.keep import whole
from saypro_nb.run import editions, fingerprint
from saypro_nb.run.fingerprint import Parts

State = Literal["built", "unchanged", "failed", "not built"]


@dataclass(frozen=True)
class Record:
    """The end of a page's last build, with the digests of its parts and of the files that it left.

    `answer` is what the page opens with, for the index (see `report.answer_of`).
    `also_read` are files of the workspace that the notebook opened beyond what every page is made from.
    """

    state: State
    reason: str = ""
    parts: Parts = field(default_factory=dict)
    also_read: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=dict)


def file_of(pages: Path, notebook: str) -> Path:
    """Return where the record of a page lies."""
    return pages / f"{notebook}.json"


def read(pages: Path, notebook: str) -> Record | None:
    """Return the record of a page, or None where its build has not ended."""
    try:
        return Record(**json.loads(file_of(pages, notebook).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write(pages: Path, notebook: str, record: Record) -> None:
    """Keep the record of a page."""
    whole.write(file_of(pages, notebook), json.dumps(asdict(record), indent=1, ensure_ascii=False) + "\n")


def forget(pages: Path, notebook: str) -> None:
    """Remove a page with its record and its editions: what follows would otherwise be mistaken for it."""
    for ending in (".json", ".html", *editions.ENDINGS.values()):
        (pages / f"{notebook}{ending}").unlink(missing_ok=True)


def digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the digests of files in `folder`, such as those that a build left."""
    return {name: fingerprint.of_file(folder / name) for name in names}


def damage(pages: Path, record: Record) -> str:
    """Return which of the files that the build left is no longer as it was; nothing if all are."""
    for name, digest in record.left.items():
        now = fingerprint.of_file(pages / name)
        if now != digest:
            return f"{name} is missing" if now == fingerprint.ABSENT else f"{name} was changed"
    return ""


def why_build(pages: Path, notebook: str, parts: Parts, root: Path) -> str:
    """Return why the page has to be built, in words; nothing where it is as it would be."""
    record = read(pages, notebook)
    if record is None:
        return "first build" if not (pages / f"{notebook}.ipynb").exists() else "its last build did not end"
    if record.state != "built":
        return "it failed last time" if record.state == "failed" else "it was not built last time"
    also: Parts = {name: fingerprint.of_file(root / name) for name in record.also_read}
    changed = fingerprint.changes({**record.parts, **record.also_read}, parts | also)
    if changed:
        return _in_words(changed, parts)
    return damage(pages, record)


def _in_words(changed: list[str], parts: Parts) -> str:
    first = changed[0]
    said = f"{first} may have changed" if first in parts and parts[first] is None else f"{first} changed"
    return said if len(changed) == 1 else f"{said}, and {len(changed) - 1} more"
