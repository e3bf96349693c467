"""An exchange: one question and the events of its answer, for as many followers as there are."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from app.api.problems import Problem
from app.domain import Answer, Channel, Language
from app.events import Event, Finished


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came through the door; `id` and `conversation_id` only where the client named them.

    `history` is pairs of question and answer as the client tells them, not yet masked.
    """

    text: str
    channel: Channel
    id: str | None = None
    conversation_id: str | None = None
    language: Language | None = None
    history: tuple[tuple[str, str], ...] = ()


@dataclass(eq=False, slots=True)
class Exchange:
    """What has come of one question so far. `problem` is set when it was refused."""

    id: str
    conversation_id: str
    digest: bytes
    events: list[Event] = field(default_factory=list)
    problem: Problem | None = None
    finished_at: float | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def done(self) -> bool:
        return self.finished_at is not None

    @property
    def answer(self) -> Answer | None:
        last = self.events[-1] if self.events else None
        return last.answer if isinstance(last, Finished) else None

    def publish(self, event: Event) -> None:
        self.events.append(event)
        self._tell()

    def finish(self) -> None:
        self.finished_at = time.monotonic()
        self._tell()

    async def more(self, seen: int) -> None:
        """Wait until there are more events than were seen, or none to come."""
        while len(self.events) <= seen and not self.done:
            await self._news.wait()

    async def opened(self) -> None:
        """Wait until the question was taken on.

        Raises:
            Problem: it was refused.
        """
        await self.more(0)
        if self.problem:
            raise self.problem

    async def ended(self) -> Answer:
        """Wait for the final answer.

        Raises:
            Problem: the question was refused.
        """
        while not self.done:
            await self._news.wait()
        if self.problem or not self.answer:
            raise self.problem or Problem(503, "busy")
        return self.answer

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()
