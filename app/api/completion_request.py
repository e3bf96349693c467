"""What an OpenAI client sends, read as a question with its history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.api.exchange import Asked
from app.api.problems import Problem
from app.api.schemas import MAX_HISTORY, MAX_QUESTION, asked_text, plain_text
from app.domain import Channel, Language
from app.languages import detect_language

MODEL = "hello-espoo"
ROLES = {"system", "developer", "user", "assistant", "tool", "function"}


def _as_parts(content: Any) -> Any:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content or []


class PartIn(BaseModel):
    type: str
    text: str | None = None


class MessageIn(BaseModel):
    """`content` may be a string, a list of parts, or null."""

    role: str
    content: Annotated[list[PartIn], BeforeValidator(_as_parts, json_schema_input_type=str | list[PartIn] | None)] = []

    @property
    def text(self) -> str:
        return "\n".join(part.text for part in self.content if part.type == "text" and part.text)


class StreamOptionsIn(BaseModel):
    include_usage: bool | None = None


class CompletionIn(BaseModel):
    """What is not named here (temperature, max_tokens, tools, user …) is accepted and changes nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"model": MODEL, "messages": [{"role": "user", "content": "How do I get a tax card?"}]}
        }
    )

    model: str
    messages: list[MessageIn]
    stream: bool | None = None
    stream_options: StreamOptionsIn | None = None
    n: Any = Field(default=None, description="1 or nothing.")
    logprobs: Any = Field(default=None, description="false or nothing.")
    response_format: Any = Field(default=None, description='{"type": "text"} or nothing.')
    modalities: Any = Field(default=None, description='["text"] or nothing.')
    tool_choice: Any = Field(default=None, description="none, auto or nothing.")
    function_call: Any = Field(default=None, description="none, auto or nothing.")


def read_completion(completion: CompletionIn, preferred: Language | None) -> Asked:
    """The last user message is the question; what came before it is history.

    Raises:
        Problem: it cannot be answered as asked. Of earlier messages only the form is judged: one that no question can
            be made of (too long, an image) is left out, as a chat that once held it could never go on otherwise.
    """
    earlier, question, place = _last_question(completion.messages)
    too_many = sum(message.role == "user" for message in earlier) > MAX_HISTORY
    history = () if too_many else _history(earlier)
    language = _language(question.text if question else "", history, preferred)
    refused = _refused(completion)
    if refused:
        code, field = refused
        raise Problem(404 if code == "model_not_found" else 400, code, language, field=field, model=MODEL)
    if question is None:
        raise Problem(400, "no_user_message", language, field="messages")
    if too_many:
        raise Problem(400, "too_many_messages", language, field="messages", limit=str(MAX_HISTORY))
    asked = _checked_question(question, f"messages.{place}.content", language)
    return Asked(text=asked, channel=Channel.API, language=language, history=history)


def written_in(body: Any) -> Language | None:
    """The language of the last user message, in whatever body; None where there is none to read."""
    messages = body.get("messages") if isinstance(body, dict) else None
    for message in reversed(messages if isinstance(messages, list) else []):
        if isinstance(message, dict) and message.get("role") == "user":
            content = _as_parts(message.get("content"))
            parts = (
                [part.get("text") for part in content if isinstance(part, dict)] if isinstance(content, list) else []
            )
            said = " ".join(part for part in parts if isinstance(part, str))
            return detect_language(said[:MAX_QUESTION]).language
    return None


def _last_question(messages: Sequence[MessageIn]) -> tuple[Sequence[MessageIn], MessageIn | None, int]:
    place = next((place for place in reversed(range(len(messages))) if messages[place].role == "user"), None)
    return (messages, None, 0) if place is None else (messages[:place], messages[place], place)


def _history(messages: Sequence[MessageIn]) -> tuple[tuple[str, str], ...]:
    """Pairs of question and answer. The answer to a question is the last that the assistant said before the next."""
    turns: list[tuple[str, str]] = []
    for message in messages:
        if message.role == "user":
            turns.append((_usable(message.text, asked_text), ""))
        elif message.role == "assistant" and turns:
            question, before = turns[-1]
            turns[-1] = question, _usable(message.text, plain_text) or before
    return tuple(turn for turn in turns if turn[0])


def _usable(sent: str, check: Callable[[str], str]) -> str:
    try:
        return check(sent)
    except PydanticCustomError:
        return ""


def _language(question: str, history: Sequence[tuple[str, str]], preferred: Language | None) -> Language:
    """The question's own; where it tells little ("Kela?"), that of the conversation, else what the client prefers."""
    before = " ".join(earlier for earlier, _ in reversed(history))[:MAX_QUESTION]
    prior = detect_language(before, preferred).language if before else preferred
    return detect_language(question[:MAX_QUESTION], prior).language


def _refused(completion: CompletionIn) -> tuple[str, str] | None:
    """What cannot be done, and the field that asks for it. To ignore these would break what the client does next."""
    if completion.model != MODEL:
        return "model_not_found", "model"
    role = next((place for place, message in enumerate(completion.messages) if message.role not in ROLES), None)
    if role is not None:
        return "unknown_role", f"messages.{role}.role"
    takes: dict[str, tuple[Any, ...]] = {
        "n": (None, 1),
        "logprobs": (None, False),
        "response_format": (None, {"type": "text"}),
        "modalities": (None, ["text"]),
        "tool_choice": (None, "none", "auto"),
        "function_call": (None, "none", "auto"),
    }
    field = next((name for name, fitting in takes.items() if getattr(completion, name) not in fitting), None)
    return ("unsupported_parameter", field) if field else None


def _checked_question(message: MessageIn, field: str, language: Language) -> str:
    if any(part.type != "text" for part in message.content):
        raise Problem(400, "unsupported_content", language, field=field)
    try:
        return asked_text(message.text)
    except PydanticCustomError as refused:
        raise Problem(400, refused.type, language, field=field, limit=str(MAX_QUESTION)) from None
