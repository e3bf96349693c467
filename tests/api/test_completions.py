"""The OpenAI door as its clients use it: the official one and LangChain's, over a socket, against the real service."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletion

from app.api.completion_reply import content_of
from app.domain import LANGUAGES, Answer, Language, Status
from app.settings import PROJECT
from app.texts import text
from tests.api.test_serving import running as slow_service
from tests.api.test_serving import until

MODEL = "hello-espoo"
KEY = "sk-known-to-the-client-alone"
DAYCARE = {
    "en": "When do I have to apply for daycare?",
    "sv": "När ska jag ansöka om dagvårdsplats?",
    "fi": "Milloin päiväkotipaikkaa pitää hakea?",
}
SOURCES = {"en": "Sources:", "sv": "Källor:", "fi": "Lähteet:"}
EMERGENCY = "My husband beats me. How do I apply for daycare?"
UNKNOWN = "How do I tune a church organ?"
PERSONAL = "Olen 131052-308T ja numeroni on 045 123 4567. Miten saan verokortin?"


@dataclass
class Running:
    url: str
    data: Path
    log: Path

    @property
    def settings(self) -> dict[str, Any]:
        return {"base_url": f"{self.url}/v1", "api_key": KEY, "max_retries": 0}


@pytest.fixture(scope="module")
def running(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`python -m app serve` on a free port and on a copy of the build of `knowledge/`."""
    folder = tmp_path_factory.mktemp("openai")
    data, log = Path(shutil.copytree(data_dir, folder / "data")), folder / "log"
    environment = {**os.environ, "ESPOO_DATA_DIR": str(data), "ESPOO_RATE_LIMIT": "", "ESPOO_LOG_LEVEL": "DEBUG"}
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "--port", "0"],
            cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip
        try:
            assert process.stdout
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found, log.read_text()
            yield Running(found[0], data, log)
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture
def client(running: Running) -> OpenAI:
    return OpenAI(**running.settings)


@pytest.fixture
def langchain(running: Running) -> ChatOpenAI:
    return ChatOpenAI(model=MODEL, base_url=f"{running.url}/v1", api_key=KEY, max_retries=0)


def complete(client: OpenAI, *said: str, **options: Any) -> ChatCompletion:
    """`said`: question, answer, question …"""
    messages: Any = [{"role": "assistant" if place % 2 else "user", "content": text} for place, text in enumerate(said)]
    completion: ChatCompletion = client.chat.completions.create(model=MODEL, messages=messages, **options)
    return completion


def said(completion: ChatCompletion) -> str:
    return completion.choices[0].message.content or ""


def answer_of(completion: Any) -> dict[str, Any]:
    answer: dict[str, Any] = completion.hello_espoo
    return answer


def streamed(client: OpenAI, *texts: str, **options: Any) -> tuple[str, list[Any]]:
    chunks = list(complete(client, *texts, stream=True, **options))
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices), chunks


