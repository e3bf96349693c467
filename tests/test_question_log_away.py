"""The question log while its SQLite file, its disk or its process fails, for real."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.domain import Channel
from app.errors import StoreUnavailable
from app.log_spool import Spool, own_spool
from app.question_log import QuestionLog
from tests.log_made import made_answer, made_settings, opened, settled, until

NOBODY = 65534


def test_it_starts_without_its_database_and_writes_later(tmp_path: Path) -> None:
    blocked = _blocked(tmp_path)
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
    assert _ids(tmp_path) == [f"a{number}" for number in range(50)]
    assert not list((tmp_path / "spool").iterdir())


def test_what_is_spooled_survives_a_restart(tmp_path: Path) -> None:
    blocked = _blocked(tmp_path)
    for number in range(3):
        with opened(made_settings(tmp_path)) as log:
            log.record(made_answer(number), channel=Channel.WIDGET)
    assert len(list((tmp_path / "spool").iterdir())) == 3
    blocked.rmdir()
    with opened(made_settings(tmp_path)) as log:
        until(lambda: log.health.written == 3)
    assert _ids(tmp_path) == ["a0", "a1", "a2"]
    assert not list((tmp_path / "spool").iterdir())


def test_forgetting_reaches_queue_and_spool_while_the_database_is_away(tmp_path: Path) -> None:
    with opened(made_settings(tmp_path)) as log:
        log.record(made_answer(0), channel=Channel.WIDGET)
    stored = tmp_path / "questions.sqlite3"
    stored.rename(tmp_path / "aside")
    blocked = _blocked(tmp_path)
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
    assert _ids(tmp_path) == ["a2"]


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
        assert _ids(tmp_path) == ["a2"]
        (other / "questions.sqlite3").replace(stored)
        assert log.answer("a100")
        log.record(made_answer(3), channel=Channel.WIDGET)
        settled(log)
        assert _ids(tmp_path) == ["a100", "a3"]
        (tmp_path / "nonsense").write_bytes(b"this is no database, but long enough to be taken for one" * 100)
        (tmp_path / "nonsense").replace(stored)
        log.record(made_answer(4), channel=Channel.WIDGET)
        until(lambda: log.health.spooled == 1)
        stored.unlink()
        settled(log)
        assert log.health.lost == 0
    assert _ids(tmp_path) == ["a4"]


def test_the_whole_folder_may_vanish(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    with opened(made_settings(folder)) as log:
        log.record(made_answer(1), channel=Channel.WIDGET)
        settled(log)
        shutil.rmtree(folder)
        log.record(made_answer(2), channel=Channel.WIDGET)
        settled(log)
    assert _ids(folder) == ["a2"]


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
    assert _ids(public_folder) == ["a1"]


def test_a_locked_database_is_waited_for(tmp_path: Path) -> None:
    with opened(made_settings(tmp_path)) as log:
        other = sqlite3.connect(tmp_path / "questions.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        log.record(made_answer(1), channel=Channel.WIDGET)
        until(lambda: log.health.spooled == 1)
        other.execute("ROLLBACK")
        other.close()
        settled(log)
    assert _ids(tmp_path) == ["a1"]


CHILD = """
import sys, time
from pathlib import Path
from app.domain import Channel
from tests.log_made import made_answer, made_settings, opened, until
with opened(made_settings(Path(sys.argv[1]))) as log:
    for number in range(100):
        log.record(made_answer(number), channel=Channel.WIDGET)
    until(lambda: log.health.spooled == 100)
    print("spooled", flush=True)
    time.sleep(60)
