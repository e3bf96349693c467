"""A stream of chunks event by event: what goes out at once, what waits, and what is never sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.api.completion_reply import Completion, content_of, url_citations
from app.api.completion_stream import chunks
from app.api.exchange import Exchange
from app.domain import Answer, AnswerSentence, Citation, Owner, Source, Status
from app.events import Finished, Progress, Reset, SentenceReady, Started

pytestmark = pytest.mark.anyio
PING = b": ping\n\n"
URGENT = AnswerSentence("Call 112.")
LIE = AnswerSentence("It is free.", (1,))
TRUE = AnswerSentence("It costs 5 €.\u2028 Always.", (1,))
SOURCE = Source("Fees", "https://www.espoo.fi/fees", "", "en", "City of Espoo", Owner.ESPOO, None, None, "k/fees/en.md")


def answer(*sentences: AnswerSentence, text: str) -> Answer:
    return Answer(
        "a", "b", "q", "q", Status.ANSWERED, "en", text, sentences=sentences, citations=(Citation(1, "", SOURCE),)
    )


class Client:
    """Reads a stream as a chat client does."""

    def __init__(self, exchange: Exchange, heart_beat: float = 10.0) -> None:
        self.left: list[bool] = []
        self.stream = chunks(exchange, Completion("a", 1, "q"), "en", False, lambda: self.left.append(True), heart_beat)

    async def next(self) -> bytes:
        return await anext(self.stream)

    async def rest(self) -> list[Any]:
        return [parsed(frame) async for frame in self.stream]


def parsed(frame: bytes) -> Any:
    assert frame.startswith(b"data: ") and frame.endswith(b"\n\n") and frame.isascii()
    data = frame[6:].decode().strip()
    return data if data == "[DONE]" else json.loads(data)


def content(frames: list[Any]) -> str:
    deltas = [frame["choices"][0]["delta"] for frame in frames if isinstance(frame, dict)]
    return "".join(delta.get("content", "") for delta in deltas)


def begun() -> Exchange:
    exchange = Exchange("a", "b", b"")
    exchange.publish(Started("a", "b"))
    exchange.publish(Progress("understand"))
    return exchange


async def test_nothing_that_was_voided_reaches_the_client() -> None:
    exchange, final = begun(), answer(TRUE, text=f"{TRUE.text} [1]")
    client = Client(exchange, heart_beat=0.01)
    assert parsed(await client.next())["choices"][0]["delta"] == {"role": "assistant", "content": "", "refusal": None}
    exchange.publish(SentenceReady(LIE))
    assert await client.next() == await client.next() == PING
    for event in (Reset(), SentenceReady(TRUE), Finished(final)):
        exchange.publish(event)
    exchange.finish()
    frames = [frame async for frame in client.stream if frame != PING]
    assert content([parsed(frame) for frame in frames]) == content_of(final)
    assert not [frame for frame in frames if b"free" in frame]
    assert frames[-1] == b"data: [DONE]\n\n"
    assert not client.left


async def test_the_numbers_for_an_emergency_wait_for_nothing() -> None:
    exchange, final = begun(), answer(URGENT, TRUE, text=f"{URGENT.text}\n\n{TRUE.text} [1]")
    client = Client(exchange)
    await client.next()
    exchange.publish(SentenceReady(URGENT))
    first = parsed(await client.next())
    assert first["choices"][0]["delta"] == {"content": "Call 112."}
    for event in (SentenceReady(LIE), Reset(), SentenceReady(TRUE), Finished(final)):
        exchange.publish(event)
    exchange.finish()
    rest = await client.rest()
    assert content([first, *rest]) == content_of(final)
    assert rest[-2]["choices"][0]["delta"]["annotations"] == url_citations(final)


async def test_sentences_that_trickle_in_do_not_silence_the_heart_beat() -> None:
    exchange = begun()
    client = Client(exchange, heart_beat=0.05)
    await client.next()
    for _ in range(3):
        exchange.publish(SentenceReady(TRUE))
        assert await client.next() == PING


async def test_a_client_that_leaves_before_the_answer_is_counted_once() -> None:
    exchange = begun()
    client = Client(exchange, heart_beat=0.01)
    await client.next()
    await client.next()
    await client.stream.aclose()
    assert client.left == [True]


async def test_a_client_that_leaves_after_the_answer_is_not_counted() -> None:
    exchange = begun()
    exchange.publish(Finished(answer(TRUE, text="x")))
    exchange.finish()
    client = Client(exchange)
    await client.next()
    await client.next()
    await client.stream.aclose()
    assert not client.left


async def test_a_service_that_stops_says_so_in_the_stream() -> None:
    exchange = begun()
    exchange.finish()
    client = Client(exchange)
    await client.next()
    [error] = await client.rest()
    assert error["error"]["code"] == "busy"


def test_a_source_without_a_marker_is_annotated_in_the_list() -> None:
    unmarked = answer(AnswerSentence("I don't know."), text="I don't know.")
    [citation] = [annotation["url_citation"] for annotation in url_citations(unmarked)]
    said = content_of(unmarked)[citation["start_index"] : citation["end_index"]]
    assert said == f"[1] Fees (City of Espoo, page has no date) {SOURCE.url}"


def test_a_source_without_an_address_is_listed_and_not_annotated() -> None:
    bare = Answer(
        "a", "b", "q", "q", Status.ANSWERED, "en", "Yes. [1]",
        citations=(Citation(1, "", Source("Plan", "", "", "fi", "", Owner.ESPOO, None, None, "d/plan.pdf")),),
    )  # fmt: skip
    assert url_citations(bare) == []
    assert content_of(bare).endswith("- [1] Plan (Finnish, page has no date)")
