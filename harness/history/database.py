"""The database of the history: SQLite in a file, or PostgreSQL; opened, migrated, and its errors told as ours."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from harness.history.tables import HEAD
from harness.model.errors import RecordError

_WAIT = 30
"""Seconds that a run waits for another to finish writing."""
_CONNECT = 5
"""Seconds that it waits for a server."""
_LOCK = 0x68617265
"""Of PostgreSQL: one run migrates at a time."""


@contextmanager
def told(url: URL) -> Iterator[None]:
    """What the database says when it does not answer, without its password. Raises RecordError."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, ImportError) as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines()
        first = said[0] if said else type(error).__name__
        raise RecordError(f"the history {name_of(url)} did not answer: {first}") from None


def name_of(url: URL) -> str:
    """As people know it: the file, or the address without what is secret."""
    if url.get_backend_name() == "sqlite":
        return url.database or ":memory:"
    return url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)


def url_of(where: "str | Path") -> URL:
    """A path, or a URL of SQLite or PostgreSQL. Raises RecordError for any other."""
    if isinstance(where, Path) or "://" not in where:
        return URL.create("sqlite", database=str(where))
    try:
        url = make_url(where)
        backend = {"postgres": "postgresql"}.get(url.get_backend_name(), url.get_backend_name())
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise RecordError("the URL of the history cannot be read", hint="as in postgresql://user@host/name") from None
    if backend not in ("sqlite", "postgresql"):
        raise RecordError(f"a history cannot be kept in {backend}", hint="use a SQLite file or PostgreSQL")
    return url.set(drivername="postgresql+psycopg" if backend == "postgresql" else "sqlite")


def connected(url: URL) -> Engine:
    """The database, migrated to what this version reads. Raises RecordError."""
    with told(url):
        engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgres(url)
        with ExitStack() as unless_migrated:
            unless_migrated.callback(engine.dispose)
            _migrate(engine, name_of(url))
            unless_migrated.pop_all()
        return engine


def shrink(engine: Engine) -> None:
    """Gives back the room of what was deleted; PostgreSQL does so by itself."""
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        # each step of the statement frees one page, and a script is run to its end
        raw.cursor().executescript("PRAGMA incremental_vacuum")
    finally:
        raw.close()


def _sqlite(url: URL) -> Engine:
    file = Path(url.database or "")
    readable = file.exists() and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK))
    if readable:
        # without a log beside it nobody writes, and a reader that cannot make one reads the file alone
        alone = not file.with_name(f"{file.name}-wal").exists()
        query = {"mode": "ro", "uri": "true", **({"immutable": "1"} if alone else {})}
        url = URL.create("sqlite", database=f"file:{quote(str(file.absolute()))}", query=query)
    else:
        file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": _WAIT})

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy begins transactions, not the driver, which would not for DDL
        if not readable:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
        # what is committed must outlive a loss of power: the journal's copy is given up for it
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # a reader that becomes a writer would be refused when another wrote meanwhile
        reading = readable or connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _postgres(url: URL) -> Engine:
    query = {"connect_timeout": str(_CONNECT), "application_name": "contract-harness", **url.query}
    return create_engine(url.set(query=query), pool_pre_ping=True)


def _migrate(engine: Engine, name: str) -> None:
    """Brings the tables up to date; that they are is known without Alembic, which is slow to import."""
    with engine.connect().execution_options(reading=True) as connection:
        revision = _revision(connection)
    if revision == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "harness.history:migrations")
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    if revision and revision not in known:
        raise RecordError(
            f"the history {name} was written by a newer harness (its schema is {revision}, and {HEAD} is known here)",
            hint="upgrade the harness, or name another history in harness.yaml",
        )
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if _revision(connection) != HEAD:  # another run may have done it while this one waited
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")
