"""Generating mode over real HTTP: the whole line with a scripted server that speaks OpenAI's protocol."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.assistant import Assistant
from app.domain import LANGUAGES, Language, Mode, Status, Turn
from app.events import Finished, Progress, Reset, SentenceReady
from app.settings import PROJECT, Settings
from eval.scripted_model import Asked, Line, honest, said
from tests.asking import question
from tests.conftest import ingest
from tests.generating.scripted_assistant import PARAPHRASES, WHEN, events, finished, texts, writing

LIES = {
    "fi": "Hakemus täytyy tehdä viimeistään 3 kuukautta ennen päivää, jona lapsi aloittaa. [1]",
    "sv": "Ansök senast 4 veckor före den dag då barnet börjar. [1]",
    "en": "You do not have to apply for a daycare place. [1]",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_honest_model_writes_the_answer(assistant: Assistant, language: Language) -> None:
    with writing(assistant, said(*PARAPHRASES[language])) as (written, _, writer):
        found = asyncio.run(events(written, question(WHEN[language], language)))
    answer = finished(found)
    assert (answer.status, answer.mode, answer.language) == (Status.ANSWERED, Mode.GENERATING, language)
    assert texts(found) == [line.removesuffix(" [1]") for line in PARAPHRASES[language]]
    assert [sentence.citations for sentence in answer.sentences] == [(1,), (1,)]
    assert "4" in answer.citations[0].quote and answer.citations[0].source.document_id.endswith(f"/{language}.md")
    assert not any(isinstance(event, Reset) for event in found)
    assert writer.outcomes == {"written": 1}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lie_after_a_true_sentence_takes_all_of_it_back(assistant: Assistant, language: Language) -> None:
    lines = (PARAPHRASES[language][0], LIES[language])
    with writing(assistant, said(*lines)) as (written, _, _):
        found = asyncio.run(events(written, question(WHEN[language], language)))
    quoted = asyncio.run(assistant.ask(question(WHEN[language], language)))
    reset = next(place for place, event in enumerate(found) if isinstance(event, Reset))
    assert texts(found[:reset]) == [lines[0].removesuffix(" [1]")]
    assert texts(found[reset:]) == [sentence.text for sentence in quoted.sentences]
    assert (finished(found).mode, finished(found).text) == (Mode.QUOTING, quoted.text)
    assert not any(LIES[language].removesuffix(" [1]") in text for text in texts(found))


def test_sentences_come_while_the_model_still_writes(assistant: Assistant) -> None:
    with writing(assistant, said(*PARAPHRASES["en"], pause=0.05)) as (written, _, _):

        async def first_and_last() -> tuple[float, float]:
            moments = []
            async for event in written.stream(question(WHEN["en"])):
                if isinstance(event, SentenceReady | Finished):
                    moments.append(time.monotonic())
            return moments[0], moments[-1]

        first, last = asyncio.run(first_and_last())
    assert last - first >= 0.3  # the second sentence has eight words


def test_the_model_sees_masked_text_only(assistant: Assistant) -> None:
    asked = "Miten saan verokortin? Numeroni on 040 123 4567, hetu 131052-308T"
    history = (Turn("My mail is aino.virtanen@example.com", "My mail is aino.virtanen@example.com"),)
    with writing(assistant) as (written, model, _):
        answer = asyncio.run(written.ask(question(asked, "fi", history)))
    sent = str(model.received[0].body)
    assert answer.mode == Mode.GENERATING
    assert "131052-308T" not in sent and "040 123" not in sent and "aino.virtanen" not in sent
    assert "[" not in model.received[0].prompt.split("<question>")[1] and "(email)" in sent


@pytest.mark.parametrize(
    "text", ["What does it cost to repair a car?", "Kiitos!", "My husband hits me. How do I apply for daycare?"]
)
def test_the_model_is_not_asked_without_evidence_nor_in_an_emergency(assistant: Assistant, text: str) -> None:
    with writing(assistant) as (written, model, _):
        answer = asyncio.run(written.ask(question(text)))
    assert not model.received
    assert answer == replace(asyncio.run(assistant.ask(question(text))), timings_ms=answer.timings_ms)


def test_a_price_that_the_model_leaves_out_is_quoted(assistant: Assistant) -> None:
    with writing(assistant, said("Sisaruksista peritään pienempi summa. [1]")) as (written, _, writer):
        answer = asyncio.run(written.ask(question("Paljonko päiväkoti maksaa?", "fi")))
    assert (answer.mode, sum(writer.outcomes.values())) == (Mode.QUOTING, 1)
    assert "335 euroa" in answer.text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How much does daycare cost?", "no_price"),
        ("Can the Kela card be used as an identity document?", "beside_the_point"),
        ("Does a club place affect the child home care allowance?", "beside_the_point"),
    ],
)
def test_a_true_sentence_that_leaves_the_question_open_is_not_enough(
    assistant: Assistant, text: str, kind: str
) -> None:
    with writing(assistant, honest(most=1)) as (written, _, writer):
        answer = asyncio.run(written.ask(question(text, "en")))
    assert (answer.mode, writer.outcomes) == (Mode.QUOTING, {kind: 1})


def test_steps_come_whole_or_are_quoted(assistant: Assistant) -> None:
    asked = "How do I apply for a Kela card?"
    with writing(assistant, honest(), honest_first_step) as (written, _, writer):
        whole, part = (asyncio.run(written.ask(question(asked, "en"))) for _ in range(2))
    assert (whole.mode, part.mode) == (Mode.GENERATING, Mode.QUOTING)
    assert "5. Post the form" in whole.text and writer.outcomes["incomplete_list"] == 1


async def honest_first_step(asked: Asked, line: Line) -> None:
    await said(*(f"{text.removeprefix('- ')} [1]" for text in asked.passages[1][:3]))(asked, line)


@pytest.fixture(scope="module")
def finnish_kela_card(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """A build in which the page on the Kela card exists in Finnish only."""
    folder = tmp_path_factory.mktemp("finnish-only")
    shutil.copytree(PROJECT / "knowledge", folder / "knowledge")
    for language in ("sv", "en"):
        (folder / "knowledge" / "kela-card" / f"{language}.md").unlink()
    ingest(folder, "--documents", str(folder / "knowledge"))
    opened = Assistant.open(Settings(data_dir=folder))
    yield opened
    opened.close()


def test_a_source_in_another_language_is_told_in_the_askers(finnish_kela_card: Assistant) -> None:
    asked = question("Do I need the Kela card at the pharmacy?", "en")
    line = "You do not need the Kela card at a pharmacy, in a Kela taxi or in public health care."
    finnish = "Et tarvitse Kela-korttia apteekissa, Kela-taksissa etkä julkisessa terveydenhuollossa."
    with writing(finnish_kela_card, said(f"{line} [1]"), said(f"{finnish} [1]")) as (written, _, writer):
        told, copied = (asyncio.run(written.ask(asked)) for _ in range(2))
    assert (told.mode, told.sentences[0].text, told.citations[0].quote) == (Mode.GENERATING, line, finnish)
    assert "source_in_other_language" in {notice.code for notice in told.notices}
    assert (copied.mode, writer.outcomes["wrong_language"]) == (Mode.QUOTING, 1)


def test_an_answer_begins_with_the_passage_that_the_gate_was_sure_of(assistant: Assistant) -> None:
    with writing(assistant, other_passage) as (written, _, writer):
        answer = asyncio.run(written.ask(question("How do I apply for daycare?", "en")))
    assert (answer.mode, writer.outcomes) == (Mode.QUOTING, {"beside_the_point": 1})


async def other_passage(asked: Asked, line: Line) -> None:
    await said(f"{asked.passages[2][0].removeprefix('- ')} [2]")(asked, line)


def test_a_sign_of_life_comes_before_the_model_is_waited_for(assistant: Assistant) -> None:
    with writing(assistant) as (written, _, _):
        found = asyncio.run(events(written, question(WHEN["en"])))
    assert [event.step for event in found if isinstance(event, Progress)] == ["understand", "answer"]
