"""One document in a straight line: source → extract → split → embed → build → verify → switch.

Every run makes a new build from all documents. The served build is only read, so a run that ends at any moment, in
whatever way, leaves it as it was; what such a run leaves behind, the next one removes.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from pydantic import TypeAdapter

from app.builds import DocumentRecord, current_build_id, finished_builds, point_to, prune, remove_leftovers
from app.domain import LANGUAGES, Language, Passage
from app.embedding import Embedder, Encoder
from app.errors import BuildError, IngestError, KnowledgeError
from app.index import Build, Content, FloatArray, drop_collections, open_folder, write_build
from app.knowledge import AskedQuestion, load_glossary
from app.known_questions import KnownQuestion, known_questions
from app.lexical import Analyser, LexicalIndex
from app.passage_words import collect_words
from app.settings import Settings
from app.terms import TERM, Names, Terms
from ingest.collect import Collected, Request, collect, guard
from ingest.progress import Silent, Steps
from ingest.report import Failure, Report
from ingest.split import embedded_text
from ingest.verify import smoke_questions, verify

LOCK = "ingest.lock"
BATCH = 256  # passages embedded at a time
UNIT = 5e-3  # how far a stored vector's length may be from 1; words' vectors are float16

Known = dict[str, FloatArray]

_PASSAGES = TypeAdapter(list[Passage])


class IngestBusy(IngestError):
    """Another run is at work."""


@dataclass(frozen=True, slots=True)
class Parts:
    embedder: Embedder
    analyser: Analyser


def run(settings: Settings, request: Request, load: Callable[[], Parts], steps: Steps | None = None) -> Report:
    """Make a build of the documents and switch to it.

    Raises:
        IngestBusy: another run is at work.
        IngestError: nothing was switched; the message says why.
    """
    started = time.monotonic()
    with _alone(settings.builds_dir):
        drop_collections(settings, remove_leftovers(settings.builds_dir))
        served = _served(settings)
        try:
            if request.only and served is None and finished_builds(settings.builds_dir):
                raise IngestError(
                    "The served build cannot be read, so the other sources cannot be carried over. "
                    "Nothing was switched; run without --source."
                )
            collected = collect(request, served, steps or Silent())
            guard(request, collected, served)
            return _make(settings, collected, served, load(), steps or Silent(), started)
        finally:
            if served:
                served.close()


@contextmanager
def _alone(builds_dir: Path) -> Iterator[None]:
    try:
        builds_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(builds_dir / LOCK, timeout=0)
        lock.acquire()
    except Timeout:
        raise IngestBusy(f"Another ingest is at work in {builds_dir}. Wait for it to end.") from None
    except OSError as error:
        raise IngestError(f"{builds_dir} cannot be written to: {error.strerror}") from None
    try:
        yield
    finally:
        lock.release()


def _served(settings: Settings) -> Build | None:
    """The served build, to compare with and to take vectors from; None where there is none that can be read."""
    try:
        current = current_build_id(settings.builds_dir)
        return open_folder(settings.builds_dir / current, settings.chroma_url) if current else None
    except BuildError:
        return None


def _make(
    settings: Settings, collected: Collected, served: Build | None, parts: Parts, steps: Steps, started: float
) -> Report:
    passages = [passage for document in collected.passages.values() for passage in document]
    vectors, embedded = _vectors(passages, served, parts.embedder, steps)
    records = [_record(document, collected) for document in collected.passages]
    content = _content(settings, passages, vectors, collected, records, served, parts, steps)
    steps.begin("write", 1)
    questions = smoke_questions(passages, parts.embedder, parts.analyser)
    build = _switch(settings, content, lambda build: verify(build, questions))
    steps.advance()
    return Report(
        build=build,
        **_counts(collected, records, served),
        failures=tuple(collected.failures),
        documents=len(records),
        passages=len(passages),
        embedded=embedded,
        reused=len(passages) - embedded,
        seconds=round(time.monotonic() - started, 2),
    )


def _content(
    settings: Settings,
    passages: Sequence[Passage],
    vectors: FloatArray,
    collected: Collected,
    records: Sequence[DocumentRecord],
    served: Build | None,
    parts: Parts,
    steps: Steps,
) -> Content:
    embedder, analyser = parts.embedder, parts.analyser
    names = _names(settings.knowledge_dir, served, collected.failures)
    known = known_questions(passages, collected.asked)
    return Content(
        passages=passages,
        vectors=vectors,
        table_vectors=_table_vectors(passages, vectors, embedder),
        lexical=_lexical(passages, analyser, Terms(names, analyser), steps),
        documents=records,
        embedding_model=embedder.name,
        embedding_digest=embedder.digest,
        analyser_digest=analyser.digest,
        asked=collected.asked,
        asked_vectors=_asked_vectors(collected.asked, served, embedder),
        known_vectors=_known_vectors(known, served, embedder),
        terms=names,
        words=collect_words(passages, known, analyser, embedder.table, _known_words(served, embedder)),
    )


def _vectors(
    passages: Sequence[Passage], served: Build | None, embedder: Embedder, steps: Steps
) -> tuple[FloatArray, int]:
    """The passages' vectors, and how many had to be made: those whose digest the served build does not have."""
    known = _known(served, embedder)
    vectors = np.zeros((len(passages), embedder.dimensions), dtype=np.float32)
    fresh = [row for row, passage in enumerate(passages) if passage.digest not in known]
    for row, passage in enumerate(passages):
        if passage.digest in known:
            vectors[row] = known[passage.digest]
    steps.begin("embed", len(fresh))
    for start in range(0, len(fresh), BATCH):
        rows = fresh[start : start + BATCH]
        vectors[rows] = embedder.encode_documents([embedded_text(passages[row]) for row in rows])
        steps.advance(len(rows))
    return vectors, len(fresh)


