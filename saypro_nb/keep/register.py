"""The register: what people decided, kept for good.

An entry is never changed or removed. Each one holds the whole state of its subject after a change, with who made it,
when and why; the present state is the last entry, and undoing is one more entry. Whoever writes says which version
they had seen, so two people who change the same action get a clear conflict and no update is lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa

from saypro_nb.agree.errors import ConflictError, Fault, InputError, WorkbenchError
from saypro_nb.agree.settings import Workspace
from saypro_nb.keep.ledger import ENTRIES, PATIENCE, Ledger

LONGEST_NAME = 200  # characters of a subject: an action's id has 120 at most


@dataclass(frozen=True)
class Entry:
    """The state of a subject after one change."""

    kind: str
    subject: str
    version: int
    at: datetime
    who: str
    why: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Change:
    """A new state of a subject, by somebody who had `seen` that version of it; 0 where the subject is new."""

    kind: str
    subject: str
    content: Mapping[str, Any]
    seen: int


class Register:
    """The register behind a database URL; a SQLite file comes into being with the first entry."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @classmethod
    def open(cls, url: str, root: Path, patience: float = PATIENCE) -> Self:
        """Open the register at `url`, with secrets as ${NAME}; the relative path of a SQLite file starts at `root`.

        `patience` is how many seconds to wait while another program holds the register.
        """
        return cls(Ledger(url, root, patience))

    @classmethod
    def of(cls, workspace: Workspace) -> Self:
        """Open the register of a workspace."""
        return cls.open(workspace.review.register_url, workspace.root)

    def record(
        self,
        kind: str,
        subject: str,
        content: Mapping[str, Any],
        *,
        who: str,
        why: str,
        seen: int,
        at: datetime | None = None,
    ) -> Entry:
        """Keep the new state of `subject` and return its entry.

        `seen` is the version that the person had before them, 0 for a new subject.
        Raises ConflictError if the register has moved on since.
        """
        return self.record_all([Change(kind, subject, content, seen)], who=who, why=why, at=at)[0]

    def record_all(self, changes: Sequence[Change], *, who: str, why: str, at: datetime | None = None) -> list[Entry]:
        """Keep all `changes`, or none of them where one is in conflict, and return their entries.

        Raises ConflictError with every conflict, and InputError where who or why is not said.
        """
        when = (at or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
        entries = [
            Entry(change.kind, change.subject, change.seen + 1, when, who, why, dict(change.content))
            for change in changes
        ]
        self.keep(entries)
        return entries

    def keep(self, entries: Sequence[Entry]) -> None:
        """Keep entries that already have their version and time, all or none; each must follow the newest one.

        Raises ConflictError with every conflict, and InputError for an entry that nobody could read later.
        """
        faults = [fault for entry in entries for fault in _faults(entry)]
        if faults:
            raise InputError(sorted(set(faults)))
        with self._ledger.writing() as connection:
            conflicts = []
            for entry in entries:
                newest = _newest(connection, entry.kind, entry.subject)
                if (newest.version if newest else 0) == entry.version - 1:
                    connection.execute(ENTRIES.insert().values(**_row(entry)))
                else:
                    conflicts.append(conflict(entry.kind, entry.subject, newest))
            if conflicts:
                raise ConflictError("\n".join(dict.fromkeys(conflicts)))

    def undo(self, kind: str, subject: str, *, who: str, why: str, seen: int) -> Entry:
        """Return the subject to the state before its last change, by a new entry.

        Raises WorkbenchError where there is no earlier state, and ConflictError if the register has moved on.
        """
        history = self.history(kind, subject)
        if len(history) < 2:
            found = "nothing before its first entry" if history else "no entry at all"
            raise WorkbenchError(f"The {kind} '{subject}' has {found} to return to. Record its new state instead.")
        return self.record(kind, subject, history[-2].content, who=who, why=why, seen=seen)

    def current(self, kind: str) -> list[Entry]:
        """Return the present state of every subject of `kind`, in the order of their names."""
        latest = {entry.subject: entry for entry in self.history(kind)}
        return [latest[subject] for subject in sorted(latest)]

    def history(self, kind: str, subject: str | None = None) -> list[Entry]:
        """Return every entry of `kind`, or of one `subject`, oldest version first."""
        query = sa.select(ENTRIES).where(ENTRIES.c.kind == kind).order_by(ENTRIES.c.subject, ENTRIES.c.version)
        return self._select(query if subject is None else query.where(ENTRIES.c.subject == subject))

    def since(self, when: datetime) -> list[Entry]:
        """Return every entry of every kind that was written then or later, in the order in which they were."""
        first = when.astimezone(UTC).replace(microsecond=0).isoformat()
        return self._select(sa.select(ENTRIES).where(ENTRIES.c.at >= first).order_by(ENTRIES.c.id))

    def everything(self) -> list[Entry]:
        """Return every entry of every kind, in the order in which they were written."""
        return self._select(sa.select(ENTRIES).order_by(ENTRIES.c.id))

    def _select(self, query: "sa.Select[Any]") -> list[Entry]:
        with self._ledger.reading() as connection:
            return [_entry(row) for row in connection.execute(query)] if connection is not None else []


def conflict(kind: str, subject: str, newest: Entry | None) -> str:
    """Return what to tell somebody who changed an older version than the `newest` one."""
    if newest is None:
        return f"The {kind} '{subject}' has no entry yet, so no version of it can have been seen. Reload it."
    return (
        f"The {kind} '{subject}' was changed by somebody else since you opened it: version {newest.version} is by "
        f"{newest.who}, {newest.at:%Y-%m-%d %H:%M} UTC ({newest.why}). Reload it, look, and decide again."
    )


def _newest(connection: sa.Connection, kind: str, subject: str) -> Entry | None:
    of_subject = sa.select(ENTRIES).where(ENTRIES.c.kind == kind, ENTRIES.c.subject == subject)
    row = connection.execute(of_subject.order_by(ENTRIES.c.version.desc()).limit(1)).first()
    return _entry(row) if row is not None else None


def _entry(row: sa.Row[Any]) -> Entry:
    return Entry(row.kind, row.subject, row.version, datetime.fromisoformat(row.at), row.who, row.why, row.content)


def _row(entry: Entry) -> dict[str, Any]:
    return vars(entry) | {"at": entry.at.isoformat()}


def _faults(entry: Entry) -> list[Fault]:
    said = {"who": entry.who, "why": entry.why, "subject": entry.subject}
    empty = [
        Fault(name, "nothing is said", "Every change is kept with who and why")
        for name in said
        if not said[name].strip()
    ]
    strange = [
        Fault(name, "a character that no database keeps", "Take out zero bytes and halves of characters")
        for name in said
        if "\0" in said[name] or not _writable(said[name])
    ]
    long = [Fault("subject", f"'{entry.subject[:40]}…' is too long", f"Use at most {LONGEST_NAME} characters")]
    return empty + strange + (long if len(entry.subject) > LONGEST_NAME else [])


def _writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
