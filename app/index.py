"""The index: opening and writing builds.

A build is one directory: the files of app/build_files.py and `chroma/` (on a Chroma server: collections named after the
build in place of it). Nobody writes into a finished build.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

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
from app.vector_store import VectorStore, drop_collections, write_collections

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
        self._store = VectorStore(folder, manifest, chroma_url)
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
        write_collections(folder, build_id, content.passages, content.vectors, settings.chroma_url)
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
