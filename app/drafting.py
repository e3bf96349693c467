"""A draft that holds (retrieve, the gate, quote, verify), and what a language model may write from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.answer.generating import Task, chosen_passages
from app.answer.quoting import Draft, quote
from app.asked_amount import asks_price, says_price
from app.domain import Language, Passage, Question, Retrieved, Understood
from app.library import Shelf
from app.masking import mask
from app.stopwatch import Stopwatch
from app.verify import verify

EARLIER = 3  # questions before that a language model sees


def find_and_quote(
    understood: Understood, shelf: Shelf, today: date, stopwatch: Stopwatch
) -> tuple[Retrieved, Draft | None]:
    """What was found, and the answer in quoting mode; None where the evidence is not enough."""
    text, language = understood.standalone, understood.language
    found = shelf.retriever.retrieve(text, language, today)
    stopwatch.lap("retrieve")
    sure = found.probability >= shelf.scorer.threshold
    draft = quote(text, found.evidence, language, shelf.encode, today) if sure else None
    stopwatch.lap("answer")
    draft = _verified(draft, text, language) if draft else None
    stopwatch.lap("verify")
    return found, draft


def writing_task(
    question: Question, understood: Understood, shelf: Shelf, found: Retrieved, quoted: Draft, published: frozenset[str]
) -> Task:
    """What the language model is asked: masked text, and sections of which the first are those that were quoted."""
    earlier = (mask(turn.question, keep=published).text for turn in question.history[-EARLIER:])
    passages = chosen_passages(found.evidence, quoted.passages)
    sure = sum(passage in quoted.passages for passage in passages)
    return Task(understood.standalone, tuple(earlier), understood.language, passages, sure, shelf.verifier)


def _verified(draft: Draft, text: str, language: Language) -> Draft | None:
    passages: dict[int, Passage] = dict(enumerate(draft.passages, start=1))
    held = verify(draft.sentences, passages, language).sentences
    if asks_price(text) and not says_price(" ".join(sentence.text for sentence in held)):
        return None
    return replace(draft, sentences=held) if held else None
