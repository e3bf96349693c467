"""What a system has to do to be measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from app.domain import Language

FOUND = 5  # passages that a search gives


@dataclass(frozen=True, slots=True)
class Text:
    """A passage as the systems get it: title, headings and text in one. `key` is its section, `topic#anchor`."""

    id: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the sections that answer it."""

    question: str
    language: Language
    gold: tuple[str, ...]


class Peer(Protocol):
    def build(self, texts: Sequence[Text]) -> None:
        """Make everything that searching needs."""
        ...

    def search(self, question: str, language: Language, k: int) -> list[str]:
        """The ids of the `k` best passages, best first. Most systems have no use for the language."""
        ...


@runtime_checkable
class MeasuresMore(Protocol):
    """A system of which something else is worth knowing."""

    def more(self, asked: Sequence[Asked]) -> dict[str, float]: ...
