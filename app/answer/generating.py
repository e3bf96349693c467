"""Generating mode: a language model writes the answer from the passages, each sentence checked before it is shown.

One sentence that does not hold voids the whole answer, and quoting answers instead. A model that invented once is not
to be trusted with the rest, and an answer that lost its condition misleads more than none.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from app.answer.breaker import Breaker
from app.answer.quoting import Draft
from app.answer.said import SaidLines
from app.asked_amount import asks_price, says_price
from app.domain import AnswerSentence, Citation, Evidence, Language, Passage, Piece
from app.errors import ModelFault
from app.events import Reset, SentenceReady
from app.figures import measured
from app.llm import LanguageModel
from app.prompts import Prompt, gives_orders

AT_ONCE = 8  # questions with the model; one more is quoted at once
MOST_PASSAGES = 4
CLOSE = 1.5  # score: as in quoting, a section this near to the first may belong to the answer
MOST_WORDS = 700  # of all passages together
HONEST = ("written", "no_answer")  # to say that the passages do not answer is no fault of the model's
# Not asked, or what came was true but left something out: this tells nothing of whether the server works.
UNTOLD = ("busy", "resting", "orders_in_source", "beside_the_point", "no_price", "incomplete_list", "condition_dropped")

log = structlog.get_logger()

Carried = tuple[tuple[int, Piece], ...]


class Verifier(Protocol):
    """Looks at what the model wrote. Both raise ModelFault."""

    def carried(self, sentence: AnswerSentence, passages: Sequence[Passage], language: Language) -> Carried:
        """The pieces that carry a sentence, each with its passage's number."""

    def check_point(
        self, question: str, carried: Carried, passages: Sequence[Passage], sure: int, language: Language
    ) -> None:
        """Whether the answer has what the question asks for, of the first `sure` passages."""

    def check_whole(
        self, texts: Sequence[str], carried: Carried, passages: Sequence[Passage], language: Language
    ) -> None:
        """What only the whole answer shows: what it leaves out."""


@dataclass(frozen=True, slots=True)
class Task:
    """One answer to write, from `passages` (numbered from 1). The first `sure` of them are what quoting would quote."""

    question: str
    earlier: tuple[str, ...]
    language: Language
    passages: tuple[Passage, ...]
    sure: int
    verifier: Verifier


class Writer:
    """Asks the model within the limit, and leaves it alone while it fails. `outcomes` counts what became of it."""

    def __init__(self, model: LanguageModel, prompt: Prompt, limit: float, breaker: Breaker | None = None) -> None:
        """`limit`: seconds for a whole answer."""
        self.model, self.prompt = model, prompt
        self.outcomes: Counter[str] = Counter()
        self._limit = limit
        self._breaker = breaker or Breaker()
        self._running = 0

    @property
    def resting(self) -> bool:
        """Whether the model is left alone for now."""
        return self._breaker.open

    async def write(self, task: Task, spent: float = 0.0) -> AsyncGenerator[SentenceReady | Reset | Draft, None]:
        """Sentences that hold, as they come, then the draft; or no draft, and a Reset if something was shown.

        `spent`: seconds of the limit that the question has used already.
        """
        writing = Writing(task.passages)
        try:
            self._admit(task)
            async with aclosing(self._counted(task, spent)) as sentences:
                async for sentence in sentences:
                    carried = await asyncio.to_thread(task.verifier.carried, sentence, task.passages, task.language)
                    if not writing.begun and all(number > task.sure for number, _ in carried):
                        raise ModelFault("beside_the_point")
                    yield writing.add(sentence, carried)
            _check_whole(task, writing)
        except Exception as error:  # whatever goes wrong here, quoting still answers
            self._note(_kind(error))
            if writing.begun:
                yield Reset()
        else:
            self._note("written")
            yield writing.draft()

    def close(self) -> None:
        self.model.close()

    def _admit(self, task: Task) -> None:
        if any(gives_orders(passage) for passage in task.passages):
            raise ModelFault("orders_in_source")
        if self._running >= AT_ONCE:
            raise ModelFault("busy")
        if not self._breaker.may_try():
            raise ModelFault("resting")

    def _note(self, kind: str) -> None:
        self.outcomes[kind] += 1
        if kind in HONEST:
            self._breaker.worked()
        elif kind not in UNTOLD:
            self._breaker.failed()
        log.info("model_outcome", kind=kind)

    async def _counted(self, task: Task, spent: float) -> AsyncGenerator[AnswerSentence, None]:
        """The sentences, while this question holds its place; an asker who leaves gives it back."""
        self._running += 1
        try:
            async with aclosing(self._sentences(task, spent)) as sentences:
                async for sentence in sentences:
                    yield sentence
        finally:
            self._running -= 1
            self._breaker.left()

    async def _sentences(self, task: Task, spent: float) -> AsyncGenerator[AnswerSentence, None]:
        lines = SaidLines()
        system = self.prompt.system(task.language)
        user = self.prompt.user(task.question, task.earlier, task.passages, task.language)
        async with aclosing(self._within_limit(self.model.stream(system, user), spent)) as pieces:
            async for piece in pieces:
                for sentence in lines.add(piece):
                    yield sentence
            for sentence in lines.end():
                yield sentence

    async def _within_limit(self, pieces: AsyncGenerator[str, None], spent: float) -> AsyncGenerator[str, None]:
        end = asyncio.get_running_loop().time() + self._limit - spent
        async with aclosing(pieces):
            while True:
                try:
                    async with asyncio.timeout_at(end):
                        piece = await anext(pieces, None)
                except TimeoutError:
                    raise ModelFault("timeout") from None
                if piece is None:
                    return
                yield piece


