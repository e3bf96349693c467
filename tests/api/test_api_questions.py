"""Asking over HTTP: one path for JSON and events, one answer per id, one question at a time in a conversation."""

from __future__ import annotations

import asyncio
import json
import unicodedata
import uuid
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from app.api.accept import named_language, wants_stream
from app.api.exchange import Exchange
from app.api.streaming import frames
from app.domain import Channel
from app.events import Progress, Started
from app.question_log import QuestionLog
from app.settings import Settings
from tests.api.conftest import Service, serving, until

pytestmark = pytest.mark.anyio
EVENTS = {"Accept": "text/event-stream"}


async def test_json_and_events_carry_the_same_answer(service: Service) -> None:
    number = str(uuid.uuid4())
    plain = (await service.ask(id=number, language="sv")).json()
    streamed = await service.ask(id=number, language="sv", headers=EVENTS)
    fresh = await service.ask(headers=EVENTS)
    assert streamed.headers["content-type"].startswith("text/event-stream")
    assert streamed.headers["x-accel-buffering"] == "no"
    assert streamed.headers["cache-control"] == "no-store"
    assert events(streamed)[-1] == ("answer", plain)
    assert [name for name, _ in events(fresh)] == ["started", "progress", "sentence", "answer"]
    assert plain["status"] == "answered"
    assert plain["language"] == "sv"


async def test_twenty_equal_ids_make_one_answer(service: Service) -> None:
    service.assistant.gate = asyncio.Event()
    number = str(uuid.uuid4())
    waiting = [
        asyncio.create_task(service.ask(id=number, headers=EVENTS if place % 2 else None)) for place in range(20)
    ]
    await until(lambda: service.assistant.asked)
    service.assistant.gate.set()
    replies = await asyncio.gather(*waiting)
    assert len(service.assistant.asked) == 1
    answers = [events(reply)[-1][1] if place % 2 else reply.json() for place, reply in enumerate(replies)]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["id"] == number


async def test_same_id_with_another_question_is_a_conflict(service: Service) -> None:
    number = str(uuid.uuid4())
    await service.ask("Where can I learn Finnish?", id=number)
    refused = await service.ask("Where can I learn Swedish?", id=number)
    assert (refused.status_code, refused.json()["code"]) == (409, "other_question")


async def test_id_keeps_its_answer_over_a_restart(settings: Settings) -> None:
    number = uuid.uuid4()
    async with serving(settings) as first:
        before = (await first.ask("My number is 045 123 4567, where do I get a tax card?", id=str(number))).json()
    async with serving(settings) as second:
        after = await second.ask("My number is 045 123 4567, where do I get a tax card?", id=number.hex.upper())
        other = await second.ask("And a passport?", id=str(number))
        assert not second.assistant.asked
    assert after.json() == before
    assert other.status_code == 409


@pytest.mark.parametrize(
    "question",
    ["Missä päiväkoti on?", "vero\u00adkortti?", "tax card, 045\u200b123 4567?", "Olen 131052-\u200f308T, verokortti?"],
)
async def test_an_id_is_known_again_however_its_text_is_written(settings: Settings, question: str) -> None:
    body = {"question": unicodedata.normalize("NFD", question), "id": str(uuid.uuid4())}
    async with serving(settings) as service:
        first, second = [await service.client.post("/api/v1/questions", json=body) for _ in range(2)]
    assert (first.status_code, second.json()) == (200, first.json())


async def test_unknown_deleted_and_malformed_conversations_look_the_same(service: Service) -> None:
    deleted = (await service.ask()).json()["conversation_id"]
    assert (await service.client.delete(f"/api/v1/conversations/{deleted}")).status_code == 204
    for named in (deleted, str(uuid.uuid4()), "somebody-else", ""):
        refused = await service.ask(conversation_id=named, language="sv")
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown_conversation")
        assert "samtal" in refused.json()["detail"]


async def test_a_follow_up_gets_the_history_of_its_conversation(service: Service) -> None:
    first = (await service.ask("Where can I learn Finnish?")).json()
    second = await service.ask(
        "And Swedish?", conversation_id=first["conversation_id"], history=[{"question": "Lies?", "answer": "Lies."}]
    )
    assert second.json()["conversation_id"] == first["conversation_id"]
    assert [turn.question for turn in service.assistant.asked[1].history] == ["Where can I learn Finnish?"]


async def test_a_lost_store_costs_neither_the_answer_nor_the_follow_up(storeless: Settings) -> None:
    async with serving(storeless) as service:
        first = (await service.ask("Where can I learn Finnish?", id=str(uuid.uuid4()))).json()
        told = [{"question": "Where does 131052-308T learn?", "answer": "At Omnia."}]
        second = await service.ask("And Swedish?", conversation_id=first["conversation_id"], history=told)
        third = await service.ask("And English?", conversation_id=first["conversation_id"])
        again = await service.client.get(f"/api/v1/answers/{first['id']}")
        elsewhere = await service.ask("And Sámi?", conversation_id=str(uuid.uuid4()), history=told)
    assert first["status"] == "answered"
    assert [reply.status_code for reply in (second, third, elsewhere)] == [200, 200, 200]
    histories = [[turn.question for turn in question.history] for question in service.assistant.asked]
    assert histories[1:3] == [["Where can I learn Finnish?"], ["Where can I learn Finnish?", "And Swedish?"]]
    assert len(histories[3]) == 1 and "131052" not in histories[3][0]
    assert again.json() == first


