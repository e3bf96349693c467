"""The public door: one question, in a straight line.

receive → understand → retrieve → answer → verify → log → respond
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TypeVar

import anyio
import anyio.to_thread
import structlog

from app.answer.quoting import Draft
from app.asked_amount import asks_price
from app.change_of_subject import settled
from app.clauses import asking_sentences
from app.composing import Composer
from app.desk import Desk
from app.domain import (
    Answer,
    AnswerSentence,
    Channel,
    Citation,
    HandOff,
    Language,
    Mode,
    Owner,
    Passage,
    Question,
    Retrieved,
    Understood,
)
from app.drafting import find_and_quote, is_wanted, quote_help, writing_task
from app.events import Event, Finished, Progress, Reset, SentenceReady, Started
from app.library import Library, Shelf
from app.ownership import owners_of_parts
from app.settings import Settings
from app.stopwatch import Stopwatch
from app.understand import understand

T = TypeVar("T")
Record = Callable[[Answer, Channel], None]
WORKERS = 4  # threads for retrieval and quoting; more than the cores only adds waiting
KEYWORDS = 2  # words, up to which a message is hardly a question

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
        self._composer = Composer(library, desk, self._clock)
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
    def embedding_model(self) -> str:
        return self._library.embedder.name

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
        stopwatch = Stopwatch()
        understood: Understood | None = None
        shown: list[AnswerSentence] = []
        try:
            yield Progress("understand")
            understood = await self._thread(lambda: self._understand(question))
            stopwatch.lap("understand")
            async with aclosing(self._answer(question, understood, stopwatch)) as steps:
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
            answer = self._composer.after_fault(question, understood)
        answer = self._composer.with_help(answer, understood)
        answer = self._composer.in_own_language(answer, understood)
        answer = replace(answer, timings_ms=stopwatch.laps, build=self.build_id)
        if self._record:
            self._record(answer, question.channel)
        if tuple(shown) != answer.sentences[: len(shown)]:
            shown = []
            yield Reset()
        for sentence in answer.sentences[len(shown) :]:
            yield _ready(sentence, answer.citations)
        yield Finished(answer)

    async def _answer(
        self, question: Question, understood: Understood, stopwatch: Stopwatch
    ) -> AsyncGenerator[Progress | SentenceReady | Reset | Answer, None]:
        """The final answer; before it the sentences that a language model writes, as they pass verification."""
        shelf, writer = self._library.shelf, self._library.writer
        today = self._clock().date()
        if shelf:
            understood = await self._thread(lambda: settled(understood, shelf, today, self.library.intents.beginning))
        if understood.smalltalk:
            yield self._composer.smalltalk(question, understood)
            return
        if shelf is None:
            yield self._composer.after_fault(question, understood)
            return
        if understood.declined:
            yield self._composer.declined(question, understood)
            return
        choices = await self._thread(lambda: self._choices(question, understood, shelf))
        if choices:
            yield self._composer.clarify(question, understood, choices)
            return
        found, quoted, owners = await self._thread(lambda: self._found(understood, shelf, today, stopwatch))
        draft, mode = quoted, Mode.QUOTING
        # Who is in danger waits for no model; and where sources differ, people see the sources' own words.
        if writer and quoted and not understood.emergency and not quoted.differing:
            yield Progress("answer")
            task = writing_task(question, understood, shelf, found, quoted, self.published)
            async with aclosing(writer.write(task, stopwatch.seconds)) as steps:
                async for step in steps:
                    if isinstance(step, Draft):
                        draft, mode = replace(step, open_clauses=quoted.open_clauses), Mode.GENERATING
                    else:
                        yield step
            stopwatch.lap("generate")
        yield self._composer.answer(question, understood, shelf, found, draft, mode, owners)

    async def look_up(self, question: Question) -> tuple[Understood, Retrieved]:
        """What was understood and found, without an answer.

        Raises:
            BuildError: there is no build to search.
        """
        shelf, today = self._library.require(), self._clock().date()
        read = await self._thread(lambda: self._understand(question))
        understood = await self._thread(lambda: settled(read, shelf, today, self.library.intents.beginning))
        found = await self._thread(lambda: shelf.retriever.retrieve(understood.standalone, understood.language, today))
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
        library = self._library
        return understand(question, library.detector.detect, library.published, library.intents, library.writing.read)

    def _choices(self, question: Question, understood: Understood, shelf: Shelf) -> tuple[str, ...]:
        """What to ask back; nothing in an emergency, of a price, and of what a section lists as it stands."""
        text = understood.standalone
        priced = len(text.split()) > KEYWORDS and asks_price(text)  # "fee" alone may mean any
        if understood.emergency or priced or shelf.retriever.lists(text):
            return ()
        return shelf.clarifier.choices(text, understood.language, question.history)

    def _found(
        self, understood: Understood, shelf: Shelf, today: date, stopwatch: Stopwatch
    ) -> tuple[Retrieved, Draft | None, tuple[Owner, ...]]:
        """What was found, what is quoted, and whose matters its parts are where they are several's."""
        found, quoted = find_and_quote(understood, shelf, today, stopwatch)
        text = understood.standalone
        if understood.emergency or (understood.told_before and not quoted):
            wanted = quoted and is_wanted(quoted, understood)
            helps = None if wanted else quote_help(understood, found, shelf, today)
            return found, helps or quoted, ()
        if text != understood.text or understood.other_language:
            return found, quoted, ()  # the question before has another owner; of other languages nothing is known

        def search(part: str) -> Retrieved:
            return shelf.retriever.retrieve(part, understood.language, today)

        asked = asking_sentences(text, understood.language) if quoted else text
        owners = owners_of_parts(asked, self._library.intents, search)
        stopwatch.lap("owners")
        return found, quoted, owners

    async def _thread(self, work: Callable[[], T]) -> T:
        self._limiter = self._limiter or anyio.CapacityLimiter(WORKERS)
        return await anyio.to_thread.run_sync(work, limiter=self._limiter)


def _ready(sentence: AnswerSentence, citations: tuple[Citation, ...]) -> SentenceReady:
    return SentenceReady(sentence, tuple(c for c in citations if c.number in sentence.citations))
