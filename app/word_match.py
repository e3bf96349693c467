"""How well the words of a question are met by the words of a section, each by its nearest in meaning.

Every content word of the question looks for the nearest word of the section (cosine of their vectors, in whatever of
the three languages); rare words weigh more, and a number meets only itself. So "lastentarha" meets "päiväkoti" and
"daghem", which whole-text vectors blur.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from app.domain import Language, Passage
from app.embedding import Embedder
from app.index import Build
from app.lemmas import plain
from app.lexical import Analyser
from app.words import words

FloatArray = NDArray[np.float32]
Places = NDArray[np.int64]

AROUND = 6  # passages before and after in the same document that count as its page
LEAST = 1e-3  # weight of a word that stands in every passage
NOTHING = 0  # the place of a word with a zero vector, which stands in every list so that none is empty


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's content words as they are written, their lemmas and idf; its little words ("where", "how much")."""

    words: tuple[str, ...]
    lemmas: tuple[str, ...]
    weights: FloatArray
    numbers: NDArray[np.bool_]
    little: str


@dataclass(frozen=True, slots=True)
class Match:
    """Cosines of the question's words, best over the sisters, of shape (sections, words); and shares (sections,)."""

    section: FloatArray
    heading: FloatArray
    page: FloatArray
    page_heading: FloatArray
    piece: FloatArray
    heading_met: FloatArray


@dataclass(frozen=True, slots=True)
class _Words:
    """The places of one passage's words in the table; those of the pieces one after the other, with their lengths."""

    all: Places
    heading: Places
    heading_weights: FloatArray
    pieces: Places
    lengths: tuple[int, ...]

    @property
    def places(self) -> tuple[Places, Places]:
        return self.all, self.heading


class WordMatch:
    """Word vectors of one build's passages, made as they are needed and kept."""

    def __init__(self, build: Build, embedder: Embedder, analyser: Analyser) -> None:
        self._build, self._embedder, self._analyser = build, embedder, analyser
        self._places: dict[str, int] = {"": NOTHING}
        self._written: dict[str, list[int]] = {}  # the places of a word, found without its dots too
        self._table = np.zeros((1, embedder.dimensions), dtype=np.float32)
        self._of_row: dict[int, _Words] = {}
        self._lock = Lock()
        self._page_rows = lru_cache(maxsize=50_000)(self._page)

    def warm(self, rows: Iterable[int]) -> None:
        """Make the word vectors of these passages now, not when the first question comes."""
        missing = [row for row in rows if row not in self._of_row]
        if missing:
            with self._lock:
                self._add(missing)

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
            lemmas=tuple(found.values()),
            weights=np.array([index.idf(lemma) + LEAST for lemma in found.values()], dtype=np.float32),
            numbers=np.array([word in numbers for word in found], dtype=bool),
            little=" ".join(little),
        )

    def match(self, asked: Asked, sections: Sequence[tuple[int, ...]]) -> Match:
        """How each section, given as the rows of its sisters, meets the question."""
        pages = [self._page_rows(rows) for rows in sections]
        everywhere = sorted(set(chain.from_iterable(pages)))
        self.warm(everywhere)
        if not asked.words or not sections:
            blank = np.zeros((len(sections), len(asked.words)), dtype=np.float32)
            return Match(
                blank, blank, blank, blank, np.zeros(len(sections), np.float32), np.zeros(len(sections), np.float32)
            )
        near = self._near(asked, everywhere)
        by_row = dict(zip(everywhere, _best(near, [self._of_row[row].all for row in everywhere]), strict=True))
        headings = dict(zip(everywhere, _best(near, [self._of_row[row].heading for row in everywhere]), strict=True))
        sisters = [self._of_row[row] for rows in sections for row in rows]
        weights = asked.weights / asked.weights.sum()
        return Match(
            section=np.array([_over(by_row, rows) for rows in sections]),
            heading=_best(near, [_joined(self._of_row[row].heading for row in rows) for rows in sections]),
            page=np.array([_over(by_row, page) for page in pages]),
            page_heading=np.array([_over(headings, page) for page in pages]),
            piece=mean_by_section(_best_piece(near, sisters, weights), sections),
            heading_met=mean_by_section(_heading_met(near, sisters), sections),
        )

    def page(self, rows: tuple[int, ...]) -> tuple[int, ...]:
        """The rows around a section in its document and in its sisters' documents."""
        return self._page_rows(rows)

    def _near(self, asked: Asked, rows: Sequence[int]) -> FloatArray:
        """Shape (question words, words of the table), nothing below 0; only the words of these rows are compared."""
        table, count = self._table, len(asked.words)
        places = np.unique(_joined(found for row in rows for found in self._of_row[row].places))
        some = table[places]
        vectors = self._embedder.encode_documents([*asked.words, *asked.lemmas])
        found = np.maximum(vectors[:count] @ some.T, 0.0)
        other = [place for place in range(count) if asked.words[place] != asked.lemmas[place]]
        found[other] = np.maximum(found[other], vectors[count:][other] @ some.T)
        near = np.zeros((count, len(table)), dtype=np.float32)
        near[:, places] = found
        for place, word in enumerate(asked.words):
            if asked.numbers[place]:
                near[place] = 0.0
            # Another thread may just be adding words that this table does not have yet.
            near[place, [same for same in self._written.get(word, ()) if same < len(table)]] = 1.0
        return near

    def _page(self, rows: tuple[int, ...]) -> tuple[int, ...]:
        found: set[int] = set()
        for row in rows:
            document = self._build.passages[row].document_id
            near = range(max(0, row - AROUND), min(len(self._build.passages), row + AROUND + 1))
            found |= {other for other in near if self._build.passages[other].document_id == document}
        return tuple(sorted(found))

    def _add(self, rows: Sequence[int]) -> None:
        """Words that are new get their vectors in one batch; then the rows point to them."""
        found = {row: self._content(self._build.passages[row]) for row in rows}
        new = sorted({word for lists in found.values() for text in lists for word in text} - self._places.keys())
        if new:
            places = {word: len(self._table) + number for number, word in enumerate(new)}
            self._table = np.concatenate([self._table, self._embedder.encode_documents(new)])
            self._places |= places
            for word, place in places.items():
                for typed in {word, plain(word)}:
                    self._written.setdefault(typed, []).append(place)
        for row, lists in found.items():
            self._of_row[row] = self._pointed(self._build.passages[row].language, lists)

    def _content(self, passage: Passage) -> list[list[str]]:
        """Content words of the title and the headings above, of the heading, and of each piece."""
        texts = [" ".join((passage.title, *passage.headings)), passage.heading, *(p.text for p in passage.pieces)]
        return [
            sorted({w.text for w in words(text) if self._analyser.content_words(w.text, passage.language)})
            for text in texts
        ]

    def _pointed(self, language: Language, lists: list[list[str]]) -> _Words:
        index = self._build.lexical(language)
        above, heading, *pieces = [[NOTHING, *(self._places[word] for word in found)] for found in lists]
        idf = [index.idf(self._analyser.content_words(word, language)[0]) + LEAST for word in lists[1]]
        return _Words(
            all=np.array(sorted(set(chain(above, *pieces))), dtype=np.int64),
            heading=np.array(heading, dtype=np.int64),
            heading_weights=np.array([0.0, *idf], dtype=np.float32) / (sum(idf) or 1.0),
            pieces=np.array(list(chain([NOTHING], *pieces)), dtype=np.int64),
            lengths=(1, *(len(piece) for piece in pieces)),
        )