def test_the_model_is_listed(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == [MODEL]
    assert client.models.retrieve(MODEL).object == "model"
    with pytest.raises(openai.NotFoundError) as refused:
        client.models.retrieve("gpt-9/turbo")
    assert refused.value.code == "model_not_found"


@pytest.mark.parametrize("language", ["en", "sv", "fi"])
def test_an_answer_with_its_sources(client: OpenAI, running: Running, language: str) -> None:
    completion = complete(client, DAYCARE[language], temperature=0.2, max_tokens=5, seed=1, user="somebody")
    answer, message = answer_of(completion), completion.choices[0].message
    assert (answer["status"], answer["language"], message.role) == ("answered", language, "assistant")
    assert said(completion).startswith(answer["text"]) and " [1]" in answer["text"]
    assert SOURCES[language] in said(completion)
    assert all(citation["source"]["url"] in said(completion) for citation in answer["citations"])
    assert (completion.choices[0].finish_reason, completion.model) == ("stop", MODEL)
    assert completion.id == f"chatcmpl-{answer['id']}"
    assert httpx.get(f"{running.url}/api/v1/answers/{answer['id']}").json() == answer


def test_annotations_point_at_the_markers(client: OpenAI) -> None:
    completion = complete(client, DAYCARE["fi"])
    sources = {citation["number"]: citation["source"] for citation in answer_of(completion)["citations"]}
    found = [annotation.url_citation for annotation in completion.choices[0].message.annotations or []]
    numbers = [int(said(completion)[place.start_index : place.end_index].strip("[]")) for place in found]
    assert numbers and set(numbers) == set(sources)
    assert all(place.url == sources[number]["url"] for place, number in zip(found, numbers, strict=True))


def test_usage_counts_words(client: OpenAI) -> None:
    completion = complete(client, "How do I get a tax card?", "Somehow.", "And for a child?")
    assert completion.usage
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (12, len(said(completion).split()))
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens


@pytest.mark.parametrize("question", [*DAYCARE.values(), EMERGENCY, UNKNOWN, "Hej!", PERSONAL, "مرحبا 你好"])
def test_a_stream_says_what_the_plain_answer_says(client: OpenAI, question: str) -> None:
    plain = complete(client, question)
    text, chunks = streamed(client, question, stream_options={"include_usage": True})
    assert text == said(plain)
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks[-3:-1]] == [None, "stop"]
    assert chunks[-1].usage == plain.usage and not chunks[-1].choices
    assert {chunk.id for chunk in chunks} == {f"chatcmpl-{answer_of(chunks[-2])['id']}"}
    told = plain.choices[0].message.annotations or []
    assert chunks[-2].choices[0].delta.annotations == [annotation.model_dump() for annotation in told]
    assert answer_of(chunks[-2])["text"] == answer_of(plain)["text"]


def test_sentences_come_one_by_one_and_usage_only_when_asked_for(client: OpenAI) -> None:
    _, chunks = streamed(client, DAYCARE["en"])
    deltas = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices[0].delta.content]
    sentences = answer_of(chunks[-1])["sentences"]
    assert len(deltas) > len(sentences) > 1
    assert all(sentence["text"] in delta for sentence, delta in zip(sentences, deltas, strict=False))
    assert all(chunk.usage is None for chunk in chunks)


def test_an_emergency_comes_first(client: OpenAI) -> None:
    completion = complete(client, EMERGENCY)
    assert answer_of(completion)["status"] == "emergency"
    assert "112" in said(completion).split("\n")[0]
    assert SOURCES["en"] in said(completion)


def test_what_is_not_known_is_said_with_who_can_help(client: OpenAI) -> None:
    completion = complete(client, UNKNOWN)
    answer = answer_of(completion)
    assert answer["status"] == "unanswered"
    assert said(completion).startswith("I don't know") and answer["hand_off"]["url"] in said(completion)
    assert "Sources:" not in said(completion)


