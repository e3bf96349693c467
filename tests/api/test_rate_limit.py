"""The limit as several processes share it through a real Redis."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.rate_limit import REDIS_PATIENCE, RateLimit
from app.settings import Settings

pytestmark = pytest.mark.anyio


async def test_processes_share_the_limit_and_survive_the_loss_of_redis(tmp_path: Path) -> None:
    with redis(tmp_path) as (server, url):
        one, other = (RateLimit(shared(url, tmp_path)) for _ in range(2))
        waits = [await limit.wait("198.51.100.7") for limit in (one, other, one)]
        assert waits[:2] == [0, 0] and 1 <= waits[2] <= 3600
        assert b"198.51.100.7" not in keys(url)
        server.kill()
        server.wait()
        assert not one.degraded
        assert [await one.wait("198.51.100.7") for _ in range(2)] == [0, 0]
        assert one.degraded and await one.wait("198.51.100.7") > 0


async def test_a_moment_without_progress_is_not_the_loss_of_redis(tmp_path: Path) -> None:
    with redis(tmp_path) as (server, url):
        limit = RateLimit(shared(url, tmp_path))
        for turns in range(9):  # one of them falls between a question to Redis and its answer
            still = asyncio.create_task(_stands_still(turns))
            await limit.wait("198.51.100.7")
            await still
            assert not limit.degraded
        assert await limit.wait("198.51.100.7") > 0
        server.send_signal(signal.SIGSTOP)
        assert await limit.wait("198.51.100.8") == 0
        assert limit.degraded
        server.send_signal(signal.SIGCONT)


async def test_without_a_limit_everybody_may_ask(tmp_path: Path) -> None:
    limit = RateLimit(Settings(_env_file=None, data_dir=tmp_path, rate_limit=" "))
    assert [await limit.wait("198.51.100.7") for _ in range(100)] == [0] * 100


async def test_an_address_counts_once_however_it_is_written(tmp_path: Path) -> None:
    limit = RateLimit(Settings(_env_file=None, data_dir=tmp_path, rate_limit="1/hour"))
    assert await limit.wait("::1") == 0
    assert await limit.wait("::1") > 0
    assert await limit.wait("::ffff:198.51.100.7") == 0
    assert await limit.wait("198.51.100.7") > 0


async def _stands_still(turns: int) -> None:
    for _ in range(turns):
        await asyncio.sleep(0)
    time.sleep(1.2 * REDIS_PATIENCE)


def shared(url: str, data: Path) -> Settings:
    return Settings(_env_file=None, data_dir=data, rate_limit="2/hour", redis_url=url, secret_key=SecretStr("shared"))


def keys(url: str) -> bytes:
    with socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1]))) as line:
        line.sendall(b"KEYS *\r\n")
        return line.recv(4096)


@contextmanager
def redis(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield server, f"redis://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def wait_for(port: int) -> None:
    edge = time.monotonic() + 5
    while time.monotonic() < edge:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError("Redis does not start")
