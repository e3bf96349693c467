"""One question at a time in a conversation, so that a follow-up knows the answer before it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

MAX_WAITING = 5  # questions at once in one conversation


@dataclass(eq=False, slots=True)
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    length: int = 0


class Turns:
    """The conversations in which somebody is being answered now."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}

    def full(self, conversation_id: str) -> bool:
        line = self._lines.get(conversation_id)
        return line is not None and line.length >= MAX_WAITING

    @asynccontextmanager
    async def turn(self, conversation_id: str) -> AsyncIterator[None]:
        """Wait for those who came before, in the order in which they came."""
        line = self._lines.setdefault(conversation_id, _Line())
        line.length += 1
        try:
            async with line.lock:
                yield
        finally:
            line.length -= 1
            if not line.length:
                self._lines.pop(conversation_id, None)
