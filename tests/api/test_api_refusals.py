"""Bad input: each a problem document in the asker's language, never a stack trace."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from app.api.body_limit import BodyLimit
from app.api.schemas import MAX_QUESTION
from app.settings import Settings
from tests.api.conftest import ScriptedAssistant, Service, serving

pytestmark = pytest.mark.anyio
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_json"),
        (b"{", 400, "bad_json"),
        (b"[]", 400, "bad_json"),
        (b"null", 400, "bad_json"),
        (b'"question"', 400, "bad_json"),
        (b'{"question": "\xff\xfe"}', 400, "bad_json"),
        (b"[" * 100_000, 400, "bad_json"),
        (b'{"question": ' + b"1" * 5_000 + b"}", 400, "bad_json"),
        (b"{}", 422, "empty"),
        (b'{"question": ""}', 422, "empty"),
        (b'{"question": " \\n\\t\\u00a0\\u2003 "}', 422, "empty"),
        ('{"question": "😀 👍🏽 🇫🇮"}'.encode(), 422, "no_words"),
        (b'{"question": "?!... \\u200b"}', 422, "no_words"),
        (b'{"question": "tax\\u0000card"}', 422, "control_characters"),
        (b'{"question": "tax\\u001b[31mcard"}', 422, "control_characters"),
        (b'{"question": "tax \\ud800 card"}', 422, "broken_text"),
        (b'{"question": 5}', 422, "wrong_type"),
        (b'{"question": ["a"]}', 422, "wrong_type"),
        (b'{"question": null}', 422, "wrong_type"),
        (b'{"question": "' + b"x" * (MAX_QUESTION + 1) + b'"}', 422, "too_long"),
        (b'{"question": "x", "language": "de"}', 422, "unknown_language"),
        (b'{"question": "x", "language": 1}', 422, "unknown_language"),
        (b'{"question": "x", "id": "1"}', 422, "not_uuid"),
        (b'{"question": "x", "id": {}}', 422, "not_uuid"),
        (b'{"question": "x", "conversation_id": 7}', 422, "wrong_type"),
        (b'{"question": "x", "conversation_id": "\\ud800"}', 422, "broken_text"),
        (b'{"question": "x", "history": {}}', 422, "wrong_type"),
        (b'{"question": "x", "history": [{"answer": "a"}]}', 422, "missing"),
        (b'{"question": "x", "history": [{"question": "\\udfff"}]}', 422, "broken_text"),
    ],
)
async def test_bad_questions(service: Service, body: bytes, status: int, code: str) -> None:
    reply = await service.client.post("/api/v1/questions", content=body, headers=JSON)
    problem = reply.json()
    assert reply.headers["content-type"] == "application/problem+json"
    assert (reply.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert set(problem) == {"type", "title", "status", "detail", "instance", "code"}
    assert not service.assistant.asked


async def test_the_longest_question_is_answered(service: Service) -> None:
    assert (await service.ask("ä" * MAX_QUESTION)).status_code == 200
    assert (await service.ask("مرحبا 你好 112")).status_code == 200


@pytest.mark.parametrize(
    ("language", "accept", "words"),
    [
        ("sv", "en", "för lång"),
        ("en", "sv", "too long"),
        (None, "sv-FI", "för lång"),
        (None, "", "liian pitkä"),
        ("xx", "en", "fi, sv or en"),
    ],
)
async def test_refusals_are_in_the_askers_language(
    service: Service, language: str | None, accept: str, words: str
) -> None:
    question = "x" if language == "xx" else "x" * (MAX_QUESTION + 1)
    reply = await service.ask(question, language=language, headers={"Accept-Language": accept})
    assert words in reply.json()["title"] + reply.json()["detail"]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
async def test_only_json_is_taken(service: Service, kind: str) -> None:
    reply = await service.client.post("/api/v1/questions", content=b'{"question": "x"}', headers={"Content-Type": kind})
    assert (reply.status_code, reply.json()["code"]) == (415, "unsupported_type")


async def test_large_bodies_are_refused_before_they_are_read(service: Service) -> None:
    sent = 0

    async def flood() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(160):
            sent += 1
            yield b"x" * 65_536

    chunked = await service.client.post("/api/v1/questions", content=flood(), headers=JSON)
    stated = await service.client.post("/api/v1/questions", content=b"x" * 10_000_000, headers=JSON)
    for reply in (chunked, stated):
        assert (reply.status_code, reply.json()["code"]) == (413, "too_large")
    assert sent < 20


async def test_a_body_that_drips_in_is_not_waited_for() -> None:
    async def reading(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["more_body"]:
            pass

    async def dripping() -> Message:
        await asyncio.sleep(0.004)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def send(message: Message) -> None:
        """Nothing is answered here."""

    with pytest.raises(HTTPException, match="408"):
        await BodyLimit(reading, patience=0.02)({"type": "http", "headers": []}, dripping, send)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/api/v1/questions", 405, "method_not_allowed"),
        ("PUT", "/api/v1/questions", 405, "method_not_allowed"),
        ("GET", "/api/v1/topics?language=de", 422, "unknown_language"),
        ("GET", "/api/v1/desk?language=", 422, "unknown_language"),
        ("GET", "/api/v1/answers/no", 404, "unknown_answer"),
        ("GET", "/api/v1/answers/6f0d0c3e-1111-4222-8333-444455556666", 404, "unknown_answer"),
        ("DELETE", "/api/v1/conversations/no", 404, "unknown_conversation"),
        ("DELETE", "/api/v1/conversations/6f0d0c3e-1111-4222-8333-444455556666", 404, "unknown_conversation"),
        ("GET", "/pages/..%2fmain.py", 404, "not_found"),
        ("GET", "/pages/index.html", 404, "not_found"),
    ],
)
async def test_wrong_addresses(service: Service, method: str, path: str, status: int, code: str) -> None:
    reply = await service.client.request(method, path)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"


def test_nothing_that_is_sent_makes_a_fault(tmp_path: Path) -> None:
    """Any JSON in any field: an answer or a problem with a code, never a 500."""
    values = st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(st.characters(exclude_categories=()), max_size=40),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
        max_leaves=6,
    )
    fields = ("question", "id", "language", "conversation_id", "history", "helpful", "reason", "comment")
    bodies = st.dictionaries(st.sampled_from(fields), values, max_size=8) | values
    settings = Settings(_env_file=None, data_dir=tmp_path, rate_limit="")
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        service = runner.run(stack.enter_async_context(serving(settings, ScriptedAssistant())))

        @hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(
            bodies,
            st.sampled_from(["/api/v1/questions", "/api/v1/answers/6f0d0c3e-1111-4222-8333-444455556666/feedback"]),
        )
        def never_a_fault(body: object, path: str) -> None:
            reply = runner.run(service.client.post(path, content=json.dumps(body).encode(), headers=JSON))
            assert reply.status_code in (200, 400, 404, 422), reply.text
            assert reply.status_code == 200 or reply.json()["code"]

        never_a_fault()
        runner.run(stack.aclose())
