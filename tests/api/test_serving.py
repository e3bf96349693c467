"""The server as a process: its ready line, clients that leave, and its end. Everything here goes over a real socket."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from app.serving import ImpatientProtocol
from tests.conftest import ingest

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = (
    ("en", "How do I get a tax card?"),
    ("fi", "Miten saan verokortin?"),
    ("sv", "Hur får jag ett skattekort?"),
)
ASKED = {"question": "How do I get a tax card?", "language": "en"}


def test_a_client_that_leaves_is_counted_and_its_answer_kept(slow: httpx.Client) -> None:
    streamed, plain = str(uuid.uuid4()), str(uuid.uuid4())
    with slow.stream(
        "POST", "/api/v1/questions", json={**ASKED, "id": streamed}, headers={"Accept": "text/event-stream"}
    ) as reply:
        assert next(reply.iter_lines()) == "event: started"
    with pytest.raises(httpx.ReadTimeout):
        slow.post("/api/v1/questions", json={**ASKED, "id": plain}, timeout=0.1)
    until(lambda: "espoo_client_left_total 2.0" in slow.get("/metrics").text)
    for number in (streamed, plain):
        assert slow.get(f"/api/v1/answers/{number}").json()["status"] == "answered"


def test_events_arrive_as_they_happen(slow: httpx.Client) -> None:
    began, seen = time.monotonic(), []
    with slow.stream("POST", "/api/v1/questions", json=ASKED, headers={"Accept": "text/event-stream"}) as reply:
        for line in reply.iter_lines():
            if line.startswith("event: "):
                seen.append((line.removeprefix("event: "), time.monotonic() - began))
    assert [name for name, _ in seen] == ["started", "progress", "sentence", "answer"]
    assert seen[0][1] < 0.25 < seen[-1][1]


def test_a_body_of_ten_megabytes_is_refused(slow: httpx.Client) -> None:
    reply = slow.post("/api/v1/questions", content=b"x" * 10_000_000, headers={"Content-Type": "application/json"})
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")
    chunked = slow.post(
        "/api/v1/questions", content=(b"x" * 100_000 for _ in range(100)), headers={"Content-Type": "application/json"}
    )
    assert (chunked.status_code, chunked.json()["code"]) == (413, "too_large")
    assert slow.get("/healthz").status_code == 200


def test_broken_http_is_answered_without_a_trace(slow: httpx.Client) -> None:
    with socket.create_connection((slow.base_url.host, slow.base_url.port or 0), timeout=5) as line:
        line.sendall(b"POST /api/v1/questions HTTP/1.1\r\nContent-Length: -5\r\n\r\n")
        assert b"Traceback" not in line.recv(4096)
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x"}
    assert slow.get("/api/v1/questions", headers=upgrade).status_code == 405
    assert slow.get("/healthz").status_code == 200


def test_a_request_whose_head_does_not_come_is_not_waited_for() -> None:
    async def silent(sent: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        try:
            return await asyncio.wait_for(reader.read(), 5)
        finally:
            writer.close()

    async def four_ways() -> list[bytes]:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        heads = (b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ", WHOLE + b"GET / HT", WHOLE)
        try:
            return list(await asyncio.gather(*map(silent, heads)))
        finally:
            server.should_exit = True
            await serving

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        config = uvicorn.Config(slow_page, http=Hasty, lifespan="off", log_config=None, timeout_keep_alive=0)
        server = uvicorn.Server(config)
        nothing, half, second, whole = asyncio.run(four_ways())
    assert nothing == half == b""
    assert second.count(b"200 OK") == whole.count(b"200 OK") == 1


WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Hasty(ImpatientProtocol):
    patience = 0.1


async def slow_page(scope: Scope, receive: Receive, send: Send) -> None:
    """Takes longer than a head may: only the head is hurried."""
    await asyncio.sleep(0.3)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def test_from_no_build_to_the_next_and_over_a_restart(data_dir: Path, tmp_path: Path) -> None:
    """The real service: it says what to run, notices a build, then another, and keeps its answers."""
    numbered = [(str(uuid.uuid4()), language, question) for language, question in QUESTIONS]
    with running("app", tmp_path) as (process, url):
        assert cpu_seconds(process) < 6
        assert httpx.get(f"{url}/readyz").status_code == 503
        failed = asked(url)
        shutil.copytree(data_dir / "builds", tmp_path / "builds")
        until(lambda: httpx.get(f"{url}/readyz").status_code == 200)
        before = httpx.get(f"{url}/readyz").json()["build"]
        first = [asked(url, *question) for question in numbered]
        ingest(tmp_path)
        statuses: list[str] = []
        until(lambda: statuses.append(asked(url)["status"]) or httpx.get(f"{url}/readyz").json()["build"] != before)
        assert resident_megabytes(process) < 900
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        errors = process.stderr.read() if process.stderr else ""
    with running("app", tmp_path) as (_, url):
        assert [asked(url, *question) for question in numbered] == first
    assert failed["status"] == "failed" and failed["hand_off"]["name"]
    assert "python -m ingest run" in errors and "Traceback" not in errors
    assert set(statuses) == {"answered"}
    for answer, (_, language, _) in zip(first, numbered, strict=True):
        assert (answer["status"], answer["language"]) == ("answered", language)
        assert answer["citations"][0]["source"]["url"].startswith("https://")


def test_sigterm_finishes_the_answer_in_the_making(server: subprocess.Popen[str], slow: httpx.Client) -> None:
    """The last of those that use this process: it ends here."""
    replies: list[httpx.Response] = []
    asking = threading.Thread(target=lambda: replies.append(slow.post("/api/v1/questions", json=ASKED)))
    asking.start()
    until(lambda: "espoo_answers_running 1.0" in httpx.get(f"{slow.base_url}/metrics").text)
    server.send_signal(signal.SIGTERM)
    asking.join(timeout=20)
    assert replies[0].json()["status"] == "answered"
    assert server.wait(timeout=20) == 0


@pytest.fixture(scope="module")
def slow_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with running("slow", tmp_path_factory.mktemp("slow")) as process_and_url:
        yield process_and_url


@pytest.fixture(scope="module")
def server(slow_process: tuple[subprocess.Popen[str], str]) -> subprocess.Popen[str]:
    return slow_process[0]


@pytest.fixture(scope="module")
def slow(slow_process: tuple[subprocess.Popen[str], str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=slow_process[1]) as client:
        yield client


@contextmanager
def running(kind: str, data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and its address, once it says that it serves."""
    process = subprocess.Popen(
        command(kind, data),
        cwd=data,
        env=environment(data),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        found = re.search(r"http://\S+", line)
        assert found, process.stderr.read() if process.stderr else line
        yield process, found.group()
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def asked(
    url: str, number: str = "", language: str = "en", question: str = "How do I get a tax card?"
) -> dict[str, Any]:
    body = {"question": question, "language": language, "id": number or str(uuid.uuid4())}
    reply = httpx.post(f"{url}/api/v1/questions", json=body)
    assert reply.status_code == 200
    return dict(reply.json())


def cpu_seconds(process: subprocess.Popen[str]) -> float:
    """What the process has worked so far; wall time would measure what else the machine does."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(process: subprocess.Popen[str]) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def command(kind: str, data: Path) -> list[str]:
    if kind == "app":
        return [sys.executable, "-m", "app", "serve", "--port", "0"]
    return [sys.executable, str(ROOT / "tests" / "api" / "slow_service.py"), str(data), "0.4"]


def environment(data: Path) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "ESPOO_DATA_DIR": str(data), "ESPOO_RATE_LIMIT": ""}


def until(true: Callable[[], object], patience: float = 20.0) -> None:
    edge = time.monotonic() + patience
    while not true():
        assert time.monotonic() < edge
        time.sleep(0.02)
