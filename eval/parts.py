"""What each part of the search is worth: the same questions asked without it.

A part is switched off in a trial build by another analyser or embedder, or by a copy of the knowledge without some
files. Those keep the digest of the whole, so that the same learned scorer serves: it is not trained again, and what a
part would lose with a scorer that never knew it may be less.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from app.domain import Language
from app.embedding import Embedder, Encoder, WordEncoder
from app.errors import EspooError
from app.lexical import PART, Analyser
from app.morphology import Analysis, Morphology
from app.settings import Settings
from app.table import FloatArray
from app.words import Word
from eval.cases import Case
from eval.differences import Difference, differences, paired
from eval.records import Record
from eval.run import ask_all, configuration
from eval.trial import Trial, load_parts, trial
from ingest.pipeline import Parts

MEASURES = ("recall@1", "recall@5")
TYPED = "typed"  # the style of cases in newcomers' own typing: no capitals, no dots, wrong letters

Changes = dict[str, dict[str, Difference]]  # measure → slice (`all`, `fi`, `sv`, `en`) → difference


class Changed(Analyser):
    """The analyser of the whole, for one thing to be changed in it."""

    def __init__(self, whole: Analyser) -> None:
        super().__init__(whole._morphologies, whole.digest)


class AsWritten(Changed):
    """Every content word is its own lemma. Which words carry content stays as it was: that is no matter of lemmas."""

    def _analyse(self, word: Word, language: Language) -> Analysis:
        return Analysis((word.text,), (word.text,), stop=super()._analyse(word, language).stop)


class Unparted(Changed):
    """No marked terms: neither the parts of a compound nor the stem of another word."""

    def tokens(self, text: str, language: Language) -> list[str]:
        return [term for term in super().tokens(text, language) if not term.startswith(PART)]


class Undotted(Changed):
    """What is typed without å, ä and ö is taken as it stands; for the speller it is the word that it was, and the match
    of single words still finds the written ones.
    """

    def __init__(self, whole: Analyser) -> None:
        super().__init__(whole)
        self._whole = whole
        self._morphologies = {code: UndottedMorphology(each) for code, each in whole._morphologies.items()}

    def knows(self, word: str) -> bool:
        return self._whole.knows(word)


class UndottedMorphology(Morphology):
    """The tables of another, without what puts dots back."""

    def __init__(self, whole: Morphology) -> None:
        vars(self).update(vars(whole))
        self.plain_stopwords = frozenset()

    def _dotted(self, word: str, lemma: str) -> tuple[str, ...]:
        return ()

    def _restored(self, word: str) -> tuple[str, ...]:
        return ()

    def _undotted_parts(self, lemma: str) -> tuple[str, ...]:
        return ()


class Unspelled(Changed):
    """Knows every word, so that the speller mends none."""

    def knows(self, word: str) -> bool:
        return True


class Termless(Changed):
    """Gives the lexical index nothing to look for; content words keep their weights, and are still met one by one."""

    def tokens(self, text: str, language: Language) -> list[str]:
        return []


class Heartless:
    """An encoder that finds no heart of a question: the last sentence that asks is taken for it."""

    def __init__(self, whole: Encoder) -> None:
        self._whole = whole
        self.name, self.digest, self.dimensions = whole.name, whole.digest, whole.dimensions

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return self._whole.encode_queries(texts)

    def encode_documents(self, texts: Sequence[str]) -> FloatArray:
        return self._whole.encode_documents(texts)

    def encode_heart(self, text: str) -> FloatArray | None:
        return None


class Zeros(Heartless):
    """Every text is unknown to it."""

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return self.encode_documents(texts)

    def encode_documents(self, texts: Sequence[str]) -> FloatArray:
        return np.zeros((len(texts), self.dimensions), dtype=np.float32)


class Unweighed(Heartless):
    """The words of a question weigh all the same."""

    def __init__(self, whole: Embedder) -> None:
        super().__init__(whole)
        self.table: WordEncoder = Heartless(whole.table)


class Unread(Zeros):
    """Nothing is read as a whole: the table alone compares."""

    def __init__(self, whole: Embedder) -> None:
        super().__init__(whole)
        self.table: WordEncoder = whole.table


class Blind(Zeros):
    """Neither model knows anything."""

    def __init__(self, whole: Embedder) -> None:
        super().__init__(whole)
        self.table: WordEncoder = Zeros(whole.table)


@dataclass(frozen=True, slots=True)
class Part:
    """`without`: how the search does then. `built`: the build too is made so. `files`: what the knowledge lacks."""

    without: str
    analyser: Callable[[Analyser], Analyser] | None = None
    embedder: Callable[[Embedder], Embedder] | None = None
    built: bool = False
    files: tuple[str, ...] = ()

    def off(self, whole: Parts) -> Parts:
        return Parts(
            self.embedder(whole.embedder) if self.embedder else whole.embedder,
            self.analyser(whole.analyser) if self.analyser else whole.analyser,
        )


PARTS = {
    "lemmas": Part("words as they are written, so neither compounds nor dots", AsWritten, built=True),
    "compounds": Part("neither parts of compounds nor stems among the terms", Unparted, built=True),
    "dots": Part("å, ä and ö are not put back by the dictionaries", Undotted, built=True),
    "spelling": Part("wrong letters stay", Unspelled),
    "glossary": Part("no glossary.toml", files=("glossary.toml",)),
    "asked": Part("no asked.toml", files=("asked.toml",)),
    "words": Part("the heart of a question is its last sentence that asks, unweighed", embedder=Unweighed),
    "transformer": Part("no model reads the question as a whole: the table alone compares", embedder=Unread),
    "vectors": Part("nothing is compared by meaning: neither passages, known questions nor words", embedder=Blind),
    # The glossary's terms are found by BM25 alone.
    "bm25": Part("no lexical search, so no terms of the glossary", Termless, files=("glossary.toml",)),
}
WHOLE = Part("nothing is switched off")


@dataclass(frozen=True, slots=True)
class Effect:
    """Without a part, less the whole: over all cases, and over those typed as newcomers type."""

    part: str
    cases: Changes
    typed: Changes


@dataclass(frozen=True, slots=True)
class Measured:
    """The configuration of the whole, and what each part that was switched off changes."""

    configuration: dict[str, Any]
    effects: tuple[Effect, ...]


def measure_parts(
    settings: Settings, cases: Sequence[Case], names: Iterable[str], begin: Callable[[str], None]
) -> Measured:
    """The answerable cases with gold sections, asked of the whole and without each part; `begin` hears what is next.

    Raises:
        EspooError: there is nothing to ask, or no build can be made.
    """
    asked = [case for case in cases if case.expected == "answered" and case.gold]
    if not asked:
        raise EspooError("None of the cases names sections that answer it, so there is nothing to look for.")
    parts, effects = load_parts(settings), []
    begin("whole")
    with trial_without(WHOLE, settings, parts) as one:
        told, whole = configuration(one.assistant, asked), ask_all(one.assistant, asked)
    for name in names:
        begin(name)
        with trial_without(PARTS[name], settings, parts) as one:
            effects.append(effect(name, whole, ask_all(one.assistant, asked)))
    return Measured(told, tuple(effects))


@contextmanager
def trial_without(part: Part, settings: Settings, whole: Parts) -> Iterator[Trial]:
    """A trial build that is asked without the part, but with all else.

    Raises:
        EspooError: no build can be made.
    """
    off = part.off(whole)
    with (
        knowledge_without(settings.knowledge_dir, part.files) as folder,
        trial(settings, folder, off if part.built else whole, off) as one,
    ):
        yield one


@contextmanager
def knowledge_without(source: Path, files: Sequence[str]) -> Iterator[Path]:
    """A copy of the folder without the files of these names, gone afterwards; without names the folder itself."""
    if not files:
        yield source
        return
    with TemporaryDirectory(prefix="espoo-parts-") as folder:
        yield shutil.copytree(source, Path(folder) / source.name, ignore=shutil.ignore_patterns(*files))


def effect(part: str, whole: Sequence[Record], without: Sequence[Record]) -> Effect:
    before, after = ([r for r in records if r.case.style == TYPED] for records in (whole, without))
    return Effect(part, _changes(whole, without), _changes(before, after))


def _changes(whole: Sequence[Record], without: Sequence[Record]) -> Changes:
    found = differences(paired(whole, without))
    return {measure: found[measure] for measure in MEASURES if measure in found}
