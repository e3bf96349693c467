"""Words that may mean several things: `clarify.toml` says what to ask back.

    [permit]
    fi = ["lupa", "luvat"]
    sv = ["tillstånd"]
    en = ["permit", "permits"]
    choices = ["residence-permit#first-permit", "cars-and-parking#parking"]

`subject = true` says that such a word names a matter of its own, also after a question on another ("körkort?" does,
"fee" does not). A choice is a section (`topic#anchor`); its heading is asked back, so that every choice has an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.domain import LANGUAGES, Language
from app.errors import KnowledgeError
from app.knowledge.facts import read_toml
from app.knowledge.problem import Problem

FILE = "clarify.toml"
CHOICES = "choices"
FEWEST, MOST = 2, 4

Section = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Unclear:
    """What is asked by a word alone, by language, the sections (topic, anchor) that may be meant, and whether it begins
    a subject of its own.
    """

    key: str
    words: Mapping[Language, tuple[str, ...]]
    sections: tuple[Section, ...]
    subject: bool = False


def load_unclear(folder: Path) -> tuple[Unclear, ...]:
    """The entries of `<folder>/clarify.toml`; none where there is no such file.

    Raises:
        KnowledgeError: an entry does not fit; the message says which.
    """
    path = folder / FILE
    return tuple(_entry(key, value) for key, value in read_toml(path).items()) if path.exists() else ()


def unclear_problems(entries: tuple[Unclear, ...], sections: set[Section]) -> Iterator[Problem]:
    """Choices that are no section."""
    for entry in entries:
        for topic, anchor in entry.sections:
            if (topic, anchor) not in sections:
                yield Problem(FILE, None, "choice_of_nothing", f"{entry.key}: no section {topic}#{anchor}")


def _listed(words: Any) -> tuple[str, ...]:
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise TypeError
    return tuple(words)


def _entry(key: str, value: Any) -> Unclear:
    try:
        words = {language: _listed(value[language]) for language in LANGUAGES}
        sections = tuple((topic, anchor) for topic, anchor in (choice.split("#") for choice in value[CHOICES]))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise KnowledgeError(f"{FILE}: {key}: needs fi, sv, en (lists of words) and choices (topic#anchor)") from None
    if not all(words.values()) or not FEWEST <= len(sections) <= MOST:
        raise KnowledgeError(f"{FILE}: {key}: needs a word in each language and {FEWEST} to {MOST} choices")
    if not isinstance(subject := value.get("subject", False), bool):
        raise KnowledgeError(f"{FILE}: {key}: `subject` is true or left out")
    return Unclear(key, words, sections, subject)