async def test_yesterday_is_not_leaned_on_though_a_client_tells_of_it(settings: Settings) -> None:
    clock = [datetime(2026, 11, 28, 20, tzinfo=UTC)]
    log = QuestionLog(settings, now=lambda: clock[0])
    log.start()
    async with serving(settings, log=log) as service:
        first = (await service.ask("Where can I learn Finnish?")).json()
        clock[0] += timedelta(hours=settings.conversation_hours + 1)
        told = [{"question": "Where can I learn Finnish?", "answer": "At Omnia."}]
        second = await service.ask("And Swedish?", conversation_id=first["conversation_id"], history=told)
    assert second.status_code == 200 and second.json()["conversation_id"] == first["conversation_id"]
    log.close()
    assert service.assistant.asked[1].history == ()


async def test_questions_of_one_conversation_are_served_one_after_the_other(service: Service) -> None:
    talk = (await service.ask("First")).json()["conversation_id"]
    service.assistant.gate = asyncio.Event()
    waiting = [asyncio.create_task(service.ask(f"Question {place}", conversation_id=talk)) for place in range(5)]
    elsewhere = asyncio.create_task(service.ask("Another conversation"))
    await until(lambda: len(service.assistant.asked) == 3)
    await asyncio.sleep(0.05)
    assert service.assistant.now_answering == 2
    refused = await service.ask("One too many", conversation_id=talk)
    assert (refused.status_code, refused.json()["code"]) == (429, "conversation_busy")
    service.assistant.gate.set()
    assert all(reply.status_code == 200 for reply in await asyncio.gather(*waiting, elsewhere))
    last = service.assistant.asked[-1]  # which of the five came first is the event loop's choice
    assert {turn.question for turn in last.history[-4:]} | {last.text} == {f"Question {place}" for place in range(5)}


async def test_channel_follows_from_the_door(service: Service) -> None:
    for headers, channel in (
        ({}, Channel.API),
        ({"Origin": "http://service"}, Channel.WIDGET),
        ({"Origin": "https://www.espoo.fi"}, Channel.WIDGET),
        ({"Origin": "https://evil.example"}, Channel.API),
        ({"Origin": "http://[::1"}, Channel.API),
        ({"Origin": "null"}, Channel.API),
        ({"Sec-Fetch-Site": "same-origin"}, Channel.WIDGET),
        ({"Sec-Fetch-Site": "cross-site"}, Channel.API),
    ):
        await service.ask(headers=headers, channel="staff")
        assert service.assistant.asked[-1].channel is channel, headers


async def test_a_client_that_leaves_costs_nobody_the_answer(service: Service) -> None:
    service.assistant.gate = asyncio.Event()
    number = str(uuid.uuid4())
    leaving = asyncio.create_task(service.ask(id=number))
    await until(lambda: service.assistant.asked)
    leaving.cancel()
    service.assistant.gate.set()
    again = await service.client.get(f"/api/v1/answers/{number}")
    assert again.json()["text"].startswith("You asked")
    assert len(service.assistant.asked) == 1


async def test_silence_is_filled_with_heart_beats() -> None:
    exchange = Exchange("a", "b", b"")
    exchange.publish(Started("a", "b"))
    left: list[bool] = []
    stream = frames(exchange, lambda: left.append(True), heart_beat=0.01)
    assert (await anext(stream)).startswith(b"event: started")
    assert await anext(stream) == await anext(stream) == b": ping\n\n"
    exchange.publish(Progress("retrieve"))
    assert b'"retrieve"' in await anext(stream)
    await stream.aclose()
    assert left == [True]


@pytest.mark.parametrize(
    ("accept", "stream"),
    [
        ("", False),
        ("*/*", False),
        ("text/event-stream", True),
        ("text/event-stream, */*", True),
        ("application/json, text/event-stream;q=0.9", False),
        ("application/json;q=0.1, text/event-stream", True),
        ("text/event-stream;q=0", False),
        ("text/event-stream;q=x", False),
    ],
)
async def test_accept_chooses_the_form(accept: str, stream: bool) -> None:
    assert wants_stream(accept) is stream


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", None),
        ("sv-FI,sv;q=0.9", "sv"),
        ("de, en;q=0.2, sv;q=0.5", "sv"),
        ("ar", None),
        ("*;q=x,,;", None),
        ("EN-gb", "en"),
    ],
)
async def test_accept_language_chooses_the_language(header: str, language: str | None) -> None:
    assert named_language(header) == language


def events(reply: httpx.Response) -> list[tuple[str, dict[str, object]]]:
    blocks = [block.split("\n") for block in reply.text.strip().split("\n\n") if not block.startswith(":")]
    return [(lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: "))) for lines in blocks]
