"""An answer again, feedback, and forgetting."""

from __future__ import annotations

import asyncio
import threading
import uuid

import pytest

from app.question_log import QuestionLog
from app.settings import Settings
from tests.api.conftest import Service, serving, until

pytestmark = pytest.mark.anyio


async def test_an_answer_can_be_fetched_again(service: Service) -> None:
    answer = (await service.ask()).json()
    again = await service.client.get(f"/api/v1/answers/{uuid.UUID(answer['id']).hex}")
    assert (again.status_code, again.json()) == (200, answer)


async def test_fetching_waits_for_an_answer_in_the_making(service: Service) -> None:
    service.assistant.gate = asyncio.Event()
    number = str(uuid.uuid4())
    asking = asyncio.create_task(service.ask(id=number))
    await until(lambda: service.assistant.asked)
    fetching = asyncio.create_task(service.client.get(f"/api/v1/answers/{number}"))
    await asyncio.sleep(0.02)
    assert not fetching.done()
    service.assistant.gate.set()
    assert (await fetching).json() == (await asking).json()


async def test_feedback(service: Service) -> None:
    path = f"/api/v1/answers/{(await service.ask()).json()['id']}/feedback"
    for body, status in (
        ({"helpful": True}, 204),
        ({"helpful": False, "reason": "outdated", "comment": "Hinta on muuttunut."}, 204),
        ({"helpful": "yes"}, 422),
        ({"helpful": 1}, 422),
        ({}, 422),
        ({"helpful": True, "comment": "x" * 2_001}, 422),
        ({"helpful": True, "reason": "\x00"}, 422),
    ):
        assert (await service.client.post(path, json=body)).status_code == status, body


async def test_after_deletion_nothing_is_left(service: Service) -> None:
    answer = (await service.ask()).json()
    conversation, number = answer["conversation_id"], answer["id"]
    assert (await service.client.delete(f"/api/v1/conversations/{conversation}")).status_code == 204
    for reply in (
        await service.client.get(f"/api/v1/answers/{number}"),
        await service.client.post(f"/api/v1/answers/{number}/feedback", json={"helpful": True}),
        await service.client.delete(f"/api/v1/conversations/{conversation}"),
        await service.ask(conversation_id=conversation),
    ):
        assert reply.status_code == 404
    assert (await service.ask(id=number)).json()["conversation_id"] != conversation


async def test_deleting_waits_for_the_answer_in_the_making(service: Service) -> None:
    conversation = (await service.ask()).json()["conversation_id"]
    service.assistant.gate = asyncio.Event()
    asking = asyncio.create_task(service.ask("And then?", conversation_id=conversation))
    await until(lambda: len(service.assistant.asked) == 2)
    deleting = asyncio.create_task(service.client.delete(f"/api/v1/conversations/{conversation}"))
    await asyncio.sleep(0.02)
    service.assistant.gate.set()
    answer = (await asking).json()
    assert (await deleting).status_code == 204
    assert (await service.client.get(f"/api/v1/answers/{answer['id']}")).status_code == 404


async def test_what_was_asked_before_the_deletion_goes_with_it(settings: Settings) -> None:
    """Even where it still waits for the store when the deletion comes."""
    log = SlowToKnow(settings)
    log.start()
    async with serving(settings, log=log) as service:
        conversation = (await service.ask()).json()["conversation_id"]
        log.open.clear()
        number = str(uuid.uuid4())
        asking = asyncio.create_task(service.ask("And then?", conversation_id=conversation, id=number))
        await until(lambda: log.waiting)
        deleting = asyncio.create_task(service.client.delete(f"/api/v1/conversations/{conversation}"))
        await asyncio.sleep(0.05)
        log.open.set()
        assert ((await asking).status_code, (await deleting).status_code) == (200, 204)
        assert (await service.client.get(f"/api/v1/answers/{number}")).status_code == 404
        assert not log.known_conversation(conversation)
    log.close()


class SlowToKnow(QuestionLog):
    """The first who asks for a conversation waits; those after do not."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.open = threading.Event()
        self.open.set()
        self.waiting = False

    def known_conversation(self, conversation_id: str) -> bool:
        if not self.open.is_set() and not self.waiting:
            self.waiting = True
            self.open.wait(2)
        return super().known_conversation(conversation_id)


async def test_without_the_store_what_cannot_be_done_is_said(storeless: Settings) -> None:
    async with serving(storeless) as service:
        answer = (await service.ask(language="sv")).json()
        kept = await service.client.post(f"/api/v1/answers/{answer['id']}/feedback", json={"helpful": True})
        forgotten = await service.client.delete(f"/api/v1/conversations/{answer['conversation_id']}")
        assert [kept.status_code, forgotten.status_code] == [204, 204]
        for reply in (
            await service.client.get(f"/api/v1/answers/{answer['id']}"),
            await service.client.post(f"/api/v1/answers/{uuid.uuid4()}/feedback", json={"helpful": True}),
            await service.client.get(f"/api/v1/answers/{uuid.uuid4()}"),
        ):
            assert (reply.status_code, reply.json()["code"]) == (503, "store_away")
            assert reply.headers["retry-after"] == "5"
