"""One vector per word piece, a text is their mean: for words, known questions and short texts. Needs no torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from app.errors import ConfigurationError
from app.mapped import mapped
from app.salience import load_salience

FloatArray = NDArray[np.float32]

BUNDLED = Path(__file__).resolve().parent / "weights" / "embedding"
TABLE_FILE, TOKENIZER_FILE, MODEL_FILE = "table.npz", "tokenizer.json", "model.json"
UNKNOWN = "[UNK]"
BATCH = 256


class TableEmbedder:
    """Mean of the rows of a text's word pieces, int8 with one scale each; threads may share it."""

    def __init__(self, folder: Path) -> None:
        model = described(folder, (TABLE_FILE, TOKENIZER_FILE))
        self.name, self.digest = str(model["name"]), str(model["digest"])
        self.dimensions = int(model["dimensions"])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._rows: NDArray[np.int8] = mapped(folder / TABLE_FILE, "rows")
        with np.load(folder / TABLE_FILE) as table:
            self._scales: FloatArray = table["scales"].astype(np.float32)
        self._scales[self._tokenizer.token_to_id(UNKNOWN)] = 0.0
        self._salience = load_salience(folder)

    @property
    def table(self) -> TableEmbedder:
        return self

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return self.encode_documents(texts)

    def encode_documents(self, texts: Sequence[str]) -> FloatArray:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for at in range(0, len(texts), BATCH):
            batch = self._tokenizer.encode_batch_fast(clean(texts[at : at + BATCH]), add_special_tokens=False)
            for place, encoding in enumerate(batch, at):
                # One product a text: (pieces,) @ (pieces, dimensions)
                vectors[place] = self._scales[encoding.ids] @ self._rows[encoding.ids].astype(np.float32)
        return unit(vectors)

    def encode_heart(self, text: str) -> FloatArray | None:
        """One vector (dimensions,) of what a message asks, without what it tells beside; None: not known."""
        if self._salience is None:
            return None
        rows, pieces = self.pieces(text)
        return np.asarray(unit((self._salience.weights(rows, pieces) @ rows)[np.newaxis])[0])

    def pieces(self, text: str) -> tuple[FloatArray, list[str]]:
        """The word pieces of a text and their rows, (pieces, dimensions)."""
        found = self._tokenizer.encode(clean([text])[0], add_special_tokens=False)
        return self._scales[found.ids, np.newaxis] * self._rows[found.ids].astype(np.float32), found.tokens


@cache
def bundled_table() -> TableEmbedder:
    """The one of the project, shared by all who compare words."""
    return TableEmbedder(BUNDLED)


def digest_of_files(files: Sequence[Path], start: str = "") -> str:
    """sha256 over a word and the digests of the files, in the order given."""
    digest = sha256(start.encode())
    for file in files:
        digest.update(sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def described(folder: Path, files: Sequence[str]) -> dict[str, Any]:
    """What `model.json` tells of a bundled model; its digest is that of the files.

    Raises:
        ConfigurationError: a file is missing or is not the one that was shipped.
    """
    try:
        model: dict[str, Any] = json.loads((folder / MODEL_FILE).read_text(encoding="utf-8"))
        found = digest_of_files([folder / name for name in files])
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"The bundled embedding model in {folder} cannot be read: {error}") from error
    if found != model["digest"]:
        raise ConfigurationError(f"The bundled embedding model in {folder} is damaged: its digest is {found}.")
    return model


def clean(texts: Sequence[str]) -> list[str]:
    """Lone surrogates, which JSON lets through, are no text to a tokenizer."""
    return [text.encode("utf-8", "replace").decode("utf-8") for text in texts]


def unit(vectors: FloatArray) -> FloatArray:
    """Rows of length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    return np.asarray(vectors / lengths, dtype=np.float32)
