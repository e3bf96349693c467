"""The questions that a build knows: the headings of its sections, and what `asked.toml` lists, in this order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.domain import Language, Passage
from app.knowledge import AskedQuestion

Key = tuple[str, str]
NOBODY = ""  # in place of an anchor: what the topic does not answer


class KnownQuestion(NamedTuple):
    key: Key
    text: str
    language: Language


def known_questions(passages: Sequence[Passage], asked: Sequence[AskedQuestion]) -> list[KnownQuestion]:
    """Each heading once a language; then the listed ones."""
    headings = dict.fromkeys(KnownQuestion(key(p), p.heading, p.language) for p in passages)
    return [*headings, *(KnownQuestion((q.topic, q.anchor), q.text, q.language) for q in asked)]


def key(passage: Passage) -> Key:
    """What the languages of a section share."""
    return (passage.topic or passage.document_id, passage.anchor)
