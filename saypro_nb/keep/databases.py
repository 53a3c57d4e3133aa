"""Tables and queries of databases, reached through ibis: DuckDB, SQLite, PostgreSQL, Spark and others by their URL.

A source is only read. A file is opened read-only, a session in PostgreSQL is read-only, and a query that isn't one
SELECT is refused everywhere, because some engines would carry it out when asked for its columns.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from saypro_nb.agree.errors import Fault, InputError
from saypro_nb.agree.sources import Source
from saypro_nb.keep.addresses import file_behind, shown, with_secrets

if TYPE_CHECKING:
    import ibis

MEMORY = "1GB"  # for DuckDB, in each process; beyond it, what it groups goes to temporary files
_PATIENCE = 10  # seconds to wait for a server
_SAYINGS = {
    "password": "it refuses the user or the password",
    "access denied": "it refuses the user or the password",
    "authentication": "it refuses the user or the password",
    "could not translate host": "there is no such host",
    "name or service not known": "there is no such host",
    "failed to resolve host": "there is no such host",
    "connection refused": "nothing answers at this address",
    "timeout": "no answer in time",
    "tablenotfound": "there is no such table",
    "table_or_view_not_found": "there is no such table",
    "no such table": "there is no such table",
    "does not exist": "there is no such table or column",
    "permission denied": "this user may not read it",
    "read-only": "it would have to be written to, and a source is only read",
    "readonly": "it would have to be written to, and a source is only read",
    "could not set lock": "another program has the file open for writing",
    "not a database": "the file is no such database",
    "not a valid duckdb": "the file is no such database",
    "try installing": "its driver is not installed: pip install 'ibis-framework[NAME]'",
    "no module named": "its driver is not installed: pip install 'ibis-framework[NAME]'",
}
"""What a driver's words mean. The words themselves may hold a secret, and are never shown."""


@contextmanager
def opened(source: Source, root: Path) -> Iterator["ibis.Table"]:
    """Give the table or query as an expression that the database itself will evaluate.

    The path of a SQLite or DuckDB file is looked up from the workspace's folder `root`. Raises InputError where it
    can't be read, also for what goes wrong while it is being read.
    """
    try:
        backend = _connected(source, root)
        try:
            yield _asked(backend, source)
        finally:
            if backend.name != "pyspark":  # whose session belongs to the whole process
                with suppress(Exception):
                    backend.disconnect()
    except InputError:
        raise
    except Exception as error:  # the drivers' errors have no common base
        raise _refused(source, error) from None


def named(source: Source) -> str:
    """Return the name of a database's table or query for people, without its secrets."""
    asked = f"table {source.table}" if source.table else f"query '{' '.join((source.query or '').split())[:60]}'"
    return f"{shown(source.url or '')}, {asked}"


def _refused(source: Source, error: Exception) -> InputError:
    said = f"{type(error).__name__} {error}".casefold()
    reason = next((meaning for words, meaning in _SAYINGS.items() if words in said), type(error).__name__)
    remedy = "Check the URL, the table and access"
    return InputError([Fault(named(source), f"the table can't be read ({reason})", remedy)])


def _connected(source: Source, root: Path) -> "ibis.BaseBackend":
    import ibis

    url = source.url or ""
    file = file_behind(url, root)
    scheme = url.partition(":")[0].partition("+")[0]
    if file is None:
        ways = {"postgres": _postgres, "postgresql": _postgres, "pyspark": _spark}
        return ways.get(scheme, ibis.connect)(with_secrets(url))
    if not file.is_file():  # opening it would make it
        remedy = f"Put it there, or correct the URL; {scheme}:///FILE starts at the workspace"
        raise InputError([Fault(shown(url), "there is no such file", remedy)])
    if scheme == "sqlite":
        return ibis.sqlite.from_connection(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True))
    return ibis.duckdb.connect(file, read_only=True, **engine_limits())


def engine_limits() -> dict[str, object]:
    """Return how DuckDB is to work: one thread, so that sums come out the same each time, and in bounded memory."""
    return {"threads": 1, "memory_limit": MEMORY, "temp_directory": f"{tempfile.gettempdir()}/saypro-{os.getpid()}"}


def _postgres(url: str) -> "ibis.BaseBackend":
    import ibis
    import sqlalchemy as sa

    place = sa.make_url(url)  # takes the register's kind of address as well: postgresql+psycopg://
    database, _, schema = (place.database or "").partition("/")
    asked: dict[str, object] = {"connect_timeout": _PATIENCE, **place.query}
    options = f"{asked.pop('options', '')} -c default_transaction_read_only=on".strip()
    return ibis.postgres.connect(
        **{"host": place.host, "port": place.port or 5432, "user": place.username, "password": place.password} | asked,
        database=database or None,
        schema=schema or None,
        options=options,
    )


def _spark(url: str) -> "ibis.BaseBackend":
    """Connect to Spark: the options of the URL are those of the session, such as spark.master or spark.remote.

    ibis sets them once more after the session has begun, which Spark refuses for most.
    """
    import ibis
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("saypro")
    for option, value in parse_qsl(urlsplit(url).query):
        builder = builder.config(option, value)
    return ibis.pyspark.connect(builder.getOrCreate())


def _asked(backend: "ibis.BaseBackend", source: Source) -> "ibis.Table":
    if source.table is not None:
        *path, name = source.table.split(".")  # catalogue.schema.table, or less
        return backend.table(name, database=(tuple(path) if len(path) > 1 else path[0]) if path else None)
    query = (source.query or "").strip().rstrip(";")
    _check_only_reads(query, backend, source)
    ways = {"postgres": _columns_in_postgres, "duckdb": _columns_in_duckdb}
    return backend.sql(query, schema=ways[backend.name](backend, query) if backend.name in ways else None)


def _check_only_reads(query: str, backend: "ibis.BaseBackend", source: Source) -> None:
    import sqlglot
    from sqlglot import expressions

    writing = (
        *(expressions.DML, expressions.Into, expressions.Create, expressions.Drop, expressions.Alter),
        *(expressions.Merge, expressions.Command),
    )
    try:
        statements = sqlglot.parse(query, read=backend.dialect)
    except sqlglot.errors.ParseError:
        raise InputError([Fault(named(source), "the query can't be read as SQL", "Try it in the database")]) from None
    one = statements[0] if len(statements) == 1 else None
    if not isinstance(one, expressions.Query) or one.find(*writing):
        raise InputError([Fault(named(source), "the query is not one SELECT", "Only read: a source is never changed")])


def _columns_in_duckdb(backend: "ibis.BaseBackend", query: str) -> "ibis.Schema":
    """Return the columns of a query in DuckDB; ibis asks in a way that DuckDB 2 has no more."""
    import ibis

    kinds = backend.compiler.type_mapper
    described = backend.con.execute(f"DESCRIBE {query}").fetchall()
    return ibis.schema({name: kinds.from_string(kind) for name, kind, *_ in described})


def _columns_in_postgres(backend: "ibis.BaseBackend", query: str) -> "ibis.Schema":
    """Return the columns of a query in PostgreSQL; ibis itself would make a view, which a read-only session can't."""
    import ibis

    with backend.con.cursor() as cursor, backend.con.transaction():
        cursor.execute(f"SELECT * FROM ({query}) AS asked LIMIT 0")
        kinds = backend.compiler.type_mapper
        return ibis.schema({column.name: kinds.from_string(column.type_display) for column in cursor.description})
