"""Generating mode over real HTTP: the whole line with a scripted server that speaks OpenAI's protocol."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.answer.breaker import FAULTS, Breaker
from app.answer.generating import AT_ONCE, Writer
from app.assistant import Assistant
from app.domain import Answer, Channel, Language, Mode, Question, Status, Turn
from app.events import Event, Finished, Progress, Reset, SentenceReady
from app.llm import LanguageModel
from app.main import create_app
from app.prompts import load_prompt
from app.question_log import QuestionLog
from app.settings import PROJECT, Settings
from eval.faults import with_writer
from eval.scripted_model import Asked, Line, Reply, ScriptedModel, honest, said, status
from tests.conftest import ingest

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
LIES = {
    "fi": "Hakemus täytyy tehdä viimeistään 3 kuukautta ennen päivää, jona lapsi aloittaa. [1]",
    "sv": "Ansök senast 4 veckor före den dag då barnet börjar. [1]",
    "en": "You do not have to apply for a daycare place. [1]",
}
LANGUAGES: tuple[Language, ...] = ("fi", "sv", "en")


def question(text: str, language: Language | None = None, history: tuple[Turn, ...] = ()) -> Question:
    return Question(text, "q" * 32, "c" * 32, Channel.EVAL, language, history)


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
        answer = asyncio.run(written.ask(question("May I bring medicines with me to Finland?", "en")))
    assert (answer.mode, writer.outcomes) == (Mode.QUOTING, {"beside_the_point": 1})


async def other_passage(asked: Asked, line: Line) -> None:
    await said(f"{asked.passages[2][0].removeprefix('- ')} [2]")(asked, line)


def test_a_fault_of_ours_is_quoted_too_and_the_model_stays_in_use(assistant: Assistant) -> None:
    class Broken:
        def carried(self, *_: object) -> tuple[()]:
            raise ZeroDivisionError

        check_point = check_whole = carried

    with writing(assistant) as (written, _, writer):
        library = written.library
        library.shelf = replace(library.require(), verifier=Broken())
        answers = [asyncio.run(written.ask(question(WHEN["en"]))) for _ in range(2)]
    assert {(answer.status, answer.mode) for answer in answers} == {(Status.ANSWERED, Mode.QUOTING)}
    assert writer.outcomes == {"our_fault": 2} and writer._running == 0


def test_a_model_that_does_not_know_leaves_it_to_quoting(assistant: Assistant) -> None:
    breaker = Breaker()
    with writing(assistant, then=said("NO_ANSWER"), breaker=breaker) as (written, _, writer):
        answers = [asyncio.run(written.ask(question(WHEN["en"]))) for _ in range(FAULTS + 1)]
    assert {answer.mode for answer in answers} == {Mode.QUOTING}
    assert writer.outcomes == {"no_answer": FAULTS + 1} and not writer.resting


def test_a_model_that_fails_again_and_again_is_left_alone(assistant: Assistant) -> None:
    now = [0.0]
    with writing(assistant, *[status(500)] * (FAULTS + 1), breaker=Breaker(lambda: now[0])) as (written, model, writer):
        for _ in range(FAULTS + 2):
            assert asyncio.run(written.ask(question(WHEN["en"]))).mode == Mode.QUOTING
        assert len(model.received) == FAULTS and writer.outcomes["resting"] == 2
        assert "language_model" in written.degraded
        now[0] = 31.0
        assert asyncio.run(written.ask(question(WHEN["en"]))).mode == Mode.QUOTING  # one tries again, and fails
        now[0] = 60.0
        assert asyncio.run(written.ask(question(WHEN["en"]))).mode == Mode.QUOTING  # its rest is longer now
        assert len(model.received) == FAULTS + 1
        now[0] = 92.0
        assert asyncio.run(written.ask(question(WHEN["en"]))).mode == Mode.GENERATING
        assert "language_model" not in written.degraded


def test_true_answers_that_leave_something_out_do_not_send_the_model_to_rest(assistant: Assistant) -> None:
    with writing(assistant, then=honest(most=1)) as (written, model, writer):
        for _ in range(FAULTS + 1):
            asyncio.run(written.ask(question("How much does daycare cost?", "en")))
    assert (len(model.received), writer.resting) == (FAULTS + 1, False)


def test_too_many_at_once_are_quoted_at_once(assistant: Assistant) -> None:
    count = AT_ONCE + 4
    with writing(assistant, then=said(*PARAPHRASES["en"], pause=0.08), limit=20) as (written, model, writer):

        async def all_at_once() -> list[Answer]:
            return list(await asyncio.gather(*(written.ask(question(WHEN["en"])) for _ in range(count))))

        answers = asyncio.run(all_at_once())
    assert (len(model.received), writer.outcomes["busy"]) == (AT_ONCE, 4)
    assert {answer.status for answer in answers} == {Status.ANSWERED} and not writer.resting


def test_who_leaves_takes_the_connection_along(assistant: Assistant) -> None:
    with writing(assistant, then=said(*PARAPHRASES["en"], *["…"] * 200, pause=0.05)) as (written, model, writer):

        async def leave() -> int:
            before = asyncio.all_tasks()
            async with aclosing(written.stream(question(WHEN["en"]))) as stream:  # type: ignore[type-var]
                async for event in stream:
                    if isinstance(event, SentenceReady):
                        break
            task = asyncio.create_task(written.ask(question(WHEN["en"])))
            await asyncio.sleep(0.5)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await asyncio.sleep(0.5)
            return len(asyncio.all_tasks() - before)

        assert asyncio.run(leave()) == 0
        assert (len(model.received), model.open_connections) == (2, 0)
        assert not writer.resting and writer._running == 0


def test_closing_closes_the_connections(assistant: Assistant) -> None:
    with writing(assistant) as (written, model, writer):

        async def ask_and_close() -> tuple[int, int]:
            for _ in range(3):
                assert (await written.ask(question(WHEN["en"]))).mode == Mode.GENERATING
            kept = model.open_connections
            await asyncio.to_thread(writer.close)
            await asyncio.sleep(0.2)
            return kept, model.open_connections

        assert asyncio.run(ask_and_close()) == (1, 0)
        assert model.connections == 1  # all three on one connection


def test_a_sign_of_life_comes_before_the_model_is_waited_for(assistant: Assistant) -> None:
    with writing(assistant) as (written, _, _):
        found = asyncio.run(events(written, question(WHEN["en"])))
    assert [event.step for event in found if isinstance(event, Progress)] == ["understand", "answer"]


def test_the_settings_alone_switch_it_on_and_nothing_of_the_environment_sends_traces(data_dir: Path) -> None:
    code = """
