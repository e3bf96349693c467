"""Calls for help through the public door, with the real models."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import date

import pytest

from app.assistant import Assistant
from app.desk import Desk
from app.domain import (
    Evidence,
    Language,
    Owner,
    Retrieved,
    Status,
    Turn,
    Understood,
)
from app.drafting import quote_help
from app.emergency import helping_sections
from tests.asking import ask, codes


class _BrokenRetriever:
    def retrieve(self, *_: object) -> None:
        raise RuntimeError("the disk is gone")


@pytest.mark.parametrize(
    ("text", "language"), [("Mieheni lyö minua", "fi"), ("Min man slår mig", "sv"), ("My husband beats me", "en")]
)
def test_an_emergency_comes_first(assistant: Assistant, text: str, language: Language) -> None:
    answer = ask(assistant, text, language)
    assert answer.status is Status.EMERGENCY
    assert answer.urgent is not None
    assert answer.urgent.helplines[0].phone == "112"
    assert answer.text.startswith(answer.urgent.text)
    assert answer.sentences[0].text == answer.urgent.text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("My husband beats me. How do I get a tax card?", "en"),
        ("Mieheni lyö minua. Miten saan verokortin?", "fi"),
        ("Min man slår mig. Hur får jag ett skattekort?", "sv"),
    ],
)
def test_an_emergency_still_gets_the_rest_answered(assistant: Assistant, text: str, language: Language) -> None:
    answer = ask(assistant, text, language)
    assert answer.status is Status.EMERGENCY
    assert answer.urgent is not None
    assert answer.text.startswith(answer.urgent.text)
    assert answer.citations[0].source.document_id == f"knowledge/tax-card/{language}.md"


def test_a_fault_in_the_search_never_hides_the_emergency_number(assistant: Assistant) -> None:
    library = copy(assistant.library)
    library.shelf = replace(library.require(), retriever=_BrokenRetriever())  # type: ignore[arg-type]
    broken = Assistant(library, Desk(library.owners))
    assert ask(broken, "How do I get a tax card?", "en").status is Status.FAILED
    answer = ask(broken, "My husband beats me", "en")
    assert answer.status is Status.EMERGENCY
    assert "112" in answer.text


def test_who_writes_in_another_language_is_told_in_it_and_112_comes_first(assistant: Assistant) -> None:
    assert ask(assistant, "Как записать ребёнка в садик?", "en").text.startswith("Я отвечаю")
    urgent = ask(assistant, "Мой муж бьёт меня", "en")
    assert urgent.status is Status.EMERGENCY and urgent.urgent and urgent.text.startswith(urgent.urgent.text)


def test_in_another_language_only_what_is_sure_is_quoted_and_nothing_declined(assistant: Assistant) -> None:
    for text in ("Sidee ku heli karaa guri?", "Jakie hobby są dla dzieci w Espoo?", "Quanto custa a piscina?"):
        answer = ask(assistant, text, "en")
        assert answer.status is Status.UNANSWERED and answer.language == "en", text
    named = ask(assistant, "Kiedy Kela podejmie decyzję?", "en")
    assert (named.status, named.owner) == (Status.REFERRED, Owner.KELA)


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Pomo vei passini enkä saa lähteä töistä.", "fi", "trafficking"),
        ("Min man slår mig. Vart kan vi gå?", "sv", "violence"),
        ("I have nowhere to sleep tonight.", "en", "shelter"),
    ],
)
def test_below_a_call_for_help_stands_what_helps(
    assistant: Assistant, text: str, language: Language, kind: str
) -> None:
    answer = ask(assistant, text, language)
    assert answer.status == Status.EMERGENCY and answer.urgent
    assert answer.text.startswith(answer.urgent.text)
    helping = {f"knowledge/{topic}/{language}.md" for topic, _ in helping_sections(kind)}
    cited = {citation.source.document_id for citation in answer.citations}
    assert cited and cited <= helping


def test_without_the_pages_a_call_for_help_has_its_numbers(city_assistant: Assistant) -> None:
    answer = ask(city_assistant, "My boss took my passport and does not let me leave.", "en")
    assert answer.status == Status.EMERGENCY and answer.urgent and not answer.citations


def test_what_helps_is_the_named_section_unless_another_of_them_was_found(assistant: Assistant) -> None:
    shelf, today = assistant.library.require(), date(2026, 11, 29)
    understood = Understood("help", "help", "help", "sv", emergency="violence")
    named = quote_help(understood, Retrieved((), 0.0), shelf, today)
    assert named and [p.id.split("/", 1)[1] for p in named.passages] == ["domestic-violence/sv.md#help-now"]
    for anchor, quoted in (("shelter", "shelter"), ("user-of-violence", "help-now")):
        near = shelf.retriever.section("domestic-violence", anchor, "sv", today)
        assert near
        found = Retrieved((Evidence(near, 1.0, 0.1),), 0.1)
        draft = quote_help(understood, found, shelf, today)
        assert draft and draft.passages[0].anchor == quoted


def test_a_message_that_may_tell_of_danger_is_answered_and_told_who_helps(assistant: Assistant) -> None:
    intents = assistant.library.intents
    assistant.library.intents = replace(intents, thresholds=intents.thresholds | {"danger": 1.1, "perhaps_danger": 0.5})
    try:
        answer = ask(assistant, "My husband hurts me when he drinks. Where do I get a tax card?", "en")
        calm = ask(assistant, "Where do I get a tax card?", "en")
    finally:
        assistant.library.intents = intents
    assert answer.status != Status.EMERGENCY and answer.urgent is None
    assert answer.notices[0].code == "perhaps_danger" and "112" in answer.notices[0].text
    assert "perhaps_danger" not in codes(calm)


@pytest.mark.parametrize(("text", "language"), [("Apua!", "fi"), ("hjälp!!", "sv"), ("Help me!", "en")])
def test_a_cry_is_answered_with_112(assistant: Assistant, text: str, language: Language) -> None:
    answer = ask(assistant, text, language)
    assert answer.status == Status.EMERGENCY and answer.urgent and "112" in answer.urgent.text
    assert ask(assistant, text.rstrip("!").removesuffix(" me"), language).status == Status.SMALLTALK


@pytest.mark.parametrize(
    ("told", "asked", "language"),
    [
        ("My husband beat me.", "Where can we go tonight?", "en"),
        ("Mieheni löi minua eilen.", "Minne voimme mennä yöksi?", "fi"),
        ("Min man slår mig.", "Vart kan vi gå i natt?", "sv"),
    ],
)
def test_after_a_call_for_help_the_sections_on_it_answer_what_is_near(
    assistant: Assistant, told: str, asked: str, language: Language
) -> None:
    before = ask(assistant, told, language)
    assert before.status == Status.EMERGENCY
    history = (Turn(told, before.standalone, before.text, before.status),)
    answer = ask(assistant, asked, language, history)
    assert answer.status == Status.ANSWERED and answer.notices[0].code == "perhaps_danger"
    topics = {citation.source.document_id.split("/")[1] for citation in answer.citations}
    assert topics and topics <= {"domestic-violence", "homelessness", "rental-housing"}
    calm = ask(assistant, "How do I get a tax card?", "en", history)
    assert calm.citations[0].source.document_id == "knowledge/tax-card/en.md"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Naapuri lyö lapsiaan joka ilta, ja seinän takaa kuuluu kauheaa meteliä.", "fi"),
        ("Min granne slår sina barn och det är ett väldigt oväsen varje kväll.", "sv"),
        ("The man next door hits his child and it is terribly noisy every night.", "en"),
    ],
)
def test_what_came_near_by_its_words_does_not_stand_below_a_call_for_help(
    assistant: Assistant, text: str, language: Language
) -> None:
    answer = ask(assistant, text, language)
    assert answer.status == Status.EMERGENCY and not answer.suggestions
    pages = {citation.source.document_id.split("/")[1] for citation in answer.citations}
    assert pages and pages <= {topic for kind in ("child", "violence") for topic, _ in helping_sections(kind)}
