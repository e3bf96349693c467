"""Chroma: a build's passages by their vectors. The only importer of chromadb."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import chromadb
import httpx
import numpy as np
from chromadb.api.collection_configuration import CreateCollectionConfiguration, CreateHNSWConfiguration
from chromadb.config import Settings as ChromaSettings

from app.builds import Manifest
from app.domain import LANGUAGES, Language, Passage
from app.errors import BuildError
from app.settings import Settings
from app.table import FloatArray

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

BATCH = 200
PATIENCE = 2.0  # seconds that a question waits for a Chroma server
REST = 5.0  # seconds after a failed search in which the server is not asked again
# Read by Chroma at creation only: changing them later has no effect (measured, STACK.md).
# Of 2,000 pages that differ in one number, 8% were found by no search with 16 neighbours, 4% with 32.
HNSW = CreateHNSWConfiguration(space="cosine", ef_search=400, ef_construction=200, max_neighbors=32)


class VectorStore:
    """A build's Chroma collections, one per language, opened at the first search: one that is down stops no start."""

    def __init__(self, folder: Path, manifest: Manifest, chroma_url: str) -> None:
        self._folder, self._manifest, self._url = folder, manifest, chroma_url
        self._client: ClientAPI | None = None
        self._collections: dict[Language, Collection] = {}
        self._lock = threading.Lock()
        self._rests_until = 0.0

    def nearest(self, vector: FloatArray, language: Language, count: int) -> list[tuple[int, float]]:
        size = min(count, self._manifest.counts.get(language, 0))
        if size < 1:
            return []
        if time.monotonic() < self._rests_until:
            raise BuildError("The vector store did not answer a moment ago.")
        try:
            collection = self._collection(language)
            found = collection.query(query_embeddings=vector[np.newaxis], n_results=size, include=["distances"])
        except (KeyboardInterrupt, SystemExit, BuildError):
            raise
        except BaseException as error:  # Chroma's Rust side panics with an exception that is no Exception
            self._rests_until = time.monotonic() + REST if self._url else 0.0
            raise BuildError(f"The vector store does not answer: {type(error).__name__}: {error}") from None
        distances = (found["distances"] or [[]])[0]
        return [(int(row), 1.0 - float(distance)) for row, distance in zip(found["ids"][0], distances, strict=True)]

    def _collection(self, language: Language) -> Collection:
        with self._lock:
            if language not in self._collections:
                self._client = self._client or self._open()
                self._collections[language] = self._checked(language, self._client)
            return self._collections[language]

    def _open(self) -> ClientAPI:
        if not self._url and not (self._folder / "chroma" / "chroma.sqlite3").exists():
            # opening would make an empty one
            raise BuildError(f"The vector store of build {self._manifest.id} is missing.")
        return _connected(self._folder, self._url, PATIENCE)

    def _checked(self, language: Language, client: ClientAPI) -> Collection:
        collection = client.get_collection(_collection_name(self._manifest.id, language), embedding_function=None)
        if collection.count() != self._manifest.counts[language]:
            raise BuildError(f"The vector store of build {self._manifest.id} is damaged: {language} counts disagree.")
        return collection

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()  # type: ignore[attr-defined]
            self._client, self._collections = None, {}


def drop_collections(settings: Settings, build_ids: Sequence[str]) -> None:
    """Delete builds' collections from a Chroma server, as far as it answers. An embedded store goes with its folder."""
    if not settings.chroma_url or not build_ids:
        return
    try:
        client = _connected(Path(), settings.chroma_url)
        stored = {collection.name for collection in client.list_collections()}
        for name in {_collection_name(build_id, code) for build_id in build_ids for code in LANGUAGES} & stored:
            client.delete_collection(name)
    except Exception:  # a server that is away keeps unused collections: they cost room, not answers
        return


def write_collections(
    folder: Path, build_id: str, passages: Sequence[Passage], vectors: FloatArray, chroma_url: str
) -> None:
    """One collection for each language, in the build's folder or on the server; ids are rows."""
    client = _connected(folder, chroma_url)
    try:
        for code in LANGUAGES:
            name, how = _collection_name(build_id, code), CreateCollectionConfiguration(hnsw=HNSW)
            collection = client.create_collection(name, configuration=how, embedding_function=None)
            rows = [row for row, passage in enumerate(passages) if passage.language == code]
            for part in (rows[start : start + BATCH] for start in range(0, len(rows), BATCH)):
                collection.add(
                    ids=[str(row) for row in part],
                    embeddings=vectors[part],
                    metadatas=[{"passage": passages[row].id} for row in part],
                )
    finally:
        client.close()  # type: ignore[attr-defined]


def _connected(folder: Path, chroma_url: str, patience: float | None = None) -> ClientAPI:
    """The embedded store, or the server: with `patience`, every wait for it ends after so many seconds."""
    quiet = ChromaSettings(anonymized_telemetry=False)
    if not chroma_url:
        return chromadb.PersistentClient(path=str(folder / "chroma"), settings=quiet)
    parts = urlsplit(chroma_url)
    # Chroma's own client waits for ever, in its constructor too: so the server has to show a sign of life first.
    httpx.get(f"{chroma_url.rstrip('/')}/api/v2/heartbeat", timeout=PATIENCE).raise_for_status()
    ssl = parts.scheme == "https"
    client = chromadb.HttpClient(
        host=parts.hostname or chroma_url, port=parts.port or (443 if ssl else 8000), ssl=ssl, settings=quiet
    )
    if patience:
        client._server._session.timeout = httpx.Timeout(patience)  # type: ignore[attr-defined]
    return client


def _collection_name(build_id: str, language: Language) -> str:
    return f"espoo-{build_id}-{language}"
