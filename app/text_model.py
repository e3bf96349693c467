"""A linear model of a message: its vector, and the words, word pairs and letter sequences in it, hashed."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.lemmas import fold, plain

FloatArray = NDArray[np.float32]

BUCKETS = 1 << 15
RUN = 3  # words in a row that count as one feature
LETTERS = (4, 5)  # in a sequence; a word's edges count as letters
LONGEST = 400  # words; a message says early what it is about
# How much vector and buckets weigh beside each other: both of length 1, then multiplied.
VECTOR_WEIGHT, BUCKET_WEIGHT = 3.0, 3.0
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


@dataclass(frozen=True, slots=True)
class TextModel:
    """Logits of classes: `vector` (dimensions, classes), `buckets` (BUCKETS, classes), `bias` (classes,)."""

    classes: tuple[str, ...]
    vector: FloatArray
    buckets: NDArray[np.float16]
    bias: FloatArray

    def shares(self, vector: FloatArray, found: NDArray[np.int64]) -> FloatArray:
        """The probability of each class, of a text given as its vector and its buckets."""
        logits = VECTOR_WEIGHT * (vector @ self.vector) + self.bias
        if len(found):
            rows = self.buckets[found].astype(np.float32)
            logits = logits + rows.sum(axis=0) * (BUCKET_WEIGHT / len(found) ** 0.5)
        odds = np.exp(logits - logits.max())
        return np.asarray(odds / odds.sum(), dtype=np.float32)


def buckets_of(text: str) -> NDArray[np.int64]:
    """The numbers of a text's words, word pairs and triples, and letter sequences, each once; dots left out."""
    return np.unique(np.fromiter((zlib.crc32(each.encode()) % BUCKETS for each in _parts(text)), dtype=np.int64))


def _parts(text: str) -> Iterator[str]:
    words = [plain(word) for word in _WORD.findall(fold(text))[:LONGEST]]
    for length in range(1, RUN + 1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])
    for word in words:
        edged = f"<{word}>"
        for length in LETTERS:
            for start in range(len(edged) - length + 1):
                yield edged[start : start + length]
