"""The vectors of a build: by the model and by the table; those that the served build has are taken from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain import Passage
from app.embedding import Embedder, Encoder
from app.index import Build, FloatArray
from app.knowledge import AskedQuestion
from app.known_questions import KnownQuestion
from ingest.progress import Steps

BATCH = 256  # texts embedded at a time
UNIT = 5e-3  # how far a stored vector's length may be from 1; those of questions and words have two bytes a number

Made = dict[str, FloatArray]


@dataclass(frozen=True, slots=True)
class Vectors:
    """By the model: `passages` and `known`, the known questions. By the table: `table`, the passages, and `asked`, the
    listed questions. All of shape (texts, dimensions); `embedded` passages had to be read.
    """

    passages: FloatArray
    table: FloatArray
    asked: FloatArray
    known: FloatArray
    embedded: int


def make_vectors(
    passages: Sequence[Passage],
    asked: Sequence[AskedQuestion],
    known: Sequence[KnownQuestion],
    served: Build | None,
    embedder: Embedder,
    steps: Steps,
) -> Vectors:
    same = served if served and served.manifest.embedding_digest == embedder.digest else None
    vectors, embedded = _passages(passages, same, embedder, steps)
    table = vectors if embedder.table.digest == embedder.digest else _by_table(passages, embedder)
    of_asked = _by_text([question.text for question in same.asked], same.asked_vectors) if same else {}
    of_known = _by_text([question.text for question in same.known], same.known_vectors) if same else {}
    return Vectors(
        passages=vectors,
        table=table,
        asked=_questions([question.text for question in asked], of_asked, embedder.table, steps),
        known=_questions([question.text for question in known], of_known, embedder, steps),
        embedded=embedded,
    )


def served_words(served: Build | None, embedder: Embedder) -> Mapping[str, FloatArray]:
    """The words of the served build with their vectors."""
    if served is None or served.manifest.embedding_digest != embedder.digest:
        return {}
    return _by_text(served.words.words, served.words.vectors)


def _passages(
    passages: Sequence[Passage], served: Build | None, embedder: Embedder, steps: Steps
) -> tuple[FloatArray, int]:
    """The passages' vectors, and how many had to be made: those whose digest the served build does not have."""
    made = _by_text([passage.digest for passage in served.passages], served.vectors) if served else {}
    vectors = np.zeros((len(passages), embedder.dimensions), dtype=np.float32)
    fresh = [row for row, passage in enumerate(passages) if passage.digest not in made]
    for row, passage in enumerate(passages):
        if passage.digest in made:
            vectors[row] = made[passage.digest]
    steps.begin("embed", len(fresh))
    for start in range(0, len(fresh), BATCH):
        rows = fresh[start : start + BATCH]
        vectors[rows] = embedder.encode_documents([passages[row].embedded_text for row in rows])
        steps.advance(len(rows))
    return vectors, len(fresh)


def _by_table(passages: Sequence[Passage], embedder: Embedder) -> FloatArray:
    """Made anew each time, as it takes a fortieth of a millisecond for one."""
    return embedder.table.encode_documents([passage.embedded_text for passage in passages])


def _questions(texts: Sequence[str], made: Made, encoder: Encoder, steps: Steps) -> FloatArray:
    fresh = list(dict.fromkeys(text for text in texts if text not in made))
    steps.begin("questions", len(fresh))
    for start in range(0, len(fresh), BATCH):
        some = fresh[start : start + BATCH]
        made |= zip(some, encoder.encode_queries(some), strict=True)
        steps.advance(len(some))
    vectors = np.zeros((len(texts), encoder.dimensions), dtype=np.float32)
    for row, text in enumerate(texts):
        vectors[row] = made[text]
    return vectors


def _by_text(texts: Sequence[str], vectors: NDArray[np.floating]) -> Made:
    """Those that can be used again: a damaged file may hold zeros or noise."""
    lengths = np.linalg.norm(vectors.astype(np.float32), axis=1)
    whole = np.abs(lengths - 1) < UNIT
    return {text: vectors[row] for row, text in enumerate(texts) if whole[row]}
