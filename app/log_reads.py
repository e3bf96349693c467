"""Everything that is asked of the question log's tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

import structlog
from sqlalchemy import Connection, Row, Select, and_, case, or_, select

from app.domain import Answer, Channel, Completeness, Language, Status, Turn
from app.gaps import GapKind, GapQuestion
from app.log_report import ReportedQuestion
from app.log_tables import feedback, questions
from app.wire import answer_from_dict

log = structlog.get_logger()

MOST_GAP_QUESTIONS = 20_000  # the latest; a city has not read the older ones either


def stored_answer(connection: Connection, answer_id: str) -> tuple[Answer, datetime] | None:
    """The answer and when it was asked for."""
    statement = select(questions.c.answer, questions.c.asked_at).where(questions.c.id == answer_id)
    row = connection.execute(statement).first()
    answer = _readable(row.answer) if row else None
    return (answer, row.asked_at) if row and answer else None


def stored_turns(connection: Connection, conversation_id: str, limit: int) -> list[tuple[str, datetime, Turn]]:
    """The latest turns of a conversation, oldest first, each with its id and its moment."""
    statement = select(questions.c.id, questions.c.asked_at, questions.c.answer)
    statement = statement.where(questions.c.conversation_id == conversation_id)
    rows = connection.execute(statement.order_by(questions.c.asked_at.desc()).limit(limit)).all()
    found = ((row.id, row.asked_at, _readable(row.answer)) for row in reversed(rows))
    return [(answer_id, at, turn_of(answer)) for answer_id, at, answer in found if answer]


def turn_of(answer: Answer) -> Turn:
    return Turn(answer.question, answer.standalone, answer.text, answer.status, answer.choices or answer.suggestions)


def stored_channels(connection: Connection, conversation_id: str) -> set[str]:
    """The channels through which a conversation's questions came."""
    statement = select(questions.c.channel).where(questions.c.conversation_id == conversation_id)
    return set(connection.execute(statement.distinct()).scalars())


def latest_in(connection: Connection, conversation_id: str) -> datetime | None:
    """When the conversation's latest question was asked."""
    statement = select(questions.c.asked_at).where(questions.c.conversation_id == conversation_id)
    return connection.execute(statement.order_by(questions.c.asked_at.desc()).limit(1)).scalar()


def gap_questions(connection: Connection, since: datetime | None, language: Language | None) -> list[GapQuestion]:
    """Questions of people (not of an evaluation) that were not answered well."""
    unanswered = questions.c.status == Status.UNANSWERED.value
    failed = questions.c.status == Status.FAILED.value
    partial = and_(questions.c.status == Status.ANSWERED.value, questions.c.completeness == Completeness.PARTIAL.value)
    badly_rated = feedback.c.helpful.is_(False)
    kind = case((failed, "failed"), (unanswered, "unanswered"), (badly_rated, "badly_rated"), else_="partial")
    found = _of_people(questions, kind.label("kind")).where(or_(unanswered, failed, partial, badly_rated))
    if since:
        found = found.where(questions.c.asked_at >= since)
    if language:
        found = found.where(questions.c.language == language)
    rows = connection.execute(found.order_by(questions.c.asked_at.desc()).limit(MOST_GAP_QUESTIONS))
    return [_gap_question(row) for row in rows]


def reported_questions(connection: Connection, since: datetime, until: datetime) -> Iterator[ReportedQuestion]:
    columns = ("status", "reason", "completeness", "language", "channel", "mode", "total_ms", "sources")
    chosen = _of_people(
        *(questions.c[name] for name in columns), feedback.c.helpful, feedback.c.reason.label("feedback_reason")
    )
    rows = connection.execute(chosen.where(questions.c.asked_at >= since, questions.c.asked_at < until))
    for row in rows.yield_per(1_000):
        fields = row._asdict()
        yield ReportedQuestion(**fields | {"sources": tuple(fields["sources"])})


def _readable(stored: dict[str, Any]) -> Answer | None:
    """None for an answer that another version wrote in another form."""
    try:
        return answer_from_dict(stored)
    except (KeyError, TypeError, ValueError) as error:
        log.error("question_log_answer_unreadable", reason=type(error).__name__)
        return None


def _of_people(*columns: Any) -> Select[Any]:
    joined = questions.outerjoin(feedback, feedback.c.answer_id == questions.c.id)
    return select(*columns).select_from(joined).where(questions.c.channel != Channel.EVAL.value)


def _gap_question(row: Row[Any]) -> GapQuestion:
    return GapQuestion(
        answer_id=row.id,
        text=row.standalone or row.question,
        language=cast(Language, row.language),
        kind=cast(GapKind, row.kind),
        reason=row.reason,
        asked_at=row.asked_at,
        sources=tuple(row.sources),
    )