def _table_vectors(passages: Sequence[Passage], vectors: FloatArray, embedder: Embedder) -> FloatArray:
    """The passages by the table: made anew each time, as it takes a fortieth of a millisecond for one."""
    if embedder.table.digest == embedder.digest:
        return vectors
    return embedder.table.encode_documents([embedded_text(passage) for passage in passages])


def _known(served: Build | None, embedder: Embedder) -> Mapping[str, FloatArray]:
    if served is None or served.manifest.embedding_digest != embedder.digest:
        return {}
    whole = _whole(served.vectors)
    return {passage.digest: served.vectors[row] for row, passage in enumerate(served.passages) if whole[row]}


def _asked_vectors(asked: Sequence[AskedQuestion], served: Build | None, embedder: Embedder) -> FloatArray:
    known: Known = {}
    if served and served.manifest.embedding_digest == embedder.digest:
        known = _by_text([question.text for question in served.asked], served.asked_vectors)
    return _questions([question.text for question in asked], known, embedder.table)


def _known_vectors(questions: Sequence[KnownQuestion], served: Build | None, embedder: Embedder) -> FloatArray:
    known: Known = {}
    if served and served.manifest.embedding_digest == embedder.digest:
        known = _by_text([question.text for question in served.known], served.known_vectors)
    return _questions([question.text for question in questions], known, embedder)


def _by_text(texts: Sequence[str], vectors: FloatArray) -> Known:
    whole = _whole(vectors)
    return {text: vectors[row] for row, text in enumerate(texts) if whole[row]}


def _questions(texts: Sequence[str], known: Known, encoder: Encoder) -> FloatArray:
    """The vectors of questions; those that are not known are made."""
    fresh = list(dict.fromkeys(text for text in texts if text not in known))
    for start in range(0, len(fresh), BATCH):
        some = fresh[start : start + BATCH]
        known |= zip(some, encoder.encode_queries(some), strict=True)
    vectors = np.zeros((len(texts), encoder.dimensions), dtype=np.float32)
    for row, text in enumerate(texts):
        vectors[row] = known[text]
    return vectors


def _known_words(served: Build | None, embedder: Embedder) -> Mapping[str, FloatArray]:
    if served is None or served.manifest.embedding_digest != embedder.digest:
        return {}
    whole = _whole(served.words.vectors)
    return {word: served.words.vectors[place] for place, word in enumerate(served.words.words) if whole[place]}


def _whole(vectors: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Which rows can be used again: a damaged file may hold zeros or noise."""
    return np.asarray(np.abs(np.linalg.norm(vectors.astype(np.float32), axis=1) - 1) < UNIT)


def _names(folder: Path, served: Build | None, failures: list[Failure]) -> Names:
    """The glossary's names by term and language; it carries a question from one language to another.

    One that cannot be read is a failure like a document's, and those that are served stay.
    """
    try:
        return {key: {code: term.names(code) for code in LANGUAGES} for key, term in load_glossary(folder).items()}
    except KnowledgeError as error:
        failures.append(Failure(f"{folder.name}/glossary.toml", str(error)))
        return served.terms if served else {}


def _lexical(
    passages: Sequence[Passage], analyser: Analyser, terms: Terms, steps: Steps
) -> dict[Language, LexicalIndex]:
    """Per language, over title, headings (twice: they say what the passage is about) and text, and their terms."""
    steps.begin("analyse", len(passages))
    tokens: dict[Language, list[list[str]]] = {language: [] for language in LANGUAGES}
    for passage in passages:
        headings = " ".join(passage.headings)
        text = f"{passage.title} {headings} {headings} {passage.text}"
        words = analyser.tokens(text, passage.language)
        found = terms.find(text, passage.language)
        tokens[passage.language].append(words + [TERM + key for key in found])
        steps.advance()
    return {language: LexicalIndex.build(documents) for language, documents in tokens.items()}


def _switch(settings: Settings, content: Content, check: Callable[[Build], None]) -> str:
    build = write_build(settings, content, check)
    try:
        point_to(settings.builds_dir, build)
    except OSError as error:
        shutil.rmtree(settings.builds_dir / build, ignore_errors=True)
        raise BuildError(f"The pointer could not be written: {error.strerror}.") from None
    drop_collections(settings, prune(settings.builds_dir))
    return build


def _record(document: str, collected: Collected) -> DocumentRecord:
    passages = collected.passages[document]
    return DocumentRecord(
        id=document,
        source=collected.sources[document],
        title=passages[0].title,
        digest=hashlib.sha256(_PASSAGES.dump_json(passages)).hexdigest(),
        passages=len(passages),
        as_of=passages[0].as_of,
    )


def _counts(collected: Collected, records: Sequence[DocumentRecord], served: Build | None) -> dict[str, int]:
    before = {record.id: record for record in served.documents} if served else {}
    read = [record for record in records if record.source in collected.read]
    kept = [record for record in read if record.id in before]
    unchanged = sum(record.digest == before[record.id].digest for record in kept)
    failed = {failure.document for failure in collected.failures}
    gone = {r.id for r in before.values() if r.source in collected.read} - {record.id for record in read} - failed
    return {
        "created": len(read) - len(kept),
        "updated": len(kept) - unchanged,
        "unchanged": unchanged,
        "removed": len(gone),
    }
