"""Finding the passages that answer: dense and lexical side by side, over all three languages at once.

Sister passages (same topic and anchor) are one section. A section is scored by what its sisters show together, so a
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
from app.elsewhere import municipalities
from app.embedding import Embedder
from app.index import Build
from app.lexical import Analyser
from app.scorer import FEATURES, SIGNS, FloatArray, Scorer
from app.subject import has_subject
from app.word_match import Asked, Match, WordMatch, mean_by_section
from app.words import words

DEPTH = 20  # hits taken from each list; the union of six lists misses the gold section of 5 of 693 training questions
LEXICAL_DEPTH = 200  # hits whose lexical score is known; only the first `DEPTH` of them become candidates
KEPT = 8
OWN_LANGUAGE = 0.3  # by hand: in the training questions' corpus every section exists in every language
WARMED = 2_000  # passages; the word vectors of a larger build are made as questions come
UNMET = 0.05  # the least cosine of a word, as there is no logarithm of 0
# What the headings of a topic's page meet of a question they answer (mean over the training questions). A plain
# document's headings do not tell what can be asked of it, so it gets this share.
MET_BY_HEADINGS = 0.49
LONGEST = 8  # content words; a longer question tells no more by its length
WORDS_ASKED: dict[Language, float] = {"fi": 3.8, "sv": 3.8, "en": 4.9}  # mean content words of a training question
FIRST_QUESTIONS: dict[Language, str] = {
    "fi": "Mistä verokortin saa?",
    "sv": "Var får man skattekort?",
    "en": "Tax card?",
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Section:
    """Sister passages with their rows, and the row that is shown."""

    rows: tuple[int, ...]
    shown: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """Sections with their features, of shape (sections, len(FEATURES)), and what else was found out about them."""

    sections: list[Section]
    features: FloatArray
    degraded: bool
    vector: FloatArray
    asked: Asked
    match: Match
    elsewhere: frozenset[int]


class Retriever:
    """Searches one build. Made anew when the build changes."""

    def __init__(self, build: Build, embedder: Embedder, analyser: Analyser, scorer: Scorer) -> None:
        self._build = build
        self._embedder = embedder
        self._analyser = analyser
        self._scorer = scorer
        self._sisters = _group(build.passages)
        self._words = WordMatch(build, embedder, analyser)
        self._headings = self._encoded([p.heading for p in build.passages])
        self._askings = self._encoded([self._little_words(p) for p in build.passages])
        self._pieces = lru_cache(maxsize=5_000)(self._piece_vectors)
        self._municipalities = lru_cache(maxsize=5_000)(self._named)
        if len(build.passages) <= WARMED:
            self._words.warm(range(len(build.passages)))
        for language, text in FIRST_QUESTIONS.items():  # opens the store, so that nobody has to wait for it
            self.retrieve(text, language, date.min)

    def retrieve(self, text: str, language: Language, today: date) -> Retrieved:
        """The passages nearest to a question, scored; the question's language is preferred."""
        candidates = self.candidates(text, language, today)
        if not candidates.sections:
            return Retrieved((), 0.0, candidates.degraded)
        scores = self.scores(candidates, language)
        order = [int(place) for place in np.argsort(-scores, kind="stable")]
        signs = self.signs(candidates, scores, language)
        probability = self._scorer.probability(signs) if has_subject(text) else 0.0
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
        lexical, hits = self._lexical(text)
        dense, degraded = self._dense(vector)
        sections = self._sections({*dense, *hits}, language, today)
        asked = self._words.asked(text, language)
        match = self._words.match(asked, [section.rows for section in sections])
        features = self._features(sections, vector, lexical, asked, match)
        return Candidates(sections, features, degraded, vector, asked, match, municipalities(text))

    def signs(self, candidates: Candidates, scores: FloatArray, language: Language) -> FloatArray:
        """What tells whether the best section answers: shape (len(SIGNS),)."""
        best = int(np.argmax(scores))
        section, asked = candidates.sections[best], candidates.asked
        page, weights = candidates.match.page[best], asked.weights
        met = np.log(np.clip(page, UNMET, 1.0)) @ weights / weights.sum() if len(weights) else np.log(UNMET)
        pieces = np.concatenate([self._pieces(row) for row in section.rows])
        shares = np.exp(scores - scores[best])
        document = self._build.passages[section.shown].document_id
        here = [n for n, s in enumerate(candidates.sections) if self._build.passages[s.shown].document_id == document]
        features = dict(zip(FEATURES, (float(value) for value in candidates.features[best]), strict=True))
        piece = float(np.max(pieces @ candidates.vector, initial=0.0))
        values = {
            **features,
            "certainty": float(-np.log(shares.sum())),
            "page_certainty": float(np.log(sum(shares[place] for place in here) / shares.sum())),
            "page_dense": float(np.mean(self._similar(self._words.page(section.rows), candidates.vector))),
            "nearest": max(piece, features["dense"]),  # of a list or a slide one line may answer
            "page_met": float(met),
            "about": features["page_headings"] if self._build.passages[section.shown].topic else MET_BY_HEADINGS,
            "elsewhere": float(bool(candidates.elsewhere - self._municipalities(section.rows))),
            "length": min(len(asked.words), LONGEST) / WORDS_ASKED[language],
        }
        return np.array([values[name] for name in SIGNS], dtype=np.float32)

    def _features(
        self, sections: list[Section], vector: FloatArray, lexical: FloatArray, asked: Asked, match: Match
    ) -> FloatArray:
        """Shape (sections, len(FEATURES))."""
        if not sections:
            return np.zeros((0, len(FEATURES)), dtype=np.float32)
        groups = [section.rows for section in sections]
        rows = [row for group in groups for row in group]
        little = self._embedder.encode_documents([asked.little])[0]
        weights = asked.weights / (asked.weights.sum() or 1.0)
        values = {
            "dense": _max(self._similar(rows, vector), groups),
            "heading": mean_by_section(self._headings.similar(rows, vector), groups),
            "asking": _max(self._askings.similar(rows, little), groups),
            "bm25": mean_by_section(lexical[rows], groups),
            "page_bm25": np.array([lexical[list(self._words.page(group))].max() for group in groups]),
            "words": match.section @ weights,
            "words_strict": match.section**4 @ weights,
            "heading_words": match.heading @ weights,
            "heading_met": match.heading_met,
            "piece_words": match.piece,
            "page_words": match.page @ weights,
            "page_headings": match.page_heading @ weights,
        }
        return np.stack([values[name] for name in FEATURES], axis=1).astype(np.float32)

    def _similar(self, rows: Sequence[int], vector: FloatArray) -> FloatArray:
        return np.asarray(self._build.vectors[list(rows)] @ vector, dtype=np.float32)

    def _dense(self, vector: FloatArray) -> tuple[list[int], bool]:
        if not np.any(vector):
            return [], False
        try:
            return [row for code in LANGUAGES for row, _ in self._build.nearest(vector, code, DEPTH)], False
        except Exception as error:  # whatever the store raises, the vectors in the build still serve
            log.warning("vector_store_failed", error=type(error).__name__)
            similar = np.asarray(self._build.vectors) @ vector
            nearest = (sorted(rows, key=lambda row: -similar[row])[:DEPTH] for rows in self._build.rows.values())
            return [row for rows in nearest for row in rows], True

    def _lexical(self, text: str) -> tuple[FloatArray, list[int]]:
        """BM25 of every row as a share of the sum of the terms' idf (at most about 2.5, k1 + 1), and the best rows."""
        scores = np.zeros(len(self._build.passages), dtype=np.float32)
        hits: list[int] = []
        for code in LANGUAGES:
            tokens = self._analyser.tokens(text, code)
            index = self._build.lexical(code)
            most = sum(index.idf(token) for token in set(tokens)) or 1.0
            found = [(self._build.rows[code][place], score) for place, score in index.search(tokens, LEXICAL_DEPTH)]
            for row, score in found:
                scores[row] = score / most
            hits += [row for row, _ in found[:DEPTH]]
        return scores, hits

    def _sections(self, rows: Iterable[int], language: Language, today: date) -> list[Section]:
        sections: dict[tuple[int, ...], Section] = {}
        for row in sorted(rows):
            if self._sisters[row] in sections:
                continue
            sisters = tuple(r for r in self._sisters[row] if _serves(self._build.passages[r], today))
            if sisters:
                own = (r for r in sisters if self._build.passages[r].language == language)
                sections[self._sisters[row]] = Section(sisters, next(own, row if row in sisters else sisters[0]))
        return list(sections.values())

    def _little_words(self, passage: Passage) -> str:
        """What a heading asks for ("where", "how much"): its words without content."""
        found = (word.text for word in words(passage.heading))
        return " ".join(word for word in found if not self._analyser.content_words(word, passage.language))

    def _named(self, rows: tuple[int, ...]) -> frozenset[int]:
        found = (self._build.passages[row] for row in rows)
        return municipalities(" ".join(text for p in found for text in (p.title, *p.headings, p.text)))

    def _piece_vectors(self, row: int) -> FloatArray:
        return self._embedder.encode_documents([piece.text for piece in self._build.passages[row].pieces])

    def _encoded(self, texts: Sequence[str]) -> _Encoded:
        """One vector for each different text, and which of them each row has."""
        different = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        vectors = self._embedder.encode_documents(list(different))
        return _Encoded(vectors, np.array([different[text] for text in texts], dtype=np.int64))

    def _evidence(self, candidates: Candidates, place: int, score: float, probability: float, best: float) -> Evidence:
        values = dict(zip(FEATURES, (float(f) for f in candidates.features[place]), strict=True))
        return Evidence(
            passage=self._build.passages[candidates.sections[place].shown],
            score=score,
            probability=probability * float(np.exp(min(0.0, score - best))),
            dense=values["dense"],
            lexical=values["bm25"],
        )


