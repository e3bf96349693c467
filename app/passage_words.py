"""The words of every passage with their vectors, made with the build; what app/word_match.py compares with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.domain import Passage
from app.embedding import Embedder
from app.lexical import Analyser
from app.words import words

FloatArray = NDArray[np.float32]
Known = Mapping[str, NDArray[np.float16]]

NOTHING = 0  # the place of a word with a zero vector, which stands in every passage so that none is without
BATCH = 1_000
_LIST, _VECTORS, _PLACES = "words.json", "word_vectors.npy", "word_places.npz"


@dataclass(frozen=True, slots=True)
class PassageWords:
    """Content words, each once, with their vectors (words, dimensions), float16. Those of passage `row` are
    `places[starts[row] : starts[row + 1]]`; the first word is the empty one.
    """

    words: tuple[str, ...]
    vectors: NDArray[np.float16]
    places: NDArray[np.int32]
    starts: NDArray[np.int64]

    def fits(self, passages: int, dimensions: int) -> bool:
        """Whether its parts agree with each other and with the build."""
        return (
            self.vectors.shape == (len(self.words), dimensions)
            and len(self.starts) == passages + 1
            and int(self.starts[-1]) == len(self.places)
            and int(self.places.max(initial=0)) < len(self.words)
        )

    def of(self, row: int) -> NDArray[np.int32]:
        return self.places[self.starts[row] : self.starts[row + 1]]


def collect_words(
    passages: Sequence[Passage], analyser: Analyser, embedder: Embedder, known: Known | None = None
) -> PassageWords:
    """Of title, headings and text. Vectors are taken from `known` where it has the word."""
    numbers: dict[str, int] = {"": NOTHING}
    places, starts = [], [0]
    for passage in passages:
        text = " ".join((passage.title, *passage.headings, passage.text))
        found = {w.text for w in words(text) if analyser.content_words(w.text, passage.language)}
        row = sorted({NOTHING, *(numbers.setdefault(word, len(numbers)) for word in sorted(found))})
        places += row
        starts.append(len(places))
    vectors = _vectors(tuple(numbers), embedder, known or {})
    return PassageWords(tuple(numbers), vectors, np.array(places, np.int32), np.array(starts, np.int64))


def no_words(passages: int, dimensions: int) -> PassageWords:
    """A table in which no passage has a word."""
    places, starts = np.zeros(passages, np.int32), np.arange(passages + 1, dtype=np.int64)
    return PassageWords(("",), np.zeros((1, dimensions), np.float16), places, starts)


def write_words(folder: Path, table: PassageWords) -> None:
    (folder / _LIST).write_text(json.dumps(table.words, ensure_ascii=False), encoding="utf-8")
    np.save(folder / _VECTORS, table.vectors)
    np.savez(folder / _PLACES, places=table.places, starts=table.starts)


def read_words(folder: Path) -> PassageWords:
    listed = json.loads((folder / _LIST).read_text(encoding="utf-8"))
    with np.load(folder / _PLACES) as arrays:
        places, starts = arrays["places"], arrays["starts"]
    return PassageWords(tuple(listed), np.load(folder / _VECTORS, mmap_mode="r"), places, starts)


def _vectors(listed: Sequence[str], embedder: Embedder, known: Known) -> NDArray[np.float16]:
    vectors = np.zeros((len(listed), embedder.dimensions), dtype=np.float16)
    fresh = [place for place, word in enumerate(listed) if word and word not in known]
    for place, word in enumerate(listed):
        if word in known:
            vectors[place] = known[word]
    for start in range(0, len(fresh), BATCH):
        some = fresh[start : start + BATCH]
        vectors[some] = embedder.encode_documents([listed[place] for place in some]).astype(np.float16)
    return vectors
