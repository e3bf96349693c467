"""The real parts that the desk's pages use, handed in when the service starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, cast

import anyio
import anyio.to_thread
from anyio import CapacityLimiter
from starlette.requests import Request

from app.accounts import Accounts
from app.assistant import Assistant
from app.errors import StoreUnavailable
from app.metrics import Metrics
from app.question_log import QuestionLog
from app.rate_limit import RateLimit, home
from app.settings import Settings

PATIENCE = 6.0  # seconds for the database; it gives up on its own after 2 to 5
READERS = 8  # threads of our own: a slow database must not take those that answer
HASHERS = 2  # passwords checked at once; each takes 64 MiB
SIGN_INS = 20  # at once, those that wait included; more than this is no crowd of workers


@dataclass(frozen=True, slots=True)
class SignInLimits:
    """How often a sign-in may be tried. A stranger at one address does not lock a worker out who is at another."""

    pair: RateLimit
    name: RateLimit
    address: RateLimit

    @classmethod
    def open(cls, settings: Settings) -> SignInLimits:
        limits = ("10 per 15 minutes", "100 per 1 hour", "100 per 15 minutes")
        return cls(*(RateLimit(settings, limit) for limit in limits))

    async def wait(self, name: str, address: str) -> int:
        """Seconds until this name may be tried again from this address; 0 when it may now, and then it is counted."""
        client = home(address)
        return (
            await self.address.wait(f"sign-in {client}")
            or await self.pair.wait(f"sign-in {name} {client}")
            or await self.name.wait(f"sign-in {name}")
        )


@dataclass(frozen=True, slots=True)
class StaffParts:
    settings: Settings
    assistant: Assistant
    log: QuestionLog
    accounts: Accounts
    limits: SignInLimits
    metrics: Metrics
    asked_text: Callable[[str], str]  # the rules for a question, the same as at the other doors
    most_question: int  # characters
    readers: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(READERS))
    hashers: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(HASHERS))
    sign_ins: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(SIGN_INS))


T = TypeVar("T")


def parts_of(request: Request) -> StaffParts:
    return cast(StaffParts, request.app.state.parts)


async def read(parts: StaffParts, work: Callable[[], T]) -> T:
    """Do what needs the database, off the event loop.

    Raises:
        StoreUnavailable: it is away, or does not respond.
    """
    with anyio.move_on_after(PATIENCE):
        return await anyio.to_thread.run_sync(work, limiter=parts.readers, abandon_on_cancel=True)
    raise StoreUnavailable("The database does not respond.")
