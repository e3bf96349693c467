"""The Answer object as JSON carries it: the same for the API, the question log and its spool."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any, cast

from app.domain import (
    LANGUAGES,
    Answer,
    AnswerSentence,
    Citation,
    Completeness,
    HandOff,
    Helpline,
    Language,
    Mode,
    Notice,
    Owner,
    PieceKind,
    Reason,
    Source,
    Status,
    Urgent,
)

Json = dict[str, Any]


def answer_to_dict(answer: Answer) -> Json:
    """Plain values in the order of DESIGN.md's Answer object: dates in ISO form, enums as their values."""
    fields = {name: _plain(value) for name, value in asdict(answer).items()}
    return {name: fields.pop(name) for name in _ORDER} | fields


def answer_from_dict(data: Json) -> Answer:
    """The Answer that `answer_to_dict` was given.

    Raises:
        KeyError, TypeError, ValueError: the object is not one of ours.
    """
    return Answer(
        id=data["id"],
        conversation_id=data["conversation_id"],
        question=data["question"],
        standalone=data["standalone"],
        status=Status(data["status"]),
        language=_language(data["language"]),
        text=data["text"],
        mode=Mode(data["mode"]),
        reason=Reason(data["reason"]) if data["reason"] else None,
        completeness=Completeness(data["completeness"]),
        confidence=data["confidence"],
        sentences=tuple(_sentence(item) for item in data["sentences"]),
        citations=tuple(_citation(item) for item in data["citations"]),
        owner=Owner(data["owner"]) if data["owner"] else None,
        urgent=_urgent(data["urgent"]) if data["urgent"] else None,
        notices=tuple(Notice(**item) for item in data["notices"]),
        choices=tuple(data["choices"]),
        hand_off=_hand_off(data["hand_off"]) if data["hand_off"] else None,
        suggestions=tuple(data["suggestions"]),
        build=data["build"],
        timings_ms=dict(data["timings_ms"]),
    )


_ORDER = (
    *("id", "conversation_id", "question", "standalone", "status", "reason", "completeness", "language", "mode"),
    *("confidence", "text", "sentences", "citations", "owner", "urgent", "notices", "choices", "hand_off"),
    *("suggestions", "build", "timings_ms"),
)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return getattr(value, "value", value)


def _language(text: str) -> Language:
    if text not in LANGUAGES:
        raise ValueError(f"no language of ours: {text!r}")
    return text


def _sentence(item: Json) -> AnswerSentence:
    kind = cast(PieceKind, item["kind"])
    return AnswerSentence(text=item["text"], citations=tuple(item["citations"]), kind=kind)


def _citation(item: Json) -> Citation:
    source = item["source"]
    return Citation(
        number=item["number"],
        quote=item["quote"],
        source=Source(
            **source
            | {
                "language": _language(source["language"]),
                "owner": Owner(source["owner"]),
                "as_of": _date(source["as_of"]),
                "checked_on": _date(source["checked_on"]),
            }
        ),
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _urgent(item: Json) -> Urgent:
    return Urgent(text=item["text"], helplines=tuple(Helpline(**line) for line in item["helplines"]))


def _hand_off(item: Json) -> HandOff:
    opens_at = datetime.fromisoformat(item["opens_at"]) if item["opens_at"] else None
    return HandOff(**item | {"opens_at": opens_at, "languages": tuple(item.get("languages", ()))})
