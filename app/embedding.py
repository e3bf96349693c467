"""Texts to vectors: the bundled transformer, the bundled table, or any sentence-transformers model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np

from app.errors import ConfigurationError
from app.table import FloatArray, TableEmbedder, bundled_table, clean, digest_of_files, unit
from app.transformer import bundled_transformer, digest_of_both

SETTING = "ESPOO_EMBEDDING_MODEL"
TABLE = "table"  # the name of the bundled table, where it shall search alone


class Encoder(Protocol):
    """Vectors are (texts, dimensions), float32, of unit length; an empty text gives zeros, never NaN."""

    name: str
    digest: str
    dimensions: int

    def encode_queries(self, texts: Sequence[str]) -> FloatArray: ...

    def encode_documents(self, texts: Sequence[str]) -> FloatArray: ...


class WordEncoder(Encoder, Protocol):
    """Fast enough for every word and every known question."""

    def encode_heart(self, text: str) -> FloatArray | None:
        """One vector (dimensions,) of what a message asks, without what it tells beside; None: not known."""


class Embedder(Encoder, Protocol):
    """Reads questions and passages. `digest` is of the table too: a build holds vectors of both."""

    @property
    def table(self) -> WordEncoder: ...


def load_embedder(name: str = "") -> Embedder:
    """The bundled transformer, the bundled table (`table`), or a sentence-transformers model by its name or local path.

    Raises:
        ConfigurationError: the model cannot be loaded.
    """
    table = bundled_table()
    if name == TABLE:
        return table
    return SentenceTransformerEmbedder(name, table) if name else bundled_transformer()


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, with the prompts that it was trained with; torch comes in here only."""

    def __init__(self, name: str, table: TableEmbedder) -> None:
        self.table = table
        self._model = _loaded(name)
        self._one_at_a_time = Lock()  # its tokenizer keeps padding and truncation as state
        self.name, self.digest = name, digest_of_both(_digest_of_model(name), table)
        self.dimensions = int(self._model.get_embedding_dimension())

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return self._encode(self._model.encode_query, texts)

    def encode_documents(self, texts: Sequence[str]) -> FloatArray:
        return self._encode(self._model.encode_document, texts)

    def _encode(self, encode: Callable[..., Any], texts: Sequence[str]) -> FloatArray:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        cleaned = clean(texts)
        filled = [place for place, text in enumerate(cleaned) if text.strip()]
        if filled:
            with self._one_at_a_time:
                vectors[filled] = encode([cleaned[place] for place in filled], show_progress_bar=False)
        return unit(np.nan_to_num(vectors))


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
