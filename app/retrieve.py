"""Finding the passages that answer: dense and lexical side by side, over all three languages at once.

Sister passages (same topic and anchor) are one section. A section is scored by the best that its sisters show, so a
question finds the same section in whatever language it is asked; then the sister in the asked language is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import structlog

from app.domain import LANGUAGES, Evidence, Language, Passage, Retrieved
from app.embedding import Embedder
from app.index import Build
from app.lexical import PART, Analyser
from app.scorer import FEATURES, SIGNS, FloatArray, Scorer
from app.word_match import WordMatch

DEPTH = 20  # hits taken from each list; the union of six lists holds the gold section in every training case
KEPT = 8
OWN_LANGUAGE = 0.3  # by hand: in the training questions' corpus every section exists in every language
WARMED = 2_000  # passages; the word vectors of a larger build are made as questions come
AS_PART = 0.7  # what a question word counts that stands in the passage only as part of a compound
WIDE_MARGIN = 5.0  # a lead over the next document beyond this tells nothing more
MISSING_TERM = 0.5  # a question word rarer than this share of the highest idf counts as missing when nothing covers it

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Section:
    """Sister passages with their rows, and the row that is shown."""

    rows: tuple[int, ...]
    shown: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """Sections with their features, of shape (sections, len(FEATURES))."""

    sections: list[Section]
    features: FloatArray
    degraded: bool


class Retriever:
    """Searches one build. Made anew when the build changes."""

    def __init__(self, build: Build, embedder: Embedder, analyser: Analyser, scorer: Scorer) -> None:
        self._build = build
        self._embedder = embedder
        self._analyser = analyser
        self._scorer = scorer
        self._sisters = _group(build.passages)
        self._words = WordMatch(build, embedder, analyser)
        self._heading_vectors = self._encode_headings()
        self._terms = lru_cache(maxsize=50_000)(self._terms_of)
        self._pieces = lru_cache(maxsize=5_000)(self._piece_vectors)
        if len(build.passages) <= WARMED:
            self._words.warm(range(len(build.passages)))

    def retrieve(self, text: str, language: Language, today: date) -> Retrieved:
        """The passages nearest to a question, scored; the question's language is preferred."""
        candidates = self.candidates(text, language, today)
        if not candidates.sections:
            return Retrieved((), 0.0, candidates.degraded)
        scores = self.scores(candidates, language)
        order = [int(place) for place in np.argsort(-scores, kind="stable")]
        signs = self.signs(text, language, candidates, scores, order)
        probability = self._scorer.probability(signs)
        best = float(scores[order[0]])
        return Retrieved(
            tuple(self._evidence(candidates, place, float(scores[place]), probability, best) for place in order[:KEPT]),
            probability,
            candidates.degraded,
            tuple(float(sign) for sign in signs),
        )

    def scores(self, candidates: Candidates, language: Language) -> FloatArray:
        """One per section; a text in the asked language is preferred."""
        shown = (self._build.passages[section.shown].language for section in candidates.sections)
        own = np.array([OWN_LANGUAGE * (code == language) for code in shown], dtype=np.float32)
        return self._scorer.rank(candidates.features) + own

    def candidates(self, text: str, language: Language, today: date) -> Candidates:
        """The sections worth scoring, with their features."""
        vector = self._embedder.encode_queries([text])[0]
        lexical = self._lexical(text)
        dense, degraded = self._dense(vector)
        sections = self._sections(set(dense) | set(lexical), language, today)
        return Candidates(sections, self._features(sections, text, vector, language, lexical), degraded)

    def signs(
        self, text: str, language: Language, candidates: Candidates, scores: FloatArray, order: Sequence[int]
    ) -> FloatArray:
        """What tells whether the best section answers: shape (len(SIGNS),)."""
        sections = [candidates.sections[place] for place in order]
        best = dict(zip(FEATURES, candidates.features[order[0]], strict=True))
        document = self._document(sections[0])
        others = (place for place in order if self._document(candidates.sections[place]) != document)
        top = float(scores[order[0]])
        rival = next((float(scores[place]) for place in others), top - WIDE_MARGIN)
        terms = self._weighted(text, language)
        values = {
            **best,
            "missing": self._missing(sections[0], text, terms),
            "margin": min(top - rival, WIDE_MARGIN),
            "few_words": float(len(terms) < 2),
        }
        return np.array([values[name] for name in SIGNS], dtype=np.float32)

    def _document(self, section: Section) -> str:
        return self._build.passages[section.shown].document_id

    def _features(
        self, sections: list[Section], text: str, vector: FloatArray, language: Language, lexical: dict[int, float]
    ) -> FloatArray:
        """Shape (sections, len(FEATURES))."""
        terms = {code: self._weighted(text, code) for code in LANGUAGES}
        met = self._words.matches(text, language, [row for section in sections for row in section.rows])
        rows = [self._feature_row(section, vector, lexical, terms, met) for section in sections]
        return np.array(rows, dtype=np.float32).reshape(len(rows), len(FEATURES))

    def _feature_row(
        self,
        section: Section,
        vector: FloatArray,
        lexical: dict[int, float],
        terms: dict[Language, dict[str, float]],
        met: dict[int, tuple[float, float, float]],
    ) -> tuple[float, ...]:
        dense = [float(self._build.vectors[row] @ vector) for row in section.rows]
        words, heading_words, page_words = (max(met[row][which] for row in section.rows) for which in range(3))
        values = {
            "dense_max": max(dense),
            "dense_mean": sum(dense) / len(dense),
            "heading": max(float(self._heading_vectors[row] @ vector) for row in section.rows),
            "piece": float(np.max(self._pieces(section.shown) @ vector, initial=0.0)),
            "bm25": max(lexical.get(row, 0.0) for row in section.rows),
            "coverage": max(self._covered(row, terms) for row in section.rows),
            "words": words,
            "heading_words": heading_words,
            "page_words": page_words,
        }
        return tuple(values[name] for name in FEATURES)

    def _dense(self, vector: FloatArray) -> tuple[list[int], bool]:
        if not np.any(vector):
            return [], False
        try:
            return [row for code in LANGUAGES for row, _ in self._build.nearest(vector, code, DEPTH)], False
        except Exception as error:  # whatever the store raises, the vectors in the build still serve
            log.warning("vector_store_failed", error=type(error).__name__)
            similar = np.asarray(self._build.vectors) @ vector
            return [int(row) for row in np.argsort(-similar)[: DEPTH * len(LANGUAGES)]], True

    def _lexical(self, text: str) -> dict[int, float]:
        """BM25 per row, as a share of the best that the question's terms could reach."""
        found: dict[int, float] = {}
        for code in LANGUAGES:
            tokens = self._analyser.tokens(text, code)
            index = self._build.lexical(code)
            best = sum(index.idf(token) for token in set(tokens)) or 1.0  # BM25's term weight ends at k1 + 1 = 2.5
            for position, score in index.search(tokens, DEPTH):
                found[self._build.rows[code][position]] = score / best
        return found

    def _sections(self, rows: Iterable[int], language: Language, today: date) -> list[Section]:
        sections: dict[tuple[str, ...], Section] = {}
        for row in sorted(rows):
            sisters = tuple(r for r in self._sisters[row] if _serves(self._build.passages[r], today))
            if sisters:
                shown = next(
                    (r for r in sisters if self._build.passages[r].language == language),
                    row if row in sisters else sisters[0],
                )
                sections[_key(self._build.passages[shown])] = Section(sisters, shown)
        return list(sections.values())

    def _missing(self, section: Section, text: str, terms: dict[str, float]) -> float:
        """The weight of the rarest question word that no sister of the section has (0 to 1)."""
        found: set[str] = set()
        for row in section.rows:
            everything = self._terms(row)
            code = self._build.passages[row].language
            found |= {word for word in terms if word in everything or PART + word in everything}
            if code != self._build.passages[section.shown].language and self._weighted(text, code).keys() <= everything:
                return 0.0
        return max(
            (weight for word, weight in terms.items() if word not in found and weight > MISSING_TERM), default=0.0
        )

    def _weighted(self, text: str, language: Language) -> dict[str, float]:
        """Content words of the question with their idf as a share of the highest possible."""
        index = self._build.lexical(language)
        highest = index.idf("\0") or 1.0
        return {word: index.idf(word) / highest for word in self._analyser.content_words(text, language)}

    def _covered(self, row: int, terms: dict[Language, dict[str, float]]) -> float:
        """How much of the question's weight stands word for word in the passage or its headings."""
        return _share(terms[self._build.passages[row].language], self._terms(row))

    def _terms_of(self, row: int) -> frozenset[str]:
        passage = self._build.passages[row]
        whole = " ".join((passage.title, *passage.headings, passage.text))
        return frozenset(self._analyser.tokens(whole, passage.language))

    def _piece_vectors(self, row: int) -> FloatArray:
        return self._embedder.encode_documents([piece.text for piece in self._build.passages[row].pieces])

    def _encode_headings(self) -> FloatArray:
        headings = sorted({p.heading for p in self._build.passages})
        if not headings:
            return np.zeros((0, self._embedder.dimensions), dtype=np.float32)
        vectors = self._embedder.encode_documents(headings)
        place = {heading: number for number, heading in enumerate(headings)}
        return vectors[[place[p.heading] for p in self._build.passages]]

    def _evidence(self, candidates: Candidates, place: int, score: float, probability: float, best: float) -> Evidence:
        values = dict(zip(FEATURES, (float(f) for f in candidates.features[place]), strict=True))
        return Evidence(
            passage=self._build.passages[candidates.sections[place].shown],
            score=score,
            probability=probability * float(np.exp(min(0.0, score - best))),
            dense=values["dense_max"],
            lexical=values["coverage"],
        )


def _group(passages: tuple[Passage, ...]) -> list[tuple[int, ...]]:
    rows: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, passage in enumerate(passages):
        rows[_key(passage)].append(row)
    return [tuple(rows[_key(passage)]) for passage in passages]


def _key(passage: Passage) -> tuple[str, ...]:
    """What sisters share: topic, anchor and part. A passage without a topic stands alone."""
    place = passage.id.split("#", 1)[1]
    return (passage.topic, place) if passage.topic else (passage.document_id, place)


def _share(weights: dict[str, float], found: frozenset[str]) -> float:
    """The part of the weights whose words are found; a word that is only part of a compound counts partly."""
    hit = sum(w * (1.0 if word in found else AS_PART * (PART + word in found)) for word, w in weights.items())
    return hit / (sum(weights.values()) or 1.0)


def _serves(passage: Passage, today: date) -> bool:
    return passage.valid_until is None or passage.valid_until >= today
