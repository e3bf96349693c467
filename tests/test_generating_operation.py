"""Generating mode in operation: a model that fails, too many who ask, connections, settings and what operators see."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import httpx

from app.answer.breaker import FAULTS, Breaker
from app.answer.generating import AT_ONCE
from app.assistant import Assistant
from app.domain import Answer, Mode, Status
from app.events import SentenceReady
from app.main import create_app
from app.question_log import QuestionLog
from app.settings import PROJECT, Settings
from eval.scripted_model import ScriptedModel, honest, said, status
from tests.asking import question
from tests.generating.scripted_assistant import PARAPHRASES, WHEN, writing


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