import asyncio, sys
from pathlib import Path
from app.assistant import Assistant
from app.domain import Channel, Question
from app.settings import load_settings
assistant = Assistant.open(load_settings())
answer = asyncio.run(assistant.ask(Question(sys.argv[1], "q", "c", Channel.EVAL)))
from langchain_core.tracers.context import _tracing_v2_is_enabled
import langchain_openai, tiktoken
print(answer.mode, _tracing_v2_is_enabled(), assistant.language_model)
"""
    with ScriptedModel() as model, ScriptedModel() as traces:
        spies = {"LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true", "LANGSMITH_API_KEY": "x",
                 "LANGSMITH_ENDPOINT": traces.url, "OPENAI_PROXY": traces.url, "HTTP_PROXY": traces.url, "HTTPS_PROXY": traces.url,
                 "ALL_PROXY": traces.url, "OPENAI_BASE_URL": traces.url}  # fmt: skip
        settings = {"ESPOO_LLM_BASE_URL": model.url, "ESPOO_LLM_MODEL": "scripted", "ESPOO_DATA_DIR": str(data_dir)}
        run = subprocess.run(
            [sys.executable, "-c", code, WHEN["en"]],
            cwd=PROJECT, env={**os.environ, **spies, **settings}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert run.stdout.splitlines()[-1:] == ["generating False scripted"], run.stdout + run.stderr
        assert len(model.received) == 1 and traces.connections == 0


def test_without_the_settings_nothing_of_it_is_loaded(data_dir: Path) -> None:
    code = "import sys; from app.assistant import Assistant; from app.settings import load_settings; library = Assistant.open(load_settings()).library; print(library.writer, 'langchain_openai' in sys.modules)"
    settings = {**os.environ, "ESPOO_DATA_DIR": str(data_dir)}
    run = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, env=settings, capture_output=True, text=True)
    assert run.stdout.splitlines()[-1:] == ["None False"], run.stdout + run.stderr


def test_operators_are_told(assistant: Assistant, data_dir: Path) -> None:
    with writing(assistant, *[status(500)] * FAULTS) as (written, _, _):
        app = create_app(Settings(data_dir=data_dir), written, QuestionLog.open(Settings(data_dir=data_dir)))

        async def look() -> tuple[dict[str, object], str]:
            transport = httpx.ASGITransport(app=app)
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=transport, base_url="http://t") as c,
            ):
                for _ in range(FAULTS):
                    asked = {"question": WHEN["en"], "language": "en"}
                    assert (await c.post("/api/v1/questions", json=asked)).json()["mode"] == "quoting"
                return (await c.get("/readyz")).json(), (await c.get("/metrics")).text

        ready, figures = asyncio.run(look())
    assert (ready["ready"], ready["language_model"], ready["degraded"]) == (True, "scripted", ["language_model"])
    assert f'espoo_language_model_outcomes_total{{outcome="status_500"}} {FAULTS}.0' in figures
    assert "espoo_language_model_resting 1.0" in figures
