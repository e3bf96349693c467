"""The service with a scripted assistant in place of the one that needs a build; the question log is a real one on SQLite."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import httpx
import pytest
import structlog
from fastapi import FastAPI

from app.assistant import Assistant, Topic
from app.domain import Answer, AnswerSentence, Channel, HandOff, Language, Question, Status
from app.events import Event, Finished, Progress, SentenceReady, Started
from app.intents import load_intents
from app.languages import Detected
from app.logs import configure_logs
from app.main import create_app
from app.question_log import QuestionLog
from app.settings import Settings
from app.understand import understand

INTENTS = load_intents()
DESK = HandOff(name="Hello Espoo", url="https://www.espoo.fi/hello", phone="09 816 22800", email="hello@espoo.fi")


@dataclass
class ScriptedAssistant:
    """Has the assistant's surface. Says back what was asked; waits at `gate` before it answers; fails when told to."""

    record: Callable[[Answer, Channel], None] = lambda answer, channel: None
    problem: str = ""
    build_id: str = "20261122T060000000000Z-abcdef"
    degraded: tuple[str, ...] = ()
    language_model: str = ""
    embedding_model: str = "scripted"
    model_outcomes: dict[str, int] = field(default_factory=dict)
    published: frozenset[str] = frozenset()
    gate: asyncio.Event | None = None
    delay: float = 0.0
    fault: Exception | None = None
    asked: list[Question] = field(default_factory=list)
    now_answering: int = 0
    most_at_once: int = 0

    async def stream(self, question: Question) -> AsyncIterator[Event]:
        self.asked.append(question)
        self.now_answering += 1
        self.most_at_once = max(self.most_at_once, self.now_answering)
        try:
            yield Started(question.id, question.conversation_id)
            yield Progress("understand")
            if self.gate:
                await self.gate.wait()
            await asyncio.sleep(self.delay)
            if self.fault:
                raise self.fault
            answer = self._answer(question)
            self.record(answer, question.channel)
            yield SentenceReady(answer.sentences[0])
            yield Finished(answer)
        finally:
            self.now_answering -= 1

    def _answer(self, question: Question) -> Answer:
        said = "You asked something."
        masked = understand(
            question, lambda text, language: Detected(language or "en", 1.0), self.published, INTENTS
        ).text
        return Answer(
            question.id, question.conversation_id, masked, masked, Status.ANSWERED, question.language or "en", said,
            sentences=(AnswerSentence(said),), hand_off=DESK, build=self.build_id,
        )  # fmt: skip

    def refresh(self) -> bool:
        return False

    def topics(self, language: Language) -> list[Topic]:
        if self.fault:
            raise self.fault
        return [
            Topic(
                "tax-card",
                {"fi": "Verokortti", "sv": "Skattekort", "en": "Tax card"}[language],
                "How do I get a tax card?",
            )
        ]

    def desk(self, language: Language) -> HandOff:
        return replace(DESK, url=f"https://www.espoo.fi/{language}")


@dataclass
class Service:
    app: FastAPI
    client: httpx.AsyncClient
    assistant: ScriptedAssistant
    log: QuestionLog

    async def ask(
        self, question: str = "How do I get a tax card?", headers: dict[str, str] | None = None, **body: object
    ) -> httpx.Response:
        return await self.client.post("/api/v1/questions", json={"question": question, **body}, headers=headers)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path, rate_limit="", allowed_origins="https://www.espoo.fi")


@asynccontextmanager
async def serving(
    settings: Settings,
    assistant: ScriptedAssistant | None = None,
    log: QuestionLog | None = None,
    peer: str = "127.0.0.1",
) -> AsyncIterator[Service]:
    """The application over an in-process transport, its lifespan entered."""
    scripted = assistant or ScriptedAssistant()
    question_log = log or QuestionLog.open(settings)
    scripted.record = lambda answer, channel: question_log.record(answer, channel=channel)
    app = create_app(settings, assistant=cast(Assistant, scripted), log=question_log)
    transport = httpx.ASGITransport(app, client=(peer, 50000))
    try:
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://service") as client,
        ):
            yield Service(app, client, scripted, question_log)
    finally:
        if log is None:
            question_log.close()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def storeless(settings: Settings) -> Settings:
    """Settings with a database that nobody serves."""
    return settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:1/nothing"})


@pytest.fixture(scope="package", autouse=True)
def quiet() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logs("CRITICAL")
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture(scope="package")
def question_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuestionLog]:
    """One for all tests that need no restart of it: a new one costs a third of a second."""
    log = QuestionLog.open(Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("log")))
    yield log
    log.close()


@pytest.fixture
async def service(settings: Settings, question_log: QuestionLog) -> AsyncIterator[Service]:
    async with serving(settings, log=question_log) as running:
        yield running


async def until(true: Callable[[], object], patience: float = 3.0) -> None:
    async with asyncio.timeout(patience):
        while not true():
            await asyncio.sleep(0.005)
