"""The question log as the routes see it: awaited, and never waited for long."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread

from app.domain import Answer, Channel, Turn
from app.errors import StoreUnavailable
from app.question_log import Health, QuestionLog

PATIENCE = 4.0  # seconds; the log itself gives up a database sooner
PAUSE = 5.0  # seconds without a try after a read that took too long
ON_ITS_WAY = 0.5  # seconds at most; without it 1 of 4 follow-ups sent to another process at once found no conversation
READERS = 8  # threads of our own: a slow store must not take those that answer

T = TypeVar("T")


class Store:
    """Reads raise StoreUnavailable; writing an answer never waits."""

    def __init__(self, log: QuestionLog) -> None:
        self.log = log
        self._readers = anyio.CapacityLimiter(READERS)
        self._away_until = 0.0

    @property
    def health(self) -> Health:
        return self.log.health

    def record(self, answer: Answer, channel: Channel) -> None:
        self.log.record(answer, channel=channel)

    async def answer(self, answer_id: str) -> Answer | None:
        return await self._read(lambda: self.log.answer(answer_id))

    async def history(self, conversation_id: str) -> tuple[Turn, ...]:
        return await self._read(lambda: self.log.leaned_on(conversation_id))

    async def knows(self, conversation_id: str) -> bool:
        """One that another process has just begun is waited for: its first answer is on its way into the log."""
        edge = time.monotonic() + ON_ITS_WAY
        while not (known := await self._read(lambda: self.log.known_conversation(conversation_id))):
            if time.monotonic() >= edge:
                break
            await anyio.sleep(ON_ITS_WAY / 10)
        return known

    async def add_feedback(self, answer_id: str, helpful: bool, reason: str, comment: str) -> bool:
        return await self._read(lambda: self.log.add_feedback(answer_id, helpful, reason, comment))

    async def forget(self, conversation_id: str) -> bool:
        return await self._read(lambda: self.log.forget(conversation_id))

    async def _read(self, work: Callable[[], T]) -> T:
        if time.monotonic() < self._away_until:
            raise StoreUnavailable("The question log does not respond.")
        with anyio.move_on_after(PATIENCE):
            return await anyio.to_thread.run_sync(work, limiter=self._readers, abandon_on_cancel=True)
        self._away_until = time.monotonic() + PAUSE
        raise StoreUnavailable("The question log does not respond.")
