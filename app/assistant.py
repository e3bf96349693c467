"""The public door: one question, in a straight line.

receive → understand → retrieve → answer → verify → log → respond
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

import anyio
import anyio.to_thread
import structlog

from app.answer import compose
from app.answer.generating import Task, chosen_passages
from app.answer.quoting import Draft, quote
from app.asked_amount import asks_price, says_price
from app.desk import Desk
from app.domain import (
    Answer,
    AnswerSentence,
    Channel,
    Citation,
    Event,
    Finished,
    HandOff,
    Language,
    Mode,
    Passage,
    Progress,
    Question,
    Reset,
    Retrieved,
    SentenceReady,
    Started,
    Understood,
)
from app.library import Library, Shelf
from app.masking import mask
from app.settings import Settings
from app.understand import understand
from app.verify import verify

T = TypeVar("T")
Record = Callable[[Answer, Channel], None]
EARLIER = 3  # questions before that a language model sees
WORKERS = 4  # threads for retrieval and quoting; more than the cores only adds waiting

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Topic:
    """A starting point: what can be asked about."""

    topic: str
    title: str
    question: str


class Assistant:
    """Answers questions from the current build. Every way in goes through here."""

    def __init__(
        self, library: Library, desk: Desk, record: Record | None = None, clock: Callable[[], datetime] | None = None
    ) -> None:
        self._library = library
        self._desk = desk
        self._record = record
        self._clock = clock or (lambda: datetime.now(UTC))
        self._limiter: anyio.CapacityLimiter | None = None

    @classmethod
    def open(cls, settings: Settings, record: Record | None = None) -> Assistant:
        """Load the real parts once.

        Raises:
            ConfigurationError: a setting names a model or a folder that cannot be used. A missing build is no error:
                the assistant is then not ready, and each question ends as `failed`.
        """
        library = Library.open(settings)
        return cls(library, Desk(library.owners), record)

    def close(self) -> None:
        self._library.close()

    def refresh(self) -> bool:
        """Change over to a new build, if there is one."""
        return self._library.refresh()

    @property
    def problem(self) -> str:
        """Why no question can be answered now; empty when ready."""
        return self._library.problem

    @property
    def build_id(self) -> str:
        return self._library.shelf.build.id if self._library.shelf else ""

    @property
    def degraded(self) -> tuple[str, ...]:
        """Parts that serve with less than they could, for operators."""
        return self._library.degraded

    @property
    def language_model(self) -> str:
        """The name of the model that writes answers; empty where all are quoted."""
        return self._library.writer.model.name if self._library.writer else ""

    @property
    def model_outcomes(self) -> dict[str, int]:
        return dict(self._library.writer.outcomes) if self._library.writer else {}

    @property
    def published(self) -> frozenset[str]:
        """Contacts of offices, which masking leaves alone."""
        return self._library.published

    @property
    def library(self) -> Library:
        return self._library

    async def ask(self, question: Question) -> Answer:
        """The final answer alone."""
        async for event in self.stream(question):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("a stream ends with Finished")

    async def stream(self, question: Question) -> AsyncIterator[Event]:
        """The answer as it comes: ids, signs of life, verified sentences, and at the end the whole."""
        yield Started(question.id, question.conversation_id)
        clock = _Stopwatch()
        understood: Understood | None = None
        shown: list[AnswerSentence] = []
        try:
            yield Progress("understand")
            understood = await self._thread(lambda: self._understand(question))
            clock.lap("understand")
            async with aclosing(self._answer(question, understood, clock)) as steps:
                async for step in steps:
                    if isinstance(step, Answer):
                        answer = step
                        continue
                    if isinstance(step, SentenceReady):
                        shown.append(step.sentence)
                    elif isinstance(step, Reset):
                        shown.clear()
                    yield step
        except Exception:  # a fault of ours ends in a status, never in an exception that the person sees
            log.exception("answer_failed", question_id=question.id)
            answer = self._after_fault(question, understood)
        answer = replace(answer, timings_ms=clock.laps, build=self.build_id)
        if self._record:
            self._record(answer, question.channel)
        if tuple(shown) != answer.sentences[: len(shown)]:
            shown = []
            yield Reset()
        for sentence in answer.sentences[len(shown) :]:
            yield _ready(sentence, answer.citations)
        yield Finished(answer)

    async def look_up(self, question: Question) -> tuple[Understood, Retrieved]:
        """What was understood and found, without an answer.

        Raises:
            BuildError: there is no build to search.
        """
        understood = await self._thread(lambda: self._understand(question))
        shelf = self._library.require()
        found = await self._thread(
            lambda: shelf.retriever.retrieve(understood.standalone, understood.language, self._clock().date())
        )
        return understood, found

    def sister(self, passage: Passage, language: Language) -> Passage | None:
        """The same section in another language; None where the page does not exist in it."""
        shelf = self._library.shelf
        return shelf.build.pair(passage, language) if shelf else None

    def desk(self, language: Language) -> HandOff:
        return self._desk.hand_off(language, self._clock())

    def topics(self, language: Language) -> list[Topic]:
        """One starting question per topic of the current build, in its order."""
        found: dict[str, Topic] = {}
        for passage in self._library.shelf.build.passages if self._library.shelf else ():
            if passage.topic and passage.language == language:
                found.setdefault(passage.topic, Topic(passage.topic, passage.title, passage.heading))
        return list(found.values())

    def _understand(self, question: Question) -> Understood:
        return understand(question, self._library.detector.detect, self._library.published)

    async def _answer(
        self, question: Question, understood: Understood, clock: _Stopwatch
    ) -> AsyncGenerator[Progress | SentenceReady | Reset | Answer, None]:
        """The final answer; before it the sentences that a language model writes, as they pass verification."""
        shelf = self._library.shelf
        if understood.smalltalk or shelf is None:
            desk = self.desk(understood.language)
            small = understood.smalltalk
            yield compose.smalltalk(question, understood, desk) if small else self._after_fault(question, understood)
            return
        found, quoted = await self._thread(lambda: self._quoted(understood, shelf, clock))
        draft, mode = quoted, Mode.QUOTING
        writer = self._library.writer
        # Who is in danger waits for no model; and where sources differ, people see the sources' own words.
        if writer and quoted and not understood.emergency and not quoted.differing:
            yield Progress("answer")
            task = self._task(question, understood, shelf, found, quoted)
            async with aclosing(writer.write(task, spent=sum(clock.laps.values()) / 1000)) as steps:
                async for step in steps:
                    if isinstance(step, Draft):
                        draft, mode = step, Mode.GENERATING
                    else:
                        yield step
            clock.lap("generate")
        yield self._composed(question, understood, shelf, found, draft, mode)

    def _quoted(self, understood: Understood, shelf: Shelf, clock: _Stopwatch) -> tuple[Retrieved, Draft | None]:
        """What was found, and the answer in quoting mode; None where the evidence is not enough."""
        today = self._clock().date()
        found = shelf.retriever.retrieve(understood.standalone, understood.language, today)
        clock.lap("retrieve")
        sure = found.probability >= shelf.scorer.threshold
        draft = quote(understood.standalone, found.evidence, understood.language, shelf.encode, today) if sure else None
        clock.lap("answer")
        draft = self._verified(draft, understood.standalone, understood.language) if draft else None
        clock.lap("verify")
        return found, draft

    def _verified(self, draft: Draft, text: str, language: Language) -> Draft | None:
        passages: dict[int, Passage] = dict(enumerate(draft.passages, start=1))
        held = verify(draft.sentences, passages, language).sentences
        if asks_price(text) and not says_price(" ".join(sentence.text for sentence in held)):
            return None
        return replace(draft, sentences=held) if held else None

    def _task(self, question: Question, understood: Understood, shelf: Shelf, found: Retrieved, quoted: Draft) -> Task:
        earlier = (mask(turn.question, keep=self.published).text for turn in question.history[-EARLIER:])
        passages = chosen_passages(found.evidence, quoted.passages)
        sure = sum(passage in quoted.passages for passage in passages)
        return Task(understood.standalone, tuple(earlier), understood.language, passages, sure, shelf.verifier)

    def _composed(
        self,
        question: Question,
        understood: Understood,
        shelf: Shelf,
        found: Retrieved,
        draft: Draft | None,
        mode: Mode,
    ) -> Answer:
        language = understood.language
        if draft:
            contact = self._desk.contact(draft.passages[0].owner, language, self._clock())
            today = self._clock().date()
            answer = replace(compose.answered(question, understood, draft, found, contact, today), mode=mode)
        else:
            answer = compose.unanswered(question, understood, found, shelf.scorer.threshold, self.desk(language))
        if understood.emergency:
            helplines = self._library.helplines(understood.helplines)
            return compose.emergency(question, understood, helplines, answer if draft else None)
        return answer

    def _after_fault(self, question: Question, understood: Understood | None) -> Answer:
        """The numbers for an emergency need no document; everything else ends as `failed` with the desk's contact."""
        if understood and understood.emergency:
            return compose.emergency(question, understood, self._library.helplines(understood.helplines), None)
        return compose.failed(
            question, understood, self.desk(understood.language if understood else question.language or "fi")
        )

    async def _thread(self, work: Callable[[], T]) -> T:
        self._limiter = self._limiter or anyio.CapacityLimiter(WORKERS)
        return await anyio.to_thread.run_sync(work, limiter=self._limiter)


def _ready(sentence: AnswerSentence, citations: tuple[Citation, ...]) -> SentenceReady:
    return SentenceReady(sentence, tuple(c for c in citations if c.number in sentence.citations))


class _Stopwatch:
    """Milliseconds per step."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.laps[step] = round((now - self._last) * 1000, 2)
        self._last = now
