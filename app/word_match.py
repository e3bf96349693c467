"""How well the words of a question are met by the words of a section, each by its nearest in meaning.

Every content word of the question looks for the nearest word of the section (cosine of their vectors, in whatever of
the three languages); rare words weigh more, and a number meets only itself. So "lastentarha" meets "päiväkoti" and
"daghem", which whole-text vectors blur.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from app.domain import Language
from app.embedding import WordEncoder
from app.index import Build
from app.lemmas import plain
from app.lexical import Analyser
from app.words import words

FloatArray = NDArray[np.float32]

LEAST = 1e-3  # weight of a word that stands in every passage


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's content words as they are written, with their idf and vectors (as written, and of the lemma: shape
    (2, words, dimensions)); its little words ("where", "how much").
    """

    words: tuple[str, ...]
    weights: FloatArray
    numbers: NDArray[np.bool_]
    vectors: FloatArray
    little: str

    def near(self, table: FloatArray, same: Iterable[Sequence[int] | NDArray[np.int64]]) -> FloatArray:
        """Cosines with the words of a table, shape (words, rows), nothing below 0; a number meets only itself.

        `same` gives for each word the rows that hold it as it is written.
        """
        near = np.maximum(np.maximum(self.vectors[0] @ table.T, self.vectors[1] @ table.T), 0.0)
        near[self.numbers] = 0.0
        for row, places in enumerate(same):
            near[row, places] = 1.0
        return np.asarray(near, dtype=np.float32)


class WordMatch:
    """The words of one build's passages. May be shared by threads."""

    def __init__(self, build: Build, table: WordEncoder, analyser: Analyser) -> None:
        self._build, self._table, self._analyser = build, table, analyser
        self._pieces = lru_cache(maxsize=20_000)(self._pieces_of)
        self._written: dict[str, tuple[int, ...]] = {}  # the places of a word, found without its dots too
        for place, word in enumerate(build.words.words):
            for typed in {word, plain(word)}:
                self._written[typed] = (*self._written.get(typed, ()), place)

    def asked(self, text: str, language: Language) -> Asked:
        """The words of a question."""
        index = self._build.lexical(language)
        found: dict[str, str] = {}
        little, numbers = [], set()
        for word in words(text):
            if terms := self._analyser.content_words(word.text, language):
                found[word.text] = terms[0]
                numbers |= {word.text} if word.number else set()
            else:
                little.append(word.text)
        return Asked(
            words=tuple(found),
            weights=np.array([index.idf(lemma) + LEAST for lemma in found.values()], dtype=np.float32),
            numbers=np.array([word in numbers for word in found], dtype=bool),
            vectors=self._table.encode_documents([*found, *found.values()]).reshape(
                2, len(found), self._table.dimensions
            ),
            little=" ".join(little),
        )

    def match(self, asked: Asked, sections: Sequence[tuple[int, ...]]) -> FloatArray:
        """How each section, given as the rows of its sisters, meets each word: cosines, shape (sections, words)."""
        if not asked.words or not sections:
            return np.zeros((len(sections), len(asked.words)), dtype=np.float32)
        lists = [self._build.words.of(row) for rows in sections for row in rows]
        places = np.concatenate(lists)
        different, where = np.unique(places, return_inverse=True)
        near = self._near(asked, different)[:, where]
        by_row = np.maximum.reduceat(near, _starts([len(found) for found in lists]), axis=1)
        by_section = np.maximum.reduceat(by_row, _starts([len(rows) for rows in sections]), axis=1)
        return np.asarray(by_section.T, dtype=np.float32)

    def by_one_piece(self, asked: Asked, rows: Sequence[int]) -> float:
        """The share of the question's weight that the best sentence or list item of these passages meets."""
        if not asked.words:
            return 0.0
        places = np.unique(np.concatenate([self._build.words.of(row) for row in rows]))
        near = self._near(asked, places)
        column = {int(place): number for number, place in enumerate(places)}
        pieces = [[column[place] for place in piece] for row in rows for piece in self._pieces(row)]
        met = (float(asked.weights @ near[:, columns].max(axis=1)) for columns in pieces if columns)
        return max(met, default=0.0) / float(asked.weights.sum())

    def _pieces_of(self, row: int) -> list[list[int]]:
        """The places of each piece's words."""
        place = {self._build.words.words[place]: int(place) for place in self._build.words.of(row)}
        pieces = self._build.passages[row].pieces
        return [[place[word.text] for word in words(piece.text) if word.text in place] for piece in pieces]

    def _near(self, asked: Asked, places: NDArray[np.int32]) -> FloatArray:
        """Shape (question words, places), nothing below 0; the places are sorted, each once."""
        return asked.near(self._build.words.vectors[places].astype(np.float32), self._same(asked, places))

    def _same(self, asked: Asked, places: NDArray[np.int32]) -> Iterator[NDArray[np.int64]]:
        for word in asked.words:
            same = np.array(self._written.get(word, ()), dtype=np.int64)
            found = np.searchsorted(places, same)
            there = found < len(places)
            yield found[there][places[found[there]] == same[there]]


def mean_by_section(values: FloatArray, sections: Sequence[tuple[int, ...]]) -> FloatArray:
    """Values of the sisters, section after section, to one mean for each section."""
    lengths = [len(rows) for rows in sections]
    return np.asarray(np.add.reduceat(values, _starts(lengths)) / np.array(lengths), dtype=np.float32)


def _starts(lengths: Sequence[int]) -> list[int]:
    return [0, *accumulate(lengths)][:-1]
