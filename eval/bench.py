"""The speed of a running service as its users see it: question to whole answer over HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

import httpx
import numpy as np

from app.errors import EspooError

PATIENCE = 30.0  # seconds for one answer


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds from request to whole answer with so many users asking at once, each one after the other."""

    users: int
    questions: int
    p50_ms: float
    p95_ms: float
    per_second: float


async def bench(url: str, questions: Sequence[str], users: Sequence[int], count: int) -> list[Speed]:
    """Ask `count` questions for each number of users.

    Raises:
        EspooError: the service does not answer, or refuses a question (its rate limit may be on).
    """
    try:
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE) as client:
            await _ask(client, questions[0])
            return [await _measured(client, list(islice(cycle(questions), count)), number) for number in users]
    except httpx.HTTPStatusError as error:
        hint = " Start it with ESPOO_RATE_LIMIT= (no limit)." if error.response.status_code == 429 else ""
        raise EspooError(f"{url} answered {error.response.status_code}.{hint}") from None
    except httpx.HTTPError as error:
        raise EspooError(
            f"{url} does not answer: {type(error).__name__}. Start it with `python -m app serve`."
        ) from None


async def _measured(client: httpx.AsyncClient, questions: list[str], users: int) -> Speed:
    waiting = iter(questions)
    times: list[float] = []

    async def user() -> None:
        for question in waiting:
            times.append(await _ask(client, question))

    start = time.perf_counter()
    await asyncio.gather(*(user() for _ in range(users)))
    p50, p95 = np.percentile(times, [50, 95])
    seconds = time.perf_counter() - start
    return Speed(users, len(times), round(float(p50), 1), round(float(p95), 1), round(len(times) / seconds, 1))


async def _ask(client: httpx.AsyncClient, question: str) -> float:
    start = time.perf_counter()
    reply = await client.post("/api/v1/questions", json={"question": question})
    reply.raise_for_status()
    return (time.perf_counter() - start) * 1000
