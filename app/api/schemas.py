"""What clients send. The Answer that they get back is `app.domain.Answer`, written by `app.wire`."""

from __future__ import annotations

import re
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.domain import Language

MAX_QUESTION = 1_000  # characters
MAX_EARLIER_ANSWER = 20_000  # characters
MAX_HISTORY = 50  # turns that a client may send
MAX_COMMENT = 2_000  # characters
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # all but tab and line breaks
_HALF = re.compile(r"[\ud800-\udfff]")


def plain_text(value: str) -> str:
    """Text without control characters and without halves of characters, trimmed."""
    if _HALF.search(value):
        raise PydanticCustomError("broken_text", "lone surrogates")
    if _CONTROL.search(value):
        raise PydanticCustomError("control_characters", "control characters")
    return value.strip()


def asked_text(value: str) -> str:
    """A question: at least one letter or digit, at most MAX_QUESTION characters."""
    text = plain_text(value)
    if not text:
        raise PydanticCustomError("empty", "empty")
    if len(text) > MAX_QUESTION:
        raise PydanticCustomError("too_long", "too long")
    if not any(char.isalnum() for char in text):
        raise PydanticCustomError("no_words", "no words")
    return text


def uuid_key(value: str) -> str | None:
    """An id as it is stored, or None for what cannot be one."""
    try:
        return str(UUID(value))
    except ValueError:
        return None


class TurnIn(BaseModel):
    """An earlier question with its answer, for a follow-up when the service has no record of it."""

    question: Annotated[str, Field(max_length=MAX_QUESTION), AfterValidator(plain_text)]
    answer: Annotated[str, Field(max_length=MAX_EARLIER_ANSWER), AfterValidator(plain_text)] = ""


class QuestionIn(BaseModel):
    """A question. `id` is a UUID made by the client: the same id gives the same answer, never a second one."""

    model_config = ConfigDict(json_schema_extra={"example": {"question": "How do I get a tax card?", "language": "en"}})

    question: Annotated[str, AfterValidator(asked_text), Field(description=f"At most {MAX_QUESTION} characters.")]
    id: UUID | None = None
    language: Language | None = Field(
        default=None, description="The language of the page; the answer follows the question."
    )
    conversation_id: Annotated[str, Field(max_length=100)] | None = Field(
        default=None, description="From an earlier answer."
    )
    history: Annotated[list[TurnIn], Field(max_length=MAX_HISTORY)] = Field(
        default=[], description="The conversation so far; used when the service has no record of it."
    )


class FeedbackIn(BaseModel):
    """Whether an answer helped."""

    helpful: Annotated[bool, Field(strict=True)]
    reason: Annotated[str, Field(max_length=100), AfterValidator(plain_text)] = ""
    comment: Annotated[str, Field(max_length=MAX_COMMENT), AfterValidator(plain_text)] = ""


class TopicOut(BaseModel):
    """A starting point: what can be asked about."""

    topic: str
    title: str
    question: str


class TermsOut(BaseModel):
    """`retention_days`: after so many days a question is deleted. `max_question`: characters."""

    retention_days: int
    max_question: int


class ProblemOut(BaseModel):
    """RFC 9457. `code` names the kind of problem; `title` and `detail` are in the asker's language."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str


REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemOut} for status in (404, 409, 413, 415, 422, 429, 503)
}
