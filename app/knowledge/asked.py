"""How people ask: `<topic>/asked.toml` lists questions that a section answers, and questions that none of them does.

    [questions.first-card]
    fi = ["Mistä saan verokortin uuteen työhön?"]
    sv = ["…"]
    en = ["…"]

    [not_answered]
    fi = ["Kuinka suuri veroprosenttini on?"]

A newcomer's question is compared with them; they are never shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.domain import LANGUAGES, Language
from app.errors import KnowledgeError
from app.knowledge.facts import read_toml
from app.knowledge.problem import Problem
from app.lemmas import fold

FILE = "asked.toml"
LONGEST = 400  # characters: people tell stories
NOT_ANSWERED = "not_answered"
QUESTIONS = "questions"


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as people put it. `anchor` names the section that answers; empty: the topic does not answer it."""

    topic: str
    anchor: str
    language: Language
    text: str


def read_asked(path: Path) -> list[AskedQuestion]:
    """Every question of one topic's file; none where there is no such file.

    Raises:
        KnowledgeError: it breaks a rule of the format; the message says which.
    """
    if not path.exists():
        return []
    data = read_toml(path)
    if unknown := data.keys() - {QUESTIONS, NOT_ANSWERED}:
        raise KnowledgeError(f"{FILE}: only [{QUESTIONS}.<anchor>] and [{NOT_ANSWERED}] are known, not {min(unknown)}")
    sections = data.get(QUESTIONS, {})
    if not isinstance(sections, dict):
        raise KnowledgeError(f"{FILE}: {QUESTIONS} is no list of sections")
    topic = path.parent.name
    lists = [*sections.items(), ("", data.get(NOT_ANSWERED, {}))]
    return [question for anchor, lines in lists for question in _questions(topic, anchor, lines)]


def asked_problems(name: str, questions: Iterable[AskedQuestion], anchors: set[str]) -> Iterator[Problem]:
    """Questions under a section that is not there, or under two; languages in which nothing is listed."""
    places: dict[tuple[Language, str], set[str]] = defaultdict(set)
    listed: dict[str, set[Language]] = defaultdict(set)
    for question in questions:
        places[question.language, " ".join(fold(question.text).strip("?!. ").split())].add(question.anchor)
        listed[question.anchor].add(question.language)
    for anchor in sorted(listed.keys() - anchors - {""}):
        yield Problem(name, None, "asked_of_nothing", f"there is no section #{anchor}", anchor)
    for (language, text), found in places.items():
        if len(found) > 1:
            shown = " and ".join(f"#{anchor}" if anchor else NOT_ANSWERED for anchor in sorted(found))
            yield Problem(name, language, "asked_twice", f"“{text}” stands at {shown}")
    for anchor, languages in listed.items():
        for language in (code for code in LANGUAGES if code not in languages):
            yield Problem(name, language, "asked_untranslated", "no question in this language", anchor)


def _questions(topic: str, anchor: str, lines: Any) -> Iterator[AskedQuestion]:
    place = f"{FILE}: {anchor or NOT_ANSWERED}"
    if not isinstance(lines, Mapping) or lines.keys() - set(LANGUAGES):
        raise KnowledgeError(f"{place}: has other keys than fi, sv and en")
    for language in LANGUAGES:
        texts = lines.get(language, [])
        if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
            raise KnowledgeError(f"{place}: {language} is no list of questions")
        if long := next((text for text in texts if len(text) > LONGEST), None):
            raise KnowledgeError(f"{place}: over {LONGEST} characters: {long[:40]}…")
        yield from (AskedQuestion(topic, anchor, language, text.strip()) for text in texts)
