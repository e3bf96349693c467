"""The widget's file, and the advisor's own page for browsers and sites without scripts."""

from __future__ import annotations

import gzip
import re

import pytest

from app.domain import LANGUAGES, Language
from app.settings import Settings
from app.texts import text
from tests.api.conftest import Service, serving

pytestmark = pytest.mark.anyio
FORM = {"question": "How do I get a tax card?"}


async def test_the_widgets_file_may_be_loaded_by_any_site(service: Service) -> None:
    first = await service.client.get("/widget.js", headers={"Origin": "https://somebody.example"})
    assert first.headers["access-control-allow-origin"] == "*"
    assert first.headers["content-type"].startswith("text/javascript")
    assert first.headers["cache-control"] == "no-cache" and "hello-espoo" in first.text
    assert int(first.headers["content-length"]) < 28_000
    again = await service.client.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = await service.client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert plain.content == first.content and plain.headers["etag"] != first.headers["etag"]
    assert gzip.compress(plain.content, mtime=0)[:2] == b"\x1f\x8b"
    assert (await service.client.head("/widget.js")).status_code == 200


async def test_only_allowed_sites_may_frame_the_advisor(service: Service) -> None:
    embedded = (await service.client.get("/embed")).headers["content-security-policy"]
    assert "frame-ancestors 'self' https://www.espoo.fi" in embedded
    page = (await service.client.get("/")).headers["content-security-policy"]
    assert page.endswith("frame-ancestors 'self'") and "trusted-types lit-html" in page


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_plain_form(service: Service, language: Language) -> None:
    empty = await service.client.get(f"/embed?language={language}")
    assert f'<html lang="{language}">' in empty.text and text("page.hint", language) in empty.text
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', empty.text))
    reply = await service.client.post(f"/embed?language={language}", data=FORM | fields)
    assert reply.status_code == 200 and "You asked something." in reply.text and "hello@espoo.fi" in reply.text
    assert service.assistant.asked[-1].language == language
    again = await service.client.post(f"/embed?language={language}", data=FORM | fields)
    assert "You asked something." in again.text and len(service.assistant.asked) == 1, "a reload asks nothing anew"
    following = dict(re.findall(r'name="(\w+)" value="([^"]*)"', reply.text))
    await service.client.post("/embed", data={"question": "And for a child?"} | following)
    assert service.assistant.asked[-1].conversation_id == service.assistant.asked[0].conversation_id
    assert service.assistant.asked[-1].history


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"question": ""}, 422, "empty"),
        ({"question": "   "}, 422, "empty"),
        ({}, 422, "empty"),
        ({"question": "?!"}, 422, "no_words"),
        ({"question": "x" * 1001}, 422, "too_long"),
        ({"question": "tax\x00card"}, 422, "control_characters"),
        (FORM | {"conversation_id": "6f0d0c3e-1111-4222-8333-444455556666"}, 404, "unknown_conversation"),
    ],
)
async def test_what_does_not_fit_is_said_on_the_page(
    service: Service, sent: dict[str, str], status: int, code: str
) -> None:
    reply = await service.client.post("/embed?language=sv", data=sent)
    assert (reply.status_code, reply.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert text(f"errors.{code}.detail", "sv", limit="1000") in reply.text
    assert sent.get("question", "").strip("\x00")[:3] in reply.text, "the question stays in the field"
    assert not service.assistant.asked


async def test_markup_in_the_form_stays_text(service: Service) -> None:
    hostile = '"></textarea><script>alert(1)</script>{{ 7 * 7 }}'
    for sent in ({"question": hostile}, {"question": "?" + "<b>" * 400}, {"question": "!", "id": hostile}):
        reply = await service.client.post("/embed", data=sent | {"conversation_id": hostile})
        assert "<script>alert" not in reply.text and "<b>" not in reply.text


async def test_the_plain_form_is_rate_limited_in_words(settings: Settings) -> None:
    async with serving(settings.model_copy(update={"rate_limit": "1/minute"})) as running:
        assert (await running.client.post("/embed?language=en", data=FORM)).status_code == 200
        reply = await running.client.post("/embed?language=en", data=FORM)
        assert reply.status_code == 429 and int(reply.headers["retry-after"]) > 0
        assert "Try again in" in reply.text and FORM["question"] in reply.text


async def test_a_fault_behind_the_plain_form_ends_as_failed(service: Service) -> None:
    service.assistant.fault = RuntimeError("secret")
    reply = await service.client.post("/embed?language=en", data=FORM)
    assert (
        text("failed.text", "en", name="Hello Espoo") in reply.text.replace("&#39;", "'") and "secret" not in reply.text
    )


async def test_terms(service: Service) -> None:
    assert (await service.client.get("/api/v1/terms")).json() == {"retention_days": 90, "max_question": 1000}


async def test_the_description_is_prose(service: Service) -> None:
    page = (await service.client.get("/docs")).text
    assert "<p>Was it helpful? " in page and "<code>reset</code>" in page and "`" not in page
