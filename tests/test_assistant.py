"""The whole line on real documents, with the real models."""

from __future__ import annotations

import asyncio
import shutil
from datetime import date
from pathlib import Path

import pytest

from app.answer.quoting import quote
from app.assistant import Assistant
from app.domain import LANGUAGES, Language, Owner, Reason, Status
from app.events import Finished, Progress, SentenceReady, Started
from app.figures import checkable
from app.settings import Settings
from app.texts import texts
from tests.asking import ask, codes, question
from tests.conftest import ingest


@pytest.mark.parametrize(
    ("text", "language", "topic"),
    [
        ("Miten saan verokortin?", "fi", "tax-card"),
        ("Hur får jag ett skattekort?", "sv", "tax-card"),
        ("How do I get a tax card?", "en", "tax-card"),
        ("Milloin päiväkotipaikkaa pitää hakea?", "fi", "early-childhood-education"),
        ("När ska jag ansöka om dagvårdsplats?", "sv", "early-childhood-education"),
        ("When do I have to apply for daycare?", "en", "early-childhood-education"),
    ],
)
def test_a_newcomer_is_answered_from_the_right_page_in_their_language(
    assistant: Assistant, text: str, language: Language, topic: str
) -> None:
    answer = ask(assistant, text)
    assert (answer.status, answer.language) == (Status.ANSWERED, language)
    assert answer.citations[0].source.document_id == f"knowledge/{topic}/{language}.md"
    assert answer.citations[0].source.url.startswith("https://")
    assert "[1]" in answer.text


@pytest.mark.parametrize(
    "text",
    ["Mikä on Kauklahden koulun rehtorin nimi?", "Vad heter rektorn för Köklax skola?", "price of a taxi to Nuuksio"],
)
def test_what_the_documents_do_not_say_is_not_answered(assistant: Assistant, text: str) -> None:
    answer = ask(assistant, text)
    assert answer.status is Status.UNANSWERED
    assert answer.reason in (Reason.NO_SOURCE, Reason.WEAK_SOURCE)
    assert answer.hand_off is not None
    assert answer.hand_off.name in answer.text


def test_a_question_for_a_price_is_not_answered_without_one(assistant: Assistant) -> None:
    assert ask(assistant, "How much does a Kela card cost?", "en").status is Status.REFERRED
    assert "335 euros" in ask(assistant, "How much does daycare cost?", "en").text


@pytest.mark.parametrize(("text", "language"), [("Hei!", "fi"), ("Tack så mycket", "sv"), ("are you a human?", "en")])
def test_smalltalk(assistant: Assistant, text: str, language: Language) -> None:
    answer = ask(assistant, text, language)
    assert (answer.status, answer.language) == (Status.SMALLTALK, language)
    assert answer.suggestions


def test_personal_data_is_masked_and_the_question_still_answered(assistant: Assistant) -> None:
    answer = ask(assistant, "My personal identity code is 131052-308T. How do I get a tax card?")
    assert answer.status is Status.ANSWERED
    assert "131052-308T" not in str(answer)
    assert "personal_data_masked" in codes(answer)


def test_the_stream_gives_ids_then_signs_of_life_then_sentences_then_the_whole(assistant: Assistant) -> None:
    async def drain() -> list[object]:
        return [event async for event in assistant.stream(question("How do I get a tax card?"))]

    events = asyncio.run(drain())
    assert isinstance(events[0], Started)
    assert isinstance(events[1], Progress)
    assert isinstance(events[-1], Finished)
    sentences = [event.sentence for event in events if isinstance(event, SentenceReady)]
    assert tuple(sentences) == events[-1].answer.sentences
    assert {"understand", "retrieve", "answer", "verify"} <= events[-1].answer.timings_ms.keys()


def test_every_figure_of_an_answer_stands_in_its_quotes(assistant: Assistant) -> None:
    for topic in assistant.topics("en"):
        answer = ask(assistant, topic.question, "en")
        quoted = checkable(" ".join(citation.quote for citation in answer.citations))
        said = [
            sentence.text for sentence in answer.sentences if sentence.citations
        ]  # not the helplines of an emergency
        assert checkable(" ".join(said)) <= quoted


OF_DANGER = {
    "crisis-help", "domestic-violence", "emergency-care", "homelessness", "human-trafficking", "mental-health",
    "substance-abuse-help", "work-exploitation",
}  # fmt: skip


def test_topics_are_starting_points_that_are_answered(assistant: Assistant) -> None:
    for language in LANGUAGES:
        topics = assistant.topics(language)
        assert len(topics) >= 70
        answers = {topic.topic: ask(assistant, topic.question, language) for topic in topics}
        for topic in OF_DANGER & answers.keys():  # some first questions call for help
            answer = answers.pop(topic)
            assert answer.status in (Status.EMERGENCY, Status.ANSWERED) and answer.citations, topic
            assert answer.status is Status.EMERGENCY or topic != "human-trafficking"
        assert {topic for topic, answer in answers.items() if answer.status is not Status.ANSWERED} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_suggested_is_answered(assistant: Assistant, language: Language) -> None:
    suggested = texts("suggestions.items", language)
    assert [ask(assistant, text, language).status for text in suggested] == [Status.ANSWERED] * len(suggested)


