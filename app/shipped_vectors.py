"""Vectors that came with a model: of the texts of the shipped knowledge, so that a first ingest need not read them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

log = structlog.get_logger()


class ShippedVectors:
    """Records (a text's digest, its scale, its int8 row) in the order of the digests, read where they lie: a look-up
    touches some twenty pages of the file and keeps nothing.

    Nothing is found where the file is missing, damaged or of another model: then each text is read.
    """

    def __init__(self, path: Path, model: str) -> None:
        self._model = model
        self._records: NDArray[Any] = np.zeros(0, dtype=_record(1))
        try:
            records = np.load(path, mmap_mode="r")
            if records.ndim != 1 or records.dtype != _record(len(records["row"][0])):
                raise ValueError("not of this form")
            self._records = records
        except FileNotFoundError:
            pass
        except (OSError, ValueError, LookupError, EOFError) as error:
            log.warning("shipped_vectors_unreadable", file=path.name, error=type(error).__name__)

    def holds_exactly(self, texts: Sequence[str]) -> bool:
        """Whether it holds the vectors of these different texts and of no others."""
        return len(self._records) == len(texts) and all(self.find(text) is not None for text in texts)

    def find(self, text: str) -> FloatArray | None:
        """The text's vector, shape (dimensions,)."""
        digest = _digest(text, self._model)
        place = bisect_left(self._records["digest"], digest)
        if place == len(self._records) or self._records["digest"][place] != digest:
            return None
        record = self._records[place]
        return np.asarray(record["row"].astype(np.float32) * record["scale"], dtype=np.float32)


def write_shipped(path: Path, model: str, texts: Sequence[str], vectors: FloatArray) -> None:
    """Write vectors, shape (texts, dimensions), of different texts by the model with this digest."""
    rows, scales = in_steps(vectors)
    records = np.zeros(len(texts), dtype=_record(rows.shape[1]))
    records["digest"] = [_digest(text, model) for text in texts]
    records["scale"], records["row"] = scales, rows
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:  # who has the old file open goes on with it
        np.save(file, np.sort(records, order="digest"))
    beside.replace(path)


def in_steps(vectors: FloatArray) -> tuple[NDArray[np.int8], FloatArray]:
    """Rows as int8 with one scale each."""
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / 127
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def _digest(text: str, model: str) -> np.uint64:
    return np.uint64(int.from_bytes(sha256(f"{model} {text}".encode("utf-8", "replace")).digest()[:8], "big"))


def _record(dimensions: int) -> np.dtype[Any]:
    return np.dtype([("digest", "<u8"), ("scale", "<f4"), ("row", "i1", (dimensions,))])
