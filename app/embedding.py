"""Texts to vectors. The bundled model is a table with one vector per word piece: tokenizers and numpy, no torch."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from app.errors import ConfigurationError
from app.salience import load_salience

FloatArray = NDArray[np.float32]

BUNDLED = Path(__file__).resolve().parent / "weights" / "embedding"
TABLE_FILE, TOKENIZER_FILE, MODEL_FILE = "table.npz", "tokenizer.json", "model.json"
UNKNOWN = "[UNK]"
BATCH = 256
SETTING = "ESPOO_EMBEDDING_MODEL"


class Embedder(Protocol):
    """Vectors are (texts, dimensions), float32, of unit length; an empty or unknown text gives zeros, never NaN."""

    name: str
    digest: str
    dimensions: int

    def encode_queries(self, texts: Sequence[str]) -> FloatArray: ...

    def encode_documents(self, texts: Sequence[str]) -> FloatArray: ...

    def encode_heart(self, text: str) -> FloatArray | None:
        """One vector (dimensions,) of what a message asks, without what it tells beside; None: not known."""


def load_embedder(name: str = "") -> Embedder:
    """The bundled model, or a sentence-transformers model by its name or local path.

    Raises:
        ConfigurationError: the model cannot be loaded.
    """
    return SentenceTransformerEmbedder(name) if name else TableEmbedder(BUNDLED)


class TableEmbedder:
    """Mean of the rows of a text's word pieces, int8 with one scale each; threads may share it."""

    def __init__(self, folder: Path) -> None:
        model = _described(folder)
        self.name, self.digest = str(model["name"]), str(model["digest"])
        self.dimensions = int(model["dimensions"])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        with np.load(folder / TABLE_FILE) as table:
            self._rows: NDArray[np.int8] = table["rows"]
            self._scales: FloatArray = table["scales"].astype(np.float32)
        self._scales[self._tokenizer.token_to_id(UNKNOWN)] = 0.0
        self._salience = load_salience(folder)

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return self.encode_documents(texts)

    def encode_documents(self, texts: Sequence[str]) -> FloatArray:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for at in range(0, len(texts), BATCH):
            batch = self._tokenizer.encode_batch_fast(_clean(texts[at : at + BATCH]), add_special_tokens=False)
            for place, encoding in enumerate(batch, at):
                # One product a text: (pieces,) @ (pieces, dimensions)
                vectors[place] = self._scales[encoding.ids] @ self._rows[encoding.ids].astype(np.float32)
        return _unit(vectors)

    def encode_heart(self, text: str) -> FloatArray | None:
        if self._salience is None:
            return None
        rows, pieces = self.pieces(text)
        return np.asarray(_unit((self._salience.weights(rows, pieces) @ rows)[np.newaxis])[0])

    def pieces(self, text: str) -> tuple[FloatArray, list[str]]:
        """The word pieces of a text and their rows, (pieces, dimensions)."""
        found = self._tokenizer.encode(_clean([text])[0], add_special_tokens=False)
        return self._scales[found.ids, np.newaxis] * self._rows[found.ids].astype(np.float32), found.tokens


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, with the prompts that it was trained with; torch comes in here only."""

    def __init__(self, name: str) -> None:
        self._model = _loaded(name)
        self._one_at_a_time = Lock()  # its tokenizer keeps padding and truncation as state
        self.name, self.digest = name, _digest_of_model(name)
        self.dimensions = int(self._model.get_embedding_dimension())

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return self._encode(self._model.encode_query, texts)

    def encode_documents(self, texts: Sequence[str]) -> FloatArray:
        return self._encode(self._model.encode_document, texts)

    def encode_heart(self, text: str) -> FloatArray | None:
        return None

    def _encode(self, encode: Callable[..., Any], texts: Sequence[str]) -> FloatArray:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        clean = _clean(texts)
        filled = [place for place, text in enumerate(clean) if text.strip()]
        if filled:
            with self._one_at_a_time:
                vectors[filled] = encode([clean[place] for place in filled], show_progress_bar=False)
        return _unit(np.nan_to_num(vectors))


def digest_of_files(files: Sequence[Path], start: str = "") -> str:
    """sha256 over a word and the digests of the files, in the order given."""
    digest = sha256(start.encode())
    for file in files:
        digest.update(sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _described(folder: Path) -> dict[str, Any]:
    try:
        model: dict[str, Any] = json.loads((folder / MODEL_FILE).read_text(encoding="utf-8"))
        found = digest_of_files([folder / TABLE_FILE, folder / TOKENIZER_FILE])
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"The bundled embedding model in {folder} cannot be read: {error}") from error
    if found != model["digest"]:
        raise ConfigurationError(f"The bundled embedding model in {folder} is damaged: its digest is {found}.")
    return model


def _loaded(name: str) -> Any:
    if Path(name).is_absolute() and not Path(name).is_dir():
        raise ConfigurationError(f"{SETTING} is {name}, but there is no such folder.")
    try:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(name)
    except Exception as error:  # a foreign loader: network, disk, format and code of any kind
        raise ConfigurationError(f"{SETTING} is {name}, which cannot be loaded: {error}") from error


def _digest_of_model(name: str) -> str:
    """A local folder by its own name and its files, wherever it is mounted; a model of a hub by its name."""
    folder = Path(name)
    files = sorted(file for file in folder.rglob("*") if file.is_file()) if folder.is_dir() else []
    return digest_of_files(files, folder.resolve().name if files else name)


def _clean(texts: Sequence[str]) -> list[str]:
    """Lone surrogates, which JSON lets through, are no text to a tokenizer."""
    return [text.encode("utf-8", "replace").decode("utf-8") for text in texts]


def _unit(vectors: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    return np.asarray(vectors / lengths, dtype=np.float32)
