"""Finding the passages that answer: dense and lexical side by side, over all three languages at once.

Sister passages (same topic and anchor) are one section. A section is scored by what its sisters show together, so a
question finds the same section in whatever language it is asked; then the sister in the asked language is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import structlog

from app.asked_match import AskedMatch, Looked
from app.countries import is_for_others
from app.domain import LANGUAGES, Evidence, Language, Passage, Retrieved
from app.elsewhere import asked_elsewhere, municipalities
from app.embedding import Embedder
from app.features import Features, Query
from app.focus import focus_of
from app.index import Build
from app.known_questions import NOBODY, Key, key
from app.lexical import Analyser
from app.scorer import FEATURES, SIGNS, FloatArray, Scorer
from app.sections import Section, Sections, best_of_section
from app.spelling import Speller
from app.subject import has_subject
from app.terms import TERM, Terms
from app.word_match import WordMatch
from app.words import words

DEPTH = 20  # hits taken from each list; three dense, three lexical, three of known questions
LEXICAL_DEPTH = 200  # hits whose lexical score is known; only the first `DEPTH` of them become candidates
PROMISING = 32  # sections that are scored
KEPT = 16  # a page that differs may stand far behind: at 12 one of 2016 was overlooked
# What a section for the other side of the EU's border loses: more than lies between the best two in 96% of questions.
OTHER_SIDE = 6.0
SURE = 0.95  # probability of an answer to a question that is listed at the section
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

    query: Query
    sections: list[Section]
    features: FloatArray
    met: FloatArray
    looked: Looked
    elsewhere: frozenset[int]
    degraded: bool


class Retriever:
    """Searches one build. Made anew when the build changes."""

    def __init__(self, build: Build, embedder: Embedder, analyser: Analyser, scorer: Scorer) -> None:
        self._build = build
        self._embedder, self._table = embedder, embedder.table
        self._analyser = analyser
        self._scorer = scorer
        self._sections = Sections(build.passages)
        self._words = WordMatch(build, self._table, analyser)
        self._known = AskedMatch(build, self._table, analyser)
        self._features = Features(build, self._table, analyser, self._known)
        self._rows_of = self._rows_by_key()
        self._terms = Terms(build.terms, analyser)
        self._speller = Speller(_written(build), analyser)
        self._pieces = lru_cache(maxsize=5_000)(self._piece_vectors)
        self._municipalities = lru_cache(maxsize=5_000)(self._named)
        for language, text in FIRST_QUESTIONS.items():  # opens the store, so that nobody has to wait for it
            self.retrieve(text, language, date.min)

    def retrieve(self, text: str, language: Language, today: date) -> Retrieved:
        """The passages nearest to a question, scored; the question's language is preferred."""
        candidates = self.candidates(text, language, today)
        if not candidates.sections:
            return Retrieved((), 0.0, candidates.degraded)
        scores = self._scorer.rank(candidates.features) - OTHER_SIDE * self._on_the_other_side(
            text, candidates.sections
        )
        order = [int(place) for place in np.argsort(-scores, kind="stable")]
        signs = self.signs(candidates, scores, language)
        probability = self._known_answer(text, candidates.sections[order[0]], self._scorer.probability(signs))
        best = float(scores[order[0]])
        return Retrieved(
            tuple(self._evidence(candidates, place, float(scores[place]), probability, best) for place in order[:KEPT]),
            probability,
            candidates.degraded,
            tuple(float(sign) for sign in signs),
        )

    def _on_the_other_side(self, text: str, sections: list[Section]) -> FloatArray:
        """1 for each section for people inside the EU where a country outside is named, or the other way round, and for
        one for Nordic citizens where nobody speaks of them.
        """
        headings = (self._build.passages[section.shown].headings for section in sections)
        return np.array([is_for_others(text, each) for each in headings], dtype=np.float32)

    def _known_answer(self, text: str, best: Section, probability: float) -> float:
        """What is known beats the estimate: the question is listed word for word at the best section, or as one that
        its topic does not answer; or it has no subject.
        """
        passage = self._build.passages[best.shown]
        listed = self._known.listed_at(text)
        if (passage.topic, NOBODY) in listed or not has_subject(text):
            return 0.0
        return max(probability, SURE) if key(passage) in listed else probability

    def mended(self, text: str) -> str:
        """The text as it is searched: without wrong letters in long words."""
        return self._speller.mend(text)

    def lists(self, text: str) -> bool:
        """Whether a section lists this question word for word."""
        return any(anchor != NOBODY for _, anchor in self._known.listed_at(text))

    def term(self, text: str, language: Language) -> str:
        """The glossary's own name of the term that the text is, in whatever form it stands; empty where it is none."""
        keys = self._terms.find(text, language)
        names = self._build.terms[keys[0]].get(language, ()) if len(keys) == 1 else ()
        words = len(self._analyser.content_words(text, language))
        return next((name for name in names if len(self._analyser.content_words(name, language)) == words), "")

    def says(self, passage: Passage, text: str, language: Language) -> bool:
        """Whether a passage holds every word of the text that names a matter, in whatever form."""
        asked = {word for word in self._analyser.content_words(text, language) if has_subject(word)}
        return bool(asked) and asked <= set(self._analyser.content_words(passage.text, passage.language))

    def section(self, topic: str, anchor: str, language: Language, today: date) -> Passage | None:
        """A section by its name, in the asked language; None where the build lacks it or it is out of date."""
        found = self._sections.of(self._rows_of.get((topic, anchor), ()), language, today)
        shown = (self._build.passages[section.shown] for section in found)
        return next((passage for passage in shown if passage.language == language), None)

    def candidates(self, text: str, language: Language, today: date) -> Candidates:
        """The sections worth scoring, with their features."""
        text = self.mended(text)
        read = self._embedder.encode_queries([text])[0]
        vector = self._table.encode_queries([text])[0]
        focus = self._focus(text, language)
        bm25, terms, hits = self._lexical(text, language)
        dense, degraded = self._dense(read)
        asked = self._words.asked(text, language)
        looked = self._known.look_up(np.stack([vector, focus]), read, asked)
        asked_for = (row for key in self._known.nearest(looked, DEPTH) for row in self._rows_of.get(key, ()))
        sections = self._sections.of({*dense, *hits, *asked_for}, language, today)
        sections = self._promising(sections, read, vector, bm25, looked)
        query = Query(language, read, vector, focus, asked, bm25, terms)
        met = self._words.match(query.asked, [section.rows for section in sections])
        features = self._features.of(query, sections, met, looked)
        return Candidates(query, sections, features, met, looked, asked_elsewhere(text), degraded)

    def _focus(self, text: str, language: Language) -> FloatArray:
        """The heart of the question: by its words where the model weighs them, else its last sentence that asks."""
        heart = self._table.encode_heart(text)
        return self._table.encode_queries([focus_of(text, language)])[0] if heart is None else heart

    def _promising(
        self, sections: list[Section], read: FloatArray, vector: FloatArray, bm25: FloatArray, looked: Looked
    ) -> list[Section]:
        """Those worth a closer look, by what costs nothing.

        Before the transformer came, 8 of 3,500 training questions lost their section here.
        """
        if len(sections) <= PROMISING:
            return sections
        groups = [section.rows for section in sections]
        rows = [row for group in groups for row in group]
        alike = self._features.read_alike(rows, read) + self._features.similar(rows, vector)
        nearest = best_of_section(alike + bm25[rows], groups)
        askers = [self._known.group(self._build.passages[section.shown]) for section in sections]
        order = np.argsort(-(nearest + looked.best[askers].sum(axis=1)), kind="stable")
        return [sections[place] for place in sorted(order[:PROMISING].tolist())]

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
        section, asked, vector = candidates.sections[place], candidates.query.asked, candidates.query.vector
        share = asked.weights / (asked.weights.sum() or 1.0)
        pieces = np.concatenate([self._pieces(row) for row in section.rows])
        features = dict(zip(FEATURES, (float(value) for value in candidates.features[place]), strict=True))
        piece = float(np.max(pieces @ vector, initial=0.0))
        nobody = self._known.nobody(self._build.passages[section.shown])
        known = candidates.looked.of(nobody)
        return {
            **features,
            "nearest": max(piece, features["dense"]),  # of a list or a slide one line may answer
            "piece_met": self._words.by_one_piece(asked, section.rows),
            "worst_word": float(np.max(share * (1 - candidates.met[place]), initial=0.0)),
            "elsewhere": float(bool(candidates.elsewhere - self._municipalities(section.rows))),
            "length": min(len(asked.words), LONGEST) / WORDS_ASKED[language],
            "nobody_read": candidates.looked.read(nobody),
            "nobody_dense": known.dense,
            "nobody_words": known.words,
            "nobody_vote": candidates.looked.share_of_nobody(nobody),
        }

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
        """BM25 of every row as a share of the sum of the terms' idf (at most about 2.5, k1 + 1): of all words, and of
        the glossary's terms alone; and the best rows.
        """
        scores = np.zeros((2, len(self._build.passages)), dtype=np.float32)
        hits: list[int] = []
        terms = [TERM + key for key in self._terms.find_in_question(text, language)]
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

    def _named(self, rows: tuple[int, ...]) -> frozenset[int]:
        found = (self._build.passages[row] for row in rows)
        return municipalities(" ".join(text for p in found for text in (p.title, *p.headings, p.text)))

    def _piece_vectors(self, row: int) -> FloatArray:
        return self._table.encode_documents([piece.text for piece in self._build.passages[row].pieces])

    def _evidence(self, candidates: Candidates, place: int, score: float, probability: float, best: float) -> Evidence:
        values = dict(zip(FEATURES, (float(f) for f in candidates.features[place]), strict=True))
        return Evidence(
            passage=self._build.passages[candidates.sections[place].shown],
            score=score,
            probability=probability * float(np.exp(min(0.0, score - best))),
            dense=values["dense"],
            lexical=values["bm25"],
        )


def _written(build: Build) -> Iterator[str]:
    """What a word of a question may mean: the texts' lemmas; words of texts, known questions and the glossary."""
    yield from (term for code in LANGUAGES for term in build.lexical(code).terms)
    yield from build.words.words
    names = {name for by_language in build.terms.values() for names in by_language.values() for name in names}
    yield from (word.text for name in names for word in words(name))
