"""What the question log keeps aside while its database is away: after a kill, on a full disk, at its limit."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain import Channel
from app.log_spool import Spool, own_spool
from app.question_log import QuestionLog
from tests.log_file import block, ids
from tests.log_made import made_answer, made_settings, opened, settled, until

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
    blocked = block(tmp_path)
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
    assert len(ids(tmp_path)) == 100
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
    assert len(ids(folder)) == 1000 - lost
    assert 0 < lost < 1000


def test_a_full_spool_counts_its_losses(tmp_path: Path) -> None:
    blocked = block(tmp_path)
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
    assert ids(tmp_path) == [f"a{number}" for number in range(kept)]


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
