"""The advisor as a page of its own: the widget, and a plain form for browsers and sites without scripts."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from pydantic_core import PydanticCustomError
from starlette.responses import HTMLResponse

from app.api.accept import asker_language
from app.api.admission import channel_of, limited
from app.api.exchange import Asked
from app.api.parts import parts_of
from app.api.problems import Problem
from app.api.rendering import page
from app.api.schemas import MAX_QUESTION, asked_text, uuid_key
from app.domain import Answer, Language
from app.texts import text

router = APIRouter(include_in_schema=False)


@router.api_route("/embed", methods=["GET", "HEAD"])
async def embed(request: Request) -> HTMLResponse:
    return _page(request, asker_language(request))


@router.post("/embed")
async def ask(
    request: Request,
    question: Annotated[str, Form()] = "",
    id: Annotated[str, Form()] = "",
    conversation_id: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """The page with the answer in it. A reload sends the same `id` and gets the same answer."""
    language = asker_language(request)
    try:
        await limited(request)
        asked = Asked(
            text=_fitting(question),
            channel=channel_of(request),
            id=uuid_key(id),
            conversation_id=uuid_key(conversation_id),
            language=language,
        )
        answer = await parts_of(request).exchanges.join(asked).ended()
    except Problem as problem:
        return _refused(request, language, question, problem)
    return _page(request, language, answer=answer, conversation_id=answer.conversation_id)


def _fitting(question: str) -> str:
    try:
        return asked_text(question)
    except PydanticCustomError as error:
        raise Problem(422, error.type, limit=str(MAX_QUESTION)) from None


def _refused(request: Request, language: Language, question: str, problem: Problem) -> HTMLResponse:
    """The question stays in the field; a conversation that is gone is not asked for again."""
    detail = text(f"errors.{problem.code}.detail", language, **problem.values)
    reply = _page(request, language, status=problem.status, question=question, refusal=detail)
    reply.headers.update(problem.headers or {})
    return reply


def _page(
    request: Request,
    language: Language,
    status: int = 200,
    question: str = "",
    refusal: str = "",
    answer: Answer | None = None,
    conversation_id: str = "",
) -> HTMLResponse:
    parts = parts_of(request)
    values: dict[str, Any] = {"question": question, "refusal": refusal, "conversation_id": conversation_id}
    return page(
        "embed.html", language, status, parts.settings.origins, **values,
        answer=answer, paragraphs=_paragraphs(answer) if answer else [], next_id=str(uuid.uuid4()),
        desk=parts.assistant.desk(language),
    )  # fmt: skip


def _paragraphs(answer: Answer) -> list[str]:
    """The text without the urgent sentence, which stands above it in a block of its own."""
    said = answer.text.removeprefix(answer.urgent.text) if answer.urgent else answer.text
    return [part.strip() for part in said.split("\n\n") if part.strip()]
