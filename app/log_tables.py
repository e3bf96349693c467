"""The tables of the database, the same on SQLite and PostgreSQL. Migrations make them (app/migrations)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its zone; SQLite, which knows no zones, holds it in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


metadata = MetaData()

questions = Table(
    "questions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation_id", String(64), nullable=False),
    Column("asked_at", UtcDateTime(), nullable=False),
    Column("question", Text, nullable=False),
    Column("standalone", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("reason", String(32)),
    Column("completeness", String(16), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("sources", JSON, nullable=False),  # document ids, in the order of citation
    Column("build", String(64), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("total_ms", Float, nullable=False),
    Column("answer", JSON, nullable=False),  # the Answer object of app.wire
    Index("ix_questions_conversation_id", "conversation_id"),
    Index("ix_questions_asked_at", "asked_at"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("answer_id", String(64), ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True),
    Column("helpful", Boolean, nullable=False),
    Column("reason", Text),
    Column("comment", Text),
    Column("given_at", UtcDateTime(), nullable=False),
)

# What was asked up to this moment is never written again, not even from another process's spool.
forgotten = Table(
    "forgotten",
    metadata,
    Column("conversation_id", String(64), primary_key=True),
    Column("forgotten_at", UtcDateTime(), nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("password", Text, nullable=False),  # argon2's own form: parameters, salt and hash
    Column("created_at", UtcDateTime(), nullable=False),
    Column("signed_in_at", UtcDateTime()),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the token, which only the browser has
    Column("account", String(64), ForeignKey("accounts.name", ondelete="CASCADE"), nullable=False),
    Column("language", String(8), nullable=False),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("seen_at", UtcDateTime(), nullable=False),
    Index("ix_staff_sessions_account", "account"),
)
