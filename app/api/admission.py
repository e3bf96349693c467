"""Who asks: how often they may, and through which door."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from app.api.accept import asker_language
from app.api.parts import parts_of
from app.api.problems import Problem
from app.domain import Channel
from app.rate_limit import client_address


async def limited(request: Request) -> None:
    """A dependency of the routes that cost something.

    Raises:
        Problem: this client has asked too often.
    """
    parts = parts_of(request)
    seconds = await parts.rate_limit.wait(client_address(request))
    if seconds:
        parts.metrics.rate_limited()
        language = asker_language(request, await _body(request))
        raise Problem(429, "rate_limited", language, {"Retry-After": str(seconds)}, seconds=str(seconds))


def channel_of(request: Request) -> Channel:
    """`widget` for a page in a browser, our own or an allowed one; the client's word does not count."""
    settings = parts_of(request).settings
    origin = request.headers.get("origin", "")
    if not origin:
        return Channel.WIDGET if request.headers.get("sec-fetch-site") == "same-origin" else Channel.API
    host = request.headers.get("host", "")
    ours = (f"http://{host}", f"https://{host}", settings.public_url.rstrip("/"))
    return Channel.WIDGET if origin in (*ours, *settings.origins) else Channel.API


async def _body(request: Request) -> Any:
    try:
        return await request.json()
    except (ValueError, RecursionError, RuntimeError):  # RuntimeError: a form, which was read already
        return None
