"""Reading the documents of a run: from the folders, and from the served build where a source is not read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.domain import Passage
from app.errors import DocumentError, IngestError, KnowledgeError
from app.index import Build
from app.knowledge import AskedQuestion, Facts, load_facts, read_asked, read_topic_file
from ingest.extract import extract
from ingest.progress import Steps
from ingest.publishers import PublisherOf, the_city
from ingest.report import Failure
from ingest.sections import make_document
from ingest.source import MARKDOWN, Source, find_sources
from ingest.split import split_document
from ingest.topics import make_topic_document

MOST_REMOVED = 0.2  # of one source's documents, in one run
MOST_FAILED = 0.5


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked for. `only`: the sources to read; the others are carried over from the served build."""

    folders: tuple[Path, ...]
    only: tuple[str, ...] = ()
    allow_removal: bool = False


@dataclass
class Collected:
    """Passages by document, failures, the names of the sources that were read, and how people ask for them."""

    passages: dict[str, list[Passage]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)  # by document
    failures: list[Failure] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    asked: list[AskedQuestion] = field(default_factory=list)


def collect(request: Request, served: Build | None, steps: Steps, publisher_of: PublisherOf = the_city) -> Collected:
    """Every document of the run as passages. `publisher_of` tells who published those that do not say it.

    Raises:
        IngestError: a folder is missing, or no document can be read.
    """
    collected = Collected()
    sources = find_sources(request.folders)
    for name in request.only:
        if name not in {source.name for source in sources}:
            known = ", ".join(source.name for source in sources)
            collected.failures.append(Failure(name, f"unknown source; the sources are: {known}"))
    chosen = [source for source in sources if not request.only or source.name in request.only]
    if request.only and served:
        _carry_over(served, {source.name for source in chosen}, collected)
    files = [(source, path) for source in chosen for path in source.files()]
    steps.begin("extract", len(files))
    readers = {source.name: _Reader(source, collected, publisher_of) for source in chosen}
    for source, path in files:
        readers[source.name].read(path)
        steps.advance()
    collected.read = set(readers)
    _collect_asked(chosen, collected)
    if not any(collected.sources[document] in collected.read for document in collected.passages):
        reasons = "".join(f"\n  {failure.document}: {failure.reason}" for failure in collected.failures)
        folders = ", ".join(str(folder) for folder in request.folders)
        raise IngestError(f"No document could be read from {folders}; nothing was switched.{reasons}")
    return collected


def _carry_over(served: Build, chosen: set[str], collected: Collected) -> None:
    """The documents of the sources that this run does not read, as they are served."""
    for record in served.documents:
        if record.source not in chosen:
            collected.passages[record.id] = []
            collected.sources[record.id] = record.source
    for passage in served.passages:
        if passage.document_id in collected.passages:
            collected.passages[passage.document_id].append(passage)
    carried = {passages[0].topic for passages in collected.passages.values()}
    collected.asked += [question for question in served.asked if question.topic in carried]


def _collect_asked(sources: Sequence[Source], collected: Collected) -> None:
    """Add the questions of the topics that were read; keep each once, and only where its section is there."""
    anchors: dict[str, set[str]] = defaultdict(set)
    for passage in (passage for passages in collected.passages.values() for passage in passages):
        anchors[passage.topic or ""].add(passage.anchor)
    for source in (source for source in sources if source.is_knowledge):
        for path in sorted(source.folder.glob("*/asked.toml")):
            try:
                collected.asked += read_asked(path)
            except KnowledgeError as error:
                name = f"{source.name}/{path.parent.name}/{path.name}"
                collected.failures.append(Failure(name, str(error)))
    once = dict.fromkeys(collected.asked)
    collected.asked = [q for q in once if q.topic in anchors and (not q.anchor or q.anchor in anchors[q.topic])]


class _Reader:
    """Reads the documents of one source; what cannot be read becomes a failure."""

    def __init__(self, source: Source, collected: Collected, publisher_of: PublisherOf) -> None:
        self._source = source
        self._collected = collected
        self._publisher_of = publisher_of
        self._facts = _facts(source)

    def read(self, path: Path) -> None:
        document_id = self._source.document_id(path)
        try:
            if document_id in self._collected.passages:
                raise DocumentError("another file has the same name, written with other characters")
            passages = self._passages(path, document_id)
            self._refuse_twin(passages)
        except DocumentError as error:
            self._collected.failures.append(Failure(document_id, str(error)))
        except Exception as error:  # a fault of ours in one document must not cost the others
            detail = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            self._collected.failures.append(Failure(document_id, f"a fault of this program: {detail}"))
        else:
            self._collected.passages[document_id] = passages
            self._collected.sources[document_id] = self._source.name

    def _passages(self, path: Path, document_id: str) -> list[Passage]:
        data = self._source.read(path)
        if self._source.is_knowledge and path.suffix.lower() in MARKDOWN:
            page = read_topic_file(path, self._facts)
            return split_document(make_topic_document(document_id, self._source.name, page))
        extracted = extract(path, data, date.today())
        return split_document(make_document(document_id, self._source.name, extracted, self._publisher_of))

    def _refuse_twin(self, passages: Sequence[Passage]) -> None:
        """A topic may have one page per language, over all sources."""
        first = passages[0]
        for other in self._collected.passages.values() if first.topic else ():
            if other and (other[0].topic, other[0].language) == (first.topic, first.language):
                raise DocumentError(f"duplicate topic: {first.topic} is also {other[0].document_id}")


def _facts(source: Source) -> Facts:
    try:
        return load_facts(source.folder) if source.is_knowledge else {}
    except KnowledgeError as error:
        raise IngestError(f"{source.name}: {error}. Nothing was switched.") from None


def guard(request: Request, collected: Collected, served: Build | None) -> None:
    """Refuse a run in which much of a source is gone: more likely a wrong folder or an unread disk than an intent."""
    if request.allow_removal or served is None:
        return
    records = served.documents
    failed = {failure.document for failure in collected.failures}
    for name in collected.read:
        before = {record.id for record in records if record.source == name}
        gone = before - set(collected.passages)
        if len(gone - failed) > MOST_REMOVED * len(before) or len(gone) > MOST_FAILED * len(before):
            raise IngestError(
                f"{len(gone)} of {len(before)} documents of {name} would disappear "
                f"({', '.join(sorted(gone)[:3])} …). Nothing was switched; --allow-removal lets it through."
            )
