"""Questions on their way to an answer, each as an exchange that runs on its own.

A client that leaves costs nobody the answer, one that comes back with the same id follows the same exchange, and
a stream and a plain reply read the same events.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
import unicodedata
import uuid
from contextlib import suppress

import structlog

from app.api.exchange import Asked, Exchange
from app.api.problems import Problem
from app.api.store import Store
from app.api.turns import Turns
from app.assistant import Assistant
from app.domain import Answer, AnswerSentence, Question, Status, Turn
from app.errors import StoreUnavailable
from app.events import Finished, SentenceReady, Started
from app.masking import mask
from app.metrics import Metrics
from app.texts import text

PATIENCE = 60.0  # seconds for one answer; the steps have shorter limits of their own
TOLD = 6  # turns of a client's history; the store gives as many
TOLD_ANSWER = 2_000  # characters of each earlier answer; to mask six of 20,000 took three seconds
MAX_RUNNING = 300  # exchanges at once; more are told to come back

log = structlog.get_logger()


class Exchanges:
    """Every exchange of this process. To be used from one event loop."""

    def __init__(self, assistant: Assistant, store: Store, metrics: Metrics) -> None:
        self._assistant = assistant
        self._store = store
        self._metrics = metrics
        self._turns = Turns()
        self._running: dict[str, Exchange] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> int:
        return len(self._running)

    def join(self, asked: Asked) -> Exchange:
        """The exchange of this question: a new one, or with a known id the one that is there.

        Raises:
            Problem: the id belongs to another question, or too many questions are being answered.
        """
        digest = hashlib.sha256(asked.text.encode()).digest()
        known = self.get(asked.id) if asked.id else None
        if known and known.digest != digest:
            raise Problem(409, "other_question", asked.language)
        if known:
            return known
        if self.running >= MAX_RUNNING:
            raise Problem(503, "busy", asked.language, {"Retry-After": "5"})
        exchange = Exchange(asked.id or str(uuid.uuid4()), asked.conversation_id or str(uuid.uuid4()), digest)
        self._running[exchange.id] = exchange
        task = asyncio.create_task(self._run(exchange, asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return exchange

    def get(self, answer_id: str) -> Exchange | None:
        """One that is running; the store has those that ended."""
        return self._running.get(answer_id)

    async def forget(self, conversation_id: str) -> bool:
        """Delete a conversation, after all that was asked in it before; False when there is none.

        Raises:
            StoreUnavailable: it could not be deleted yet.
        """
        for exchange in [other for other in self._running.values() if other.conversation_id == conversation_id]:
            with suppress(Problem):
                await exchange.ended()
        async with self._turns.turn(conversation_id):
            return await self._stored(conversation_id) and await self._store.forget(conversation_id)

    async def close(self, patience: float) -> None:
        """Let running exchanges finish."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=patience)
            for task in late:
                task.cancel()

    async def _run(self, exchange: Exchange, asked: Asked) -> None:
        began = time.monotonic()
        try:
            await self._take(exchange, asked)
        except Problem as problem:
            exchange.problem = problem
        except Exception:
            log.exception("exchange_failed", answer_id=exchange.id)
            self._metrics.fault()
            self._end(exchange, asked, self._failed(exchange, asked), time.monotonic() - began)
        finally:
            del self._running[exchange.id]
            exchange.finish()

    async def _take(self, exchange: Exchange, asked: Asked) -> None:
        earlier = await self._recorded(asked)
        if earlier:
            exchange.conversation_id = earlier.conversation_id
            exchange.publish(Started(earlier.id, earlier.conversation_id))
            exchange.publish(Finished(earlier))
            return
        await self._check_conversation(asked)
        exchange.publish(Started(exchange.id, exchange.conversation_id))
        async with self._turns.turn(exchange.conversation_id):
            await self._answer(exchange, asked)

    async def _recorded(self, asked: Asked) -> Answer | None:
        """The answer that this id got earlier.

        Raises:
            Problem: the id belongs to another question.
        """
        try:
            earlier = await self._store.answer(asked.id) if asked.id else None
        except StoreUnavailable:
            return None
        if earlier and _essence(earlier.question) != _essence(self._masked(asked.text)):
            raise Problem(409, "other_question", asked.language)
        return earlier

    async def _check_conversation(self, asked: Asked) -> None:
        """Raises:
        Problem: there is no such conversation, or too many questions wait in it.
        """
        named = asked.conversation_id
        if named is None:
            return
        if not self._started_in(named) and not await self._stored(named):
            raise Problem(404, "unknown_conversation", asked.language)
        if self._turns.full(named):
            raise Problem(429, "conversation_busy", asked.language, {"Retry-After": "5"})

    def _started_in(self, conversation_id: str) -> bool:
        """True when a first answer is still being made there: its client has the id from `started`."""
        return any(other.conversation_id == conversation_id and other.events for other in self._running.values())

    async def _stored(self, conversation_id: str) -> bool:
        try:
            return await self._store.knows(conversation_id)
        except StoreUnavailable:
            return True  # a lost store costs no follow-up; the id has 128 random bits

    async def _answer(self, exchange: Exchange, asked: Asked) -> None:
        began = time.monotonic()
        history = await self._history(asked)
        question = Question(asked.text, exchange.id, exchange.conversation_id, asked.channel, asked.language, history)
        async with asyncio.timeout(PATIENCE):
            async for event in self._assistant.stream(question):
                if isinstance(event, Finished):
                    self._metrics.answered(event.answer, asked.channel, time.monotonic() - began)
                if not isinstance(event, Started):
                    exchange.publish(event)

    async def _history(self, asked: Asked) -> tuple[Turn, ...]:
        """From the store, which remembers the latest turns while its database is away; else as the client tells it.

        What the store knows to be too long ago is not leaned on because a client tells it.
        """
        if asked.conversation_id:
            try:
                return await self._store.history(asked.conversation_id)
            except StoreUnavailable:
                log.warning("history_without_store")
        return await asyncio.to_thread(self._told, asked.history[-TOLD:]) if asked.history else ()

    def _told(self, history: tuple[tuple[str, str], ...]) -> tuple[Turn, ...]:
        masked = ((self._masked(question), self._masked(answer[:TOLD_ANSWER])) for question, answer in history)
        return tuple(Turn(question, question, answer) for question, answer in masked if question)

    def _masked(self, sent: str) -> str:
        return mask(sent, keep=self._assistant.published).text

    def _failed(self, exchange: Exchange, asked: Asked) -> Answer:
        language = asked.language or "fi"
        desk = self._assistant.desk(language)
        masked = self._masked(asked.text)
        sorry = text("failed.text", language, name=desk.name)
        return Answer(
            exchange.id, exchange.conversation_id, masked, masked, Status.FAILED, language, sorry,
            sentences=(AnswerSentence(sorry),), hand_off=desk,
        )  # fmt: skip

    def _end(self, exchange: Exchange, asked: Asked, answer: Answer, seconds: float) -> None:
        self._store.record(answer, asked.channel)
        self._metrics.answered(answer, asked.channel, seconds)
        if not exchange.events:
            exchange.publish(Started(exchange.id, exchange.conversation_id))
        exchange.publish(SentenceReady(answer.sentences[0]))
        exchange.publish(Finished(answer))


def _essence(masked: str) -> str:
    """What a question and its masked record have in common: letters and digits alone, each composed in one way."""
    return "".join(char for char in unicodedata.normalize("NFC", masked).casefold() if char.isalnum())
