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
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from app.shipped_vectors import ShippedVectors, in_steps
from app.table import TOKENIZER_FILE, FloatArray, TableEmbedder, bundled_table, clean, described, unit

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

TRANSFORMER = Path(__file__).resolve().parent / "weights" / "transformer"
GRAPH_FILE, ROWS_FILE = "model.onnx", "rows.npz"
PASSAGES_FILE, QUESTIONS_FILE = "known_passages.npy", "known_questions.npy"
QUESTION, PASSAGE = "query: ", "passage: "  # as the model was trained
PIECES = 4_000  # of all texts of a batch, with what fills them up to the longest
RECENT = 64  # texts
WORKERS = 4  # at most, that read batches side by side

Pieces = Sequence[Sequence[int]]  # numbers of the word pieces of some texts


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
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        with np.load(folder / ROWS_FILE) as arrays:
            self._rows: NDArray[np.uint8] = arrays["rows"]  # (pieces, blocks, 16): two numbers a byte
            self._scales: FloatArray = arrays["scales"].astype(np.float32)  # (pieces, blocks)
            self._places: FloatArray = arrays["places"].astype(np.float32)  # (longest, dimensions)
        self._session = _opened(folder / GRAPH_FILE)
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
            rows, scales = in_steps(unit(self._made([kind + told[place] for place in fresh])))
            vectors[fresh] = rows * scales[:, None]
        for place in fresh[-RECENT:]:
            self._recent.keep(kind + told[place], vectors[place])
        return unit(vectors)

    def _made(self, texts: Sequence[str]) -> FloatArray:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        pieces = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]
        lengths = [len(ids) for ids in pieces]
        batches = list(_batches(sorted(range(len(texts)), key=lambda place: lengths[place]), lengths))
        parts = [[pieces[place] for place in batch] for batch in batches]
        for batch, found in zip(batches, _side_by_side(self._read, parts), strict=True):
            vectors[batch] = found
        return vectors

    def _read(self, texts: Pieces) -> FloatArray:
        lengths = np.array([len(ids) for ids in texts], dtype=np.int32)
        embedded = np.zeros((len(texts), int(lengths.max()), self.dimensions), dtype=np.float32)
        for place, ids in enumerate(texts):
            embedded[place, : len(ids)] = self._rows_of(ids) + self._places[: len(ids)]
        (states,) = self._session.run(None, {"embedded": embedded, "lengths": lengths})
        return np.stack([states[place, :length].mean(axis=0) for place, length in enumerate(lengths)])

    def _rows_of(self, ids: Sequence[int]) -> FloatArray:
        packed = self._rows[list(ids)]
        numbers = np.concatenate([packed & 15, packed >> 4], axis=2).astype(np.float32) - 8
        return np.asarray((numbers * self._scales[list(ids), :, None]).reshape(len(ids), -1), dtype=np.float32)


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


def _opened(graph: Path) -> InferenceSession:
    os.putenv("ORT_DISABLE_TELEMETRY", "1")  # onnxruntime looks when it is imported, and would call home
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Two threads that wait for each other take 200 ms where a core is busy with something else.
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
