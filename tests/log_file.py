"""The question log's SQLite file as it is on the disk, read past the log or kept from it."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def row(folder: Path, statement: str) -> tuple[object, ...]:
    """The first row that the statement gives."""
    connection = sqlite3.connect(folder / "questions.sqlite3")
    try:
        found: tuple[object, ...] = connection.execute(statement).fetchone()
        return found
    finally:
        connection.close()


def ids(folder: Path) -> list[str]:
    """The questions' ids in the order in which they were asked."""
    connection = sqlite3.connect(folder / "questions.sqlite3")
    try:
        return [found[0] for found in connection.execute("SELECT id FROM questions ORDER BY asked_at, rowid")]
    finally:
        connection.close()


def block(folder: Path) -> Path:
    """A directory in the place of the database's file: it cannot be opened until that is gone."""
    path = folder / "questions.sqlite3"
    path.mkdir()
    return path
