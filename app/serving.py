"""Running the service: its socket, its ready line, its end."""

from __future__ import annotations

import asyncio
import ctypes
import signal
import socket
from contextlib import suppress

import typer
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.errors import ConfigurationError
from app.main import SHUTDOWN, create_app
from app.settings import Settings

BACKLOG = 1024
LARGE = 1 << 20  # bytes
_MMAP_THRESHOLD = -3  # of mallopt(3)
HEADERS = 20.0  # seconds for the head of a request; uvicorn itself waits for ever
KEEP_ALIVE = 75  # seconds; longer than most proxies keep an idle line, so that they close it and not we


def run_server(settings: Settings, app: FastAPI | None = None) -> None:
    """Serve until SIGTERM or SIGINT; answers that are being made are finished first.

    Raises:
        ConfigurationError: the port is taken, or a setting does not fit.
    """
    _give_memory_back()
    app = app or create_app(settings)
    listener = _listen(settings.host, settings.port)
    config = uvicorn.Config(
        app,
        http=ImpatientProtocol,
        ws="none",
        lifespan="off",  # entered below, so that what it raises reaches the terminal as it is
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=int(SHUTDOWN),
        backlog=BACKLOG,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)  # uvicorn takes both over while it serves, and raises them again at its end
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_serve(app, config, listener, _address(settings.host, listener)))


def _give_memory_back() -> None:
    """Let the C library return every large block that is freed: as it comes it raises its bound with what it sees, and
    keeps 20 MB of arrays that were only needed while loading. Where it is not glibc nothing is set.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, LARGE)


class _Server(uvicorn.Server):
    """Says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: str) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        typer.echo(self._ready)


class ImpatientProtocol(HttpToolsProtocol):
    """Closes a connection on which a request was begun, or none was, and its head does not come."""

    patience = HEADERS
    _due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._expect_head()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self._stop_waiting()
        self._due = self.loop.call_later(self.patience, self._hang_up)

    def _hang_up(self) -> None:
        """An answer that is still on its way on this connection goes first."""
        if self.cycle and not self.cycle.response_complete:
            self._expect_head()
        else:
            self.transport.close()

    def _stop_waiting(self) -> None:
        if self._due:
            self._due.cancel()


async def _serve(app: FastAPI, config: uvicorn.Config, listener: socket.socket, address: str) -> None:
    async with app.router.lifespan_context(app):
        problem = app.state.parts.assistant.problem
        if problem:
            typer.echo(f"Not ready: {problem}", err=True)
        await _Server(config, f"Hello Espoo Advisor: {address}").serve(sockets=[listener])


def _stop(*_: object) -> None:
    raise SystemExit(0)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"Cannot listen on {host}, port {port}: {error.strerror}. Choose another with ESPOO_PORT or --port."
        ) from None
    return listener


def _address(host: str, listener: socket.socket) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{listener.getsockname()[1]}"
