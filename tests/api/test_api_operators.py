"""What operators rely on: health, metrics, rate limit, trusted proxies and origins, headers, logs, pages."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator

import pytest

from app.domain import LANGUAGES
from app.errors import ConfigurationError
from app.logs import configure_logs
from app.main import create_app
from app.question_log import QuestionLog
from app.settings import Settings
from app.texts import text
from tests.api.conftest import ScriptedAssistant, Service, serving

pytestmark = pytest.mark.anyio
SECRET = "Where does Aino Virtanen get a tax card?"


async def test_health_and_readiness(service: Service) -> None:
    for path in ("/healthz", "/readyz"):
        assert (await service.client.get(path)).status_code == 200
        assert (await service.client.head(path)).status_code == 200
    state = (await service.client.get("/readyz")).json()
    assert (state["ready"], state["degraded"], state["build"]) == (True, [], service.assistant.build_id)
    assert state["embedding_model"] == service.assistant.embedding_model


async def test_without_a_build_the_service_is_alive_and_not_ready(
    settings: Settings, question_log: QuestionLog
) -> None:
    async with serving(
        settings, ScriptedAssistant(problem="There is no build.", build_id=""), log=question_log
    ) as service:
        ready = await service.client.get("/readyz")
        assert (ready.status_code, ready.json()["problem"]) == (503, "There is no build.")
        assert (await service.client.get("/healthz")).status_code == 200
        assert "espoo_ready 0.0" in (await service.client.get("/metrics")).text


async def test_a_lost_store_is_named_and_costs_no_readiness(storeless: Settings) -> None:
    async with serving(storeless) as service:
        ready = await service.client.get("/readyz")
    assert (ready.status_code, ready.json()["degraded"]) == (200, ["store"])


async def test_metrics_count_without_telling_who_asked_what(service: Service) -> None:
    await service.ask(SECRET, language="sv")
    await service.client.get("/api/v1/answers/6f0d0c3e-1111-4222-8333-444455556666")
    figures = (await service.client.get("/metrics")).text
    assert 'espoo_questions_total{channel="api",language="sv",status="answered"} 1.0' in figures
    assert 'espoo_http_requests_total{method="GET",route="/api/v1/answers/{answer_id}",status="404"} 1.0' in figures
    assert re.search(r"espoo_build_age_seconds -?\d", figures)
    assert "Virtanen" not in figures and "6f0d0c3e" not in figures


async def test_a_client_asks_as_often_as_the_limit_says(settings: Settings, question_log: QuestionLog) -> None:
    async with serving(settings.model_copy(update={"rate_limit": "2/hour"}), log=question_log) as service:
        answer = (await service.ask()).json()
        assert (
            await service.client.post(f"/api/v1/answers/{answer['id']}/feedback", json={"helpful": True})
        ).status_code == 204
        refused = await service.ask(language="sv")
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert 1 <= int(refused.headers["retry-after"]) <= 3600
        assert refused.headers["retry-after"] in refused.json()["detail"] and "Försök" in refused.json()["detail"]
        assert (await service.client.get(f"/api/v1/answers/{answer['id']}")).status_code == 200
        assert "espoo_rate_limited_total 1.0" in (await service.client.get("/metrics")).text


async def test_a_client_cannot_choose_its_address(settings: Settings, question_log: QuestionLog) -> None:
    async with serving(
        settings.model_copy(update={"rate_limit": "1/hour"}), peer="203.0.113.9", log=question_log
    ) as service:
        statuses = [
            (await service.ask(headers={"X-Forwarded-For": f"198.51.100.{place}"})).status_code for place in range(3)
        ]
    assert statuses == [200, 429, 429]


async def test_a_trusted_proxy_tells_the_address(settings: Settings, question_log: QuestionLog) -> None:
    trusting = settings.model_copy(update={"rate_limit": "1/hour", "trusted_proxies": "10.0.0.0/8"})
    async with serving(trusting, peer="10.1.2.3", log=question_log) as service:
        for forwarded, status in (
            ("198.51.100.1", 200),
            ("198.51.100.2", 200),
            ("198.51.100.1", 429),
            ("192.0.2.77, 198.51.100.1", 429),  # what the client wrote in front does not count
            ("2001:db8:1:1::1", 200),
            ("2001:db8:1:1:ffff::2", 429),  # the same household
        ):
            assert (await service.ask(headers={"X-Forwarded-For": forwarded})).status_code == status, forwarded


async def test_without_redis_the_limit_holds_in_memory(settings: Settings, question_log: QuestionLog) -> None:
    nobody = settings.model_copy(update={"rate_limit": "1/hour", "redis_url": "redis://127.0.0.1:1"})
    async with serving(nobody, log=question_log) as service:
        assert [(await service.ask()).status_code for _ in range(2)] == [200, 429]
        assert (await service.client.get("/readyz")).json()["degraded"] == ["rate_limit"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate_limit": "often"},
        {"redis_url": "nonsense"},
        {"allowed_origins": "*"},
        {"allowed_origins": "https://www.espoo.fi/page"},
        {"allowed_origins": "www.espoo.fi"},
        {"allowed_origins": "https://[::1"},
        {"trusted_proxies": "*"},
        {"trusted_proxies": "proxy"},
    ],
)
async def test_settings_that_do_not_fit_are_told_at_the_start(settings: Settings, wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="ESPOO_" + next(iter(wrong)).upper()):
        create_app(settings.model_copy(update=wrong))


async def test_only_allowed_sites_may_read(service: Service) -> None:
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for origin, allowed in (
        ("https://www.espoo.fi", "https://www.espoo.fi"),
        ("https://evil.example", None),
        ("null", None),
    ):
        preflight = await service.client.options("/api/v1/questions", headers={"Origin": origin, **asking})
        reply = await service.ask("", headers={"Origin": origin})
        assert preflight.headers.get("access-control-allow-origin") == allowed
        assert reply.headers.get("access-control-allow-origin") == allowed
        assert "access-control-allow-credentials" not in reply.headers


async def test_every_response_has_its_security_headers(service: Service) -> None:
    for method, path in (
        ("GET", "/"),
        ("GET", "/docs"),
        ("GET", "/nothing"),
        ("POST", "/api/v1/questions"),
        ("GET", "/metrics"),
    ):
        headers = (await service.client.request(method, path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors" in headers["content-security-policy"]


async def test_a_fault_gives_the_desks_contact_and_an_incident(service: Service, log_lines: list[str]) -> None:
    service.assistant.fault = RuntimeError(SECRET)
    reply = await service.client.get("/api/v1/topics?language=sv", headers={"Origin": "https://www.espoo.fi"})
    problem = reply.json()
    assert (reply.status_code, problem["code"], problem["hand_off"]["phone"]) == (500, "fault", "09 816 22800")
    assert "Hello Espoo" in problem["detail"] and "Virtanen" not in reply.text and "Traceback" not in reply.text
    assert reply.headers["access-control-allow-origin"] == "https://www.espoo.fi"
    assert "espoo_faults_total 1.0" in (await service.client.get("/metrics")).text
    assert any(problem["instance"].removeprefix("urn:uuid:") in line for line in log_lines)
    assert "Virtanen" not in "".join(log_lines)


async def test_an_assistant_that_breaks_ends_as_failed(service: Service, log_lines: list[str]) -> None:
    service.assistant.delay = 0.03
    service.assistant.fault = RuntimeError(SECRET)
    answer = (await service.ask(SECRET, language="en")).json()
    assert (answer["status"], answer["hand_off"]["name"]) == ("failed", "Hello Espoo")
    assert "Hello Espoo" in answer["text"]
    assert [sentence["text"] for sentence in answer["sentences"]] == [answer["text"]]
    streamed = (await service.ask(SECRET, headers={"Accept": "text/event-stream"})).text
    assert re.findall("^event: (.*)", streamed, re.M) == ["started", "progress", "sentence", "answer"]
    seconds = re.search(r'espoo_answer_seconds_sum{mode="quoting"} (\S+)', (await service.client.get("/metrics")).text)
    assert seconds and float(seconds[1]) >= 0.06, "what failed took its time too"
    assert (await service.client.get(f"/api/v1/answers/{answer['id']}")).json() == answer
    assert "Virtanen" not in "".join(log_lines)


def test_a_librarys_log_line_loses_the_text_of_its_exception(log_lines: list[str]) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    line = json.loads(log_lines[0])
    assert (line["error"], line["level"]) == ("ValueError", "error")
    assert "test_api_operators.py" in line["frames"][0]
    assert "Virtanen" not in log_lines[0]


async def test_logs_are_json_and_hold_no_text_and_no_address(service: Service, log_lines: list[str]) -> None:
    await service.ask(SECRET)
    await service.ask("\x00" + SECRET)
    await service.client.get("/?language=sv&question=Virtanen")
    assert all(json.loads(line)["event"] for line in log_lines)
    assert any('"route": "/api/v1/questions"' in line for line in log_lines)
    assert "Virtanen" not in "".join(log_lines) and "127.0.0.1" not in "".join(log_lines)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_helps_without_a_script(service: Service, language: str) -> None:
    page = await service.client.get("/", headers={"Accept-Language": language})
    assert f'<html lang="{language}">' in page.text
    assert "09 816 22800" in page.text and "hello@espoo.fi" in page.text
    assert text("page.no_script", language) in page.text  # type: ignore[arg-type]


async def test_pages_load_nothing_from_elsewhere(service: Service) -> None:
    for path in ("/", "/embed", "/docs"):
        page = await service.client.get(path)
        loaded = re.findall(r'(?:src|href)="([^"]+)"', re.sub(r"<a [^>]*>", "", page.text))
        assert loaded and all(address.startswith("/") for address in loaded)
        for address in loaded:
            assert (await service.client.get(address)).status_code == 200
    assert "/api/v1/questions" in page.text and "rate_limited" in page.text


@pytest.fixture
def log_lines() -> Iterator[list[str]]:
    """What the service would write to standard error."""
    configure_logs("DEBUG")
    root, lines = logging.getLogger(), []
    formatter = root.handlers[0].formatter
    assert formatter

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(formatter.format(record))

    kept = root.handlers[:]
    root.handlers[:] = [Collect()]
    yield lines
    root.handlers[:], root.level = kept, logging.CRITICAL
