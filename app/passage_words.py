"""The words of every passage and known question with their vectors, made with the build; what is compared with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.domain import Passage
from app.embedding import WordEncoder
from app.known_questions import KnownQuestion
from app.lexical import Analyser
from app.words import words

FloatArray = NDArray[np.float32]
Known = Mapping[str, FloatArray]

NOTHING = 0  # the place of a word with a zero vector, which stands in every passage so that none is without
BATCH = 1_000
_LIST, _VECTORS, _PLACES = "words.json", "word_vectors.npy", "word_places.npz"


@dataclass(frozen=True, slots=True)
class PassageWords:
    """Content words, each once, with their vectors (words, dimensions), in a build of two bytes a number.

    Those of text `row` are `places[starts[row] : starts[row + 1]]`; the passages come first, then the known questions.
    The first word is the empty one.
    """

    words: tuple[str, ...]
    vectors: NDArray[np.floating]
    places: NDArray[np.int32]
    starts: NDArray[np.int64]

    def fits(self, texts: int, dimensions: int) -> bool:
        """Whether its parts agree with each other and with the build."""
        return (
            self.vectors.shape == (len(self.words), dimensions)
            and len(self.starts) == texts + 1
            and int(self.starts[-1]) == len(self.places)
            and int(self.places.max(initial=0)) < len(self.words)
        )

    def of(self, row: int) -> NDArray[np.int32]:
        return self.places[self.starts[row] : self.starts[row + 1]]


def collect_words(
    passages: Sequence[Passage],
    questions: Sequence[KnownQuestion],
    analyser: Analyser,
    table: WordEncoder,
    known: Known | None = None,
) -> PassageWords:
    """Of a passage's title, headings and text, of a known question. Vectors come from `known` where it has them."""
    numbers: dict[str, int] = {"": NOTHING}
    places, starts = [], [0]
    texts = [(" ".join((p.title, *p.headings, p.text)), p.language) for p in passages]
    for text, language in (*texts, *((question.text, question.language) for question in questions)):
        found = {w.text for w in words(text) if analyser.content_words(w.text, language)}
        row = sorted({NOTHING, *(numbers.setdefault(word, len(numbers)) for word in sorted(found))})
        places += row
        starts.append(len(places))
    vectors = _vectors(tuple(numbers), table, known or {})
    return PassageWords(tuple(numbers), vectors, np.array(places, np.int32), np.array(starts, np.int64))


def no_words(texts: int, dimensions: int) -> PassageWords:
    """A table in which no text has a word."""
    places, starts = np.zeros(texts, np.int32), np.arange(texts + 1, dtype=np.int64)
    return PassageWords(("",), np.zeros((1, dimensions), np.float32), places, starts)


def write_words(folder: Path, table: PassageWords) -> None:
    (folder / _LIST).write_text(json.dumps(table.words, ensure_ascii=False), encoding="utf-8")
    np.save(folder / _VECTORS, table.vectors.astype(np.float16))
    np.savez(folder / _PLACES, places=table.places, starts=table.starts)


def read_words(folder: Path) -> PassageWords:
    listed = json.loads((folder / _LIST).read_text(encoding="utf-8"))
    with np.load(folder / _PLACES) as arrays:
        places, starts = arrays["places"], arrays["starts"]
    return PassageWords(tuple(listed), np.load(folder / _VECTORS, mmap_mode="r"), places, starts)


def _vectors(listed: Sequence[str], table: WordEncoder, known: Known) -> FloatArray:
    vectors = np.zeros((len(listed), table.dimensions), dtype=np.float32)
    fresh = [place for place, word in enumerate(listed) if word and word not in known]
    for place, word in enumerate(listed):
        if word in known:
            vectors[place] = known[word]
    for start in range(0, len(fresh), BATCH):
        some = fresh[start : start + BATCH]
        vectors[some] = table.encode_documents([listed[place] for place in some])
    return vectors
