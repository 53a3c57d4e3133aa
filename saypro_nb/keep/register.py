"""The register: what people decided, kept for good.

An entry is never changed or removed. Each one holds the whole state of its subject after a change, with who made it,
when and why; the present state is the last entry, and undoing is one more entry. Whoever writes says which version
they had seen, so two people who change the same action get a clear conflict and no update is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa

from saypro_nb.agree.errors import ConflictError
from saypro_nb.keep.addresses import with_secrets

_METADATA = sa.MetaData()
_ENTRIES = sa.Table(
    "entries",
    _METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.UniqueConstraint("kind", "subject", "version"),
)


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


class Register:
    """The register behind a database URL; a SQLite file comes into being with the first entry."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str, root: Path) -> Self:
        """Open the register at `url`, with secrets as ${NAME}; the relative path of a SQLite file starts at `root`."""
        place = sa.make_url(with_secrets(url))
        if place.get_backend_name() == "sqlite" and place.database not in (None, "", ":memory:"):
            place = place.set(database=str(root / str(place.database)))
        return cls(sa.create_engine(place))

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
        when = (at or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
        row = {"at": when.isoformat(), "who": who, "why": why, "kind": kind, "subject": subject}
        _METADATA.create_all(self._engine)
        try:
            with self._engine.begin() as connection:
                self._refuse_if_behind(connection, kind, subject, seen)
                connection.execute(_ENTRIES.insert().values(**row, version=seen + 1, content=dict(content)))
        except sa.exc.IntegrityError as error:
            raise _conflict(kind, subject) from error
        return Entry(kind, subject, seen + 1, when, who, why, dict(content))

    def current(self, kind: str) -> list[Entry]:
        """Return the present state of every subject of `kind`, in the order of their names."""
        latest = {entry.subject: entry for entry in self.history(kind)}
        return [latest[subject] for subject in sorted(latest)]

    def everything(self) -> list[Entry]:
        """Return every entry of every kind, in the order of their making."""
        if not self._has_entries():
            return []
        with self._engine.connect() as connection:
            return [_entry(row) for row in connection.execute(sa.select(_ENTRIES).order_by(_ENTRIES.c.id))]

    def history(self, kind: str, subject: str | None = None) -> list[Entry]:
        """Return every entry of `kind`, or of one `subject`, oldest version first."""
        if not self._has_entries():
            return []
        query = sa.select(_ENTRIES).where(_ENTRIES.c.kind == kind).order_by(_ENTRIES.c.subject, _ENTRIES.c.version)
        if subject is not None:
            query = query.where(_ENTRIES.c.subject == subject)
        with self._engine.connect() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def _has_entries(self) -> bool:
        # Connecting would create the SQLite file, and reading must leave the workspace as it was.
        file = self._engine.url.database
        if self._engine.dialect.name == "sqlite" and file not in (None, "", ":memory:") and not Path(file).exists():
            return False
        return sa.inspect(self._engine).has_table(_ENTRIES.name)

    @staticmethod
    def _refuse_if_behind(connection: sa.Connection, kind: str, subject: str, seen: int) -> None:
        newest = sa.select(sa.func.max(_ENTRIES.c.version)).where(
            _ENTRIES.c.kind == kind, _ENTRIES.c.subject == subject
        )
        if (connection.execute(newest).scalar() or 0) != seen:
            raise _conflict(kind, subject)


def _entry(row: sa.Row[Any]) -> Entry:
    return Entry(row.kind, row.subject, row.version, datetime.fromisoformat(row.at), row.who, row.why, row.content)


def _conflict(kind: str, subject: str) -> ConflictError:
    return ConflictError(
        f"The {kind} '{subject}' was changed by somebody else since you opened it. Reload it, look, and decide again."
    )
