"""Lines kept on disk while the database is away, one file for each process, in the order of their coming.

A file is locked (flock) as long as its process lives. A file whose lock is free belonged to a dead one and is adopted.
"""

from __future__ import annotations

import fcntl
import os
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

LIMIT = 64 * 1024 * 1024  # bytes of one file: about 10,000 answers
HALF_MADE = 60.0  # seconds after which a file without its name belongs to nobody


class Spool:
    """One file. Reading goes from its beginning; `drop` moves on, and empties the file after the last line."""

    def __init__(self, path: Path, limit: int = LIMIT) -> None:
        self.path = path
        self.pending = 0
        self._limit = limit
        self._file = -1
        self._begin = 0
        self._end = 0

    def append(self, lines: Sequence[str]) -> int:
        """Keep the lines, on disk when this returns; the number kept, in order, which is less on a full disk."""
        if not lines:
            return 0
        try:
            self._open()
        except OSError:
            return 0
        return self._append(lines)

    def peek(self, count: int) -> list[str]:
        """The first lines. One that was cut off in the middle comes too: its reader sees that it is damaged."""
        if self._file < 0 or not self.pending:
            return []
        with os.fdopen(os.dup(self._file), "rb") as file:
            file.seek(self._begin)
            found = [file.readline() for _ in range(min(count, self.pending))]
        return [line.decode("ascii", "replace").rstrip("\n") for line in found]

    def drop(self, lines: Sequence[str]) -> None:
        """Be done with the first lines, as `peek` gave them."""
        self._begin += sum(len(line) + 1 for line in lines)
        self.pending -= len(lines)
        if self.pending <= 0:
            self.pending = self._begin = self._end = 0
            os.ftruncate(self._file, 0)

    def remove(self, unwanted: Callable[[str], bool]) -> None:
        """Take lines out for good. A crash leaves either the old file or the new one.

        Raises:
            OSError: it could not be done; the old file stays.
        """
        if not self.pending:
            return
        kept = [line for line in self.peek(self.pending) if not unwanted(line)]
        fresh = Spool(self.path, self._limit)
        fresh._file = _new_file(self.path)
        if fresh._append(kept) < len(kept):
            os.close(fresh._file)
            raise OSError("no room to rewrite the spool")
        _name(self.path)
        os.close(self._file)
        self._file, self._begin, self._end, self.pending = fresh._file, 0, fresh._end, fresh.pending

    def close(self) -> None:
        """Leave what is pending to be adopted."""
        if self._file < 0:
            return
        if not self.pending:
            with suppress(OSError):
                self.path.unlink(missing_ok=True)
        os.close(self._file)
        self._file = -1

    def take(self) -> bool:
        """Lock and count an existing file; False when its process lives, or when somebody else was faster."""
        try:
            self._file = os.open(self.path, os.O_RDWR | os.O_APPEND)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found = os.fstat(self._file)
        except OSError:
            found = None
        if found is None or found.st_nlink == 0:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1
            return False
        self._end = found.st_size
        self.pending = _count_lines(self._file)
        return True

    def _open(self) -> None:
        """Make the file, anew where somebody deleted it; what was pending there goes into the new one."""
        if self._file >= 0 and os.fstat(self._file).st_nlink:
            return
        pending = self.peek(self.pending)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        opened = _new_file(self.path)
        _name(self.path)
        if self._file >= 0:
            os.close(self._file)
        self._file, self._begin, self._end, self.pending = opened, 0, 0, 0
        self._append(pending)

    def _append(self, lines: Sequence[str]) -> int:
        if not lines:
            return 0
        data = "".join(f"{line}\n" for line in lines).encode()
        if self._end + len(data) <= self._limit and self._write(data):
            self.pending += len(lines)
            return len(lines)
        half = len(lines) // 2
        kept = self._append(lines[:half])
        return kept if kept < half or half == 0 else kept + self._append(lines[half:])

    def _write(self, data: bytes) -> bool:
        """All of it or nothing."""
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(self._file, left) :]
            os.fsync(self._file)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._file, self._end)
            return False
        self._end += len(data)
        return True


def own_spool(folder: Path, limit: int = LIMIT) -> Spool:
    """This process's spool. Its name begins with the moment, so that orphans are adopted in order."""
    return Spool(folder / f"{time.time_ns()}-{socket.gethostname()}-{os.getpid()}.jsonl", limit)


def adopted(folder: Path, own: Path) -> list[Spool]:
    """The spools that dead processes left, oldest first, each locked by us now."""
    for path in folder.glob("*.new"):
        with suppress(OSError):
            if path.stat().st_mtime < time.time() - HALF_MADE:
                path.unlink()
    found = (Spool(path) for path in sorted(folder.glob("*.jsonl")) if path != own)
    return [spool for spool in found if spool.take()]


def _new_file(path: Path) -> int:
    """A locked file beside the path: it gets its name when it is whole, so that nobody adopts it before."""
    opened = os.open(path.with_suffix(".new"), os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return opened


def _name(path: Path) -> None:
    path.with_suffix(".new").replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _count_lines(file: int) -> int:
    with os.fdopen(os.dup(file), "rb") as lines:
        lines.seek(0)
        return sum(1 for _ in lines)
