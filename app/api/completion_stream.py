"""A completion as a stream of chunks. The protocol cannot take text back, so none is sent that may still be voided."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing

from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from app.api.completion_errors import error_body
from app.api.completion_reply import Completion, pieces, url_citations
from app.api.exchange import Exchange
from app.api.problems import Problem
from app.api.streaming import HEART_BEAT, followed
from app.domain import Answer, Language
from app.events import Finished, SentenceReady
from app.wire import Json, answer_to_dict

DONE = format_sse_event(data_str="[DONE]")


async def chunks(
    exchange: Exchange,
    completion: Completion,
    language: Language,
    include_usage: bool,
    left: Callable[[], None],
    heart_beat: float = HEART_BEAT,
) -> AsyncIterator[bytes]:
    """The content once it is final. `left` is called when the client goes before that.

    Where the answer begins with a sentence of our own, which no source carries and nothing voids, that one goes out at
    once: the numbers for an emergency wait for no language model.
    """
    more: Json = {"usage": None} if include_usage else {}
    yield _frame(completion.chunk({"role": "assistant", "content": "", "refusal": None}, **more))
    answer: Answer | None = None
    shown: str | None = None
    silent_since = time.monotonic()
    async with aclosing(followed(exchange, left, heart_beat)) as events:
        async for event in events:
            sent = b""
            if isinstance(event, Finished):
                answer = event.answer
            elif isinstance(event, SentenceReady) and shown is None:
                shown = "" if event.sentence.citations else event.sentence.text
                sent = _frame(completion.chunk({"content": shown}, **more)) if shown else b""
            elif event is None or time.monotonic() - silent_since >= heart_beat:
                sent = KEEPALIVE_COMMENT
            if sent:
                silent_since = time.monotonic()
                yield sent
    for frame in _ending(answer, completion, shown or "", more) if answer else [_broken(language)]:
        yield frame


def _ending(answer: Answer, completion: Completion, shown: str, more: Json) -> Iterator[bytes]:
    for piece in pieces(answer, shown):
        yield _frame(completion.chunk({"content": piece}, **more))
    last = completion.chunk({"annotations": url_citations(answer)}, "stop", **more, hello_espoo=answer_to_dict(answer))
    yield _frame(last)
    if more:
        yield _frame(completion.usage_chunk(answer))
    yield DONE


def _broken(language: Language) -> bytes:
    """The service is stopping: official clients raise this as an APIError."""
    return _frame(error_body(Problem(503, "busy"), language))


def _frame(data: Json) -> bytes:
    """In ASCII: no reader can then cut a character in two, or take U+2028 for the end of a line."""
    return format_sse_event(data_str=json.dumps(data))
