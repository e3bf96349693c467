"""The question log while its SQLite file is missing, replaced, locked or read-only, for real."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.domain import Channel
from app.errors import StoreUnavailable
from app.question_log import QuestionLog
from tests.log_file import block, ids
from tests.log_made import made_answer, made_settings, opened, settled, until

NOBODY = 65534


def test_it_starts_without_its_database_and_writes_later(tmp_path: Path) -> None:
    blocked = block(tmp_path)
    with opened(made_settings(tmp_path)) as log:
        for number in range(50):
            log.record(made_answer(number), channel=Channel.WIDGET)
        assert log.answer("a7") == made_answer(7)
        assert len(log.history("c1")) == 6
        assert log.add_feedback("a7", False, "wrong", None)
        until(lambda: log.health.spooled == 51)
        assert not log.health.reachable
        assert log.health.last_error == "OperationalError"
        for read in (
            lambda: log.answer("unknown"),
            lambda: log.history("unknown"),
            log.gaps,
            lambda: log.add_feedback("x", True),
        ):
            began = time.monotonic()
            with pytest.raises(StoreUnavailable):
                read()
            assert time.monotonic() - began < 0.1
        blocked.rmdir()
        settled(log)
        assert log.health.reachable
        assert log.health.lost == 0
    assert ids(tmp_path) == [f"a{number}" for number in range(50)]
    assert not list((tmp_path / "spool").iterdir())


def test_what_is_spooled_survives_a_restart(tmp_path: Path) -> None:
    blocked = block(tmp_path)
    for number in range(3):
        with opened(made_settings(tmp_path)) as log:
            log.record(made_answer(number), channel=Channel.WIDGET)
    assert len(list((tmp_path / "spool").iterdir())) == 3
    blocked.rmdir()
    with opened(made_settings(tmp_path)) as log:
        until(lambda: log.health.written == 3)
    assert ids(tmp_path) == ["a0", "a1", "a2"]
    assert not list((tmp_path / "spool").iterdir())


def test_forgetting_reaches_queue_and_spool_while_the_database_is_away(tmp_path: Path) -> None:
    with opened(made_settings(tmp_path)) as log:
        log.record(made_answer(0), channel=Channel.WIDGET)
    stored = tmp_path / "questions.sqlite3"
    stored.rename(tmp_path / "aside")
    blocked = block(tmp_path)
    with opened(made_settings(tmp_path)) as log:
        log.record(made_answer(1, question="salainen kysymys"), channel=Channel.WIDGET)
        log.record(made_answer(2, conversation="c2"), channel=Channel.WIDGET)
        log.add_feedback("a1", False, None, "salainen huomautus")
        until(lambda: log.health.spooled == 3)
        assert log.forget("c1")
        assert log.health.spooled == 2
        assert not any(b"salainen" in path.read_bytes() for path in (tmp_path / "spool").iterdir())
        with pytest.raises(StoreUnavailable):
            log.answer("a1")
        blocked.rmdir()
        (tmp_path / "aside").rename(stored)
        settled(log)
        assert not log.known_conversation("c1")
    assert ids(tmp_path) == ["a2"]


def test_a_file_that_is_removed_or_replaced_is_noticed(tmp_path: Path) -> None:
    stored = tmp_path / "questions.sqlite3"
    other = tmp_path / "other"
    with opened(made_settings(other)) as log:
        log.record(made_answer(100), channel=Channel.WIDGET)
    with opened(made_settings(tmp_path)) as log:
        log.record(made_answer(1), channel=Channel.WIDGET)
        settled(log)
        stored.unlink()
        log.record(made_answer(2), channel=Channel.WIDGET)
        settled(log)
        assert ids(tmp_path) == ["a2"]
        (other / "questions.sqlite3").replace(stored)
        assert log.answer("a100")
        log.record(made_answer(3), channel=Channel.WIDGET)
        settled(log)
        assert ids(tmp_path) == ["a100", "a3"]
        (tmp_path / "nonsense").write_bytes(b"this is no database, but long enough to be taken for one" * 100)
        (tmp_path / "nonsense").replace(stored)
        log.record(made_answer(4), channel=Channel.WIDGET)
        until(lambda: log.health.spooled == 1)
        stored.unlink()
        settled(log)
        assert log.health.lost == 0
    assert ids(tmp_path) == ["a4"]


def test_the_whole_folder_may_vanish(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    with opened(made_settings(folder)) as log:
        log.record(made_answer(1), channel=Channel.WIDGET)
        settled(log)
        shutil.rmtree(folder)
        log.record(made_answer(2), channel=Channel.WIDGET)
        settled(log)
    assert ids(folder) == ["a2"]


def test_a_read_only_database_is_spooled_for(public_folder: Path) -> None:
    with opened(made_settings(public_folder)):
        pass
    spool = public_folder / "spool"
    spool.mkdir()
    spool.chmod(0o777)
    for path, mode in ((public_folder / "questions.sqlite3", 0o444), (public_folder, 0o555)):
        path.chmod(mode)
    with _as_nobody():
        log = QuestionLog.open(made_settings(public_folder))
        log.record(made_answer(1), channel=Channel.WIDGET)
        until(lambda: log.health.spooled == 1)
        assert not log.health.reachable
        log.close()
    for path, mode in ((public_folder, 0o755), (public_folder / "questions.sqlite3", 0o644)):
        path.chmod(mode)
    with opened(made_settings(public_folder)) as log:
        until(lambda: log.health.written == 1)
    assert ids(public_folder) == ["a1"]


def test_a_locked_database_is_waited_for(tmp_path: Path) -> None:
    with opened(made_settings(tmp_path)) as log:
        other = sqlite3.connect(tmp_path / "questions.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        log.record(made_answer(1), channel=Channel.WIDGET)
        until(lambda: log.health.spooled == 1)
        other.execute("ROLLBACK")
        other.close()
        settled(log)
    assert ids(tmp_path) == ["a1"]


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that other users may enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Root may write everywhere; as nobody the files' modes count."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
