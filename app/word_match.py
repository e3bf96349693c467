"""How well the words of a question are met by the words of a passage, each by its nearest in meaning.

Every content word of the question looks for the nearest word of the passage (cosine of their vectors, in whatever of
the three languages); rare words weigh more.
So "lastentarha" meets "päiväkoti" and "daghem", which whole-text vectors blur.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from app.domain import Language
from app.embedding import Embedder
from app.index import Build
from app.lexical import Analyser
from app.words import words

FloatArray = NDArray[np.float32]
AROUND = 6  # passages before and after in the same document that count as its page
LEAST = 1e-3  # weight of a word that stands in every passage


class WordMatch:
    """Word vectors of one build's passages, made as they are needed and kept."""

    def __init__(self, build: Build, embedder: Embedder, analyser: Analyser) -> None:
        self._build, self._embedder, self._analyser = build, embedder, analyser
        self._places: dict[str, int] = {}
        self._table = np.zeros((0, embedder.dimensions), dtype=np.float32)
        self._of_row: dict[int, NDArray[np.int64]] = {}
        self._of_heading: dict[int, NDArray[np.int64]] = {}
        self._lock = Lock()

    def warm(self, rows: Sequence[int]) -> None:
        """Make the word vectors of these passages now, not when the first question comes."""
        missing = [row for row in rows if row not in self._of_row]
        if missing:
            with self._lock:
                self._add(missing)

    def matches(self, text: str, language: Language, rows: Sequence[int]) -> dict[int, tuple[float, float, float]]:
        """Per row the share of the question's weight met by the passage, by its headings, and by its page (0 to 1)."""
        asked = self._weighted(text, language)
        pages = {row: self._page(row) for row in rows}
        self.warm(sorted({near for page in pages.values() for near in page}))
        if not asked:
            return dict.fromkeys(rows, (0.0, 0.0, 0.0))
        weights = np.array(list(asked.values()), dtype=np.float32)
        near = np.maximum(self._table @ self._embedder.encode_documents(list(asked)).T, 0.0)
        met = {row: self._met(near, self._of_row[row], weights) for row in {r for page in pages.values() for r in page}}
        return {
            row: (_share(met[row], weights), _share(self._met(near, self._of_heading[row], weights), weights),
                  _share(np.max([met[other] for other in pages[row]], axis=0), weights))
            for row in rows
        }  # fmt: skip

    def _met(self, near: FloatArray, places: NDArray[np.int64], weights: FloatArray) -> FloatArray:
        return near[places].max(axis=0) if len(places) else np.zeros(len(weights), dtype=np.float32)

    def _weighted(self, text: str, language: Language) -> dict[str, float]:
        """The content words of a text as they are written, with their idf."""
        index = self._build.lexical(language)
        found = {}
        for word in words(text):
            terms = self._analyser.content_words(word.text, language)
            if terms:
                found[word.text] = index.idf(terms[0]) + LEAST
        return found

    def _page(self, row: int) -> list[int]:
        document = self._build.passages[row].document_id
        near = range(max(0, row - AROUND), min(len(self._build.passages), row + AROUND + 1))
        return [other for other in near if self._build.passages[other].document_id == document]

    def _add(self, rows: Sequence[int]) -> None:
        """Words that are new get their vectors in one batch; then the rows point to them."""
        headings = {
            row: self._content((p := self._build.passages[row]).title, *p.headings, language=p.language) for row in rows
        }
        texts = {row: self._content((p := self._build.passages[row]).text, language=p.language) for row in rows}
        new = sorted({word for found in (*headings.values(), *texts.values()) for word in found} - self._places.keys())
        if new:
            self._places |= {word: len(self._table) + number for number, word in enumerate(new)}
            self._table = np.concatenate([self._table, self._embedder.encode_documents(new)])
        for row in rows:
            self._of_heading[row] = self._numbers(headings[row])
            self._of_row[row] = self._numbers(headings[row] | texts[row])

    def _content(self, *texts: str, language: Language) -> set[str]:
        written = {word.text for text in texts for word in words(text)}
        return {word for word in written if self._analyser.content_words(word, language)}

    def _numbers(self, found: set[str]) -> NDArray[np.int64]:
        return np.array(sorted(self._places[word] for word in found), dtype=np.int64)


def _share(met: FloatArray, weights: FloatArray) -> float:
    return float(met @ weights / weights.sum())
