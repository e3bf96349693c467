"""A word alone that may mean several things is asked back, once, with questions that have an answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.clarify import Clarifier
from app.domain import Status, Turn
from app.errors import KnowledgeError
from app.knowledge import Unclear, check_knowledge, load_unclear
from app.lexical import load_analyser
from tests.made import passage

HOME, CAR = ("residence-permit", "first"), ("cars", "parking")
ENTRY = Unclear("permit", {"fi": ("lupa",), "sv": ("tillstånd",), "en": ("permit", "permit application")}, (HOME, CAR))
ANALYSER = load_analyser()


@pytest.fixture
def clarifier() -> Clarifier:
    headings = {HOME: "How do I get a residence permit?", CAR: "How do I get a parking permit?"}
    passages = [
        replace(passage("x.", topic=topic, language="en"), anchor=anchor, headings=(heading,))
        for (topic, anchor), heading in headings.items()
    ]
    return Clarifier.of(passages, [ENTRY], ANALYSER)


@pytest.mark.parametrize("text", ["permit", "Permits?", "how do I get a permit", "application for a permit"])
def test_an_unclear_word_is_asked_back(clarifier: Clarifier, text: str) -> None:
    choices = ("How do I get a residence permit?", "How do I get a parking permit?")
    assert clarifier.choices(text, "en", ()) == choices


@pytest.mark.parametrize("text", ["residence permit", "permit for my wife", "", "what is it"])
def test_a_clear_question_is_not(clarifier: Clarifier, text: str) -> None:
    assert clarifier.choices(text, "en", ()) == ()


def test_who_has_lost_somebody_is_not_asked_what_is_meant() -> None:
    """ "Dog" is "died" in Swedish, and without the dots of "dö" a word of any English question."""
    entry = Unclear("child", {"sv": ("barn",)}, (HOME, CAR))
    passages = [
        replace(passage("x.", topic=topic, language="sv"), anchor=anchor, headings=(f"{topic}?",))
        for topic, anchor in (HOME, CAR)
    ]
    clarifier = Clarifier.of(passages, [entry], ANALYSER)
    assert len(clarifier.choices("barn?", "sv", ())) == 2
    assert clarifier.choices("mitt barn dog", "sv", ()) == clarifier.choices("barnet dör", "sv", ()) == ()


def test_a_subject_begins_anew_where_the_topic_before_is_another(clarifier: Clarifier) -> None:
    entry = replace(ENTRY, subject=True)
    marked = replace(clarifier, words=dict.fromkeys(clarifier.words, entry))
    assert marked.begins("and permits?", "en", "tax-card") and marked.begins("lupa", "fi", "")
    assert not marked.begins("permit", "en", "cars")  # of the topic before: it leans on it
    assert not marked.begins("permit for my wife", "en", "tax-card")
    assert not marked.begins("no permit", "en", "tax-card") and not marked.begins("utan tillstånd?", "sv", "tax-card")
    assert not clarifier.begins("permit", "en", "tax-card")  # not marked


def test_not_twice_in_a_row_and_not_without_choices(clarifier: Clarifier) -> None:
    assert clarifier.choices("permit", "en", (Turn("school", "school", status=Status.CLARIFY),)) == ()
    assert clarifier.choices("lupa", "fi", ()) == ()  # no heading in Finnish here


def test_the_file_and_what_is_wrong_with_it(tmp_path: Path) -> None:
    assert load_unclear(tmp_path) == ()
    entry = '[permit]\nfi = ["lupa"]\nsv = ["tillstånd"]\nen = ["permit"]\nchoices = ["a#b", "c#d"]\n'
    (tmp_path / "clarify.toml").write_text(entry, encoding="utf-8")
    (plain,) = load_unclear(tmp_path)
    assert plain.sections == (("a", "b"), ("c", "d")) and not plain.subject
    (tmp_path / "clarify.toml").write_text(f"{entry}subject = true\n", encoding="utf-8")
    assert load_unclear(tmp_path)[0].subject
    for broken in (
        entry.replace('"a#b", ', ""),
        entry.replace("a#b", "ab"),
        entry.replace('fi = ["lupa"]\n', ""),
        entry.replace('["lupa"]', '"lupa"'),
        entry + 'subject = "yes"\n',
    ):
        (tmp_path / "clarify.toml").write_text(broken, encoding="utf-8")
        with pytest.raises(KnowledgeError, match=r"clarify\.toml: permit"):
            load_unclear(tmp_path)


def test_every_choice_of_the_shipped_file_is_a_section() -> None:
    knowledge = Path("knowledge")
    assert len(load_unclear(knowledge)) >= 20
    assert [problem for problem in check_knowledge(knowledge) if problem.path == "clarify.toml"] == []
