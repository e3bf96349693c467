"""The index: opening and writing builds. The only importer of chromadb.

A build is one directory: the files of app/build_files.py and `chroma/` (on a Chroma server: collections named after the
build in place of it). Nobody writes into a finished build.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import chromadb
import httpx
import numpy as np
from chromadb.api.collection_configuration import CreateCollectionConfiguration, CreateHNSWConfiguration
from chromadb.config import Settings as ChromaSettings

from app.build_files import (
    Content,
    FloatArray,
    make_manifest,
    read_asked_questions,
    read_documents,
    read_passages,
    read_terms,
    read_vectors,
    write_files,
)
from app.builds import (
    UNFINISHED,
    Manifest,
    current_build_id,
    finished_builds,
    new_build_id,
    read_manifest,
    sync_folder,
    sync_tree,
)
from app.domain import LANGUAGES, Language, Passage
from app.errors import BuildError
from app.known_questions import known_questions
from app.lexical import LexicalIndex
from app.passage_words import read_words
from app.settings import Settings

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

__all__ = [
    "Build",
    "Content",
    "FloatArray",
    "current_build_id",
    "drop_collections",
    "open_build",
    "open_folder",
    "write_build",
]

BATCH = 200
PATIENCE = 2.0  # seconds that a question waits for a Chroma server
REST = 5.0  # seconds after a failed search in which the server is not asked again
# Read by Chroma at creation only: changing them later has no effect (measured, STACK.md).
# Of 2,000 pages that differ in one number, 8% were found by no search with 16 neighbours, 4% with 32.
HNSW = CreateHNSWConfiguration(space="cosine", ef_search=400, ef_construction=200, max_neighbors=32)


class Build:
    """One opened, immutable build; `row` indexes `passages` and `vectors`. Closing frees its Chroma client."""

    def __init__(self, folder: Path, manifest: Manifest, chroma_url: str) -> None:
        self.id = manifest.id
        self.path = folder
        self.manifest = manifest
        self.passages = read_passages(folder)
        self.documents = tuple(read_documents(folder))
        self.vectors, self.known_vectors = read_vectors(folder), read_vectors(folder, "known")
        self.table_vectors, self.asked_vectors = read_vectors(folder, "table"), read_vectors(folder, "asked")
        self.asked = read_asked_questions(folder)
        self.terms = read_terms(folder)
        self.known = known_questions(self.passages, self.asked)
        self.words = read_words(folder)
        self._check_counts()
        self.rows: dict[Language, tuple[int, ...]] = {
            code: tuple(row for row, p in enumerate(self.passages) if p.language == code) for code in LANGUAGES
        }
        self._lexical = {code: LexicalIndex.load(folder / "lexical" / code) for code in LANGUAGES}
        self._places = {(p.topic, p.id.split("#", 1)[1], p.language): p for p in self.passages if p.topic}
        self._store = _Store(folder, manifest, chroma_url)
        self.store_away = False  # as the last search found it

    def nearest(self, vector: FloatArray, language: Language, count: int) -> list[tuple[int, float]]:
        """Rows of the language's nearest passages with their cosines, best first.

        Raises:
            BuildError: the vector store does not answer; `vectors` and the lexical index still do.
        """
        try:
            found = self._store.nearest(vector, language, count)
        except BuildError:
            self.store_away = True
            raise
        self.store_away = False
        return found

    def lexical(self, language: Language) -> LexicalIndex:
        """Over the language's passages: position `i` of a hit is `rows[language][i]`."""
        return self._lexical[language]

    def pair(self, passage: Passage, language: Language) -> Passage | None:
        """The same topic and anchor in another language."""
        part = passage.id.split("#", 1)[1]
        keys = ((passage.topic, part, language), (passage.topic, passage.anchor, language))
        return next((self._places[key] for key in keys if key in self._places), None) if passage.topic else None

    def close(self) -> None:
        self._store.close()

    def _check_counts(self) -> None:
        told, known, table = self.manifest, len(self.known), self.table_vectors.shape[1]
        arrays = (self.vectors, self.known_vectors, self.table_vectors, self.asked_vectors)
        found = [len(self.documents), len(self.passages), *(size for array in arrays for size in array.shape)]
        rows = (told.dimensions, known, told.dimensions, told.passages, table, len(self.asked), table)
        expected = [told.documents, *(told.passages,) * 2, *rows]
        if found != expected or not self.words.fits(told.passages + known, table):
            raise BuildError(f"The build {self.id} is damaged: counts disagree ({found} against {expected}).")


