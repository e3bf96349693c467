"""One document in a straight line: source → extract → split → embed → build → verify → switch.

Every run makes a new build from all documents. The served build is only read, so a run that ends at any moment, in
whatever way, leaves it as it was; what such a run leaves behind, the next one removes.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import TypeAdapter

from app.builds import DocumentRecord, current_build_id, finished_builds, point_to, prune, remove_leftovers
from app.domain import LANGUAGES, Language, Passage
from app.embedding import Embedder
from app.errors import BuildError, IngestError, KnowledgeError
from app.index import Build, Content, drop_collections, open_folder, write_build
from app.knowledge import load_glossary
from app.known_questions import known_questions
from app.lexical import Analyser, LexicalIndex
from app.passage_words import collect_words
from app.settings import Settings
from app.terms import TERM, Names, Terms
from ingest.collect import Collected, Request, collect, guard
from ingest.progress import Silent, Steps
from ingest.publishers import PublisherOf, by_address, the_city
from ingest.report import Failure, Report
from ingest.vectors import make_vectors, served_words
from ingest.verify import smoke_questions, verify

LOCK = "ingest.lock"

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
            collected = collect(request, served, steps or Silent(), _publishers(settings.knowledge_dir))
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
    content, embedded = _content(settings, collected, served, parts, steps)
    passages, records = content.passages, content.documents
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
    settings: Settings, collected: Collected, served: Build | None, parts: Parts, steps: Steps
) -> tuple[Content, int]:
    """What a build holds, and how many passages were read anew."""
    embedder, analyser = parts.embedder, parts.analyser
    passages = [passage for document in collected.passages.values() for passage in document]
    names = _names(settings.knowledge_dir, served, collected.failures)
    known = known_questions(passages, collected.asked)
    vectors = make_vectors(passages, collected.asked, known, served, embedder, steps)
    content = Content(
        passages=passages,
        vectors=vectors.passages,
        table_vectors=vectors.table,
        lexical=_lexical(passages, analyser, Terms(names, analyser), steps),
        documents=[_record(document, collected) for document in collected.passages],
        embedding_model=embedder.name,
        embedding_digest=embedder.digest,
        analyser_digest=analyser.digest,
        asked=collected.asked,
        asked_vectors=vectors.asked,
        known_vectors=vectors.known,
        terms=names,
        words=collect_words(passages, known, analyser, embedder.table, served_words(served, embedder)),
    )
    return content, vectors.embedded


def _publishers(folder: Path) -> PublisherOf:
    """By their address; where the offices' contacts cannot be read, which the service's own start tells, the city."""
    try:
        return by_address(folder)
    except KnowledgeError:
        return the_city


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
