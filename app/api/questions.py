"""Asking: one path, answered as JSON or as a stream of events."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from app.api.accept import STREAM, wants_stream
from app.api.admission import channel_of, limited
from app.api.exchange import Asked
from app.api.parts import parts_of
from app.api.problems import Problem
from app.api.schemas import REFUSALS, QuestionIn, uuid_key
from app.api.streaming import HEADERS, frames
from app.api.waiting import CLIENT_LEFT, ended_or_left
from app.domain import Answer
from app.wire import answer_to_dict

router = APIRouter(prefix="/api/v1", tags=["questions"])


@router.post(
    "/questions",
    response_model=Answer,
    responses=REFUSALS | {200: {"content": {STREAM: {}}}},
    dependencies=[Depends(limited)],
    summary="Ask a question",
)
async def ask(question: QuestionIn, request: Request) -> Response:
    """The Answer; with `Accept: text/event-stream` the events `started`, `progress`, `sentence`, `reset`, `answer`."""
    parts = parts_of(request)
    exchange = parts.exchanges.join(_asked(question, request))
    await exchange.opened()
    if wants_stream(request.headers.get("accept", "")):
        return StreamingResponse(frames(exchange, parts.metrics.client_left), headers=HEADERS, media_type=STREAM)
    answer = await ended_or_left(exchange, request)
    if answer is None:
        parts.metrics.client_left()
        return Response(status_code=CLIENT_LEFT)
    return JSONResponse(answer_to_dict(answer))


def _asked(question: QuestionIn, request: Request) -> Asked:
    return Asked(
        text=question.question,
        channel=channel_of(request),
        id=str(question.id) if question.id else None,
        conversation_id=_conversation(question),
        language=question.language,
        history=tuple((turn.question, turn.answer) for turn in question.history),
    )


def _conversation(question: QuestionIn) -> str | None:
    if question.conversation_id is None:
        return None
    key = uuid_key(question.conversation_id)
    if key is None:
        raise Problem(404, "unknown_conversation", question.language)
    return key