def _kind(error: Exception) -> str:
    if isinstance(error, ModelFault):
        return str(error)
    log.error("writing_failed", exc_info=error)
    return "our_fault"


def _check_whole(task: Task, writing: Writing) -> None:
    if asks_price(task.question) and not _says_price(" ".join(writing.texts), task.passages[: task.sure]):
        raise ModelFault("no_price")
    task.verifier.check_point(task.question, writing.carried, task.passages, task.sure, task.language)
    task.verifier.check_whole(writing.texts, writing.carried, task.passages, task.language)


def _says_price(text: str, passages: Sequence[Passage]) -> bool:
    """An amount, where the passages have one."""
    if any(figure.unit == "money" for passage in passages for figure in measured(passage.text)):
        return any(figure.unit == "money" for figure in measured(text))
    return says_price(text)


def chosen_passages(evidence: Sequence[Evidence], quoted: Sequence[Passage]) -> tuple[Passage, ...]:
    """What the model may write from: what would be quoted, then the sections nearly as near to the question."""
    near = [item.passage for item in evidence if evidence[0].score - item.score < CLOSE]
    chosen: list[Passage] = []
    for passage in dict.fromkeys((*quoted, *near)):
        words = sum(len(other.text.split()) for other in (*chosen, passage))
        if not chosen or (len(chosen) < MOST_PASSAGES and words <= MOST_WORDS):
            chosen.append(passage)
    return tuple(chosen)


class Writing:
    """The answer as it grows: citations renumbered in order of appearance, each with the pieces that carry it."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._order: list[int] = []
        self._pieces: dict[int, dict[Piece, None]] = {}
        self._sentences: list[AnswerSentence] = []

    @property
    def begun(self) -> bool:
        return bool(self._sentences)

    @property
    def texts(self) -> list[str]:
        return [sentence.text for sentence in self._sentences]

    @property
    def carried(self) -> Carried:
        return tuple((number, piece) for number, pieces in self._pieces.items() for piece in pieces)

    def add(self, sentence: AnswerSentence, carried: Carried) -> SentenceReady:
        for number, piece in carried:
            if number not in self._pieces:
                self._order.append(number)
            self._pieces.setdefault(number, {})[piece] = None
        numbers = sorted({self._order.index(number) + 1 for number, _ in carried})
        numbered = replace(sentence, citations=tuple(numbers))
        self._sentences.append(numbered)
        return SentenceReady(numbered, tuple(c for c in self.draft().citations if c.number in numbers))

    def draft(self) -> Draft:
        passages = tuple(self._passages[number - 1] for number in self._order)
        citations = tuple(
            Citation(place, self._quote(number), passage.source)
            for place, (number, passage) in enumerate(zip(self._order, passages, strict=True), start=1)
        )
        return Draft(tuple(self._sentences), citations, passages)

    def _quote(self, number: int) -> str:
        """The carrying pieces in the passage's order."""
        return " ".join(piece.text for piece in self._passages[number - 1].pieces if piece in self._pieces[number])
