"""Builds to train on that differ as real ones do: large and small, with and without asked questions, languages missing.

A scorer that has only seen the shipped knowledge leans on what other documents lack: sisters in three languages and
lists of how people ask.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from app.domain import LANGUAGES
from app.library import Library
from app.settings import Settings
from ingest.collect import Request
from ingest.pipeline import Parts, run

# How many of a topic's three pages are kept where languages are withheld, and how often.
KEPT_PAGES = {3: 4, 2: 3, 1: 3}


@dataclass(frozen=True, slots=True)
class Variant:
    """`topics` is the share of the topics, `listed` of those the share with their asked questions, `asked` the share of
    the training questions that are asked of it.
    """

    name: str
    topics: float
    listed: float
    withheld: bool
    asked: float


VARIANTS = (
    Variant("whole", 1.0, 1.0, False, 1.0),
    Variant("mixed", 1.0, 0.5, True, 0.6),
    Variant("half", 0.5, 0.5, True, 0.6),
    Variant("plain", 0.5, 0.0, True, 0.5),
    Variant("small", 0.2, 0.3, True, 0.4),
)


@contextmanager
def opened(variant: Variant, settings: Settings) -> Iterator[Library]:
    """A build of the variant with the parts of the settings; gone afterwards."""
    with TemporaryDirectory(prefix="espoo-variant-") as folder:
        knowledge = Path(folder) / "knowledge"
        _write(variant, settings.knowledge_dir, knowledge)
        own = settings.model_copy(
            update={"data_dir": Path(folder) / "data", "knowledge_dir": knowledge, "chroma_url": ""}
        )
        library = Library.open(own)
        run(own, Request((knowledge,)), lambda: Parts(library.embedder, library.analyser))
        library.refresh()
        try:
            yield library
        finally:
            library.close()


def _write(variant: Variant, source: Path, target: Path) -> None:
    chance = random.Random(variant.name)
    target.mkdir(parents=True)
    for file in source.glob("*.toml"):
        shutil.copy(file, target)
    topics = sorted(path.name for path in source.iterdir() if (path / f"{LANGUAGES[0]}.md").is_file())
    for topic in chance.sample(topics, round(variant.topics * len(topics))):
        pages = list(LANGUAGES)
        if variant.withheld:
            pages = chance.sample(pages, chance.choices(list(KEPT_PAGES), list(KEPT_PAGES.values()))[0])
        (target / topic).mkdir()
        for language in pages:
            shutil.copy(source / topic / f"{language}.md", target / topic)
        if chance.random() < variant.listed and (source / topic / "asked.toml").is_file():
            shutil.copy(source / topic / "asked.toml", target / topic)