class _Store:
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
        return _connect(self._folder, self._url, PATIENCE)

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


def open_build(settings: Settings, *, embedding_digest: str, analyser_digest: str, build_id: str = "") -> Build:
    """Open the build that the pointer names, or the one given.

    Raises:
        BuildError: there is none, it vanished or is damaged, or another model or analyser made it.
    """
    build_id = build_id or current_build_id(settings.builds_dir) or ""
    if not build_id:
        raise BuildError(f"There is no build in {settings.builds_dir}. Run `python -m ingest run`.")
    folder = settings.builds_dir / build_id
    if not folder.is_dir():
        raise BuildError(f"The build {build_id} has vanished from {settings.builds_dir}. Run `python -m ingest run`.")
    manifest = read_manifest(folder)
    if manifest.embedding_digest != embedding_digest:
        other = f"another embedding model ({manifest.embedding_model})"
        raise BuildError(f"The build {build_id} was made with {other}. Run `python -m ingest run`.")
    if manifest.analyser_digest != analyser_digest:
        raise BuildError(f"The build {build_id} was made with another analyser. Run `python -m ingest run`.")
    return open_folder(folder, settings.chroma_url)


def open_folder(folder: Path, chroma_url: str = "") -> Build:
    """Open a build by its folder, whatever made it.

    Raises:
        BuildError: it is damaged.
    """
    try:
        return Build(folder, read_manifest(folder), chroma_url)
    except BuildError:
        raise
    except Exception as error:  # a torn file makes numpy, bm25s and pydantic raise what they will
        raise BuildError(f"The build {folder.name} is damaged: {type(error).__name__}: {error}") from None


def write_build(settings: Settings, content: Content, check: Callable[[Build], None]) -> str:
    """Write, check and name a build; moving the pointer to its id is the caller's.

    Raises:
        BuildError: it could not be written, or `check` refuses it. Nothing of it stays.
    """
    build_id = new_build_id(after=finished_builds(settings.builds_dir))
    folder = settings.builds_dir / (build_id + UNFINISHED)
    try:
        folder.mkdir(parents=True)
        write_files(folder, content, make_manifest(build_id, content))
        _write_collections(folder, build_id, content, settings.chroma_url)
        with closing(open_folder(folder, settings.chroma_url)) as build:
            check(build)
        sync_tree(folder)
        folder.rename(settings.builds_dir / build_id)
        sync_folder(settings.builds_dir)
    except BaseException as error:  # Chroma's Rust side panics with an exception that is no Exception
        shutil.rmtree(folder, ignore_errors=True)
        drop_collections(settings, [build_id])
        if isinstance(error, KeyboardInterrupt | SystemExit | BuildError):
            raise
        full = "the disk is full; " if shutil.disk_usage(settings.builds_dir).free < 2**24 else ""
        raise BuildError(f"The build could not be written: {full}{error or type(error).__name__}") from error
    return build_id


def drop_collections(settings: Settings, build_ids: Sequence[str]) -> None:
    """Delete builds' collections from a Chroma server, as far as it answers. An embedded store goes with its folder."""
    if not settings.chroma_url or not build_ids:
        return
    try:
        client = _connect(Path(), settings.chroma_url)
        stored = {collection.name for collection in client.list_collections()}
        for name in {_collection_name(build_id, code) for build_id in build_ids for code in LANGUAGES} & stored:
            client.delete_collection(name)
    except Exception:  # a server that is away keeps unused collections: they cost room, not answers
        return


def _write_collections(folder: Path, build_id: str, content: Content, chroma_url: str) -> None:
    client = _connect(folder, chroma_url)
    try:
        for code in LANGUAGES:
            name, how = _collection_name(build_id, code), CreateCollectionConfiguration(hnsw=HNSW)
            collection = client.create_collection(name, configuration=how, embedding_function=None)
            rows = [row for row, passage in enumerate(content.passages) if passage.language == code]
            for part in (rows[start : start + BATCH] for start in range(0, len(rows), BATCH)):
                collection.add(
                    ids=[str(row) for row in part],
                    embeddings=content.vectors[part],
                    metadatas=[{"passage": content.passages[row].id} for row in part],
                )
    finally:
        client.close()  # type: ignore[attr-defined]


def _connect(folder: Path, chroma_url: str, patience: float | None = None) -> ClientAPI:
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
