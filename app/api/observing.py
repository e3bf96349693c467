"""Every response: its security headers, its line in the log, its place in the metrics. Neither address nor text."""

from __future__ import annotations

import time

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.metrics import Metrics

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cache-Control": "no-store",
}
METHODS = {"GET", "HEAD", "POST", "DELETE", "OPTIONS"}
QUIET = {"/healthz", "/readyz", "/metrics"}  # asked every few seconds

log = structlog.get_logger()


class Observing:
    """The outermost layer. Routes may set their own value of a header."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began, status = time.monotonic(), 0

        async def with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, with_headers)
        finally:
            self._note(scope, status, time.monotonic() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        path = getattr(scope.get("route"), "path", "unknown")  # never the path itself: ids in it are keys
        root = scope.get("root_path", "")  # of the desk's pages, whose own routes do not name it
        route = path if path == "unknown" or path.startswith(root) else f"{root}{path}"
        self.metrics.requested(method, route, status)
        if route not in QUIET:
            log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