def mean_by_section(values: FloatArray, sections: Sequence[tuple[int, ...]]) -> FloatArray:
    """Values of the sisters, section after section, to one mean for each section."""
    lengths = [len(rows) for rows in sections]
    return np.asarray(np.add.reduceat(values, _starts(lengths)) / np.array(lengths), dtype=np.float32)


def _over(by_row: dict[int, FloatArray], rows: tuple[int, ...]) -> FloatArray:
    return np.asarray(np.max([by_row[row] for row in rows], axis=0), dtype=np.float32)


def _joined(lists: Iterable[Places]) -> Places:
    return np.concatenate(list(lists))


def _starts(lengths: Sequence[int]) -> list[int]:
    return [0, *accumulate(lengths)][:-1]


def _best(near: FloatArray, lists: Sequence[Places]) -> FloatArray:
    """For each list of words, how well it meets each question word: shape (lists, question words)."""
    places, starts = np.concatenate(lists), _starts([len(found) for found in lists])
    return np.asarray(np.maximum.reduceat(near[:, places], starts, axis=1).T, dtype=np.float32)


def _best_piece(near: FloatArray, sisters: Sequence[_Words], weights: FloatArray) -> FloatArray:
    """For each sister the share of the question's weight that its best sentence meets."""
    places = np.concatenate([found.pieces for found in sisters])
    pieces = np.maximum.reduceat(near[:, places], _starts([n for found in sisters for n in found.lengths]), axis=1)
    return np.asarray(np.maximum.reduceat(weights @ pieces, _starts([len(found.lengths) for found in sisters])))


def _heading_met(near: FloatArray, sisters: Sequence[_Words]) -> FloatArray:
    """For each sister the share of its heading's weight that the question meets."""
    places = np.concatenate([found.heading for found in sisters])
    met = near.max(axis=0)[places] * np.concatenate([found.heading_weights for found in sisters])
    return np.asarray(np.add.reduceat(met, _starts([len(found.heading) for found in sisters])))
