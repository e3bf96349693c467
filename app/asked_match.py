"""A question beside the questions that people asked before: headings, and what `asked.toml` lists for each section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from app.domain import LANGUAGES, Passage
from app.embedding import WordEncoder
from app.index import Build
from app.known_questions import NOBODY, Key, key
from app.lemmas import fold, plain
from app.lexical import Analyser
from app.mapped import let_go
from app.passage_words import NOTHING
from app.word_match import LEAST, Asked

FloatArray = NDArray[np.float32]
_WORD = re.compile(r"\w+")
COMPARED = 64  # nearest questions whose words are compared one by one
SHARPNESS = 25.0  # of the vote: a cosine higher by 0.04 counts e times as much
# A cosine with 33,000 known questions costs the reading of 25 MB. In the axes along which they differ most it is off by
# some hundredths; so the nearest are compared again in full.
AXES = 96
EXACT = 500
PART = 4_000


@dataclass(frozen=True, slots=True)
class Known:
    """What the known questions say of one group: cosine and words met both ways (at best 1), and their votes."""

    dense: float = 0.0
    words: float = 0.0
    votes: float = 0.0


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look-up found.

    `best`: the best cosine of each group's questions with the question, with its heart and as the model reads both,
    shape (groups, 3). `known`: by group, of the nearest. `votes`: all that were given to sections.
    """

    best: FloatArray
    known: dict[int, Known]
    votes: float

    def read(self, group: int) -> float:
        """The best cosine as the model reads; 0 for a group that knows nothing."""
        return float(self.best[group, 2]) if group >= 0 else 0.0

    def of(self, group: int) -> Known:
        return self.known.get(group, Known())

    def share(self, group: int) -> float:
        """A section's share of the votes for sections."""
        return self.of(group).votes / (self.votes or 1.0)

    def share_of_nobody(self, group: int) -> float:
        """What the questions that a topic does not answer get, beside the votes for sections."""
        votes = self.of(group).votes
        return votes / (votes + self.votes or 1.0)


class AskedMatch:
    """The known questions of one build. May be shared by threads.

    A group is what is known of one section, or of what one topic does not answer. The latter says nothing of other
    topics: what the daycare page does not tell, the school page may.
    """

    def __init__(self, build: Build, table: WordEncoder, analyser: Analyser) -> None:
        self._build, self._analyser = build, analyser
        self._groups: dict[Key, int] = {}
        self._places = {word: place for place, word in enumerate(build.words.words)}
        keys = [question.key for question in build.known]
        self._language = np.array([LANGUAGES.index(question.language) for question in build.known], dtype=np.int64)
        self._group = np.array([self._groups.setdefault(each, len(self._groups)) for each in keys], dtype=np.int64)
        self._keys = list(self._groups)
        self._is_section = np.array([anchor != NOBODY for _, anchor in self._keys], dtype=bool)
        self._listed = frozenset(self._groups[question.topic, question.anchor] for question in build.asked)
        headings = [question.text for question in build.known[: len(build.known) - len(build.asked)]]
        self._table = _Nearest(table.encode_queries(headings), build.asked_vectors)
        self._read = _Nearest(build.known_vectors)
        self._order = np.argsort(self._group, kind="stable")
        self._starts = np.unique(self._group[self._order], return_index=True)[1]
        self._weights = self._weights_of_all()
        self._listed_at: dict[bytes, frozenset[Key]] = {}  # by what the question comes to, as texts take 6 MB
        alone = {each: frozenset({each}) for each in self._keys}
        for question in build.known:
            text, found = _plainly(question.text), alone[question.key]
            self._listed_at[text] = self._listed_at[text] | found if text in self._listed_at else found

    def look_up(self, vectors: FloatArray, read: FloatArray, asked: Asked) -> Looked:
        """Compare a question with every known question. It is given as its vector and its heart's by the table, shape
        (2, dimensions), and its vector by the model.
        """
        if not len(self._group):
            return Looked(np.zeros((0, 3), dtype=np.float32), {}, 0.0)
        near = np.stack([*(self._table.cosines(vector) for vector in vectors), self._read.cosines(read)], axis=1)
        best = np.maximum(np.maximum.reduceat(near[self._order], self._starts, axis=0), 0.0)
        known = self._match(near[:, 0], asked) if asked.words else {}
        return Looked(best, known, sum(each.votes for group, each in known.items() if self._is_section[group]))

    def nearest(self, looked: Looked, count: int) -> list[Key]:
        """The sections whose known questions are nearest to the question, to its heart, or as the model reads."""
        sections = np.flatnonzero(self._is_section)
        best = looked.best[sections]
        count = min(count, len(best))
        found = np.argpartition(-best, count - 1, axis=0)[:count] if count else np.zeros((0, 3), dtype=np.int64)
        return [self._keys[group] for group in dict.fromkeys(sections[found.ravel()].tolist())]

    def _match(self, near: FloatArray, asked: Asked) -> dict[int, Known]:
        order = np.argpartition(-near, min(COMPARED, len(near)) - 1)[:COMPARED]
        met = self._met(asked, order)
        odds = np.exp(SHARPNESS * (near[order] - near[order].max()))
        found: dict[int, Known] = {}
        for place, words_met, votes in zip(order, met, odds, strict=True):
            group = int(self._group[place])
            known = found.get(group, Known())
            found[group] = Known(
                max(known.dense, float(near[place])), max(known.words, float(words_met)), known.votes + float(votes)
            )
        return found

    def nobody(self, passage: Passage) -> int:
        """The group of what the passage's topic does not answer; one that knows nothing where none is listed."""
        return self._groups.get((passage.topic or passage.document_id, NOBODY), -1)

    def group(self, passage: Passage) -> int:
        """The number of the passage's section among the groups."""
        return self._groups[key(passage)]

    def listed_at(self, text: str) -> frozenset[Key]:
        """Where a question is listed word for word: the sections, or (topic, "") where the topic does not answer it."""
        return self._listed_at.get(_plainly(text), frozenset())

    def listed(self, group: int) -> bool:
        """Whether it has more than its headings."""
        return group in self._listed

    def _met(self, asked: Asked, places: NDArray[np.int64]) -> FloatArray:
        """For each of the known questions the harmonic mean of the shares that either meets of the other."""
        rows = [self._build.words.of(len(self._build.passages) + int(place)) for place in places]
        sizes = [len(row) for row in rows]
        found = np.concatenate(rows)
        same = (np.flatnonzero(found == self._places.get(word, -1)) for word in asked.words)
        near = asked.near(self._build.words.vectors[found].astype(np.float32), same)
        starts = np.cumsum([0, *sizes])[:-1]
        weights = asked.weights / asked.weights.sum()
        ours = weights @ np.maximum.reduceat(near, starts, axis=1)
        theirs = np.add.reduceat(near.max(axis=0) * self._shares(found, starts, sizes, places), starts)
        return np.asarray(2 * ours * theirs / np.maximum(ours + theirs, 1e-6), dtype=np.float32)

    def _shares(
        self, words: NDArray[np.int32], starts: NDArray[np.int64], sizes: Sequence[int], places: NDArray[np.int64]
    ) -> FloatArray:
        """The weights of some known questions' words, one question after the other; of each they sum up to 1."""
        weights = self._weights[np.repeat(self._language[places], sizes), words]
        sums = np.add.reduceat(weights, starts)
        return np.asarray(weights / np.repeat(np.where(sums > 0, sums, 1.0), sizes), dtype=np.float32)

    def _weights_of_all(self) -> FloatArray:
        """How rare each word is in each language of the known questions that hold it, (languages, words)."""
        table = self._build.words
        weights = np.zeros((len(LANGUAGES), len(table.words)), dtype=np.float32)
        for number, language in enumerate(LANGUAGES):
            rows = np.flatnonzero(self._language == number) + len(self._build.passages)
            index = self._build.lexical(language)
            for place in {int(word) for row in rows for word in table.of(int(row))} - {NOTHING}:
                if lemmas := self._analyser.content_words(table.words[place], language):
                    weights[number, place] = index.idf(lemmas[0]) + LEAST
        return weights


