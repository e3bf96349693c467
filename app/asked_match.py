"""A question beside the questions that people asked before: headings, and what `asked.toml` lists for each section."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.domain import Passage
from app.embedding import Embedder
from app.index import Build
from app.lexical import Analyser
from app.word_match import LEAST, Asked
from app.words import words

FloatArray = NDArray[np.float32]
Key = tuple[str, str]

NOBODY = ""  # in place of an anchor
COMPARED = 64  # nearest questions whose words are compared one by one
SHARPNESS = 25.0  # of the vote: a cosine higher by 0.04 counts e times as much
# A cosine with 20,000 known questions costs the reading of 30 MB. In the axes along which they differ most it is off by
# some hundredths; so the nearest are compared again in full.
AXES = 96
EXACT = 500
_CACHED = 20_000


@dataclass(frozen=True, slots=True)
class Known:
    """What the known questions say of one group: cosine and words met both ways (at best 1), and their votes."""

    dense: float = 0.0
    words: float = 0.0
    votes: float = 0.0


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look-up found.

    `best`: the best cosine of each group's questions with the question and with its heart, shape (groups, 2). `known`:
    by group, of the nearest. `votes`: all that were given to sections.
    """

    best: FloatArray
    known: dict[int, Known]
    votes: float

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

    def __init__(self, build: Build, embedder: Embedder, analyser: Analyser) -> None:
        self._build, self._embedder, self._analyser = build, embedder, analyser
        self._groups: dict[Key, int] = {}
        headings = list({(key(p), p.language, p.heading): p for p in build.passages}.values())
        keys = [key(p) for p in headings] + [(question.topic, question.anchor) for question in build.asked]
        self._texts = [(p.heading, p.language) for p in headings] + [(q.text, q.language) for q in build.asked]
        self._group = np.array([self._groups.setdefault(each, len(self._groups)) for each in keys], dtype=np.int64)
        self._keys = list(self._groups)
        self._is_section = np.array([anchor != NOBODY for _, anchor in self._keys], dtype=bool)
        self._listed = frozenset(self._groups[question.topic, question.anchor] for question in build.asked)
        self._vectors = np.concatenate([embedder.encode_queries([p.heading for p in headings]), build.asked_vectors])
        self._axes = _main_axes(self._vectors)
        self._short = self._vectors @ self._axes.T
        self._order = np.argsort(self._group, kind="stable")
        self._starts = np.unique(self._group[self._order], return_index=True)[1]
        self._entry = lru_cache(_CACHED)(self._words_of)
        self._listed_at: dict[str, set[Key]] = defaultdict(set)
        for (text, _), place in zip(self._texts, keys, strict=True):
            self._listed_at[_plainly(text)].add(place)

    def look_up(self, vectors: FloatArray, asked: Asked) -> Looked:
        """Compare a question, given as its vector and its heart's, shape (2, dimensions), with every known question."""
        if not len(self._vectors):
            return Looked(np.zeros((0, 2), dtype=np.float32), {}, 0.0)
        near = np.stack([self._near(vector) for vector in vectors], axis=1)
        best = np.maximum(np.maximum.reduceat(near[self._order], self._starts, axis=0), 0.0)
        known = self._match(near[:, 0], asked) if asked.words else {}
        return Looked(best, known, sum(each.votes for group, each in known.items() if self._is_section[group]))

    def _near(self, vector: FloatArray) -> FloatArray:
        """Cosines with every known question: those of the nearest, the others' in fewer dimensions."""
        near = self._short @ (self._axes @ vector)
        if len(near) > EXACT:
            promising = np.argpartition(-near, EXACT)[:EXACT]
            near[promising] = self._vectors[promising] @ vector
        else:
            near = self._vectors @ vector
        return np.asarray(near, dtype=np.float32)

    def nearest(self, looked: Looked, count: int) -> list[Key]:
        """The sections whose known questions are nearest to the question or to its heart."""
        sections = np.flatnonzero(self._is_section)
        best = looked.best[sections]
        count = min(count, len(best))
        found = np.argpartition(-best, count - 1, axis=0)[:count] if count else np.zeros((0, 2), dtype=np.int64)
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

    def listed_at(self, text: str) -> set[Key]:
        """Where a question is listed word for word: the sections, or (topic, "") where the topic does not answer it."""
        return self._listed_at.get(_plainly(text), set())

    def listed(self, group: int) -> bool:
        """Whether it has more than its headings."""
        return group in self._listed

    def _met(self, asked: Asked, places: NDArray[np.int64]) -> FloatArray:
        """For each of the known questions the harmonic mean of the shares that either meets of the other."""
        entries = [self._entry(int(place)) for place in places]
        sizes = [len(entry[1]) for entry in entries]
        table = np.concatenate([entry[1] for entry in entries])
        written: dict[str, list[int]] = defaultdict(list)
        for row, word in enumerate(word for entry in entries for word in entry[0]):
            written[word].append(row)
        near = asked.near(table, (written.get(word, []) for word in asked.words))
        starts = np.cumsum([0, *sizes])[:-1]
        weights = asked.weights / asked.weights.sum()
        ours = weights @ np.maximum.reduceat(near, starts, axis=1)
        theirs = np.add.reduceat(near.max(axis=0) * np.concatenate([entry[2] for entry in entries]), starts)
        return np.asarray(2 * ours * theirs / np.maximum(ours + theirs, 1e-6), dtype=np.float32)

    def _words_of(self, place: int) -> tuple[list[str], FloatArray, FloatArray]:
        """The content words of a known question, their vectors, and their weights, which sum up to 1."""
        text, language = self._texts[place]
        found = {w.text: lemmas[0] for w in words(text) if (lemmas := self._analyser.content_words(w.text, language))}
        if not found:
            return [""], np.zeros((1, self._embedder.dimensions), dtype=np.float32), np.zeros(1, dtype=np.float32)
        index = self._build.lexical(language)
        weights = np.array([index.idf(lemma) + LEAST for lemma in found.values()], dtype=np.float32)
        return list(found), self._embedder.encode_documents(list(found)), weights / weights.sum()


def _main_axes(vectors: FloatArray) -> FloatArray:
    """The axes along which the vectors lie most, shape (at most `AXES`, dimensions)."""
    _, axes = np.linalg.eigh(vectors.T @ vectors)  # the greatest eigenvalues come last
    return np.ascontiguousarray(axes[:, ::-1][:, :AXES].T, dtype=np.float32)


def key(passage: Passage) -> Key:
    """What the languages of a section share."""
    return (passage.topic or passage.document_id, passage.anchor)


def _plainly(text: str) -> str:
    return " ".join(word.text for word in words(text))
