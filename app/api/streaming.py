"""An exchange as server-sent events: `started`, `progress`, `sentence`, `reset`, `answer`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import TypeAdapter

from app.api.exchange import Exchange
from app.events import Event, Finished, Progress, Reset, SentenceReady, Started
from app.wire import answer_to_dict

HEART_BEAT = 10.0  # seconds; proxies close a line that is silent for longer
HEADERS = {"X-Accel-Buffering": "no"}

_SENTENCE = TypeAdapter(SentenceReady)


async def frames(exchange: Exchange, left: Callable[[], None], heart_beat: float = HEART_BEAT) -> AsyncIterator[bytes]:
    """The events so far and those to come. `left` is called when the client goes before the end."""
    async with aclosing(followed(exchange, left, heart_beat)) as events:
        async for event in events:
            yield frame(event) if event else KEEPALIVE_COMMENT


async def followed(
    exchange: Exchange, left: Callable[[], None], heart_beat: float = HEART_BEAT
) -> AsyncGenerator[Event | None]:
    """The events so far and those to come; None whenever nothing came for the length of a heart-beat."""
    seen = 0
    try:
        while True:
            for event in exchange.events[seen:]:
                seen += 1
                yield event
            if exchange.done and seen == len(exchange.events):
                return
            try:
                await asyncio.wait_for(exchange.more(seen), heart_beat)
            except TimeoutError:
                yield None
    except (asyncio.CancelledError, GeneratorExit):
        if not exchange.done:
            left()
        raise


def frame(event: Event) -> bytes:
    name, data = _payload(event)
    return format_sse_event(data_str=json.dumps(data, ensure_ascii=False), event=name)


def _payload(event: Event) -> tuple[str, dict[str, Any]]:
    match event:
        case Started():
            return "started", {"id": event.id, "conversation_id": event.conversation_id}
        case Progress():
            return "progress", {"step": event.step}
        case SentenceReady():
            return "sentence", _SENTENCE.dump_python(event, mode="json")
        case Reset():
            return "reset", {}
        case Finished():
            return "answer", answer_to_dict(event.answer)