@dataclass(frozen=True, slots=True)
class _Encoded:
    vectors: FloatArray
    places: np.ndarray[tuple[int], np.dtype[np.int64]]

    def similar(self, rows: Sequence[int], vector: FloatArray) -> FloatArray:
        return np.asarray((self.vectors @ vector)[self.places[list(rows)]], dtype=np.float32)


def _group(passages: tuple[Passage, ...]) -> list[tuple[int, ...]]:
    rows: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, passage in enumerate(passages):
        rows[_key(passage)].append(row)
    return [tuple(rows[_key(passage)]) for passage in passages]


def _key(passage: Passage) -> tuple[str, ...]:
    """What sisters share: topic, anchor and part. A passage without a topic stands alone."""
    place = passage.id.split("#", 1)[1]
    return (passage.topic, place) if passage.topic else (passage.document_id, place)


def _max(values: FloatArray, groups: Sequence[tuple[int, ...]]) -> FloatArray:
    """Values of the sisters, section after section, to the best of each section."""
    starts = np.cumsum([0, *(len(rows) for rows in groups)])[:-1]
    return np.asarray(np.maximum.reduceat(values, starts), dtype=np.float32)


def _serves(passage: Passage, today: date) -> bool:
    return passage.valid_until is None or passage.valid_until >= today
