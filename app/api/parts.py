"""The real parts that the routes use, built once in the lifespan and handed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from fastapi import Request

from app.api.exchanges import Exchanges
from app.api.store import Store
from app.assistant import Assistant
from app.metrics import Metrics
from app.rate_limit import RateLimit
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Parts:
    settings: Settings
    assistant: Assistant
    store: Store
    exchanges: Exchanges
    rate_limit: RateLimit
    metrics: Metrics


def parts_of(request: Request) -> Parts:
    return cast(Parts, request.app.state.parts)
