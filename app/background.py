"""What the service does on its own: it watches for a new build and deletes what is too old to keep."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from app.assistant import Assistant
from app.question_log import QuestionLog

WATCH = 1.0  # seconds between two looks at the pointer
RETENTION = 3600.0  # seconds

log = structlog.get_logger()


@asynccontextmanager
async def watching(assistant: Assistant, question_log: QuestionLog) -> AsyncIterator[None]:
    """Run the tasks as long as the service runs."""
    tasks = [
        asyncio.create_task(_every(WATCH, "refresh", assistant.refresh)),
        asyncio.create_task(_every(RETENTION, "retention", question_log.delete_old)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _every(seconds: float, name: str, work: Callable[[], object]) -> None:
    """A fault is logged when it is new, not once a second."""
    known = ""
    while True:
        try:
            await asyncio.to_thread(work)
            known = ""
        except Exception as error:
            if known != (known := f"{type(error).__name__}: {error}"):
                log.exception("background_failed", task=name)
        await asyncio.sleep(seconds)
