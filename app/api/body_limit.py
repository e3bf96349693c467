"""A request body that is too large is refused before it is read, and one that does not come is not waited for."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 512 * 1024  # bytes; a long history with its answers fits
PATIENCE = 20.0  # seconds for a whole body: one that drips in would hold its connection for days


class BodyLimit:
    """Counts what arrives, since a chunked body does not say its length.

    Starlette has such a middleware, but it answers a stated length with plain text, not with a problem document.
    """

    def __init__(self, app: ASGIApp, limit: int = MAX_BODY, patience: float = PATIENCE) -> None:
        self.app = app
        self.limit = limit
        self.patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            receive = _Counted(receive, Headers(scope=scope).get("content-length", ""), self.limit, self.patience)
        await self.app(scope, receive, send)


class _Counted:
    """A `receive` that raises HTTPException 413 or 408."""

    def __init__(self, receive: Receive, stated: str, limit: int, patience: float) -> None:
        self._receive = receive
        self._limit = limit
        self._edge = asyncio.get_running_loop().time() + patience
        self._size = 0
        self._complete = False
        self._too_large = stated.isdecimal() and int(stated[:20]) > limit

    async def __call__(self) -> Message:
        if self._too_large:
            raise HTTPException(413)
        message = await self._next()
        self._size += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        self._too_large = self._size > self._limit
        if self._too_large:
            raise HTTPException(413)
        return message

    async def _next(self) -> Message:
        """After the body only the client's leaving is waited for, and that without an end."""
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._edge):
                return await self._receive()
        except TimeoutError:
            raise HTTPException(408) from None
