"""Quoting mode: a short answer made of the sources' own sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from app.domain import AnswerSentence, Citation, Evidence, Language, Passage, Piece
from app.figures import measured, without_figures

WHOLE_SECTION = 95  # words: a knowledge section up to this length is quoted whole, it was written for that
ENOUGH = 70  # words: a longer one, or a plain document, is quoted up to about here
NEIGHBOUR = 0.80  # a sentence this near to the best one (share of its cosine) belongs to the answer
CLOSE = 1.5  # a second section of the same page whose score is this near to the first's is quoted too
MOST = 150  # words of both together
LONG_OUT_OF_DATE = 5 * 365  # days
SAME_MATTER = 0.55  # cosine of two sentences without their numbers, above which they speak of the same thing

FloatArray = NDArray[np.float32]
Encode = Callable[[Sequence[str]], FloatArray]


@dataclass(frozen=True, slots=True)
class Draft:
    """Sentences with their citations, and the passages behind them (citation number - 1 indexes `passages`)."""

    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    differing: tuple[Citation, ...] = ()


def quote(text: str, evidence: Sequence[Evidence], language: Language, encode: Encode, today: date) -> Draft:
    """Compose an answer of 40 to 150 words, steps kept whole; of two that contradict each other the newer answers.

    Args:
        text: the stand-alone question.
        evidence: best first, the first of them answering the question.
        language: the asked language.
        encode: sentences to unit vectors of shape (n, dimensions).
    """
    vector = encode([text])[0]
    first = evidence[0].passage
    chosen = _chosen(first, vector, encode)
    against = _contradicting(first, chosen, evidence[1:], vector, encode)
    if against and is_newer(against[0], first, today):
        return _draft(
            [(against[0], _chosen(against[0], vector, encode))], _against(_main(chosen, vector, encode), first)
        )
    groups = [(first, chosen)]
    if len(evidence) > 1 and _adds(evidence[1], evidence[0], language):
        more = _fitting(evidence[1].passage, MOST - _words(chosen), vector, encode)
        groups += [(evidence[1].passage, more)] if more else []
    return _draft(groups, _against(against[1], against[0]) if against else ())


def is_newer(one: Passage, two: Passage, today: date) -> bool:
    """Whether `one` is the newer text. A page without a date is held for newer than one that is long out of date."""
    if one.as_of and two.as_of:
        return one.as_of > two.as_of
    return two.as_of is not None and (today - two.as_of).days > LONG_OUT_OF_DATE


def _chosen(passage: Passage, vector: FloatArray, encode: Encode) -> list[Piece]:
    """The pieces of one passage that answer, in their order."""
    pieces = list(passage.pieces)
    if passage.topic and _words(pieces) <= WHOLE_SECTION:
        return pieces
    near = encode([piece.text for piece in pieces]) @ vector
    steps = [i for i, piece in enumerate(pieces) if piece.kind == "step"]
    kept = {0, *_with_steps(pieces, steps)} if passage.topic else {int(np.argmax(near))}
    for i in np.argsort(-near):
        if near[i] < NEIGHBOUR * float(near.max()) and not (passage.topic and len(kept) < 3):
            break
        if _words([pieces[k] for k in kept | {int(i)}]) <= ENOUGH:
            kept.add(int(i))
    return [pieces[i] for i in sorted(_unbroken(kept, pieces))]


def _with_steps(pieces: list[Piece], steps: list[int]) -> set[int]:
    """Steps come whole, with the sentence that leads to them."""
    return {max(0, steps[0] - 1), *steps} if steps and _words([pieces[i] for i in steps]) <= 2 * ENOUGH else set()


def _unbroken(kept: set[int], pieces: list[Piece]) -> set[int]:
    """A list item brings the sentence that introduces its list."""
    leads = set()
    for i in kept:
        while i > 0 and pieces[i].kind == "item":
            i -= 1
            if pieces[i].kind == "text" and pieces[i].text.rstrip().endswith(":"):
                leads.add(i)
    return kept | leads


def _adds(other: Evidence, first: Evidence, language: Language) -> bool:
    """Whether a second passage is worth quoting beside the first: which of the two answers is hard to tell."""
    near = first.score - other.score < CLOSE
    return near and other.passage.language == language and other.passage.document_id == first.passage.document_id


def _fitting(passage: Passage, room: int, vector: FloatArray, encode: Encode) -> list[Piece]:
    """What answers in a second passage, or as much of it as there is room for: the first sentence, then the
    nearest; steps come whole or not at all.
    """
    chosen = _chosen(passage, vector, encode)
    if _words(chosen) <= room:
        return chosen
    near = encode([piece.text for piece in chosen]) @ vector
    kept: set[int] = set()
    for i in (0, *(int(place) for place in np.argsort(-near))):
        if chosen[i].kind != "step" and _words([chosen[k] for k in _unbroken(kept | {i}, chosen)]) <= room:
            kept = _unbroken(kept | {i}, chosen)
    return [chosen[i] for i in sorted(kept)] if 0 in kept else []


def _words(pieces: list[Piece]) -> int:
    return sum(len(piece.text.split()) for piece in pieces)


def _draft(groups: list[tuple[Passage, list[Piece]]], differing: tuple[Citation, ...]) -> Draft:
    sentences: list[AnswerSentence] = []
    citations: list[Citation] = []
    for number, (passage, pieces) in enumerate(groups, start=1):
        sentences += [AnswerSentence(piece.text, (number,), piece.kind) for piece in pieces]
        citations.append(Citation(number, " ".join(piece.text for piece in pieces), passage.source))
    return Draft(tuple(sentences), tuple(citations), tuple(passage for passage, _ in groups), differing)


def _against(piece: Piece, passage: Passage) -> tuple[Citation, ...]:
    return (Citation(2, piece.text, passage.source),)


def _contradicting(
    first: Passage, chosen: list[Piece], others: Sequence[Evidence], vector: FloatArray, encode: Encode
) -> tuple[Passage, Piece] | None:
    """Another document's sentence that gives another figure for the same thing."""
    if not any(measured(piece.text) for piece in chosen):
        return None
    main = _main(chosen, vector, encode)
    for other in others:
        passage = other.passage
        if passage.document_id == first.document_id or (passage.topic and passage.topic == first.topic):
            continue
        found = next((piece for piece in passage.pieces if _contradicts(main, piece, encode)), None)
        if found:
            return passage, found
    return None


def _main(pieces: list[Piece], vector: FloatArray, encode: Encode) -> Piece:
    """The sentence with a figure that is nearest to the question."""
    told = [piece for piece in pieces if measured(piece.text)] or pieces
    return told[int(np.argmax(encode([piece.text for piece in told]) @ vector))]


def _contradicts(one: Piece, two: Piece, encode: Encode) -> bool:
    """Same unit, other value, same matter."""
    ours, theirs = measured(one.text), measured(two.text)
    units = {f.unit for f in ours} & {f.unit for f in theirs} & {"percent", "money"}
    if not any(
        {f.value for f in ours if f.unit == u}.isdisjoint({f.value for f in theirs if f.unit == u}) for u in units
    ):
        return False
    a, b = encode([without_figures(one.text), without_figures(two.text)])
    return float(a @ b) >= SAME_MATTER