class _Nearest:
    """Cosines with many vectors, in the order of the arrays: in `AXES` dimensions with all, in full with the nearest.

    A mapped file stays on the disk but for the rows that some question came near to.
    """

    def __init__(self, *arrays: NDArray[np.floating]) -> None:
        self._arrays = arrays
        self._ends = np.cumsum([len(array) for array in arrays])
        self._axes = _main_axes(arrays)
        self._short = np.concatenate([some @ self._axes.T for some in _parts(arrays)])

    def cosines(self, vector: FloatArray) -> FloatArray:
        near = np.asarray(self._short @ (self._axes @ vector), dtype=np.float32)
        promising = np.argpartition(-near, EXACT)[:EXACT] if len(near) > EXACT else np.arange(len(near))
        near[promising] = self._rows(promising) @ vector
        for array in self._arrays:  # 500 rows bring 64 kB each: the whole file after some questions
            let_go(array)
        return near

    def _rows(self, places: NDArray[np.int64]) -> FloatArray:
        rows = np.empty((len(places), self._arrays[0].shape[1]), dtype=np.float32)
        array_of = np.searchsorted(self._ends, places, side="right")
        for number, array in enumerate(self._arrays):
            here = array_of == number
            rows[here] = array[places[here] - (self._ends[number] - len(array))]
        return rows


def _main_axes(arrays: Sequence[NDArray[np.floating]]) -> FloatArray:
    """The axes along which the vectors lie most, shape (at most `AXES`, dimensions)."""
    _, axes = np.linalg.eigh(sum(some.T @ some for some in _parts(arrays)))  # the greatest eigenvalues come last
    return np.ascontiguousarray(axes[:, ::-1][:, :AXES].T, dtype=np.float32)


def _parts(arrays: Sequence[NDArray[np.floating]]) -> Iterator[FloatArray]:
    """A few thousand rows at a time, of a mapped file by another mapping: with that its pages leave the memory."""
    for array in arrays:
        whole = np.load(str(array.filename), mmap_mode="r") if isinstance(array, np.memmap) else array
        yield from (whole[start : start + PART].astype(np.float32) for start in range(0, max(1, len(whole)), PART))


def _plainly(text: str) -> bytes:
    words = " ".join(_WORD.findall(plain(fold(text))))
    return blake2b(words.encode("utf-8", "replace"), digest_size=8).digest()
