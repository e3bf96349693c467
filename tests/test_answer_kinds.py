"""What kind of thing is asked for, and which texts have it."""

from __future__ import annotations

import pytest

from app.answer_kinds import asked_kinds, said_kinds
from app.focus import focus_of


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("Paljonko päiväkoti maksaa?", {"price"}),
        ("Hur länge tar det?", {"length"}),
        ("What number do I phone?", {"phone"}),
        ("Milloin kirjasto on auki?", {"day", "hour"}),
        ("Minkä ikäinen lapsen pitää olla?", {"count"}),
        ("Miten saan verokortin?", set()),
    ],
)
def test_questions_ask_for_kinds(question: str, kinds: set[str]) -> None:
    assert asked_kinds(question) == kinds


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Soita numeroon 09 816 21.", "phone"),
        ("Ansök senast fyra månader före.", "day"),
        ("The permit is valid for one year.", "length"),
        ("Palvelu on ilmainen.", "price"),
        ("Öppet kl. 9–15.", "hour"),
    ],
)
def test_texts_have_kinds(text: str, kind: str) -> None:
    assert kind in said_kinds(text)


def test_a_text_without_any_has_none() -> None:
    assert said_kinds("Kirjaudu palveluun ja täytä lomake.") == frozenset()


def test_the_heart_of_a_story_is_its_question() -> None:
    story = "We came in May. My wife has no work. Where can she study Finnish? Thank you."
    assert focus_of(story, "en") == "Where can she study Finnish?"
    assert focus_of("tax card espoo", "en") == "tax card espoo"
    assert focus_of("We came in May. Is it?", "en") == "We came in May. Is it?"
