"""The service: its real parts, built once, and the layers and routes around them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.accounts import Accounts
from app.api import answers, completions, conversations, desk, health, pages, questions
from app.api.body_limit import BodyLimit
from app.api.error_handlers import FaultGuard, install_problems
from app.api.exchanges import Exchanges
from app.api.network import allowed_origins, trusted_proxies
from app.api.observing import Observing
from app.api.parts import Parts
from app.api.schemas import MAX_QUESTION, asked_text
from app.api.store import Store
from app.assistant import Assistant
from app.background import watching
from app.domain import Answer, Channel
from app.metrics import Metrics
from app.question_log import QuestionLog
from app.rate_limit import RateLimit
from app.settings import Settings
from app.staff.pages import ROOT
from app.staff.parts import SignInLimits, StaffParts
from app.staff.site import create_site

SHUTDOWN = 20.0  # seconds for the answers that are being made when the service is told to stop


def create_app(settings: Settings, assistant: Assistant | None = None, log: QuestionLog | None = None) -> FastAPI:
    """The application. `assistant` and `log`, given together, take the place of the real parts; it does not close them.

    Raises:
        ConfigurationError: a setting does not fit. The lifespan raises it too, for what is loaded there.
    """
    origins, proxies = allowed_origins(settings), trusted_proxies(settings)
    metrics, rate_limit = Metrics(), RateLimit(settings)
    site, accounts, limits = create_site(settings), Accounts(settings), SignInLimits.open(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _parts(settings, assistant, log) as (open_assistant, open_log):
            store = Store(open_log)
            exchanges = Exchanges(open_assistant, store, metrics)
            app.state.parts = Parts(settings, open_assistant, store, exchanges, rate_limit, metrics)
            site.state.parts = StaffParts(
                settings, open_assistant, open_log, accounts, limits, metrics, asked_text, MAX_QUESTION
            )
            health.watch(app.state.parts)
            async with watching(open_assistant, open_log):
                yield
            await exchanges.close(SHUTDOWN)
            accounts.close()

    app = FastAPI(title="Hello Espoo Advisor", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    for surface in (questions, answers, completions, desk, conversations, health, pages):
        app.include_router(surface.router)
    app.mount(ROOT, site)
    install_problems(app)
    _add_layers(app, metrics, origins, proxies)
    return app


def _add_layers(app: FastAPI, metrics: Metrics, origins: list[str], proxies: list[str]) -> None:
    """The last one added is the outermost."""
    app.add_middleware(BodyLimit)
    app.add_middleware(FaultGuard)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Content-Type"],
        expose_headers=["Retry-After", "Content-Language"],
    )
    app.add_middleware(cast(Any, ProxyHeadersMiddleware), trusted_hosts=proxies)
    app.add_middleware(Observing, metrics=metrics)


@asynccontextmanager
async def _parts(
    settings: Settings, assistant: Assistant | None, log: QuestionLog | None
) -> AsyncIterator[tuple[Assistant, QuestionLog]]:
    if assistant and log:
        yield assistant, log
        return
    real = await asyncio.to_thread(open_parts, settings)
    try:
        yield real
    finally:
        for part in real:
            await asyncio.to_thread(part.close)


def open_parts(settings: Settings) -> tuple[Assistant, QuestionLog]:
    """The assistant, and the log that it writes to.

    Raises:
        ConfigurationError: a setting does not fit.
    """

    def record(answer: Answer, channel: Channel) -> None:
        log.record(answer, channel=channel)

    assistant = Assistant.open(settings, record)
    log = QuestionLog.open(settings, keep=assistant.library.published)
    return assistant, log
