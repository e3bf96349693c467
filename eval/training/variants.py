"""Builds to train on that differ as real ones do: large and small, with and without asked questions, languages missing.

A scorer that has only seen the shipped knowledge leans on what other documents lack: sisters in three languages and
lists of how people ask.
"""

from __future__ import annotations

import random
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from app.domain import LANGUAGES
from app.knowledge import TopicPage, load_facts, read_topic_file
from app.library import Library
from app.settings import Settings
from ingest.collect import Request
from ingest.pipeline import Parts, run
from ingest.split import split_document
from ingest.topics import make_topic_document

T = TypeVar("T")

# How many of a topic's three pages are kept where languages are withheld, and how often.
KEPT_PAGES = {3: 4, 2: 3, 1: 3}
HEADED = 0.5  # share of the plain documents that keep their headings


@dataclass(frozen=True, slots=True)
class Variant:
    """`topics` is the share of the topics, `listed` of those the share with their asked questions, `asked` the share of
    the training questions that are asked of it. `flat`: plain documents, each page a file of its own, half of them
    without headings, as documents come that were not written to be quoted.
    """

    name: str
    topics: float
    listed: float
    withheld: bool
    asked: float
    flat: bool = False


VARIANTS = (
    Variant("whole", 1.0, 1.0, False, 1.0),
    Variant("mixed", 1.0, 0.5, True, 0.6),
    Variant("half", 0.5, 0.5, True, 0.6),
    Variant("plain", 0.5, 0.0, True, 0.5),
    Variant("small", 0.2, 0.3, True, 0.4),
    Variant("flat", 0.6, 0.0, True, 0.5, flat=True),
    Variant("flat small", 0.15, 0.0, True, 0.3, flat=True),
)


def of_each(work: Callable[[Variant], list[T]], variants: Sequence[Variant], processes: int) -> list[T]:
    """What the work makes of each variant, one after the other, in their order; side by side in several processes."""
    if processes < 2:
        return [each for variant in variants for each in work(variant)]
    with ProcessPoolExecutor(min(processes, len(variants)), mp_context=get_context("spawn")) as pool:
        return [each for some in pool.map(work, variants) for each in some]


@contextmanager
def opened(variant: Variant, settings: Settings) -> Iterator[Library]:
    """A build of the variant with the parts of the settings; gone afterwards."""
    with TemporaryDirectory(prefix="espoo-variant-") as folder:
        documents = Path(folder) / ("plain" if variant.flat else "knowledge")
        documents.mkdir()
        _write(variant, settings.knowledge_dir, documents)
        knowledge = settings.knowledge_dir if variant.flat else documents
        own = settings.model_copy(
            update={"data_dir": Path(folder) / "data", "knowledge_dir": knowledge, "chroma_url": ""}
        )
        library = Library.open(own)
        run(own, Request((documents,)), lambda: Parts(library.embedder, library.analyser))
        library.refresh()
        try:
            yield library
        finally:
            library.close()


def sections_by_sentence(knowledge: Path) -> dict[str, set[str]]:
    """Which sections (`topic#anchor`) a sentence or list item of the knowledge stands in."""
    facts, found = load_facts(knowledge), defaultdict(set)
    for path in sorted(knowledge.glob("*/??.md")):
        page = read_topic_file(path, facts)
        document = make_topic_document(path.name, "knowledge", page)
        for passage in split_document(document):
            for piece in passage.pieces:
                found[piece.text].add(f"{page.front.topic}#{passage.anchor}")
    return found


def _write(variant: Variant, source: Path, target: Path) -> None:
    chance = random.Random(variant.name)
    if not variant.flat:
        for file in source.glob("*.toml"):
            shutil.copy(file, target)
    facts = load_facts(source)
    topics = sorted(path.name for path in source.iterdir() if (path / f"{LANGUAGES[0]}.md").is_file())
    for topic in chance.sample(topics, max(1, round(variant.topics * len(topics)))):
        pages = list(LANGUAGES)
        if variant.withheld:
            pages = chance.sample(pages, chance.choices(list(KEPT_PAGES), list(KEPT_PAGES.values()))[0])
        listed = chance.random() < variant.listed and (source / topic / "asked.toml").is_file()
        headed = chance.random() < HEADED
        for language in pages:
            path = source / topic / f"{language}.md"
            if variant.flat:
                flat = _flat(read_topic_file(path, facts), headed)
                (target / f"{topic}_{language}.md").write_text(flat, encoding="utf-8")
            else:
                (target / topic).mkdir(exist_ok=True)
                shutil.copy(path, target / topic)
        if listed:
            shutil.copy(source / topic / "asked.toml", target / topic)


def _flat(page: TopicPage, headed: bool) -> str:
    sections = (f"## {section.heading}\n\n{section.text}" if headed else section.text for section in page.sections)
    return f"# {page.front.title}\n\n" + "\n\n".join(sections) + "\n"
