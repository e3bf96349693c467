"""A trial: a build in a temporary data folder, which is asked and then gone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from app.assistant import Assistant
from app.desk import Desk
from app.embedding import load_embedder
from app.knowledge import load_facts, load_owners
from app.languages import load_detector
from app.lexical import load_analyser
from app.library import Library
from app.scorer import SCORER_FILE
from app.settings import Settings
from ingest.collect import Request
from ingest.pipeline import Parts, run

NOT_HERE = ("chroma_url", "llm_base_url", "llm_model")  # retrieval and quoting, within this process


@dataclass(frozen=True, slots=True)
class Trial:
    """`ingest_seconds` are without the loading of the models."""

    assistant: Assistant
    ingest_seconds: float


@contextmanager
def trial(
    settings: Settings, knowledge: Path, built_with: Parts | None = None, asked_with: Parts | None = None
) -> Iterator[Trial]:
    """A build of the folder with the embedding model of the settings; the served builds are not touched.

    A learned scorer in the data folder of the settings serves where it fits, as it does there. `built_with` stands in
    for the model and the analyser of the project, `asked_with` for those that made the build.

    Raises:
        ConfigurationError: the embedding model cannot be loaded.
        IngestError, BuildError, KnowledgeError: no build can be made of the folder.
    """
    with TemporaryDirectory(prefix="espoo-trial-") as folder:
        changes = {"data_dir": Path(folder), "knowledge_dir": knowledge} | dict.fromkeys(NOT_HERE, "")
        own = settings.model_copy(update=changes)
        if (settings.data_dir / SCORER_FILE).is_file():
            shutil.copy(settings.data_dir / SCORER_FILE, folder)
        built = built_with or load_parts(own)
        asked = asked_with or built
        report = run(own, Request((knowledge,)), lambda: built)
        facts, owners = load_facts(knowledge), load_owners(knowledge)
        library = Library(own, asked.embedder, asked.analyser, load_detector(), facts, owners)
        try:
            library.refresh()
            library.require()
            yield Trial(Assistant(library, Desk(library.owners)), report.seconds)
        finally:
            library.close()


def load_parts(settings: Settings) -> Parts:
    """The embedding model of the settings and the analyser.

    Raises:
        ConfigurationError: one of them cannot be loaded.
    """
    return Parts(load_embedder(settings.embedding_model), load_analyser())