"""


def test_the_spool_of_a_killed_process_is_adopted_once(tmp_path: Path) -> None:
    blocked = _blocked(tmp_path)
    child = subprocess.Popen([sys.executable, "-c", CHILD, tmp_path], stdout=subprocess.PIPE, text=True)
    assert child.stdout
    while child.stdout.readline() != "spooled\n":
        assert child.poll() is None
    with opened(made_settings(tmp_path)) as log:
        assert log.health.spooled == 0, "a living process's spool is its own"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    (left,) = (tmp_path / "spool").iterdir()
    with left.open("a") as file:
        file.write('{"kind": "Asked", "at": "2026-')  # cut off in the middle
    shutil.copy(left, left.with_name("0-copy-of-a-backup.jsonl"))
    blocked.rmdir()
    with opened(made_settings(tmp_path)) as log, opened(made_settings(tmp_path)) as second:
        until(lambda: log.health.written + second.health.written >= 200)
        settled(log)
        settled(second)
        assert log.health.lost + second.health.lost == 2
    assert len(_ids(tmp_path)) == 100
    assert not list((tmp_path / "spool").iterdir())


FULL = """
import resource, sys
from pathlib import Path
from app.domain import Channel
from tests.log_made import made_answer, made_settings, opened, until
if len(sys.argv) > 2:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
with opened(made_settings(Path(sys.argv[1]))) as log:
    for number in range(1000):
        log.record(made_answer(number), channel=Channel.WIDGET)
    until(lambda: not log.health.queued)
    assert log.health.lost > 0
    print(log.health.lost, log.health.spooled)
"""


def test_loss_on_a_full_disk_is_counted_and_loud_and_the_rest_is_kept(small_disk: tuple[Path, list[str]]) -> None:
    folder, limit = small_disk
    run = subprocess.run([sys.executable, "-c", FULL, folder, *limit], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    lost = int(run.stdout.splitlines()[-1].split()[0])
    assert "question_log_lost" in run.stdout + run.stderr
    (folder / "ballast").unlink()
    with opened(made_settings(folder)) as log:
        settled(log)
        until(lambda: not list((folder / "spool").glob("*.jsonl")))
        assert log.health.lost == 0
    assert len(_ids(folder)) == 1000 - lost
    assert 0 < lost < 1000


def test_a_full_spool_counts_its_losses(tmp_path: Path) -> None:
    blocked = _blocked(tmp_path)
    log = QuestionLog(made_settings(tmp_path), spool_limit=10_000)
    log.start()
    for number in range(100):
        log.record(made_answer(number), channel=Channel.WIDGET)
    until(lambda: not log.health.queued)
    kept = log.health.spooled
    assert 0 < kept < 20
    assert log.health.lost == 100 - kept
    assert log.answer("a99"), "memory still has it"
    blocked.rmdir()
    settled(log)
    log.close()
    assert _ids(tmp_path) == [f"a{number}" for number in range(kept)]


def test_a_spool_keeps_order_and_can_be_rewritten(tmp_path: Path) -> None:
    spool = own_spool(tmp_path / "spool")
    assert spool.append([f"line {number}" for number in range(10)]) == 10
    first = spool.peek(3)
    spool.drop(first)
    spool.remove(lambda line: line.endswith("5"))
    assert spool.append(["line 10"]) == 1
    assert first + spool.peek(99) == [f"line {number}" for number in range(11) if number != 5]
    spool.path.unlink()
    assert spool.append(["line 11"]) == 1, "a deleted file is made again"
    spool.close()
    reopened = Spool(spool.path)
    assert reopened.take()
    assert not Spool(spool.path).take(), "locked by its owner"
    assert reopened.peek(99) == [f"line {number}" for number in (3, 4, 6, 7, 8, 9, 10, 11)]
    reopened.drop(reopened.peek(99))
    reopened.close()
    assert not spool.path.exists()


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that other users may enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[tuple[Path, list[str]]]:
    """A file system of 1 MB where one can be mounted; else a limit on the size of each file. Nearly full."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = (
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True).returncode == 0
    )
    (folder / "ballast").write_bytes(bytes(400_000 if mounted else 10))
    try:
        yield folder, [] if mounted else [str(300_000)]
    finally:
        if mounted:
            subprocess.run(["umount", "-l", folder], check=True)


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


def _blocked(folder: Path) -> Path:
    """A directory in the place of the database's file: it cannot be opened until that is gone."""
    path = folder / "questions.sqlite3"
    path.mkdir()
    return path


def _ids(folder: Path) -> list[str]:
    connection = sqlite3.connect(folder / "questions.sqlite3")
    try:
        return [row[0] for row in connection.execute("SELECT id FROM questions ORDER BY asked_at, rowid")]
    finally:
        connection.close()
