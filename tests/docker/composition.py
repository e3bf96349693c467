"""docker/compose.yaml without an engine: the same parts as processes, from Debian's packages and PyPI, on loopback."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx
import psycopg

from app.settings import PROJECT

READY = re.compile(r"http://\S+")
LARGEST_FILE = 200_000  # blocks of 512 bytes: a Chroma store that was killed may grow without bound
RANDOM = Random(3)


@dataclass
class Composition:
    """The parts and how to reach them. `knowledge` is a copy that a test may change."""

    folder: Path
    knowledge: Path
    database: str
    settings: dict[str, str]
    chroma_port: int
    chroma: subprocess.Popen[bytes] | None = None
    services: list[Service] = field(default_factory=list)

    def ingest(self, *words: str) -> tuple[int, dict[str, Any]]:
        """One command of `python -m ingest`: its exit code and what it printed."""
        command = [sys.executable, "-m", "ingest", *words, "--json"]
        run = subprocess.run(command, cwd=PROJECT, env=self.settings, capture_output=True, text=True, check=False)
        return run.returncode, json.loads(run.stdout)

    def start_chroma(self) -> None:
        limited = f'ulimit -f {LARGEST_FILE}; exec "$@"'
        server = [str(Path(sys.executable).parent / "chroma"), "run", "--path", str(self.folder / "chroma")]
        self.chroma = subprocess.Popen(
            ["sh", "-c", limited, "sh", *server, "--host", "127.0.0.1", "--port", str(self.chroma_port)],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until(lambda: _answers(f"http://127.0.0.1:{self.chroma_port}/api/v2/heartbeat"))

    def kill_chroma(self) -> None:
        assert self.chroma
        self.chroma.kill()
        self.chroma.wait()

    def start_services(self, count: int) -> None:
        started = [_serve(self.settings, self.folder / f"service-{number}.log") for number in range(count)]
        self.services = [Service(process, ready_address(process)) for process in started]

    def stop(self) -> None:
        for service in self.services:
            service.client.close()
        for process in (*(service.process for service in self.services), self.chroma):
            if process and process.poll() is None:
                process.kill()
            if process:
                process.wait()

    def logged(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database) as connection:
            return connection.execute(statement.encode()).fetchall()


@dataclass
class Service:
    """One of the services, asked over connections that stay open, as a proxy does."""

    process: subprocess.Popen[str]
    url: str
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20))

    def ask(self, question: str, language: str, client: str = "", **more: str) -> httpx.Response:
        """Each question from an address of its own, unless one is given: the limit is per address."""
        headers = {"X-Forwarded-For": client or f"2001:db8:{RANDOM.getrandbits(16):x}:{RANDOM.getrandbits(16):x}::1"}
        body = {"question": question, "language": language, **more}
        return self.client.post(f"{self.url}/api/v1/questions", json=body, headers=headers)

    def answer(self, question: str, language: str, **more: str) -> dict[str, Any]:
        reply = self.ask(question, language, **more)
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    def readiness(self) -> dict[str, Any]:
        reply = self.client.get(f"{self.url}/readyz")
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    @property
    def megabytes(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@dataclass
class People:
    """Clients that keep asking, each at one service, until the end of `with`. `statuses` and `ids` of all answers."""

    statuses: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @contextmanager
    def asking(self, services: list[Service], question: str, language: str) -> Iterator[None]:
        over = threading.Event()

        def keep_asking(service: Service) -> None:
            while not over.is_set():
                began, number = time.monotonic(), str(uuid.uuid4())
                try:
                    self.statuses.append(service.answer(question, language, id=number)["status"])
                    self.ids.append(number)
                except (AssertionError, httpx.HTTPError) as error:
                    self.statuses.append(f"{type(error).__name__}: {error}")
                self.seconds.append(time.monotonic() - began)
                time.sleep(0.03)

        threads = [threading.Thread(target=keep_asking, args=(service,)) for service in services]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()


def ready_address(process: subprocess.Popen[str]) -> str:
    """Where a service serves, once it says so."""
    assert process.stdout
    found = READY.search(process.stdout.readline())
    assert found, process.stderr.read() if process.stderr else "the service did not start"
    return found[0]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def until(true: Any, patience: float = 30.0) -> None:
    edge = time.monotonic() + patience
    while not true():
        assert time.monotonic() < edge
        time.sleep(0.05)


def _serve(settings: dict[str, str], log: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "app", "serve", "--port", "0"]
    with log.open("w") as errors:
        return subprocess.Popen(command, cwd=PROJECT, env=settings, stdout=subprocess.PIPE, stderr=errors, text=True)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
