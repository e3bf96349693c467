"""The service over an in-process transport: the real assistant, a real question log and real accounts on SQLite."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.accounts import Accounts
from app.assistant import Assistant
from app.desk import Desk
from app.main import create_app
from app.question_log import QuestionLog
from app.settings import Settings
from tests.api.conftest import anyio_backend, quiet  # noqa: F401  fixtures
from tests.log_made import made_settings

NAME, PASSWORD = "maija.m", "korvatunturi 1927"
ORIGIN = "http://service"


@dataclass
class Clock:
    """The hour of the accounts, which a test moves."""

    now: datetime = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **spans: float) -> None:
        self.now += timedelta(**spans)


@dataclass
class DeskPage:
    """The service and a worker's browser in front of it."""

    app: FastAPI
    client: httpx.AsyncClient
    log: QuestionLog

    async def sign_in(self, name: str = NAME, password: str = PASSWORD, **fields: str) -> httpx.Response:
        return await self.client.post("/staff/sign-in", data={"name": name, "password": password, **fields})

    async def ask(self, question: str, **fields: str) -> httpx.Response:
        """Ask as the form does, and follow to the answer's page."""
        return await self.post("/staff/ask", question=question, **fields)

    async def post(self, address: str, **fields: str) -> httpx.Response:
        page = await self.client.get("/staff/")
        return await self.client.post(address, data={"csrf": csrf_of(page), **fields}, follow_redirects=True)


def csrf_of(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert found, page.text
    return found[1]


@pytest.fixture(scope="session")
def account_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose database has one account: argon2 is slow by design."""
    data = tmp_path_factory.mktemp("accounts")
    accounts = Accounts(made_settings(data))
    accounts.add(NAME, PASSWORD)
    accounts.close()
    return data


@asynccontextmanager
async def desk_of(settings: Settings, assistant: Assistant, **client: object) -> AsyncIterator[DeskPage]:
    log = QuestionLog.open(settings)
    own = Assistant(
        assistant.library,
        Desk(assistant.library.owners),
        lambda answer, channel: log.record(answer, channel=channel),
    )
    app = create_app(settings, own, log)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    options = {"base_url": ORIGIN, "headers": {"Origin": ORIGIN}, "timeout": 30} | client
    try:
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, **options) as browser:  # type: ignore[arg-type]
            yield DeskPage(app, browser, log)
    finally:
        log.close()


@pytest.fixture
def settings(account_data: Path, tmp_path: Path) -> Settings:
    """With an account, in a database of the test's own."""
    (tmp_path / "questions.sqlite3").write_bytes((account_data / "questions.sqlite3").read_bytes())
    return made_settings(tmp_path)


@pytest.fixture
async def desk(settings: Settings, assistant: Assistant) -> AsyncIterator[DeskPage]:
    async with desk_of(settings, assistant) as opened:
        yield opened


@pytest.fixture
async def signed_in(desk: DeskPage) -> DeskPage:
    assert (await desk.sign_in(language="en")).status_code == 303
    return desk
