"""The floor: every vector compared with the question's, in numpy."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.domain import Language
from app.embedding import load_embedder
from eval.peers.peer import FOUND, Asked, Peer, Text


class Exact:
    def __init__(self) -> None:
        self._embedder = load_embedder()
        self._ids: list[str] = []
        self._vectors = np.zeros((0, self._embedder.dimensions), dtype=np.float32)

    def build(self, texts: Sequence[Text]) -> None:
        self._ids = [text.id for text in texts]
        self._vectors = self._embedder.encode_documents([text.text for text in texts])

    def search(self, question: str, language: Language, k: int) -> list[str]:
        return [self._ids[row] for row in self._nearest(self._embedder.encode_queries([question])[0], k)]

    def more(self, asked: Sequence[Asked]) -> dict[str, float]:
        """Milliseconds of the search alone, the question's vector being there."""
        vectors = self._embedder.encode_queries([one.question for one in asked])
        times = []
        for vector in vectors:
            start = time.perf_counter()
            self._nearest(vector, FOUND)
            times.append((time.perf_counter() - start) * 1000)
        return {"search_alone_p50_ms": float(np.percentile(times, 50))}

    def _nearest(self, vector: NDArray[np.float32], k: int) -> list[int]:
        similar = self._vectors @ vector
        best = np.argpartition(-similar, min(k, len(similar) - 1))[:k]
        return [int(row) for row in best[np.argsort(-similar[best])]]


def open_peer(folder: Path) -> Peer:
    return Exact()
