"""How near the model puts translations, and how fast it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from app.embedding import Embedder
from eval.training.corpus import LANGUAGES, PAIRS, Row

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


def translation_scores(rows: Sequence[Row], encode: Encode) -> dict[str, float]:
    """accuracy@1: the share of rows whose own translation is the nearest among all rows' translations."""
    vectors = {language: encode([row.cell(language) for row in rows]) for language in LANGUAGES}
    scores = {}
    for first, second in PAIRS:
        likeness = vectors[first] @ vectors[second].T
        own = np.arange(len(rows))
        scores[f"{first}-{second}"] = float(np.mean(likeness.argmax(axis=1) == own))
        scores[f"{second}-{first}"] = float(np.mean(likeness.argmax(axis=0) == own))
    return scores


def speed(embedder: Embedder, texts: Sequence[str]) -> dict[str, float]:
    """Milliseconds a query, one at a time, and documents a second in bulk."""
    times = []
    for text in texts[:1000]:
        started = time.perf_counter()
        embedder.encode_queries([text])
        times.append(1000 * (time.perf_counter() - started))
    started = time.perf_counter()
    embedder.encode_documents(texts)
    rate = len(texts) / (time.perf_counter() - started)
    return {"query p50 ms": float(np.median(times)), "query p95 ms": float(np.quantile(times, 0.95)), "texts/s": rate}
