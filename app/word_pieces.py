"""Texts as the bundled networks take them: numbers of word pieces, and for each piece a row of 4 bits a number."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from app.mapped import mapped
from app.table import TOKENIZER_FILE, FloatArray, clean, digest_of_files

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

GRAPH_FILE = "model.onnx"
ROWS_FILE = "rows.npz"
WEIGHTS_FILE = "weights.npz"
QUESTION, PASSAGE = "query: ", "passage: "  # as the model was trained

Pieces = Sequence[Sequence[int]]  # numbers of the word pieces of some texts


class WordPieces:
    """The tokenizer and the rows of one folder. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        self.digest = digest_of_files([folder / ROWS_FILE, folder / TOKENIZER_FILE])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._rows: NDArray[np.uint8] = mapped(folder / ROWS_FILE, "rows")  # (pieces, blocks, 16): two numbers a byte
        with np.load(folder / ROWS_FILE) as arrays:
            self._scales: FloatArray = arrays["scales"].astype(np.float32)  # (pieces, blocks)
            self._places: FloatArray = arrays["places"].astype(np.float32)  # (longest, dimensions)

    def numbers(self, kind: str, texts: Sequence[str]) -> list[list[int]]:
        """The pieces of each text, read as a `QUESTION` or a `PASSAGE`; the first and the last piece are marks."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast([kind + told for told in clean(texts)])]

    def rows(self, texts: Pieces) -> tuple[FloatArray, NDArray[np.int32]]:
        """Rows with those of their places, (texts, pieces of the longest, dimensions), and how many pieces each has."""
        lengths = np.array([len(ids) for ids in texts], dtype=np.int32)
        found = np.zeros((len(texts), int(lengths.max()), self._places.shape[1]), dtype=np.float32)
        for place, ids in enumerate(texts):
            found[place, : len(ids)] = self._rows_of(ids) + self._places[: len(ids)]
            # What fills a text up is not looked at, but one scale serves all that is multiplied, and zeros go far.
            found[place, len(ids) :] = found[place, len(ids) - 1]
        return found, lengths

    def _rows_of(self, ids: Sequence[int]) -> FloatArray:
        return unpacked(self._rows[list(ids)], self._scales[list(ids)])


def unpacked(numbers: NDArray[np.uint8], scales: FloatArray) -> FloatArray:
    """Rows (n, k) of 4 bits a number: (n, blocks, 16), two numbers a byte, and scales (n, blocks)."""
    halves = np.concatenate([numbers & 15, numbers >> 4], axis=2).astype(np.float32) - 8
    return np.asarray((halves * scales[..., None]).reshape(len(numbers), -1), dtype=np.float32)


def read_columns(path: Path) -> dict[str, NDArray[np.int8]]:
    """Weights of 4 bits as the bytes that are multiplied, (inputs, outputs), by their names in the graph; none where
    there is no such file.
    """
    if not path.is_file():
        return {}
    found = {}
    with np.load(path) as arrays:
        for name in sorted({name.rpartition(".")[0] for name in arrays.files}):
            numbers, blocks, factors, steps = (
                arrays[f"{name}.{part}"] for part in ("numbers", "blocks", "factors", "steps")
            )
            uneven = unpacked(numbers, blocks) / factors
            found[f"{name}.columns"] = np.ascontiguousarray(np.rint(uneven / steps[:, None]).astype(np.int8).T)
    return found


def opened(graph: Path) -> InferenceSession:
    """A network, on one thread; its weights stand in it, or beside it in 4 bits."""
    os.putenv("ORT_DISABLE_TELEMETRY", "1")  # onnxruntime looks when it is imported, and would call home
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Two threads that wait for each other take 200 ms where a core is busy with something else.
    options.intra_op_num_threads = 1
    columns = read_columns(graph.with_name(WEIGHTS_FILE))
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in columns.values()]
    options.add_external_initializers(list(columns), values)
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
