"""Against a real OpenAI-compatible server: `transformers serve` with a tiny model of random weights."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from app.answer.breaker import Breaker
from app.answer.generating import Writer
from app.assistant import Assistant
from app.domain import Language, Mode
from app.errors import ModelFault
from app.llm import LanguageModel
from app.prompts import load_prompt
from eval.faults import with_writer
from tests.asking import question
from tests.generating.scripted_assistant import WHEN, events, finished, texts
from tests.tiny_model import make_tiny_model, served


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory, assistant: Assistant) -> Iterator[LanguageModel]:
    folder = tmp_path_factory.mktemp("tiny-model")
    make_tiny_model(folder, [found.text for found in assistant.library.require().build.passages])
    with served(folder) as url:
        model = LanguageModel(url, str(folder), "", 60.0)
        yield model
        model.close()


def test_the_server_streams_to_us(tiny: LanguageModel) -> None:
    """Nonsense comes; that it does not end before the most that it may say is a fault, as it should be."""

    async def pieces() -> tuple[list[str], str]:
        found = []
        try:
            async for piece in tiny.stream("Say something.", "Hello"):
                found.append(piece)
        except ModelFault as fault:
            return found, str(fault)
        return found, "stop"

    said, end = asyncio.run(pieces())
    assert len(said) > 20 and end in ("stop", "ended_length")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_nonsense_never_reaches_people(assistant: Assistant, tiny: LanguageModel, language: Language) -> None:
    writer = Writer(tiny, load_prompt("answer"), 60.0, Breaker())
    written = with_writer(assistant.library, writer)
    found = asyncio.run(events(written, question(WHEN[language], language)))
    quoted = asyncio.run(assistant.ask(question(WHEN[language], language)))
    assert (finished(found).mode, finished(found).text) == (Mode.QUOTING, quoted.text)
    assert texts(found) == [sentence.text for sentence in quoted.sentences]
    assert sum(writer.outcomes.values()) == 1 and not writer.outcomes["written"] and not writer.outcomes["unreachable"]