def test_residents_and_their_projection_from_the_citys_page(city_assistant: Assistant) -> None:
    answer = ask(
        city_assistant, "How many Espoo residents speak a foreign mother tongue and what is projected for 2035?", "en"
    )
    assert answer.status is Status.ANSWERED
    assert all(figure in answer.text for figure in ("19%", "30%", "105,000", "2035"))
    assert {"source_undated", "sources_differ"} <= codes(answer)
    assert any("18 April 2016" in notice.text for notice in answer.notices)


def test_the_longest_queue_from_the_draft_slides(city_assistant: Assistant) -> None:
    """Found, and shown as the nearest source; one bullet of a slide is not enough evidence to answer from."""
    asked = question("Mikä on kotoutumiskoulutuksen pisin jonotusaika?", "fi")
    _, found = asyncio.run(city_assistant.look_up(asked))
    assert "2 kk" in found.evidence[0].passage.text
    assert found.evidence[0].passage.draft
    answer = asyncio.run(city_assistant.ask(asked))
    assert answer.status is Status.UNANSWERED and answer.hand_off is not None


def test_foreign_companies_from_the_page_of_2016(city_assistant: Assistant) -> None:
    answer = ask(city_assistant, "Hur många utländska företag har etablerat sig i Esbo?", "sv")
    assert answer.status is Status.ANSWERED
    assert "420" in answer.text
    assert any(notice.code == "source_old" and "18.4.2016" in notice.text for notice in answer.notices)


def test_of_two_pages_that_differ_the_newer_answers(city_assistant: Assistant) -> None:
    """What is quoted of what is found; whether it is enough evidence to answer in Swedish is a near thing."""
    text = "Hur många procent av invånarna i Esbo talar ett annat språk än finska eller svenska som modersmål?"
    _, found = asyncio.run(city_assistant.look_up(question(text, "sv")))
    draft = quote(text, found.evidence, "sv", city_assistant.library.require().encode, date(2026, 11, 29))
    assert "19" in draft.sentences[0].text and draft.passages[0].language != "sv"
    assert ["10 procent" in citation.quote for citation in draft.differing] == [True]


def test_without_a_build_every_question_ends_as_failed_with_the_desk(tmp_path: Path) -> None:
    empty = Assistant.open(Settings(data_dir=tmp_path))
    answer = ask(empty, "Miten saan verokortin?", "fi")
    assert answer.status is Status.FAILED
    assert answer.hand_off is not None and answer.hand_off.url
    assert "ingest run" in empty.problem
    assert ask(empty, "Mieheni lyö minua", "fi").status is Status.EMERGENCY


def test_a_new_build_is_changed_over_to_and_a_lost_one_keeps_serving(tmp_path: Path, data_dir: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(data_dir, data)
    served = Assistant.open(Settings(data_dir=data))
    first = served.build_id
    assert not served.refresh()
    ingest(data)
    assert served.refresh()
    assert served.build_id != first
    (data / "builds" / "current").write_text("nonsense\n", encoding="utf-8")
    assert not served.refresh()
    assert ask(served, "Miten saan verokortin?", "fi").status is Status.ANSWERED
    assert served.degraded == ("build",)
    served.close()


def test_without_the_vector_store_the_question_is_still_answered(tmp_path: Path, data_dir: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(data_dir, data)
    for store in (data / "builds").glob("*/chroma"):
        shutil.rmtree(store)
    served = Assistant.open(Settings(data_dir=data))
    assert ask(served, "How do I get a tax card?", "en").status is Status.ANSWERED
    served.close()


def test_somebody_elses_matter_names_the_owner(assistant: Assistant) -> None:
    referred = ask(assistant, "How much does a Kela card cost?", "en")
    assert (referred.status, referred.owner) == (Status.REFERRED, Owner.KELA)
    assert referred.hand_off is not None and referred.hand_off.name in referred.text
    personal = ask(assistant, "Has my residence permit been decided?", "en")
    assert (personal.status, personal.owner) == (Status.PERSONAL, Owner.MIGRI)


def test_a_price_and_a_listed_question_are_not_asked_back(assistant: Assistant) -> None:
    assert ask(assistant, "permit", "en").status == Status.CLARIFY
    assert ask(assistant, "fee", "en").status == Status.CLARIFY
    assert ask(assistant, "What does a residence permit cost?", "en").status == Status.ANSWERED
    shelf = assistant.library.require()
    listed = [q for q in shelf.build.asked if q.anchor and q.language == "sv"]
    asked_back = [q.text for q in listed if shelf.clarifier.choices(q.text, "sv", ())]
    assert asked_back
    assert all(ask(assistant, text, "sv").status != Status.CLARIFY for text in asked_back)


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("Paljonko päivähoito maksaa Tampereella?", "fi", "Tunnen vain Espoon asiat"),
        ("Vad kostar en bussbiljett i Tammerfors?", "sv", "Jag känner bara till Esbo"),
        ("How much is a bus ticket in Tampere?", "en", "I only know about Espoo"),
    ],
)
def test_what_another_municipality_knows_is_asked_there(
    assistant: Assistant, text: str, language: Language, said: str
) -> None:
    answer = ask(assistant, text, language)
    assert answer.status is Status.UNANSWERED
    assert answer.text.startswith(said)
    assert answer.hand_off
