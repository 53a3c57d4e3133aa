"""The fingerprint of a page: everything that it was made from, as digests with names that people know.

Neither clock nor path is part of it, so a copy of a workspace has the same fingerprints. Where one of the parts can't
be told cheaply and honestly (a table of a database may have changed at any moment), it is None, and the page is
always built anew.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from saypro_nb.agree.errors import InputError
from saypro_nb.agree.settings import Workspace
from saypro_nb.agree.sources import Source
from saypro_nb.keep import addresses, databases, whole
from saypro_nb.keep.register import Register

Parts = dict[str, str | None]

PARAMS = ("review", "kpis", "causes", "statements", "recommendations", "alignment", "meetings", "feedback")
LIBRARIES = (
    *("numpy", "scipy", "pandas", "pyarrow", "duckdb", "ibis-framework", "sqlalchemy", "matplotlib", "pillow"),
    *("papermill", "nbclient", "ipykernel", "ipython", "nbformat", "nbconvert", "mistune", "jinja2", "pydantic"),
)
"""What computes, draws or writes something of a page."""

ABSENT = "absent"

OF_ALL = ("feedback",)
"""The kinds of entries that every department's pages look at: a name on one form is taken out of all quotes."""

UNSEEN = ("delivery", "meeting")
"""The kinds of entries that no page shows: what was sent, and what stands in people's calendars."""


def of_file(file: Path) -> str:
    """Return the digest of a file's content, or a word where there is no such file."""
    return whole.digest(file).hex() if file.is_file() else ABSENT


def of_facts(facts: object) -> str:
    """Return the digest of anything that JSON can hold."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def short(parts: Parts) -> str:
    """Return the first 12 hexadecimal digits of the whole, as a page shows them."""
    return of_facts(parts)[:12]


def changes(before: Mapping[str, str | None], now: Parts) -> list[str]:
    """Return the names of the parts that differ, or can't be compared."""
    return [name for name, digest in now.items() if digest is None or before.get(name) != digest] + [
        name for name in before if name not in now
    ]


class Inputs:
    """What the pages of a workspace are made from, each part read once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._files: dict[Path, str] = {}

    def of_page(
        self, department: str | None, notebook: Path, given: Mapping[str, object], handed_on: Mapping[str, Path]
    ) -> Parts:
        """Return the parts of a page, of all departments for None; `handed_on` are tables that others leave for it."""
        return {
            notebook.name: self._file(notebook),
            **self._shared,
            "the parameters": of_facts(dict(given)),
            **self._tables(self._records_in_use),
            "the register": of_facts(self._entries(department)),
            **{name: of_file(file) for name, file in handed_on.items()},
        }

    def of_everything(self, notebooks: Iterable[Path]) -> Parts:
        """Return the parts of all that a check of the workspace looks at."""
        return {
            **{notebook.name: self._file(notebook) for notebook in notebooks},
            **self._shared,
            "the parameters": of_facts(self._workspace.parameters),
            **self._tables(self._workspace.review.sources.records),
            "the register": of_facts(self._entries(None)),
        }

    def of_index(self, pages: Path) -> Parts:
        """Return the parts of a period's index, beyond the records of its `pages`."""
        periods = sorted(page.parent.name for page in pages.parent.glob("????-??-??/index.html"))
        return {**self._shared, "the earlier periods": of_facts([name for name in periods if name < pages.name])}

    @cached_property
    def _shared(self) -> Parts:
        params = {f"params/{name}.yaml": self._workspace.root / "params" / f"{name}.yaml" for name in PARAMS}
        return {
            "saypro-nb itself": _of_package(),
            "the installed libraries": of_facts({name: _installed(name) for name in LIBRARIES} | {"": sys.version}),
            **{name: self._file(file) for name, file in params.items()},
        }

    def _tables(self, records: Iterable[str]) -> Parts:
        declared = self._workspace.review.sources
        used = [*declared.tables().values(), *(declared.records[name] for name in sorted(records))]
        return {_name(source): self._table(source) for source in used}

    def _table(self, source: Source) -> str | None:
        if source.url is None:
            return self._files_of(source)
        file = addresses.file_behind(source.url, self._workspace.root)
        # SQLite may keep the latest changes in a second file for a while.
        return None if file is None else of_facts([self._file(file), self._file(file.with_name(f"{file.name}-wal"))])

    def _files_of(self, source: Source) -> str:
        try:
            files = addresses.files_of(source, self._workspace.root)
        except InputError:
            return ABSENT
        if source.file in files:
            return self._file(files[source.file])
        return of_facts([[Path(name).name, self._file(file)] for name, file in files.items()])

    @cached_property
    def _records_in_use(self) -> set[str]:
        """The records of all departments: the KPIs of a week are judged together."""
        return {kpi.computed.records for kpi in self._workspace.kpis.values() if kpi.computed and kpi.departments}

    @cached_property
    def _register(self) -> list[tuple[str | None, object]]:
        """Every entry of the register that a page may show, with the department that it is about."""
        entries = Register.of(self._workspace).everything()
        return [
            (
                None if entry.kind in OF_ALL else entry.content.get("department"),
                [entry.kind, entry.subject, entry.content],
            )
            for entry in entries
            if entry.kind not in UNSEEN
        ]

    def _entries(self, department: str | None) -> list[object]:
        """Return the entries about a department, and those about none; all of them for None."""
        return [entry for about, entry in self._register if department is None or about in (department, None)]

    def _file(self, file: Path) -> str:
        if file not in self._files:
            self._files[file] = of_file(file)
        return self._files[file]


def _name(source: Source) -> str:
    if source.file is None:
        return databases.named(source)
    return Path(source.file).name if Path(source.file).is_absolute() else source.file


def _of_package() -> str:
    root = Path(__file__).parents[1]
    files = sorted(file for file in root.rglob("*.*") if file.is_file() and "__pycache__" not in file.parts)
    return of_facts([[file.relative_to(root).as_posix(), of_file(file)] for file in files])


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ABSENT
