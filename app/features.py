"""What the scorer looks at: each candidate section beside the question, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.asked_match import AskedMatch, Looked
from app.domain import Language, Passage
from app.embedding import WordEncoder
from app.index import Build
from app.lexical import Analyser
from app.scorer import FEATURES, FloatArray
from app.sections import Section, best_of_section
from app.word_match import Asked, mean_by_section
from app.words import words

Rows = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """One question as the search sees it: its vector as the model reads it, by the table that of the whole and of its
    heart; its words, and the BM25 scores of every row (of all words, and of the glossary's terms alone).
    """

    language: Language
    read: FloatArray
    vector: FloatArray
    focus: FloatArray
    asked: Asked
    bm25: FloatArray
    terms: FloatArray


class Features:
    """Made once for a build. May be shared by threads."""

    def __init__(self, build: Build, table: WordEncoder, analyser: Analyser, known: AskedMatch) -> None:
        self._build, self._table, self._analyser = build, table, analyser
        self._known = known
        self._headings = self._encoded([passage.heading for passage in build.passages])
        self._askings = self._encoded([self._little_words(passage) for passage in build.passages])
        self._titles = self._made_titles()

    def of(self, query: Query, sections: list[Section], met: FloatArray, looked: Looked) -> FloatArray:
        """Shape (sections, len(FEATURES)). `met` is how each section meets each word, (sections, words)."""
        if not sections:
            return np.zeros((0, len(FEATURES)), dtype=np.float32)
        groups = [section.rows for section in sections]
        values = {
            **self._meaning(query, groups),
            **self._words(query, groups, met),
            **self._asked_before(query, sections, looked),
            **self._plain(query, sections),
        }
        return np.stack([values[name] for name in FEATURES], axis=1).astype(np.float32)

    def similar(self, rows: Sequence[int], vector: FloatArray) -> FloatArray:
        """Cosines of passages with a vector of the table."""
        return np.asarray(self._build.table_vectors[list(rows)] @ vector, dtype=np.float32)

    def read_alike(self, rows: Sequence[int], vector: FloatArray) -> FloatArray:
        """Cosines of passages with a vector of the model."""
        return np.asarray(self._build.vectors[list(rows)] @ vector, dtype=np.float32)

    def _meaning(self, query: Query, groups: list[Rows]) -> dict[str, FloatArray]:
        rows = [row for group in groups for row in group]
        little = self._table.encode_documents([query.asked.little])[0]
        return {
            "read": best_of_section(self.read_alike(rows, query.read), groups),
            "dense": best_of_section(self.similar(rows, query.vector), groups),
            "focus_dense": best_of_section(self.similar(rows, query.focus), groups),
            "heading": mean_by_section(self._headings.similar(rows, query.vector), groups),
            "asking": best_of_section(self._askings.similar(rows, little), groups),
        }

    def _words(self, query: Query, groups: list[Rows], met: FloatArray) -> dict[str, FloatArray]:
        rows = [row for group in groups for row in group]
        weights = query.asked.weights / (query.asked.weights.sum() or 1.0)
        return {
            "bm25": best_of_section(query.bm25[rows], groups),
            "terms": best_of_section(query.terms[rows], groups),
            "words": met @ weights,
            "words_strict": met**4 @ weights,
            "title": best_of_section(self._titles.met(query.asked)[rows], groups),
        }

    def _asked_before(self, query: Query, sections: list[Section], looked: Looked) -> dict[str, FloatArray]:
        askers = [self._known.group(self._build.passages[section.shown]) for section in sections]
        return {
            "asked_dense": looked.best[askers, 0],
            "focus_asked": looked.best[askers, 1],
            "read_asked": looked.best[askers, 2],
            "asked_words": np.array([looked.of(asker).words for asker in askers]),
            "asked_vote": np.array([looked.share(asker) for asker in askers]),
            "listed": np.array([float(self._known.listed(asker)) for asker in askers]),
        }

    def _plain(self, query: Query, sections: list[Section]) -> dict[str, FloatArray]:
        passages = self._build.passages
        return {
            "own": np.array([float(passages[section.shown].language == query.language) for section in sections]),
            "languages": np.array([len({passages[row].language for row in section.rows}) / 3 for section in sections]),
        }

    def _made_titles(self) -> _Titles:
        titles = [(passage.title, passage.language) for passage in self._build.passages]
        named = {title: self._content_words(*title) for title in dict.fromkeys(titles)}
        vectors = self._table.encode_documents([word for found in named.values() for word in found])
        ends = dict(zip(named, np.cumsum([len(found) for found in named.values()]).tolist(), strict=True))
        return _Titles(vectors, [(ends[title] - len(named[title]), ends[title]) for title in titles])

    def _content_words(self, text: str, language: Language) -> list[str]:
        return [word.text for word in words(text) if self._analyser.content_words(word.text, language)]

    def _little_words(self, passage: Passage) -> str:
        """What a heading asks for ("where", "how much"): its words without content."""
        found = (word.text for word in words(passage.heading))
        return " ".join(word for word in found if not self._analyser.content_words(word, passage.language))

    def _encoded(self, texts: Sequence[str]) -> _Encoded:
        """One vector for each different text, and which of them each row has."""
        different = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        vectors = self._table.encode_documents(list(different))
        return _Encoded(vectors, np.array([different[text] for text in texts], dtype=np.int64))


@dataclass(frozen=True, slots=True)
class _Titles:
    """The content words of all titles, and where those of each row's title begin and end among them."""

    vectors: FloatArray
    places: Sequence[tuple[int, int]]

    def met(self, asked: Asked) -> FloatArray:
        """How far the question names what each row's page is about, shape (rows,): a page for one group of people is
        no answer to who does not name the group. 0 for a title without content words.
        """
        if not asked.words or not len(self.vectors):
            return np.zeros(len(self.places), dtype=np.float32)
        near = np.maximum((asked.vectors @ self.vectors.T).max(axis=(0, 1)), 0.0)
        sums = np.concatenate([[0.0], np.cumsum(near, dtype=np.float64)])
        starts, ends = np.array(self.places, dtype=np.int64).T
        return np.asarray((sums[ends] - sums[starts]) / np.maximum(ends - starts, 1), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Encoded:
    vectors: FloatArray
    places: np.ndarray[tuple[int], np.dtype[np.int64]]

    def similar(self, rows: Sequence[int], vector: FloatArray) -> FloatArray:
        return np.asarray((self.vectors @ vector)[self.places[list(rows)]], dtype=np.float32)
