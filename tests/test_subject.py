"""A question that does not say what it is about is not answered with somebody else's price."""

from __future__ import annotations

import asyncio

import pytest

from app.assistant import Assistant
from app.domain import Channel, Language, Question, Status, Turn
from app.subject import has_subject, has_subject_of_its_own


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How much does it cost?", "en"), ("and how much is it", "en"), ("Is it free?", "en"), ("Where is it?", "en"), ("When is it open?", "en"),
        ("Paljonko se maksaa?", "fi"), ("mita se maksaa", "fi"), ("Onko se ilmaista?", "fi"), ("Kuinka kauan se kestää?", "fi"),
        ("Where can we go?", "en"), ("Minne voimme mennä?", "fi"), ("Vart kan vi gå?", "sv"), ("Vem kan hjälpa mig?", "sv"),
        ("Vad kostar det?", "sv"), ("Är det gratis?", "sv"), ("Hur länge tar det?", "sv"), ("När är det öppet?", "sv"),
    ],
)  # fmt: skip
def test_what_has_no_subject_is_not_answered(assistant: Assistant, text: str, language: Language) -> None:
    assert not has_subject(text)
    asked = Question(text, "1", "2", Channel.EVAL, language)
    assert asyncio.run(assistant.ask(asked)).status is Status.UNANSWERED


@pytest.mark.parametrize(
    "text",
    [
        "Kela?",
        "verokortti",
        "How much is daycare?",
        "Vad kostar dagis?",
        "Is school free?",
        "112",
        "Missä on kirjasto?",
    ],
)
def test_one_word_is_a_subject(text: str) -> None:
    assert has_subject(text)


def test_a_follow_up_has_the_subject_of_the_question_before(assistant: Assistant) -> None:
    earlier = Turn("How much does daycare cost?", "How much does daycare cost?")
    asked = Question("Is it free?", "1", "2", Channel.EVAL, "en", (earlier,))
    assert has_subject(asyncio.run(assistant.ask(asked)).standalone)


@pytest.mark.parametrize("text", ["And at night?", "Och på natten?", "Entä viikonloppuna?", "What do we do first?"])
def test_when_is_no_subject_of_its_own(text: str) -> None:
    assert not has_subject_of_its_own(text)
    assert has_subject_of_its_own(f"{text} dentist")
