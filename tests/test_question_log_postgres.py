"""The question log on a real PostgreSQL (Debian's package `postgresql`), stopped and started under its hands."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from app.domain import Channel, Status
from app.errors import StoreUnavailable
from app.log_tables import metadata
from app.settings import Settings
from tests.log_made import made_answer, made_settings, opened, settled, until

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Postgres:
    """A cluster of our own on a free port of loopback. As root its commands run as the user `postgres`."""

    programs: Path
    folder: Path
    port: int
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        self._run("pg_ctl", "-w", "-D", self.folder / "data", "-l", self.folder / "log", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-w", "-D", self.folder / "data", "-m", mode, "stop")

    def create(self) -> None:
        self._run(
            "initdb", "-D", self.folder / "data", "-U", "espoo", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        )

    def database(self) -> str:
        """The address of a new, empty database."""
        name = f"log{next(self.numbers)}"
        with psycopg.connect(f"postgresql://espoo@127.0.0.1:{self.port}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgres://espoo@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *words: object) -> None:
        user = "postgres" if os.geteuid() == 0 else None
        command = [self.programs / program, *map(str, words)]
        subprocess.run(command, check=True, user=user, cwd=self.folder, stdout=subprocess.DEVNULL, timeout=60)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="espoo-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    server = Postgres(_programs(), folder, _free_port())
    try:
        server.create()
        server.start()
        yield server
        server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def settings(postgres: Postgres, tmp_path: Path) -> Settings:
    return made_settings(tmp_path, database_url=postgres.database())


def test_everything_works_as_on_sqlite(settings: Settings) -> None:
    odd = "a\x00b\ud800😀 131052-308T"
    with opened(settings) as log:
        assert log.health.reachable
        log.record(made_answer(1, question=odd, text=odd), channel=Channel.WIDGET)
        log.record(made_answer(2, status=Status.UNANSWERED), channel=Channel.API)
        log.record(made_answer(3, conversation="c2"), channel=Channel.STAFF)
        assert log.add_feedback("a1", True, None, None)
        assert log.add_feedback("a1", False, "wrong", "a\x00 040 1234567")
        settled(log)
    with opened(settings) as log:
        assert log.answer("a3") == made_answer(3, conversation="c2")
        assert log.answer("a1").question == "ab?😀 [id]"  # type: ignore[union-attr]
        assert [turn.status for turn in log.history("c1")] == [Status.ANSWERED, Status.UNANSWERED]
        assert log.known_conversation("c2")
        assert {kind for gap in log.gaps() for kind in gap.kinds} == {"badly_rated", "unanswered"}
        report = log.report(LONG_AGO, datetime.now(UTC) + timedelta(days=1))
        assert (report.questions, report.not_helpful, report.p50_ms) == (3, 1, 3.0)
        assert log.forget("c1")
        assert not log.forget("c1")
        assert log.answer("a1") is None
        assert log.delete_old(datetime.now(UTC) + timedelta(days=365)) == 1
    assert _rows(settings, "SELECT count(*) FROM questions") == [(0,)]
    assert _rows(settings, "SELECT count(*) FROM feedback") == [(0,)]


def test_a_server_that_stops_and_starts_loses_and_doubles_nothing(postgres: Postgres, settings: Settings) -> None:
    with opened(settings) as log:
        asking = threading.Event()
        asked = []

        def ask() -> None:
            for number in count():
                if asking.is_set():
                    return
                log.record(made_answer(number), channel=Channel.WIDGET)
                asked.append(f"a{number}")
                time.sleep(0.003)

        asker = threading.Thread(target=ask)
        asker.start()
        for mode in ("fast", "immediate"):
            until(lambda: log.health.written > 50)
            postgres.stop(mode)
            until(lambda: log.health.spooled > 50)
            with pytest.raises(StoreUnavailable):
                log.answer("unknown")
            postgres.start()
            until(lambda: not log.health.spooled)
        asking.set()
        asker.join()
        settled(log)
        assert log.health.lost == 0
        assert log.answer("unknown") is None
    assert _rows(settings, "SELECT id FROM questions ORDER BY asked_at, length(id), id") == [(name,) for name in asked]


def test_it_starts_while_the_server_is_away(postgres: Postgres, settings: Settings) -> None:
    postgres.stop()
    try:
        began = time.monotonic()
        with opened(settings) as log:
            assert time.monotonic() - began < 3
            log.record(made_answer(1), channel=Channel.WIDGET)
            assert log.answer("a1") == made_answer(1)
            assert log.forget("c1"), "put down to be done"
            log.record(made_answer(2), channel=Channel.WIDGET)
    finally:
        postgres.start()
    assert len(list((settings.data_dir / "spool").iterdir())) == 1
    with opened(settings) as log:
        until(lambda: log.health.written == 2)
    assert _rows(settings, "SELECT id FROM questions") == [("a2",)]


def test_an_address_that_swallows_everything_costs_two_seconds(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began = time.monotonic()
        url = f"postgresql://espoo@127.0.0.1:{silent.getsockname()[1]}/log"
        with opened(made_settings(tmp_path, database_url=url)) as log:
            assert time.monotonic() - began < 4
            log.record(made_answer(), channel=Channel.WIDGET)
            with pytest.raises(StoreUnavailable):
                log.answer("unknown")
            until(lambda: log.health.spooled == 1)


CHILD = """
import sys
from pathlib import Path
from app.domain import Channel
from tests.log_made import made_answer, made_settings, opened, settled
with opened(made_settings(Path(sys.argv[1]), database_url=sys.argv[2])) as log:
    for number in range(50):
        log.record(made_answer(f"{sys.argv[3]}-{number}"), channel=Channel.WIDGET)
    settled(log)
    assert not log.health.lost and not log.health.last_error, log.health
"""


def test_processes_that_migrate_at_once_make_one_schema(settings: Settings) -> None:
    words = [sys.executable, "-c", CHILD, settings.data_dir, settings.database_url]
    children = [subprocess.Popen([*words, str(number)]) for number in range(2)]
    assert [child.wait(60) for child in children] == [0, 0]
    assert _rows(settings, "SELECT count(*) FROM questions") == [(100,)]
    engine = create_engine(settings.database_url.replace("postgres://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata) == []
    engine.dispose()


def test_forgetting_beside_others_who_write_leaves_nothing(settings: Settings) -> None:
    with opened(settings) as one, opened(settings) as other:
        for round_ in range(10):
            conversation = f"c{round_}"
            for number in range(20):
                other.record(made_answer(round_ * 100 + number, conversation=conversation), channel=Channel.WIDGET)
            one.forget(conversation)
        settled(other)
    assert _rows(settings, "SELECT count(*) FROM questions") == [(0,)]


def _rows(settings: Settings, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(settings.database_url) as connection:
        return connection.execute(statement.encode()).fetchall()


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.fail("No PostgreSQL here: install Debian's package `postgresql` (apt-get install postgresql).")
    return found[-1].parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
