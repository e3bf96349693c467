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

NOBODY = -1  # the group of questions that the documents do not answer
COMPARED = 64  # nearest questions whose words are compared one by one
SHARPNESS = 25.0  # of the vote: a cosine higher by 0.04 counts e times as much
_CACHED = 20_000


@dataclass(frozen=True, slots=True)
class Known:
    """What the known questions say of one group: cosine, words met both ways, share of the vote, all at best 1."""

    dense: float = 0.0
    words: float = 0.0
    vote: float = 0.0


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look-up found. `best`: the best cosine of each group's questions with the question and with its heart,
    shape (groups + 1, 2), the last being that of nobody. `known`: by group, of the nearest.
    """

    best: FloatArray
    known: dict[int, Known]


class AskedMatch:
    """The known questions of one build. May be shared by threads."""

    def __init__(self, build: Build, embedder: Embedder, analyser: Analyser) -> None:
        self._build, self._embedder, self._analyser = build, embedder, analyser
        self._groups: dict[Key, int] = {}
        headings = list({(key(p), p.language, p.heading): p for p in build.passages}.values())
        self._texts = [(p.heading, p.language) for p in headings]
        group = [self._groups.setdefault(key(p), len(self._groups)) for p in headings]
        self._listed = frozenset(self._groups.get((q.topic, q.anchor), NOBODY) for q in build.asked)
        self._texts += [(question.text, question.language) for question in build.asked]
        group += [self._groups.get((q.topic, q.anchor), NOBODY) if q.anchor else NOBODY for q in build.asked]
        self._group = np.array(group, dtype=np.int64)
        self._vectors = np.concatenate([embedder.encode_queries([p.heading for p in headings]), build.asked_vectors])
        self._keys = list(self._groups)
        self._order = np.argsort(self._group, kind="stable")
        self._there, self._starts = np.unique(self._group[self._order], return_index=True)
        self._entry = lru_cache(_CACHED)(self._words_of)
        self._listed_at: dict[str, set[Key]] = defaultdict(set)
        for passage in headings:
            self._listed_at[_plainly(passage.heading)].add(key(passage))
        for question in build.asked:
            self._listed_at[_plainly(question.text)].add((question.topic, question.anchor))

    def look_up(self, vectors: FloatArray, asked: Asked) -> Looked:
        """Compare a question, given as its vector and its heart's, shape (2, dimensions), with every known question."""
        near = np.stack([self._vectors @ vector for vector in vectors], axis=1)  # twice as fast as one product of both
        best = np.zeros((len(self._groups) + 1, 2), dtype=np.float32)
        if len(near):
            first = np.maximum.reduceat(near[self._order], self._starts, axis=0)
            best[self._there] = np.maximum(first, 0.0)
        return Looked(best, self._match(near[:, 0], asked) if asked.words else {})

    def nearest(self, looked: Looked, count: int) -> list[Key]:
        """The sections whose known questions are nearest to the question or to its heart."""
        best = looked.best[:-1]
        count = min(count, len(best))
        found = np.argpartition(-best, count - 1, axis=0)[:count] if count else np.zeros((0, 2), dtype=np.int64)
        return [self._keys[group] for group in dict.fromkeys(found.ravel().tolist())]

    def _match(self, near: FloatArray, asked: Asked) -> dict[int, Known]:
        if not len(near):
            return {}
        order = np.argpartition(-near, min(COMPARED, len(near)) - 1)[:COMPARED]
        met = self._met(asked, order)
        odds = np.exp(SHARPNESS * (near[order] - near[order].max()))
        found: dict[int, Known] = {}
        for place, words_met, share in zip(order, met, odds / odds.sum(), strict=True):
            group = int(self._group[place])
            known = found.get(group, Known())
            found[group] = Known(
                max(known.dense, float(near[place])), max(known.words, float(words_met)), known.vote + float(share)
            )
        return found

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
        near = self._near(asked, table, [word for entry in entries for word in entry[0]])
        starts = np.cumsum([0, *sizes])[:-1]
        weights = asked.weights / asked.weights.sum()
        ours = weights @ np.maximum.reduceat(near, starts, axis=1)
        theirs = np.add.reduceat(near.max(axis=0) * np.concatenate([entry[2] for entry in entries]), starts)
        return np.asarray(2 * ours * theirs / np.maximum(ours + theirs, 1e-6), dtype=np.float32)

    def _near(self, asked: Asked, table: FloatArray, written: list[str]) -> FloatArray:
        """Shape (question words, words of the table); a number meets only itself."""
        count = len(asked.words)
        vectors = self._embedder.encode_documents([*asked.words, *asked.lemmas])
        near = np.maximum(np.maximum(vectors[:count] @ table.T, vectors[count:] @ table.T), 0.0)
        near[asked.numbers] = 0.0
        for row, word in enumerate(asked.words):
            near[row, [place for place, other in enumerate(written) if other == word]] = 1.0
        return np.asarray(near, dtype=np.float32)

    def _words_of(self, place: int) -> tuple[list[str], FloatArray, FloatArray]:
        """The content words of a known question, their vectors, and their weights, which sum up to 1."""
        text, language = self._texts[place]
        found = {w.text: lemmas[0] for w in words(text) if (lemmas := self._analyser.content_words(w.text, language))}
        if not found:
            return [""], np.zeros((1, self._embedder.dimensions), dtype=np.float32), np.zeros(1, dtype=np.float32)
        index = self._build.lexical(language)
        weights = np.array([index.idf(lemma) + LEAST for lemma in found.values()], dtype=np.float32)
        return list(found), self._embedder.encode_documents(list(found)), weights / weights.sum()


def key(passage: Passage) -> Key:
    """What the languages of a section share."""
    return (passage.topic or passage.document_id, passage.anchor)


def _plainly(text: str) -> str:
    return " ".join(word.text for word in words(text))
