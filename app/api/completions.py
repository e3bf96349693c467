"""The OpenAI door: the same assistant for every client that speaks the chat completions protocol."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from app.api.accept import STREAM, asker_language, named_language
from app.api.admission import limited
from app.api.completion_reply import Completion
from app.api.completion_request import MODEL, CompletionIn, read_completion
from app.api.completion_stream import chunks
from app.api.exchange import Asked
from app.api.exchanges import TOLD
from app.api.parts import parts_of
from app.api.problems import Problem
from app.api.streaming import HEADERS
from app.api.waiting import CLIENT_LEFT, ended_or_left

MADE = 1_795_305_600  # 22 November 2026, in seconds since 1970

router = APIRouter(prefix="/v1", tags=["OpenAI clients"])


@router.post(
    "/chat/completions",
    response_class=JSONResponse,
    responses={200: {"content": {STREAM: {}}}},
    dependencies=[Depends(limited)],
    summary="Ask as an OpenAI client does",
)
async def complete(completion: CompletionIn, request: Request) -> Response:
    """A `chat.completion`, or with `stream` its chunks. The whole Answer is beside it under `hello_espoo`."""
    parts = parts_of(request)
    asked = read_completion(completion, named_language(request.headers.get("accept-language", "")))
    exchange = parts.exchanges.join(asked)
    await exchange.opened()
    made = Completion(exchange.id, int(time.time()), _prompt(asked))
    left = parts.metrics.client_left
    if completion.stream:
        with_usage = bool(completion.stream_options and completion.stream_options.include_usage)
        stream = chunks(exchange, made, asked.language or "fi", with_usage, left)
        return StreamingResponse(stream, headers=HEADERS, media_type=STREAM)
    answer = await ended_or_left(exchange, request)
    if answer is None:
        left()
        return Response(status_code=CLIENT_LEFT)
    return JSONResponse(made.whole(answer))


@router.get("/models", summary="The models of this door: one")
async def models() -> dict[str, Any]:
    return {"object": "list", "data": [_model()]}


@router.get("/models/{model:path}", summary="One model")
async def model(model: str, request: Request) -> dict[str, Any]:
    if model != MODEL:
        raise Problem(404, "model_not_found", asker_language(request), field="model", model=MODEL)
    return _model()


def _model() -> dict[str, Any]:
    return {"id": MODEL, "object": "model", "created": MADE, "owned_by": "hello-espoo"}


def _prompt(asked: Asked) -> str:
    """What was read of the conversation."""
    return " ".join([*(part for turn in asked.history[-TOLD:] for part in turn), asked.text])
