"""What answers are made from: the models, the owners, and the current build; a new one is changed over to."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import structlog

from app.answer.generating import Writer
from app.clarify import Clarifier
from app.cross_encoder import CrossEncoder, load_cross_encoder
from app.domain import Helpline, Language, Retrieved
from app.embedding import Embedder, load_embedder
from app.errors import BuildError, KnowledgeError
from app.index import Build, current_build_id, open_build
from app.intents import load_intents
from app.knowledge import Facts, Owners, Unclear, load_facts, load_owners, load_unclear
from app.languages import Detector, load_detector
from app.lexical import Analyser, load_analyser
from app.llm import LanguageModel
from app.masking import normalised
from app.prompts import load_prompt
from app.retrieve import Retriever
from app.scorer import SCORER_FILE, FloatArray, Scorer, load_scorer
from app.settings import Settings
from app.verify.written import WritingVerifier
from app.writing import Writing

GRACE = 30.0  # seconds that a replaced build stays open for the answers still being made from it

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Shelf:
    """One open build with what searches it."""

    build: Build
    retriever: Retriever
    embedder: Embedder
    scorer: Scorer
    verifier: WritingVerifier
    clarifier: Clarifier
    cross_encoder: CrossEncoder

    def find(self, text: str, language: Language, today: date) -> Retrieved:
        """What is found for a question, the best of it read where the scorer is not sure of it."""
        found = self.retriever.retrieve(text, language, today)
        return self.cross_encoder.read(self.retriever.mended(text), found, self.scorer.reading)

    def encode(self, texts: Sequence[str]) -> FloatArray:
        return self.embedder.table.encode_documents(texts)


class Library:
    """The loaded parts. `shelf` is None while there is no build; `problem` then says why."""

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        analyser: Analyser,
        detector: Detector,
        facts: Facts,
        owners: Owners,
    ) -> None:
        self._settings = settings
        self.embedder = embedder
        self.analyser = analyser
        self.scorer = load_scorer(embedder.digest, analyser.digest, settings.data_dir / SCORER_FILE)
        self.cross_encoder = load_cross_encoder()
        self.detector = detector
        self.writing = Writing(analyser)
        self.intents = load_intents()
        self.facts = facts
        self.owners = owners
        self.writer = _writer(settings)
        self.shelf: Shelf | None = None
        self.problem = ""
        self._refusal = ""
        self._retired: list[tuple[float, Build]] = []

    @classmethod
    def open(cls, settings: Settings) -> Library:
        """Load everything, and the current build if there is one.

        Raises:
            ConfigurationError: the embedding model cannot be loaded.
        """
        library = cls(
            settings,
            load_embedder(settings.embedding_model),
            load_analyser(),
            load_detector(),
            load_facts(settings.knowledge_dir),
            load_owners(settings.knowledge_dir),
        )
        library.refresh()
        return library

    def close(self) -> None:
        for _, build in self._retired:
            build.close()
        if self.shelf:
            self.shelf.build.close()
        self.shelf = None
        if self.writer:
            self.writer.close()

    def refresh(self) -> bool:
        """Open the build that the pointer names, if it is another. One that cannot be opened leaves the old one."""
        self._close_retired()
        try:
            named = current_build_id(self._settings.builds_dir)
            if self.shelf and named in (self.shelf.build.id, None):
                return False
            build = open_build(
                self._settings, embedding_digest=self.embedder.digest, analyser_digest=self.analyser.digest
            )
        except BuildError as error:
            self._refuse(str(error))
            return False
        self._change_over(build)
        return True

    def require(self) -> Shelf:
        """The current shelf.

        Raises:
            BuildError: there is none.
        """
        if self.shelf is None:
            raise BuildError(self.problem)
        return self.shelf

    @property
    def degraded(self) -> tuple[str, ...]:
        """What serves with less than it could."""
        found = {
            "scorer_defaults": not self.scorer.learned,
            "build": bool(self.shelf and self._refusal),
            "vector_store": bool(self.shelf and self.shelf.build.store_away),
            "language_model": bool(self.writer and self.writer.resting),
        }
        return tuple(name for name, applies in found.items() if applies)

    def helplines(self, names: Sequence[str]) -> tuple[Helpline, ...]:
        """Helplines by the names of their facts; one whose number is not known is left out."""
        return tuple(Helpline(name, str(self.facts[name].value)) for name in names if name in self.facts)

    @cached_property
    def published(self) -> frozenset[str]:
        """Phone numbers and e-mail addresses of offices, as masking compares them: they are no personal data."""
        contacts = (fact for fact in self.facts.values() if fact.kind in ("phone", "email"))
        listed = [wording for fact in contacts for wording in fact.wordings]
        for contact in (self.owners.desk, *self.owners.owners.values()):
            listed += [*contact.phone.values(), contact.email]
        return frozenset(normalised(contact) for contact in listed if contact)

    def _change_over(self, build: Build) -> None:
        retriever = Retriever(build, self.embedder, self.analyser, self.scorer)
        verifier = WritingVerifier(self.embedder.table, self.analyser, self.detector)
        clarifier = Clarifier.of(build.passages, self._unclear(), self.analyser)
        shelf = Shelf(build, retriever, self.embedder, self.scorer, verifier, clarifier, self.cross_encoder)
        if self.shelf:
            self._retired.append((time.monotonic(), self.shelf.build))
        self.shelf, self.problem, self._refusal = shelf, "", ""
        log.info("build_opened", build=build.id, passages=len(build.passages))

    def _unclear(self) -> tuple[Unclear, ...]:
        """What to ask back; nothing where the file is broken, which `ingest check` says."""
        try:
            return load_unclear(self._settings.knowledge_dir)
        except KnowledgeError as error:
            log.error("clarify_unreadable", reason=str(error))
            return ()

    def _refuse(self, reason: str) -> None:
        """Keep serving what is open; say once why the new one is not."""
        if reason != self._refusal:
            log.error("build_refused", reason=reason)
        self._refusal = reason
        if self.shelf is None:
            self.problem = reason

    def _close_retired(self) -> None:
        due = [entry for entry in self._retired if time.monotonic() - entry[0] > GRACE]
        self._retired = [entry for entry in self._retired if entry not in due]
        for _, build in due:
            build.close()


def _writer(settings: Settings) -> Writer | None:
    """None where no language model is set: then all answers are quoted."""
    if not (settings.llm_base_url and settings.llm_model):
        return None
    key, limit = settings.llm_api_key.get_secret_value(), settings.llm_timeout
    return Writer(LanguageModel(settings.llm_base_url, settings.llm_model, key, limit), load_prompt("answer"), limit)
