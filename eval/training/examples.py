"""Training questions with what retrieval finds for them in a build."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from app.answer.quoting import near_enough
from app.domain import Language, Passage, Turn
from app.follow_up import stand_alone
from app.library import Library
from app.retrieve import Candidates, Retriever
from app.scorer import SIGNS, FloatArray, Network
from eval.cases import Case
from eval.training.as_typed import sometimes_typed
from eval.training.variants import Variant

BETWEEN = ("certainty", "page_certainty")  # signs that tell how far the best section is before the others
LOOKED_AT = 8  # sections of which the signs are kept: one further back is hardly ever ranked first
UNSURE = 0.5  # weight of a question whose topic the build lacks: another topic may answer it all the same
# Weight of a question that was written without knowing the texts. People write so, and there are fewer of them; on
# left-out topics the area under the curve of the calibration is 0.836 without them, 0.856 with weight 1, 0.858 with 3.
BLIND = 3.0
TYPED = 0.3  # share of the questions that are read as they are typed on a phone


@dataclass(frozen=True, slots=True)
class Example:
    """One question of one build: its candidates' features, which of them answer, their documents and signs.

    `signs` are (candidates, len(SIGNS) - len(BETWEEN)), not a number for those that were not looked at.
    """

    group: str
    answerable: bool
    sure: bool
    weight: float
    features: FloatArray
    gold: NDArray[np.bool_]
    documents: tuple[str, ...]
    of_knowledge: tuple[bool, ...]
    signs: FloatArray

    def signs_of_best(self, scores: FloatArray) -> FloatArray:
        """What app/retrieve.py makes of these scores, shape (len(SIGNS),)."""
        best = int(np.argmax(scores))
        shares = np.exp(scores - scores[best])
        here = [place for place, document in enumerate(self.documents) if document == self.documents[best]]
        found = dict(zip(_alone(), self.signs[best], strict=True))
        found["certainty"] = -np.log(shares.sum())
        found["page_certainty"] = np.log(sum(shares[place] for place in here) / shares.sum())
        return np.array([found[name] for name in SIGNS], dtype=np.float32)

    def right(self, scores: FloatArray) -> bool:
        """Whether what app/answer/quoting.py would quote answers."""
        first, *rest = (int(place) for place in np.argsort(-scores, kind="stable"))
        quoted = [first, *(place for place in rest[:1] if self._quoted_too(first, place, scores))]
        return self.answerable and any(self.gold[place] for place in quoted)

    def _quoted_too(self, first: int, place: int, scores: FloatArray) -> bool:
        same_page = self.documents[place] == self.documents[first]
        of_knowledge = self.of_knowledge[first] and self.of_knowledge[place]
        return near_enough(float(scores[first] - scores[place]), same_page=same_page, of_knowledge=of_knowledge)


def make_examples(
    library: Library, variant: Variant, cases: Sequence[Case], guess: Network, sentences: Mapping[str, set[str]]
) -> Iterator[Example]:
    """Examples of a share of the cases.

    Args:
        guess: ranks well enough to tell which sections may come first.
        sentences: the sections that each sentence of the knowledge stands in.
    """
    retriever = library.require().retriever
    passages = library.require().build.passages
    holds = [sections_of(passage, sentences) for passage in passages]
    there = frozenset().union(*holds)
    chance, typing = random.Random(variant.name), random.Random(f"{variant.name}, typed")
    for case in (case for case in cases if chance.random() < variant.asked):
        question = library.writing.read(sometimes_typed(case.question, TYPED, typing), case.language)
        text = stand_alone(question, tuple(Turn(earlier, earlier) for earlier in case.history))
        candidates = retriever.candidates(text, case.language, date.today())
        if not candidates.sections:
            continue
        shown = [section.shown for section in candidates.sections]
        gold = np.array([not holds[row].isdisjoint(case.gold) for row in shown], dtype=bool)
        yield Example(
            group=case.topic or case.id,
            answerable=not there.isdisjoint(case.gold),
            sure=not case.gold or not there.isdisjoint(case.gold),
            weight=weight_of(case, sure=not case.gold or not there.isdisjoint(case.gold)),
            features=candidates.features,
            gold=gold,
            documents=tuple(passages[row].document_id for row in shown),
            of_knowledge=tuple(bool(passages[row].topic) for row in shown),
            signs=_signs(retriever, candidates, guess.logits(candidates.features), gold, case.language),
        )


def sections_of(passage: Passage, sentences: Mapping[str, set[str]]) -> frozenset[str]:
    """The sections that most of a passage's sentences come from, or a third where they come from several."""
    if passage.topic:
        return frozenset({f"{passage.topic}#{passage.anchor}"})
    found = Counter(section for piece in passage.pieces for section in sentences.get(piece.text, ()))
    return frozenset(section for section, count in found.items() if count * 3 >= len(passage.pieces))


def weight_of(case: Case, *, sure: bool) -> float:
    return (1.0 if case.style == "training" else BLIND) * (1.0 if sure else UNSURE)


def _signs(
    retriever: Retriever, candidates: Candidates, scores: FloatArray, gold: NDArray[np.bool_], language: Language
) -> FloatArray:
    looked_at = {*(int(place) for place in np.argsort(-scores)[:LOOKED_AT]), *(int(n) for n in np.flatnonzero(gold))}
    names = _alone()
    signs = np.full((len(candidates.sections), len(names)), np.nan, dtype=np.float32)
    for place in looked_at:
        seen = retriever.seen(candidates, place, language)
        signs[place] = [seen[name] for name in names]
    return signs


def _alone() -> list[str]:
    return [name for name in SIGNS if name not in BETWEEN]
