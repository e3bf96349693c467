"""The bundled transformer: reads a question or a passage as a whole, where the table adds up words. Needs no torch.

Word pieces become rows of 4 bits a number; twelve layers of attention (`model.onnx`, onnxruntime) see each in its
company; the mean of what they say is the vector. Made by `python -m eval train transformer`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from app.recent_texts import RECENT, RecentTexts
from app.shipped_vectors import ShippedVectors, in_steps
from app.table import TOKENIZER_FILE, FloatArray, TableEmbedder, bundled_table, clean, described, unit
from app.word_pieces import GRAPH_FILE, PASSAGE, QUESTION, ROWS_FILE, WEIGHTS_FILE, Pieces, WordPieces, opened

TRANSFORMER = Path(__file__).resolve().parent / "weights" / "transformer"
FILES = (GRAPH_FILE, WEIGHTS_FILE, ROWS_FILE, TOKENIZER_FILE)  # as the digest goes over them
PASSAGES_FILE, QUESTIONS_FILE = "known_passages.npy", "known_questions.npy"
WORKERS = 4  # at most, that read texts side by side


class TransformerEmbedder:
    """Threads may share it. A text is read as far as 256 word pieces. Vectors are rounded to int8 steps, so that those
    which came with the model (of the shipped knowledge) are very nearly what it would make.
    """

    def __init__(self, folder: Path, table: TableEmbedder) -> None:
        model = described(folder, FILES)
        self.table = table
        self.name, self.model_digest = str(model["name"]), str(model["digest"])
        self.digest = digest_of_both(self.model_digest, table)
        self.dimensions = int(model["dimensions"])
        self.pieces = WordPieces(folder)
        self._session = opened(folder / GRAPH_FILE)
        self._recent = RecentTexts[FloatArray]()
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
            self._recent.keep(kind + told[place], vectors[place].copy())
        return unit(vectors)

    def _made(self, pieces: Pieces) -> FloatArray:
        """Texts are read one by one, several at once where there are cores: in batches they take half as long again,
        and one scale would serve all that is multiplied, so that a text's vector would hang on its neighbours.
        """
        if len(pieces) == 1:
            return self._read(pieces[0])[None]
        with ThreadPoolExecutor(min(WORKERS, os.cpu_count() or 1)) as workers:
            return np.stack(list(workers.map(self._read, pieces)))

    def _read(self, pieces: Sequence[int]) -> FloatArray:
        embedded, lengths = self.pieces.rows([pieces])
        (states,) = self._session.run(None, {"embedded": embedded, "lengths": lengths})
        return np.asarray(states[0].mean(axis=0), dtype=np.float32)


@cache
def bundled_transformer() -> TransformerEmbedder:
    """The one of the project, shared by the search and by app/intents.py."""
    return TransformerEmbedder(TRANSFORMER, bundled_table())


def digest_of_both(digest: str, table: TableEmbedder) -> str:
    """Of a model and of the table that works beside it."""
    return sha256(f"{digest} {table.digest}".encode()).hexdigest()
