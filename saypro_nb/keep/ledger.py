"""The database under the register: how it is opened, locked, made and brought up to date.

SQLite keeps its rollback journal instead of a write-ahead log: the register stays one file that can be copied, mailed
and put on a shared drive, where a write-ahead log is not safe (https://www.sqlite.org/wal.html, section 1). Decisions
are few, so that readers may wait a moment for a writer. A process that is killed while it writes leaves a journal,
and whoever opens the file next rolls the unfinished change back.

    version 1   the table `entries`
    version 2   the table `register_version`, and triggers that refuse to change or remove an entry
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from saypro_nb.agree.errors import ConflictError, Fault, InputError, WorkbenchError
from saypro_nb.keep.addresses import shown, with_secrets

VERSION = 2
PATIENCE = 10.0  # seconds to wait for another program's lock: longer than any write, shorter than a meeting's patience
_WRITERS = 7_392_018  # the key of our advisory lock in PostgreSQL; any number that others don't use

_METADATA = sa.MetaData()
ENTRIES = sa.Table(
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
_VERSIONS = sa.Table("register_version", _METADATA, sa.Column("version", sa.Integer, primary_key=True))

_GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS entries_keep_{event} BEFORE {event} ON entries "
        "BEGIN SELECT RAISE(ABORT, 'an entry of the register is never changed: add a new one'); END"
        for event in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION entries_keep() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'an entry of the register is never changed: add a new one'; END $$",
        "CREATE OR REPLACE TRIGGER entries_keep BEFORE UPDATE OR DELETE ON entries EXECUTE FUNCTION entries_keep()",
    ],
}


class Ledger:
    """A database of entries; a SQLite file comes into being with the first one."""

    def __init__(self, url: str, root: Path, patience: float = PATIENCE) -> None:
        """Take the database at `url`, with secrets as ${NAME}; a SQLite file's relative path starts at `root`."""
        place = sa.make_url(with_secrets(url))
        self._name = shown(url)
        self._patience = patience
        self._file = None
        if place.get_backend_name() == "sqlite" and place.database not in (None, "", ":memory:"):
            self._file = root / str(place.database)
            place = place.set(database=str(self._file))
        self._engine = self._connectable(place)
        if place.get_backend_name() == "sqlite":
            sa.event.listen(self._engine, "connect", self._leave_transactions_to_us)
            sa.event.listen(self._engine, "begin", _begin)

    def _connectable(self, place: sa.URL) -> sa.Engine:
        try:
            return sa.create_engine(place)
        except (ImportError, sa.exc.NoSuchModuleError):
            driver = 'For PostgreSQL: pip install "saypro-nb[postgres]"'
            raise InputError([Fault(self._name, "the driver for this database is not installed", driver)]) from None

    @contextmanager
    def reading(self) -> Iterator[sa.Connection | None]:
        """Yield a connection to read by, or None where nothing was ever written."""
        # Connecting would create the SQLite file, and reading must leave the workspace as it was.
        if self._file is not None and not self._file.exists():
            yield None
            return
        with self._explained(), self._engine.connect() as connection:
            yield connection if self._version(connection) else None

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Yield a connection that nobody else writes beside; all that it is given is kept, or nothing of it."""
        engine = self._engine.execution_options(writes=True)
        with self._explained(), engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                wait = f"SET LOCAL lock_timeout = {int(1000 * self._patience)}"
                connection.execute(sa.text(wait))
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITERS)))
            self._bring_up_to_date(connection)
            yield connection

    def _bring_up_to_date(self, connection: sa.Connection) -> None:
        if self._version(connection) == VERSION:
            return
        _METADATA.create_all(connection)
        for guard in _GUARDS.get(connection.dialect.name, []):
            connection.execute(sa.text(guard))
        connection.execute(_VERSIONS.insert().values(version=VERSION))

    def _version(self, connection: sa.Connection) -> int:
        """Return the version of the tables, 0 where there are none; refuse one that a later program made."""
        inspector = sa.inspect(connection)
        if not inspector.has_table(ENTRIES.name):
            return 0
        if not inspector.has_table(_VERSIONS.name):
            return 1
        version = int(connection.execute(sa.select(sa.func.max(_VERSIONS.c.version))).scalar() or 1)
        if version > VERSION:
            raise WorkbenchError(
                f"The register ({self._name}) has version {version}, and this program knows {VERSION} at most. "
                "Install the newer saypro-nb that wrote it."
            )
        return version

    def _leave_transactions_to_us(self, connection: "sa.engine.interfaces.DBAPIConnection", _: object) -> None:
        # The driver would begin a transaction that reads first and can't wait for the lock when it comes to write.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {int(1000 * self._patience)}")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.IntegrityError:
            raise ConflictError(
                f"The register ({self._name}) was changed by somebody else at the same moment. "
                "Reload it, look, and decide again."
            ) from None
        except sa.exc.DBAPIError as error:
            if "locked" in str(error.orig) or "lock timeout" in str(error.orig):
                raise WorkbenchError(
                    f"The register ({self._name}) is locked by another program, and was for {self._patience:g} "
                    "seconds. Nothing was written. Close the program that holds it open, and try again."
                ) from None
            # The driver's own words may hold the password, so only its kind of error is told.
            raise WorkbenchError(
                f"The register ({self._name}) can't be used ({type(error.orig).__name__}). "
                "Check its URL and your rights, or restore the file from a backup."
            ) from None


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
