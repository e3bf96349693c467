"""Gaps: questions that were not answered well, the similar ones together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from app.domain import Language

GapKind = Literal["unanswered", "partial", "badly_rated", "failed"]
FloatArray = NDArray[np.float32]
Encode = Callable[[Sequence[str]], FloatArray]

CLOSE = 0.6  # cosine from which two wordings ask the same, in one language or across
ALIKE = 85.0  # RapidFuzz's ratio from which they do, where no vectors are at hand; in one language only
MOST_WORDINGS = 2_000  # the most frequent; grouping compares each with each leader
SHOWN = 10
_SMALL_WORDS = (
    "how do does can could i my me we you the a an is are what where when who which why for to of in on at and or "
    "it there have has need get with if be will should "
    "miten mikä mitä mistä missä mihin milloin kuka kenelle miksi voiko voinko saako saanko onko olen on ja tai että "
    "minun minä minulla minulle se ei kun jos "
    "hur var när vad vem vilken vilka varför kan får jag min mitt mina mig en ett är om och eller att för till av i på "
    "med det den har man ska"
)
_QUESTION_WORDS = frozenset(_SMALL_WORDS.split())


@dataclass(frozen=True, slots=True)
class GapQuestion:
    """A stored question that was not answered well. `sources` are the document ids that it was answered from."""

    answer_id: str
    text: str
    language: Language
    kind: GapKind
    reason: str | None
    asked_at: datetime
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    text: str
    language: Language
    count: int


@dataclass(frozen=True, slots=True)
class Gap:
    """`wordings`, `sources` and `answer_ids` are the most frequent or latest ones; `count` counts all."""

    title: str
    count: int
    wordings: tuple[Wording, ...]
    languages: dict[str, int]
    kinds: dict[str, int]
    reasons: dict[str, int]
    first_seen: datetime
    last_seen: datetime
    sources: tuple[str, ...]
    answer_ids: tuple[str, ...]


def grouped(questions: Sequence[GapQuestion], limit: int, encode: Encode | None = None) -> list[Gap]:
    """The largest gaps first. The most frequent wording leads its group, so groups do not depend on the order asked."""
    same: dict[tuple[str, str], list[GapQuestion]] = {}
    for question in questions:
        same.setdefault((question.language, _bare(question.text)), []).append(question)
    wordings = sorted(same.values(), key=lambda group: (-len(group), group[0].language, group[0].text))[:MOST_WORDINGS]
    groups: dict[int, list[list[GapQuestion]]] = {}
    for leader, wording in zip(_leaders(wordings, encode), wordings, strict=True):
        groups.setdefault(leader, []).append(wording)
    gaps = [_gap(group) for group in groups.values()]
    return sorted(gaps, key=lambda gap: (-gap.count, -gap.last_seen.timestamp()))[:limit]


def _leaders(wordings: Sequence[Sequence[GapQuestion]], encode: Encode | None) -> list[int]:
    """For each wording the position of the first one that leads its group, itself where none is close."""
    firsts = [wording[0] for wording in wordings]
    if encode is None or not firsts:
        return _leaders_by_words(firsts)
    encoded = encode([first.text for first in firsts])
    vectors = encoded / np.maximum(np.linalg.norm(encoded, axis=1, keepdims=True), 1e-9)
    leading: list[int] = []
    found = []
    for number, vector in enumerate(vectors):
        scores = vectors[leading] @ vector
        best = int(scores.argmax()) if leading else 0
        if not leading or scores[best] < CLOSE:
            leading.append(number)
            best = len(leading) - 1
        found.append(leading[best])
    return found


def _leaders_by_words(firsts: Sequence[GapQuestion]) -> list[int]:
    """One word alone ("Kela") is not like every question that holds it: such are compared among themselves."""
    leading: dict[tuple[str, bool], tuple[list[str], list[int]]] = {}
    found = []
    for number, first in enumerate(firsts):
        words = _content(first.text)
        others, positions = leading.setdefault((first.language, " " in words), ([], []))
        scorer = fuzz.token_set_ratio if " " in words else fuzz.ratio
        like = process.extractOne(words, others, scorer=scorer, score_cutoff=ALIKE)
        if like is None:
            others.append(words)
            positions.append(number)
        found.append(positions[like[2]] if like else number)
    return found


def _gap(wordings: Sequence[Sequence[GapQuestion]]) -> Gap:
    asked = sorted((question for wording in wordings for question in wording), key=lambda q: q.asked_at, reverse=True)
    shown = [Wording(wording[0].text, wording[0].language, len(wording)) for wording in wordings[:SHOWN]]
    sources = Counter(source for question in asked for source in question.sources)
    return Gap(
        title=wordings[0][0].text,
        count=len(asked),
        wordings=tuple(shown),
        languages=_counted(question.language for question in asked),
        kinds=_counted(question.kind for question in asked),
        reasons=_counted(question.reason for question in asked if question.reason),
        first_seen=asked[-1].asked_at,
        last_seen=asked[0].asked_at,
        sources=tuple(source for source, _ in sources.most_common(SHOWN)),
        answer_ids=tuple(question.answer_id for question in asked[:SHOWN]),
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values).most_common())


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _content(text: str) -> str:
    """Without the words of which questions are made; where there is nothing else, all."""
    words = _bare(text).split()
    return " ".join([word for word in words if word not in _QUESTION_WORDS] or words)
