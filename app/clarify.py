"""Questions of a word or two that may mean several things: `clarify.toml` of the knowledge lists what to ask back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.domain import Language, Passage, Status, Turn
from app.knowledge import Unclear
from app.known_questions import Key
from app.lexical import Analyser
from app.subject import has_subject

FEWEST = 2  # choices
# "No car", "utan pass": a condition of the question before.
_CONDITION = re.compile(r"\b(?:no|not|without|if|ei|en|ilman|jos|inte|ingen|inget|inga|utan|om)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clarifier:
    """Knows the unclear words of one build."""

    words: Mapping[tuple[Language, frozenset[str]], Unclear]
    headings: Mapping[tuple[Key, Language], str]
    analyser: Analyser

    @classmethod
    def of(cls, passages: Sequence[Passage], unclear: Sequence[Unclear], analyser: Analyser) -> Clarifier:
        words = {
            (language, content): entry
            for entry in unclear
            for language, names in entry.words.items()
            for name in names
            if (content := _content(name, language, analyser))
        }
        return cls(words, dict(_headings(passages)), analyser)

    def choices(self, text: str, language: Language, history: Sequence[Turn]) -> tuple[str, ...]:
        """Ready questions, each of which has an answer; none where the question is clear, or was just asked back."""
        if history and history[-1].status == Status.CLARIFY:
            return ()
        entry = self._entry(text, language)
        sections = entry.sections if entry else ()
        found = [self.headings[section, language] for section in sections if (section, language) in self.headings]
        return tuple(found) if len(found) >= FEWEST else ()

    def begins(self, text: str, language: Language, topic: str) -> bool:
        """Whether it is a word alone that names a matter of its own, and not one of this topic."""
        entry = None if _CONDITION.search(text) else self._entry(text, language)
        return entry is not None and entry.subject and topic not in {of for of, _ in entry.sections}

    def _entry(self, text: str, language: Language) -> Unclear | None:
        return self.words.get((language, _content(text, language, self.analyser)))


def _content(text: str, language: Language, analyser: Analyser) -> frozenset[str]:
    """The words that matter; "dö", which without its dots is a word of any question, among them."""
    return frozenset(word for word in analyser.content_words(text, language) if word == "dö" or has_subject(word))


def _headings(passages: Sequence[Passage]) -> Iterator[tuple[tuple[Key, Language], str]]:
    for passage in passages:
        if passage.topic and passage.heading.endswith("?"):
            yield ((passage.topic, passage.anchor), passage.language), passage.heading
