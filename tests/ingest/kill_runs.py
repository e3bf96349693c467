"""Kills an ingest (-9) at random moments, again and again, and looks whether the served build still answers.

`python -m tests.ingest.kill_runs --kills 30`: as a script; test_crash.py uses it with few kills. Everything is imported
once; each run is a fork of this process, so that a kill costs no start.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.builds import current_build_id, finished_builds
from app.index import open_build
from app.lexical import load_analyser
from app.settings import Settings
from ingest.collect import Request
from ingest.pipeline import Parts, run
from tests.ingest.made import HashingEmbedder, write_knowledge, write_page

MEMORY = Path("/dev/shm")  # kill -9 loses no written page, so no disk is needed to see what it leaves
LARGEST_FILE = 512 * 2**20  # bytes: a torn Chroma store may grow without bound


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        switched = kill_often(Path(folder), options.kills, random.Random(options.seed))
    sys.stdout.write(f"{options.kills} kills, {switched} runs had switched before; the served build always answered\n")


def kill_often(folder: Path, kills: int, chance: random.Random) -> int:
    """How many of the killed runs had switched already. Raises AssertionError where a served build does not answer."""
    settings = Settings(data_dir=folder / "var", knowledge_dir=folder / "knowledge", _env_file=None)
    write_knowledge(settings.knowledge_dir)
    parts = Parts(HashingEmbedder(), load_analyser())
    took = _timed(lambda: _ingest(settings, parts))
    switched = 0
    for number in range(kills):
        before = current_build_id(settings.builds_dir)
        write_page(settings.knowledge_dir, "daycare", "en", how=f"The application is number {number}.")
        child = _fork(lambda: _ingest(settings, parts))
        time.sleep(chance.uniform(0, 1.15 * took))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        switched += current_build_id(settings.builds_dir) != before
        assert _succeeds(lambda: _answers(settings, parts)), f"kill {number}: the served build does not answer"
    assert _succeeds(lambda: _ingest(settings, parts)), "the next run does not heal"
    assert _succeeds(lambda: _answers(settings, parts))
    assert not list(settings.builds_dir.glob("*.tmp")), "leftovers stay"
    assert current_build_id(settings.builds_dir) == finished_builds(settings.builds_dir)[-1]
    return switched


def _ingest(settings: Settings, parts: Parts) -> None:
    report = run(settings, Request((settings.knowledge_dir,)), lambda: parts)
    assert report.documents == 6 and not report.failures


def _answers(settings: Settings, parts: Parts) -> None:
    build = open_build(settings, embedding_digest="hashing-1", analyser_digest=parts.analyser.digest)
    for row, passage in enumerate(build.passages):
        assert build.nearest(build.vectors[row], passage.language, 1)[0][1] > 0.999
        assert build.lexical(passage.language).search(parts.analyser.tokens(passage.text, passage.language), 1)
    build.close()


def _timed(work: Callable[[], None]) -> float:
    started = time.monotonic()
    assert _succeeds(work)
    return time.monotonic() - started


def _succeeds(work: Callable[[], None]) -> bool:
    return os.waitpid(_fork(work), 0)[1] == 0


def _fork(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
