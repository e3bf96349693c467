"""The question log's database: connections, migrations, and one error for every way of being away."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError

from app.errors import ConfigurationError, StoreUnavailable
from app.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE = 2  # seconds to connect, or to wait for a lock of SQLite
MIGRATION_PATIENCE = 30  # seconds for another process to finish its migration
MIGRATION_LOCK = 4_711_020  # any number that nothing else in this database uses as an advisory lock
POSTGRES_OPTIONS = {
    "connect_timeout": PATIENCE,
    "tcp_user_timeout": PATIENCE * 1000,
    "keepalives_idle": 10,
    "options": "-c statement_timeout=5000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=10000",
}

_one_migration_at_a_time = threading.Lock()  # Alembic's context is a global of its module


class LogDatabase:
    """SQLite or PostgreSQL behind `reading` and `writing`, which raise StoreUnavailable when it is away.

    A SQLite file that was removed or replaced while it was open is noticed: its connections would go on writing to
    the old one, which nobody can see any more.
    """

    def __init__(self, settings: Settings) -> None:
        self.url = database_url(settings)
        self._path = Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None
        self._engine = _engine(self.url)
        self._lock = threading.Lock()
        self._ready = False
        self._wal = Path(f"{self._path}-wal") if self._path else None
        self._file: tuple[int, int] | None = None
        self._journal: tuple[int, int] | None = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._connection(writes=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at the end."""
        with self._connection(writes=True) as connection:
            yield connection

    def ping(self) -> None:
        """Raises:
        StoreUnavailable: the database is away, or its tables cannot be brought up to date.
        """
        with self.reading() as connection:
            connection.execute(text("SELECT 1"))

    def scrub(self) -> None:
        """Let nothing that was deleted stay readable in SQLite's write-ahead file; a reader in the middle delays it."""
        if self._path is None:
            return
        with suppress(SQLAlchemyError, sqlite3.Error), self._engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _connection(self, *, writes: bool) -> Iterator[Connection]:
        try:
            with _told_as_away():
                self._prepare()
                engine = self._engine.execution_options(writes=writes)
                with engine.begin() as connection:
                    yield connection
                if writes:
                    self._check_written()
        except StoreUnavailable as away:
            if not _is_busy(away):
                self._ready = False
            raise

    def _prepare(self) -> None:
        if self._ready and not self._is_replaced():
            return
        with self._lock:
            if self._ready and not self._is_replaced():
                return
            self._engine.dispose()
            if self._is_replaced():
                self._remove_orphaned_journal()
            migrate(self._engine, self._path)
            self._file, self._journal = _identity(self._path), _identity(self._wal)
            self._ready = True

    def _is_replaced(self) -> bool:
        return self._path is not None and _identity(self._path) != self._file

    def _check_written(self) -> None:
        if self._is_replaced():
            raise StoreUnavailable("The database's file was replaced while it was written.")
        self._journal = _identity(self._wal)

    def _remove_orphaned_journal(self) -> None:
        """The write-ahead file of a database that is gone would be played into the one that took its place."""
        if self._path and self._wal and self._journal and _identity(self._wal) == self._journal:
            self._wal.unlink(missing_ok=True)
            Path(f"{self._path}-shm").unlink(missing_ok=True)


def database_url(settings: Settings) -> URL:
    """The log's address, with the driver that is installed.

    Raises:
        ConfigurationError: it is no address, or one of another kind of database.
    """
    if not settings.database_url:
        return URL.create("sqlite", database=str((settings.data_dir / "questions.sqlite3").absolute()))
    try:
        url = make_url(settings.database_url)
    except ArgumentError:
        raise ConfigurationError("ESPOO_DATABASE_URL is no database address.") from None
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database not in (None, "", ":memory:"):
        return url
    raise ConfigurationError("ESPOO_DATABASE_URL takes postgresql://… or sqlite:///file.")


def migrate(engine: Engine, path: Path | None) -> None:
    """Bring the tables up to date; where several processes try, one does it and the others wait."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with ExitStack() as stack:
        stack.enter_context(_one_migration_at_a_time)
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(FileLock(f"{path}.lock", timeout=MIGRATION_PATIENCE))
            with engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA journal_mode=WAL")
        connection = stack.enter_context(engine.execution_options(writes=True).begin())
        if not path:
            connection.execute(text(f"SET LOCAL statement_timeout = '{MIGRATION_PATIENCE}s'"))
            connection.execute(text(f"SET LOCAL lock_timeout = '{MIGRATION_PATIENCE}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_outage(error: BaseException) -> bool:
    """Whether the database is at fault, and not the value that was to be written."""
    if isinstance(error, (DataError, IntegrityError)):
        return False
    if isinstance(error, StatementError) and not isinstance(error, DBAPIError):
        return False
    return isinstance(error, (SQLAlchemyError, OSError, CommandError, Timeout, sqlite3.Error))


@contextmanager
def _told_as_away() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if not is_outage(error):
            raise
        cause = getattr(error, "orig", None) or error
        said = str(cause).strip().partition("\n")[0]
        raise StoreUnavailable(f"The question log is away. {type(cause).__name__}: {said[:200]}") from error


def _is_busy(away: StoreUnavailable) -> bool:
    """Another writes to the SQLite file for longer than we wait. Its tables are as they were, and can be read."""
    cause = getattr(away.__cause__, "orig", None)
    return isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url, connect_args=POSTGRES_OPTIONS, pool_pre_ping=True, pool_timeout=PATIENCE, hide_parameters=True
        )
    engine = create_engine(url, connect_args={"timeout": PATIENCE}, pool_timeout=PATIENCE, hide_parameters=True)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    """Transactions are begun by us, tables included; what is deleted is overwritten; FULL survives a power cut."""
    connection.isolation_level = None
    for pragma in ("foreign_keys=ON", "secure_delete=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _identity(path: Path | None) -> tuple[int, int] | None:
    try:
        found = path.stat() if path else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found else None
