"""The assistant with a scripted server for a language model, what it is asked and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.answer.breaker import Breaker
from app.answer.generating import Writer
from app.assistant import Assistant
from app.domain import Answer, Question
from app.events import Event, Finished, SentenceReady
from app.llm import LanguageModel
from app.prompts import load_prompt
from eval.faults import with_writer
from eval.scripted_model import Reply, ScriptedModel

WHEN = {
    "fi": "Milloin päiväkotipaikkaa pitää hakea?",
    "sv": "När ska jag ansöka om dagvårdsplats?",
    "en": "When do I have to apply for daycare?",
}
PARAPHRASES = {
    "fi": ("Hakemus täytyy tehdä viimeistään 4 kuukautta ennen päivää, jona lapsi aloittaa. [1]",
           "Paikkaa voi hakea koko vuoden ajan. [1]"),
    "sv": ("Ansök senast 4 månader före den dag då barnet börjar. [1]", "Du kan ansöka året runt. [1]"),
    "en": ("Send your application at least 4 months before your child should start. [1]",
           "You can apply at any time of the year. [1]"),
}  # fmt: skip


@contextmanager
def writing(
    assistant: Assistant, *replies: Reply, then: Reply | None = None, limit: float = 5.0, breaker: Breaker | None = None
) -> Iterator[tuple[Assistant, ScriptedModel, Writer]]:
    with ScriptedModel(*replies, then=then) as model:
        writer = Writer(LanguageModel(model.url, "scripted", "a-key", limit), load_prompt("answer"), limit, breaker)
        yield with_writer(assistant.library, writer), model, writer


async def events(assistant: Assistant, asked: Question) -> list[Event]:
    return [event async for event in assistant.stream(asked)]


def finished(found: list[Event]) -> Answer:
    assert isinstance(found[-1], Finished)
    return found[-1].answer


def texts(found: list[Event]) -> list[str]:
    return [event.sentence.text for event in found if isinstance(event, SentenceReady)]