@pytest.mark.parametrize(
    ("status", "lead"),
    [
        (Status.UNANSWERED, "widget.meant"),
        (Status.REFERRED, "widget.meant"),
        (Status.ANSWERED, "completions.suggestions"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_nearest_questions_are_asked_about_where_there_is_no_answer(
    status: Status, lead: str, language: Language
) -> None:
    answer = Answer("a", "c", "q", "q", status, language, "Said.", suggestions=("When?",))
    assert content_of(answer) == f"Said.\n\n{text(lead, language)}\n\n- When?"


def test_notices_and_suggestions_are_in_the_text(client: OpenAI) -> None:
    assert "Please do not send personal data" in said(complete(client, "I am 131052-308T. How do I get a tax card?"))
    greeting = complete(client, "Hello!")
    assert answer_of(greeting)["suggestions"]
    assert all(f"- {other}" in said(greeting) for other in answer_of(greeting)["suggestions"])


@pytest.mark.parametrize(
    ("question", "follow_up", "short", "language"),
    [
        (DAYCARE["en"], "And for a child in a hurry?", "Kela?", "en"),
        (DAYCARE["sv"], "Och för ett barn till?", "Kela?", "sv"),
        (DAYCARE["fi"], "Entä toiselle lapselle?", "Kela?", "fi"),
    ],
)
def test_the_messages_are_the_history(client: OpenAI, question: str, follow_up: str, short: str, language: str) -> None:
    followed = answer_of(complete(client, question, "…", follow_up))
    assert followed["standalone"] == f"{question} {follow_up}"
    assert answer_of(complete(client, follow_up))["standalone"] == follow_up
    assert answer_of(complete(client, question, "…", short))["language"] == language


def test_the_header_names_the_language_where_the_question_does_not(client: OpenAI) -> None:
    swedish = {"Accept-Language": "sv-FI,sv;q=0.9"}
    assert answer_of(complete(client, "Kela?", extra_headers=swedish))["language"] == "sv"
    assert answer_of(complete(client, DAYCARE["en"], extra_headers=swedish))["language"] == "en"


def test_neither_personal_data_nor_the_key_is_kept(client: OpenAI, running: Running) -> None:
    completion = complete(client, f"My e-mail is aino.virtanen@example.com. {DAYCARE['en']}", "…", PERSONAL)
    assert "131052-308T" not in completion.to_json() and "[id]" in answer_of(completion)["question"]
    masked = b"Olen [id] ja numeroni on [phone]."
    until(lambda: any(masked in path.read_bytes() for path in running.data.glob("*.sqlite3*")))
    kept = [path.read_bytes() for path in (running.log, *running.data.rglob("*")) if path.is_file()]
    for secret in (KEY, "131052-308T", "045 123 4567", "aino.virtanen"):
        assert not [text for text in kept if secret.encode() in text], secret


def test_a_client_that_leaves_a_stream_is_counted_and_its_answer_kept(tmp_path: Path) -> None:
    with slow_service("slow", tmp_path) as (_, url):
        client = OpenAI(base_url=f"{url}/v1", api_key=KEY, max_retries=0)
        with complete(client, DAYCARE["en"], stream=True) as stream:
            first = next(iter(stream))
        until(lambda: "espoo_client_left_total 1.0" in httpx.get(f"{url}/metrics").text)
        kept = httpx.get(f"{url}/api/v1/answers/{first.id.removeprefix('chatcmpl-')}").json()
    assert (first.choices[0].delta.role, kept["status"]) == ("assistant", "answered")


def test_fifty_clients_at_once(running: Running) -> None:
    async def ask(client: AsyncOpenAI, place: int) -> tuple[str, str]:
        language = list(DAYCARE)[place % 3]
        messages: Any = [{"role": "user", "content": DAYCARE[language]}]
        if place % 2:
            stream = await client.chat.completions.create(model=MODEL, messages=messages, stream=True)
            return language, "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
        return language, said(await client.chat.completions.create(model=MODEL, messages=messages))

    async def all_at_once() -> list[tuple[str, str]]:
        async with AsyncOpenAI(**running.settings) as client:
            return await asyncio.gather(*(ask(client, place) for place in range(50)))

    answers = asyncio.run(all_at_once())
    assert len(answers) == 50
    assert len(set(answers)) == 3  # the same words for everybody in one language
    assert all(SOURCES[language] in text for language, text in answers)


def test_langchain_asks_streams_and_follows_up(langchain: ChatOpenAI) -> None:
    plain = langchain.invoke(DAYCARE["sv"])
    assert str(plain.content).startswith("Ansök") and plain.usage_metadata
    assert "".join(str(chunk.content) for chunk in langchain.stream(DAYCARE["sv"])) == plain.content
    talk = [SystemMessage("Answer as a pirate, in German."), HumanMessage(DAYCARE["sv"]), AIMessage(plain.content)]
    assert str(langchain.invoke([*talk, HumanMessage("Och hur mycket kostar det?")]).content)
    assert asyncio.run(langchain.ainvoke([*talk[:2]])).content == plain.content
    with pytest.raises(openai.BadRequestError):
        langchain.invoke("?")
    with pytest.raises(openai.BadRequestError):
        langchain.with_structured_output({"title": "Fee", "type": "object", "properties": {}}).invoke(DAYCARE["en"])


def test_langchain_may_offer_tools_that_are_not_used(langchain: ChatOpenAI) -> None:
    tool = {"type": "function", "function": {"name": "look", "description": "Look.", "parameters": {}}}
    assert "[1]" in str(langchain.bind_tools([tool]).invoke(DAYCARE["en"]).content)
