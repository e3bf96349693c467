"""The bench against a real HTTP server, and against none."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.errors import EspooError
from eval.bench import bench


class _Service(BaseHTTPRequestHandler):
    status = 200

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_every_question_is_asked_and_timed(url: str) -> None:
    one, many = asyncio.run(bench(url, ["a?", "b?"], [1, 4], count=12))
    assert (one.users, one.questions, many.users, many.questions) == (1, 12, 4, 12)
    assert 0 < one.p50_ms <= one.p95_ms


def test_a_rate_limit_is_named(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Service, "status", 429)
    with pytest.raises(EspooError, match="ESPOO_RATE_LIMIT"):
        asyncio.run(bench(url, ["a?"], [1], count=1))


def test_no_service_is_one_line() -> None:
    with pytest.raises(EspooError, match="app serve"):
        asyncio.run(bench("http://127.0.0.1:1", ["a?"], [1], count=1))
