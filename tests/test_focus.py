"""The question at the heart of a story."""

from __future__ import annotations

from app.focus import focus_of


def test_the_heart_of_a_story_is_its_question() -> None:
    story = "We came in May. My wife has no work. Where can she study Finnish? Thank you."
    assert focus_of(story, "en") == "Where can she study Finnish?"


def test_a_text_without_a_question_that_says_something_is_its_own_heart() -> None:
    for text in ("tax card espoo", "We came in May. Is it?", "", "?", "😀" * 100):
        assert focus_of(text, "en") == text
