"""The lexical side of retrieval: text becomes terms, terms an index, and BM25 ranks.

Every content word gives its lemma, and once more, with a `+` before, the lemmas of its parts or its own: so `luvan`
finds `lupa` through both, and `oleskelulupa` through `+lupa`. A part counts three quarters.
"""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

from app.domain import LANGUAGES, Language
from app.errors import BuildError
from app.lemmas import FOLDER, STOPWORDS, fold, load_table, plain
from app.morphology import Analysis, Morphology
from app.words import Word, words

RULES_VERSION = "2"  # raise it whenever a text may give other terms than before: older builds are then refused
PART = "+"
_PART_WEIGHT = 0.75  # of 0, 0.25, 0.5, 0.75 and 1: good in all three languages on the eval questions for training
_CACHED_WORDS = 20_000
_SIZE = "size.json"


class Analyser:
    """Turns text into terms, alike for passages and for questions. May be shared by threads."""

    def __init__(self, morphologies: Mapping[Language, Morphology], digest: str) -> None:
        self.digest = digest
        self._morphologies = morphologies
        self._analysis = lru_cache(_CACHED_WORDS)(self._analyse)

    def tokens(self, text: str, language: Language) -> list[str]:
        """The terms of a text: for each content word its lemma or lemmas, and the marked lemmas of its parts."""
        terms: list[str] = []
        for found in self._content(text, language):
            terms += found.lemmas
            terms += [PART + part for part in found.parts]
        return terms

    def content_words(self, text: str, language: Language) -> list[str]:
        """One lemma for each content word, in order; each is among the `tokens` of the same text."""
        return [found.lemmas[0] for found in self._content(text, language)]

    def knows(self, word: str) -> bool:
        """Whether a folded word, its dots typed or not, is a form or a compound of known words in any language."""
        return any(morphology.knows(word) for morphology in self._morphologies.values())

    def _content(self, text: str, language: Language) -> Iterator[Analysis]:
        found = [(word, self._analysis(word, language)) for word in words(text)]
        undotted = _typed_without_dots(found)
        for word, each in found:
            if each.stop or (undotted and word.text in self._morphologies[language].plain_stopwords):
                continue
            yield replace(each, lemmas=each.dotted) if undotted and each.dotted else each

    def _analyse(self, word: Word, language: Language) -> Analysis:
        return self._morphologies[language].analyse(word)


def _typed_without_dots(found: list[tuple[Word, Analysis]]) -> bool:
    """Whether no å, ä or ö stands where there should be some, or might be, in a lone word that is no lemma as it is."""
    if any(plain(word.text) != word.text for word, _ in found):
        return False
    lone = len(found) == 1 and found[0][1].lemmas[0] != found[0][0].text
    return lone or any(each.restored for _, each in found)


def load_analyser() -> Analyser:
    """Map the tables into memory.

    Raises:
        ConfigurationError: the tables are missing or damaged.
    """
    tables = {code: load_table(code) for code in LANGUAGES}
    listed = tomllib.loads(STOPWORDS.read_text(encoding="utf-8"))
    stopwords = {code: frozenset(fold(listed[code]).split()) for code in LANGUAGES}
    morphologies = {
        code: Morphology(
            code,
            tables[code],
            [tables[other] for other in LANGUAGES if other != code],
            stopwords[code],
            frozenset().union(*(stopwords[other] for other in LANGUAGES if other != code)),
        )
        for code in LANGUAGES
    }
    return Analyser(morphologies, _digest())


def _digest() -> str:
    files = [STOPWORDS, *sorted(FOLDER.glob("??.*"))]
    content = hashlib.sha256(RULES_VERSION.encode())
    for file in files:
        content.update(hashlib.sha256(file.read_bytes()).digest())
    return content.hexdigest()[:16]


class LexicalIndex:
    """BM25 over the terms of documents, which are known by their position."""

    def __init__(self, engine: bm25s.BM25 | None, size: int) -> None:
        """`engine` is absent where no document has a term."""
        self._engine, self._size = engine, size

    @staticmethod
    def build(documents: Sequence[Sequence[str]]) -> LexicalIndex:
        terms = dict.fromkeys(term for document in documents for term in document)
        if not terms:
            return LexicalIndex(None, len(documents))
        numbers = {term: number for number, term in enumerate(terms)}
        numbered = [[numbers[term] for term in document] for document in documents]
        engine = bm25s.BM25(method="lucene", backend="numpy")
        engine.index((numbered, numbers), create_empty_token=False, show_progress=False)
        return LexicalIndex(engine, len(documents))

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if self._engine:
            self._engine.save(folder, show_progress=False)
        (folder / _SIZE).write_text(json.dumps({"documents": self._size, "empty": self._engine is None}))

    @staticmethod
    def load(folder: Path) -> LexicalIndex:
        """Read an index that `save` wrote.

        Raises:
            BuildError: it is missing or damaged.
        """
        try:
            size = json.loads((folder / _SIZE).read_text())
            engine = None if size["empty"] else bm25s.BM25.load(folder, show_progress=False)
            return LexicalIndex(engine, int(size["documents"]))
        except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
            raise BuildError(f"The lexical index in {folder} cannot be read: {error}") from error

    def search(self, tokens: Sequence[str], count: int) -> list[tuple[int, float]]:
        """Position and BM25 score of at most `count` documents that share a term, the best first."""
        known = {token for token in tokens if self._number(token) is not None}
        if not known or count < 1:
            return []
        parts = {token for token in known if token.startswith(PART)}
        scores = self._scores(known - parts) + _PART_WEIGHT * self._scores(parts)
        if count < len(scores):
            least = np.partition(scores, -count)[-count]
            positions = np.flatnonzero((scores >= least) & (scores > 0))
        else:
            positions = np.flatnonzero(scores > 0)
        ranked = positions[np.argsort(-scores[positions], kind="stable")][:count]
        return [(int(position), float(scores[position])) for position in ranked]

    @property
    def terms(self) -> list[str]:
        """Every term of the documents."""
        return list(self._engine.vocab_dict) if self._engine is not None else []

    def idf(self, token: str) -> float:
        """The most that one occurrence-saturated term adds to a score; that of an unknown term is the highest."""
        number = self._number(token)
        documents = 0
        if self._engine is not None and number is not None:
            starts = self._engine.scores["indptr"]
            documents = int(starts[number + 1] - starts[number])
        weight = _PART_WEIGHT if token.startswith(PART) else 1.0
        return weight * math.log(1 + (self._size - documents + 0.5) / (documents + 0.5))

    def _number(self, token: str) -> int | None:
        return None if self._engine is None else self._engine.vocab_dict.get(token)

    def _scores(self, tokens: Iterable[str]) -> npt.NDArray[np.float32]:
        numbers = sorted(number for number in map(self._number, tokens) if number is not None)
        assert self._engine is not None
        scores: npt.NDArray[np.float32] = self._engine.get_scores_from_ids(numbers)
        return scores
