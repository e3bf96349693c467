"""Finding the passages that answer: dense and lexical side by side, over all three languages at once.

Sister passages (same topic and anchor) are one section. A section is scored by what its sisters show together, so a
question finds the same section in whatever language it is asked; then the sister in the asked language is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import structlog

from app.answer_kinds import asked_kinds, said_kinds
from app.asked_match import NOBODY, AskedMatch, Key, Known, key
from app.domain import LANGUAGES, Evidence, Language, Passage, Retrieved
from app.elsewhere import municipalities
from app.embedding import Embedder
from app.index import Build
from app.lexical import Analyser
from app.scorer import FEATURES, SIGNS, FloatArray, Scorer
from app.sections import Section, Sections, best_of_section
from app.subject import has_subject
from app.terms import Terms
from app.word_match import Asked, Match, WordMatch, mean_by_section
from app.words import words

DEPTH = 20  # hits taken from each list; the union of six lists misses the gold section of 5 of 693 training questions
LEXICAL_DEPTH = 200  # hits whose lexical score is known; only the first `DEPTH` of them become candidates
KEPT = 8
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
class Candidates:
    """Sections with their features, of shape (sections, len(FEATURES)), and what else was found out about them."""

    sections: list[Section]
    features: FloatArray
    degraded: bool
    vector: FloatArray
    asked: Asked
    match: Match
    elsewhere: frozenset[int]
    known: dict[int, Known]


class Retriever:
    """Searches one build. Made anew when the build changes."""

    def __init__(self, build: Build, embedder: Embedder, analyser: Analyser, scorer: Scorer) -> None:
        self._build = build
        self._embedder = embedder
        self._analyser = analyser
        self._scorer = scorer
        self._sections = Sections(build.passages)
        self._words = WordMatch(build, embedder, analyser)
        self._known = AskedMatch(build, embedder, analyser)
        self._rows_of = self._rows_by_key()
        self._terms = Terms(build.terms, analyser)
        self._headings = self._encoded([p.heading for p in build.passages])
        self._askings = self._encoded([self._little_words(p) for p in build.passages])
        self._pieces = lru_cache(maxsize=5_000)(self._piece_vectors)
        self._municipalities = lru_cache(maxsize=5_000)(self._named)
        self._says = lru_cache(maxsize=20_000)(self._kinds_of)
        if len(build.passages) <= WARMED:
            self._words.warm(range(len(build.passages)))
        for language, text in FIRST_QUESTIONS.items():  # opens the store, so that nobody has to wait for it
            self.retrieve(text, language, date.min)

    def retrieve(self, text: str, language: Language, today: date) -> Retrieved:
        """The passages nearest to a question, scored; the question's language is preferred."""
        candidates = self.candidates(text, language, today)
        if not candidates.sections:
            return Retrieved((), 0.0, candidates.degraded)
        scores = self._scorer.rank(candidates.features)
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

    def candidates(self, text: str, language: Language, today: date) -> Candidates:
        """The sections worth scoring, with their features."""
        vector = self._embedder.encode_queries([text])[0]
        lexical, terms, hits = self._lexical(text, language)
        dense, degraded = self._dense(vector)
        asked_for = (row for key in self._known.nearest(vector, DEPTH) for row in self._rows_of[key])
        sections = self._sections.of({*dense, *hits, *asked_for}, language, today)
        asked = self._words.asked(text, language)
        match = self._words.match(asked, [section.rows for section in sections])
        known = self._known.match(vector, asked)
        features = self._features(sections, vector, (lexical, terms), asked, match, known, text, language)
        return Candidates(sections, features, degraded, vector, asked, match, municipalities(text), known)

    def signs(self, candidates: Candidates, scores: FloatArray, language: Language) -> FloatArray:
        """What tells whether the best section answers: shape (len(SIGNS),)."""
        best = int(np.argmax(scores))
        shares = np.exp(scores - scores[best])
        document = self._build.passages[candidates.sections[best].shown].document_id
        here = [n for n, s in enumerate(candidates.sections) if self._build.passages[s.shown].document_id == document]
        values = {
            **self.seen(candidates, best, language),
            "certainty": float(-np.log(shares.sum())),
            "page_certainty": float(np.log(sum(shares[place] for place in here) / shares.sum())),
        }
        return np.array([values[name] for name in SIGNS], dtype=np.float32)

    def seen(self, candidates: Candidates, place: int, language: Language) -> dict[str, float]:
        """The signs of one section, but for those that tell how far it is before the others."""
        section, asked = candidates.sections[place], candidates.asked
        page, weights = candidates.match.page[place], asked.weights
        share = weights / (weights.sum() or 1.0)
        met = np.log(np.clip(page, UNMET, 1.0)) @ share if len(weights) else np.log(UNMET)
        pieces = np.concatenate([self._pieces(row) for row in section.rows])
        features = dict(zip(FEATURES, (float(value) for value in candidates.features[place]), strict=True))
        piece = float(np.max(pieces @ candidates.vector, initial=0.0))
        nobody = candidates.known.get(NOBODY, Known())
        return {
            **features,
            "page_dense": float(np.mean(self._similar(self._words.page(section.rows), candidates.vector))),
            "nearest": max(piece, features["dense"]),  # of a list or a slide one line may answer
            "page_met": float(met),
            "worst_word": float(np.max(share * (1 - candidates.match.section[place]), initial=0.0)),
            "about": features["page_headings"] if self._build.passages[section.shown].topic else MET_BY_HEADINGS,
            "elsewhere": float(bool(candidates.elsewhere - self._municipalities(section.rows))),
            "length": min(len(asked.words), LONGEST) / WORDS_ASKED[language],
            "nobody_dense": nobody.dense,
            "nobody_words": nobody.words,
            "nobody_vote": nobody.vote,
        }

    def _features(
        self,
        sections: list[Section],
        vector: FloatArray,
        lexical: tuple[FloatArray, FloatArray],
        asked: Asked,
        match: Match,
        known: dict[int, Known],
        text: str,
        language: Language,
    ) -> FloatArray:
        """Shape (sections, len(FEATURES))."""
        if not sections:
            return np.zeros((0, len(FEATURES)), dtype=np.float32)
        bm25, terms = lexical
        groups = [section.rows for section in sections]
        rows = [row for group in groups for row in group]
        little = self._embedder.encode_documents([asked.little])[0]
        weights = asked.weights / (asked.weights.sum() or 1.0)
        askers = [self._known.group(self._build.passages[section.shown]) for section in sections]
        told = [known.get(asker, Known()) for asker in askers]
        kinds = asked_kinds(text)
        said = [frozenset().union(*(self._says(row) for row in group)) for group in groups]
        values = {
            "dense": best_of_section(self._similar(rows, vector), groups),
            "heading": mean_by_section(self._headings.similar(rows, vector), groups),
            "asking": best_of_section(self._askings.similar(rows, little), groups),
            "bm25": best_of_section(bm25[rows], groups),
            "page_bm25": np.array([bm25[list(self._words.page(group))].max() for group in groups]),
            "terms": best_of_section(terms[rows], groups),
            "words": match.section @ weights,
            "words_strict": match.section**4 @ weights,
            "heading_words": match.heading @ weights,
            "heading_met": match.heading_met,
            "piece_words": match.piece,
            "page_words": match.page @ weights,
            "page_headings": match.page_heading @ weights,
            "asked_dense": self._known.dense(vector, askers),
            "asked_words": np.array([each.words for each in told]),
            "asked_vote": np.array([each.vote for each in told]),
            "listed": np.array([float(self._known.listed(asker)) for asker in askers]),
            "kinds_met": np.array([float(len(kinds & each)) for each in said]),
            "kinds_unmet": np.array([float(len(kinds - each)) for each in said]),
            "own": np.array([float(self._build.passages[section.shown].language == language) for section in sections]),
            "languages": np.array([len({self._build.passages[row].language for row in group}) / 3 for group in groups]),
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

    def _lexical(self, text: str, language: Language) -> tuple[FloatArray, FloatArray, list[int]]:
        """BM25 of every row as a share of the sum of the terms' idf (at most about 2.5, k1 + 1): of all words, and of the
        glossary's terms alone; and the best rows.
        """
        scores = np.zeros((2, len(self._build.passages)), dtype=np.float32)
        hits: list[int] = []
        terms = self._terms.tokens(text, language)
        for code in LANGUAGES:
            for place, tokens in enumerate(([*self._analyser.tokens(text, code), *terms], terms)):
                index = self._build.lexical(code)
                most = sum(index.idf(token) for token in set(tokens)) or 1.0
                found = [(self._build.rows[code][at], score) for at, score in index.search(tokens, LEXICAL_DEPTH)]
                for row, score in found:
                    scores[place, row] = score / most
                hits += [row for row, _ in found[:DEPTH]] if place == 0 else []
        return scores[0], scores[1], hits

    def _rows_by_key(self) -> dict[Key, list[int]]:
        rows: dict[Key, list[int]] = {}
        for row, passage in enumerate(self._build.passages):
            rows.setdefault(key(passage), []).append(row)
        return rows

    def _little_words(self, passage: Passage) -> str:
        """What a heading asks for ("where", "how much"): its words without content."""
        found = (word.text for word in words(passage.heading))
        return " ".join(word for word in found if not self._analyser.content_words(word, passage.language))

    def _named(self, rows: tuple[int, ...]) -> frozenset[int]:
        found = (self._build.passages[row] for row in rows)
        return municipalities(" ".join(text for p in found for text in (p.title, *p.headings, p.text)))

    def _kinds_of(self, row: int) -> frozenset[str]:
        return said_kinds(self._build.passages[row].text)

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
