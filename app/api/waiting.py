"""Waiting for an answer that is sent as one object, as long as there is somebody to send it to."""

from __future__ import annotations

import asyncio

from fastapi import Request

from app.api.exchange import Exchange
from app.domain import Answer

CLIENT_LEFT = 499  # as nginx logs it; nobody reads this response


async def ended_or_left(exchange: Exchange, request: Request) -> Answer | None:
    """The answer, or None when the client left before it was there."""
    ended, left = asyncio.ensure_future(exchange.ended()), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait((ended, left), return_when=asyncio.FIRST_COMPLETED)
        return ended.result() if ended.done() else None
    finally:
        ended.cancel()
        left.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
