"""Everything that changes the question log's tables. Each may be done twice: a spool that was cut off is read again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Table, delete, select, text
from sqlalchemy.dialects import postgresql, sqlite

from app.log_database import LogDatabase
from app.log_entries import Asked, Entry, Forgotten, Rated, storable, to_row
from app.log_tables import feedback, forgotten, questions

FORGETTING = 4_711_021  # the advisory lock between those who write questions and those who forget


def write_entries(database: LogDatabase, entries: Sequence[Entry]) -> None:
    """Write the entries in their order, all or none.

    Raises:
        StoreUnavailable: the database is away.
        Exception: one of the entries does not fit the tables.
    """
    forgets = any(isinstance(entry, Forgotten) for entry in entries)
    with database.writing() as connection:
        _keep_order_with_forgetting(connection, forgets)
        for _, run in groupby(entries, key=type):
            _write_run(connection, list(run))
    if forgets:
        database.scrub()


def delete_before(database: LogDatabase, moment: datetime) -> int:
    """Delete what was asked or forgotten before this moment; the number of questions."""
    with database.writing() as connection:
        connection.execute(delete(forgotten).where(forgotten.c.forgotten_at < moment))
        deleted = connection.execute(delete(questions).where(questions.c.asked_at < moment)).rowcount
    if deleted:
        database.scrub()
    return deleted


def _write_run(connection: Connection, run: Sequence[Entry]) -> None:
    _write_asked(connection, [entry for entry in run if isinstance(entry, Asked)])
    for entry in run:
        if isinstance(entry, Rated):
            _write_rated(connection, entry)
        elif isinstance(entry, Forgotten):
            _write_forgotten(connection, entry)


def _keep_order_with_forgetting(connection: Connection, forgets: bool) -> None:
    """Else a question could be written beside the transaction that forgets its conversation. SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        lock = "pg_advisory_xact_lock" if forgets else "pg_advisory_xact_lock_shared"
        connection.execute(text(f"SELECT {lock}({FORGETTING})"))


def _write_asked(connection: Connection, run: Sequence[Asked]) -> None:
    if not run:
        return
    named = {entry.answer.conversation_id for entry in run}
    found = connection.execute(select(forgotten).where(forgotten.c.conversation_id.in_(named)))
    until = {row.conversation_id: row.forgotten_at for row in found}
    rows = [to_row(entry) for entry in run]
    kept = [row for row in rows if (at := until.get(row["conversation_id"])) is None or row["asked_at"] > at]
    if kept:
        connection.execute(_insert(connection)(questions).on_conflict_do_nothing(), kept)


def _write_rated(connection: Connection, entry: Rated) -> None:
    if not connection.execute(select(questions.c.id).where(questions.c.id == entry.answer_id)).first():
        return
    new = {"helpful": entry.helpful, "reason": entry.reason, "comment": entry.comment, "given_at": entry.at}
    new = {name: storable(value) for name, value in new.items()}
    statement = _insert(connection)(feedback).values(answer_id=entry.answer_id, **new)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["answer_id"], set_=new, where=feedback.c.given_at <= statement.excluded.given_at
        )
    )


def _write_forgotten(connection: Connection, entry: Forgotten) -> None:
    statement = _insert(connection)(forgotten).values(conversation_id=entry.conversation_id, forgotten_at=entry.at)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["conversation_id"],
            set_={"forgotten_at": statement.excluded.forgotten_at},
            where=forgotten.c.forgotten_at < statement.excluded.forgotten_at,
        )
    )
    mine = (questions.c.conversation_id == entry.conversation_id) & (questions.c.asked_at <= entry.at)
    connection.execute(delete(questions).where(mine))


def _insert(connection: Connection) -> Callable[[Table], Any]:
    return sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
