"""Clauses: the parts of a sentence that each say one thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.domain import Language
from app.lexical import PART, Analyser
from app.verify.marks import marks_of, price_of
from app.verify.values import values_of, worded_numbers
from app.words import words

FloatArray = NDArray[np.float32]
Encode = Callable[[Sequence[str]], FloatArray]
# A clause also begins at "and" where at least three words follow.
_BEGINS: dict[Language, str] = {
    "fi": r"\s+(?=eikä\b|eivätkä\b|mutta\b|ja se\b|ja sen\b|kun\b|jos\b)|\s+ja\s+(?=\w+\s+\w+\s+\w+)",
    "sv": r"\s+(?=och inte\b|men\b|om\b|när\b|medan\b|utan\b)|\s+och\s+(?=\w+\s+\w+\s+\w+)",
    "en": r"\s+(?=and not\b|but\b|if\b|when\b|while\b|because\b|unless\b|until\b)|\s+and\s+(?=\w+\s+\w+\s+\w+)",
}
_BREAK: dict[Language, re.Pattern[str]] = {
    language: re.compile(rf"[;:]\s+|,\s+|[.!?]\s+(?=[A-ZÅÄÖ])|{begins}") for language, begins in _BEGINS.items()
}
_PREPOSITION: dict[Language, re.Pattern[str]] = {
    "fi": re.compile(r"\s*(?:tai|sekä|esimerkiksi)\b"),
    "sv": re.compile(r"\s*(?:i|på|till|för|av|hos|vid|eller|t\.ex\.|till exempel)\b"),
    "en": re.compile(r"\s*(?:in|at|on|for|to|of|by|from|with|or|such as|including)\b"),
}
_BUT_NOT = re.compile(r"\s*(?:eikä|eivätkä|ei|and not|not|och inte|inte)\b")
KEPT = 500  # sentences and their clauses, some 30 kB each: those of the passages that many ask for
LEAST_PART = 4  # letters with the mark
LEAST = 2  # content words; a shorter clause belongs to the one before


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with its content words, the unit vectors of these and of their lemmas and parts, marks and values."""

    text: str
    language: Language
    words: tuple[str, ...]
    vectors: FloatArray
    marks: frozenset[str]
    values: frozenset[str]

    @property
    def negative(self) -> bool:
        return "negation" in self.marks

    @property
    def price(self) -> str:
        return price_of(self.marks)


class Reader:
    """Reads texts into clauses. May be shared by threads."""

    def __init__(self, encode: Encode, analyser: Analyser) -> None:
        self._encode, self._analyser = encode, analyser
        self.clause = lru_cache(KEPT)(self._clause)
        self.clauses = lru_cache(KEPT)(self._clauses)

    def _clauses(self, text: str, language: Language) -> tuple[Clause, ...]:
        parts: list[str] = []
        for part in _BREAK[language].split(text):
            if part and part.strip():
                whole = parts and not _BUT_NOT.match(part) and self._short(part, language)
                whole = whole or (parts and self._short(parts[-1], language))
                whole = whole or (parts and bool(_PREPOSITION[language].match(part)))
                parts[-1:] = [f"{parts[-1]}, {part}"] if whole else [*parts[-1:], part]
        return tuple(self.clause(part, language) for part in parts)

    def _clause(self, text: str, language: Language) -> Clause:
        found = self.content(text, language)
        marks = marks_of(text, language)
        return Clause(text, language, found, self._vectors(found, language), marks, values_of(text, language))

    def content(self, text: str, language: Language) -> tuple[str, ...]:
        """Numbers, in digits or words, are no words here: they are compared as values."""
        found = (word.text for word in words(text) if not word.number and not worded_numbers(word.text, language))
        return tuple(dict.fromkeys(word for word in found if self._analyser.content_words(word, language)))

    def _vectors(self, found: Sequence[str], language: Language) -> FloatArray:
        """Rows: the words, their lemmas, then the parts of compounds; shape (at least 2 * n, dimensions)."""
        if not found:
            return np.zeros((0, 1), dtype=np.float32)
        lemmas = [self._analyser.content_words(word, language)[0] for word in found]
        terms = (term for word in found for term in self._analyser.tokens(word, language))
        parts = [term[len(PART) :] for term in terms if term.startswith(PART) and len(term) > LEAST_PART]
        return self._encode([*found, *lemmas, *dict.fromkeys(parts)])

    def _short(self, text: str, language: Language) -> bool:
        return len(self.content(text, language)) < LEAST


def met(said: Clause, carriers: Sequence[Clause]) -> FloatArray:
    """For each word how well the best word of the carriers meets it: shape (words of `said`,)."""
    count = len(said.words)
    tables = [carrier.vectors for carrier in carriers if len(carrier.words)]
    if not count or not tables:
        return np.zeros(count, dtype=np.float32)
    near = (said.vectors[: 2 * count] @ np.concatenate(tables).T).max(axis=1)
    known = {word for carrier in carriers for word in carrier.words}
    same = np.array([word in known for word in said.words], dtype=np.float32)
    best: FloatArray = np.maximum(np.maximum(near[:count], near[count:]), same)
    return best
