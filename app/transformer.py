"""The bundled transformer: reads a question or a passage as a whole, where the table adds up words. Needs no torch.

Word pieces become rows of 4 bits a number; twelve layers of attention (`model.onnx`, onnxruntime) see each in its
company; the mean of what they say is the vector. Made by `python -m eval train transformer`.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock

import numpy as np

from app.shipped_vectors import ShippedVectors, in_steps
from app.table import TOKENIZER_FILE, FloatArray, TableEmbedder, bundled_table, clean, described, unit
from app.word_pieces import PASSAGE, QUESTION, ROWS_FILE, Pieces, WordPieces, opened

TRANSFORMER = Path(__file__).resolve().parent / "weights" / "transformer"
GRAPH_FILE = "model.onnx"
PASSAGES_FILE, QUESTIONS_FILE = "known_passages.npy", "known_questions.npy"
PIECES = 4_000  # of all texts of a batch, with what fills them up to the longest
RECENT = 64  # texts
WORKERS = 4  # at most, that read batches side by side


class TransformerEmbedder:
    """Threads may share it. A text is read as far as 256 word pieces. Vectors are rounded to int8 steps, so that those
    which came with the model (of the shipped knowledge) are very nearly what it would make.
    """

    def __init__(self, folder: Path, table: TableEmbedder) -> None:
        model = described(folder, (GRAPH_FILE, ROWS_FILE, TOKENIZER_FILE))
        self.table = table
        self.name, self.model_digest = str(model["name"]), str(model["digest"])
        self.digest = digest_of_both(self.model_digest, table)
        self.dimensions = int(model["dimensions"])
        self.pieces = WordPieces(folder)
        self._session = opened(folder / GRAPH_FILE)
        self._recent = _Recent()
        self._passages, self._questions = (
            ShippedVectors(folder / name, self.model_digest) for name in (PASSAGES_FILE, QUESTIONS_FILE)
        )

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return self._encoded(texts, QUESTION, self._questions)

    def encode_documents(self, texts: Sequence[str]) -> FloatArray:
        return self._encoded(texts, PASSAGE, self._passages)

    def _encoded(self, texts: Sequence[str], kind: str, known: ShippedVectors) -> FloatArray:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        told = clean(texts)
        fresh = []
        for place, text in enumerate(told):
            found = known.find(text)
            if found is None:
                found = self._recent.find(kind + text)
            if found is not None:
                vectors[place] = found
            elif text.strip():
                fresh.append(place)
        if fresh:
            rows, scales = in_steps(unit(self._made(self.pieces.numbers(kind, [told[place] for place in fresh]))))
            vectors[fresh] = rows * scales[:, None]
        for place in fresh[-RECENT:]:
            self._recent.keep(kind + told[place], vectors[place])
        return unit(vectors)

    def _made(self, pieces: Pieces) -> FloatArray:
        vectors = np.zeros((len(pieces), self.dimensions), dtype=np.float32)
        lengths = [len(ids) for ids in pieces]
        batches = list(_batches(sorted(range(len(pieces)), key=lambda place: lengths[place]), lengths))
        parts = [[pieces[place] for place in batch] for batch in batches]
        for batch, found in zip(batches, _side_by_side(self._read, parts), strict=True):
            vectors[batch] = found
        return vectors

    def _read(self, texts: Pieces) -> FloatArray:
        embedded, lengths = self.pieces.rows(texts)
        (states,) = self._session.run(None, {"embedded": embedded, "lengths": lengths})
        return np.stack([states[place, :length].mean(axis=0) for place, length in enumerate(lengths)])


class _Recent:
    """The vectors of the last texts: a question is read for understanding and for the search. Texts are not kept."""

    def __init__(self) -> None:
        self._vectors, self._lock = OrderedDict[bytes, FloatArray](), Lock()

    def find(self, text: str) -> FloatArray | None:
        with self._lock:
            return self._vectors.get(_key(text))

    def keep(self, text: str, vector: FloatArray) -> None:
        with self._lock:
            self._vectors[_key(text)] = vector.copy()
            while len(self._vectors) > RECENT:
                self._vectors.popitem(last=False)


def _key(text: str) -> bytes:
    return sha256(text.encode("utf-8", "replace")).digest()


@cache
def bundled_transformer() -> TransformerEmbedder:
    """The one of the project, shared by the search and by app/intents.py."""
    return TransformerEmbedder(TRANSFORMER, bundled_table())


def digest_of_both(digest: str, table: TableEmbedder) -> str:
    """Of a model and of the table that works beside it."""
    return sha256(f"{digest} {table.digest}".encode()).hexdigest()


def _batches(order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Texts of like length together, the shortest first."""
    batch: list[int] = []
    for place in order:
        if batch and (len(batch) + 1) * lengths[place] > PIECES:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _side_by_side(read: Callable[[Pieces], FloatArray], parts: Sequence[Pieces]) -> Iterator[FloatArray]:
    """Each part read, in their order; several at once where there are several."""
    if len(parts) == 1:
        yield read(parts[0])
        return
    with ThreadPoolExecutor(min(WORKERS, os.cpu_count() or 1)) as workers:
        yield from workers.map(read, parts)
