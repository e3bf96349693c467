"""What is written to the question log: an answer, an opinion of it, a conversation to be forgotten."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain import Answer, Channel
from app.wire import answer_from_dict, answer_to_dict


@dataclass(frozen=True, slots=True)
class Asked:
    answer: Answer
    channel: Channel
    at: datetime


@dataclass(frozen=True, slots=True)
class Rated:
    conversation_id: str
    answer_id: str
    helpful: bool
    reason: str | None
    comment: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Forgotten:
    conversation_id: str
    at: datetime


Entry = Asked | Rated | Forgotten


def is_undone(entry: Entry, by: Forgotten) -> bool:
    """Whether the entry belongs to a conversation that was forgotten after it."""
    named = entry.answer.conversation_id if isinstance(entry, Asked) else entry.conversation_id
    return named == by.conversation_id and entry.at <= by.at and not isinstance(entry, Forgotten)


def to_line(entry: Entry) -> str:
    """One line of a spool, in ASCII, without its newline."""
    kind, at = type(entry).__name__, entry.at.isoformat()
    match entry:
        case Asked():
            fields: dict[str, Any] = {"answer": answer_to_dict(entry.answer), "channel": entry.channel}
        case Rated():
            fields = {
                name: getattr(entry, name) for name in ("conversation_id", "answer_id", "helpful", "reason", "comment")
            }
        case Forgotten():
            fields = {"conversation_id": entry.conversation_id}
    return json.dumps({"kind": kind, "at": at} | fields)


def from_line(line: str) -> Entry:
    """The entry of a spool's line.

    Raises:
        KeyError, TypeError, ValueError: the line is damaged.
    """
    fields = json.loads(line)
    kind, at = fields.pop("kind"), datetime.fromisoformat(fields.pop("at"))
    match kind:
        case "Asked":
            return Asked(answer_from_dict(fields["answer"]), Channel(fields["channel"]), at)
        case "Rated":
            return Rated(**fields, at=at)
        case "Forgotten":
            return Forgotten(**fields, at=at)
    raise ValueError(f"no entry of ours: {kind!r}")


def to_row(entry: Asked) -> dict[str, Any]:
    """A row of `questions`."""
    answer = entry.answer
    timings = answer.timings_ms
    row: dict[str, Any] = {
        name: getattr(answer, name)
        for name in ("id", "conversation_id", "question", "standalone", "language", "confidence", "build")
    }
    row |= {name: getattr(answer, name).value for name in ("status", "completeness", "mode")}
    row |= {
        "asked_at": entry.at,
        "channel": entry.channel.value,
        "reason": answer.reason.value if answer.reason else None,
        "sources": list(dict.fromkeys(citation.source.document_id for citation in answer.citations)),
        "total_ms": float(timings.get("total", sum(timings.values()))),
        "answer": answer_to_dict(answer),
    }
    return {name: storable(value) for name, value in row.items()}


def storable(value: Any) -> Any:
    """Without what no database takes: NUL, and halves of surrogate pairs."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {name: storable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [storable(item) for item in value]
    return value
