"""Quoting mode: a short answer made of the sources' own sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from app.asked_amount import asks_figure
from app.domain import AnswerSentence, Citation, Evidence, Language, Passage, Piece
from app.figures import measured, without_figures

ENOUGH = 70  # words: a plain document is quoted up to about here
LISTED = 140  # words: steps, and a list with the sentence that introduces it, come whole up to this length
NEIGHBOUR = 0.80  # a sentence this near to the best one (share of its cosine) belongs to the answer
# A second section is quoted too whose score is this near to the first's: which of them answers is hard to tell. On
# left-out topics one in six answers gets it; a quarter of these are right by it alone, a tenth by both.
CLOSE_ON_PAGE = 1.0
CLOSE_ELSEWHERE = 0.5  # of another page of the knowledge
MOST = 180  # words of both together
MOST_OF_CLAUSES = 260  # words, where a question asks for two or three things
LONG_OUT_OF_DATE = 5 * 365  # days
CONDITIONS = 2  # sentences that may follow the quoted one as its conditions
UNIT = 4  # letters, by which "euro" and "euros" are one
_UNIT = re.compile(r"\d[\d.,:–-]*\s?([^\W\d_]{2,})")
_EXCEPT = re.compile(
    r"^(?:but|except|unless|instead|mutta|paitsi|poikkeuk\w+|ellei|men|utom|undantag\w*)\b|\b(?:however|kuitenkin|dock)\b",
    re.IGNORECASE,
)
SAME_MATTER = (
    0.40  # cosine of two sentences without their numbers; 1% of unrelated sentences of our texts are nearer than 0.37
)

FloatArray = NDArray[np.float32]
Encode = Callable[[Sequence[str]], FloatArray]


@dataclass(frozen=True, slots=True)
class Draft:
    """Sentences with their citations, and the passages behind them (citation number - 1 indexes `passages`).

    `open_clauses` are the parts of the question that stay unanswered.
    """

    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    differing: tuple[Citation, ...] = ()
    open_clauses: tuple[str, ...] = ()


def quote(text: str, evidence: Sequence[Evidence], language: Language, encode: Encode, today: date) -> Draft:
    """Compose a short answer; of two sources that contradict each other the newer answers.

    Args:
        text: the stand-alone question.
        evidence: best first, the first of them answering the question.
        language: the asked language.
        encode: sentences to unit vectors of shape (n, dimensions).
    """
    vector = encode([text])[0]
    first = evidence[0].passage
    chosen = _chosen(first, text, vector, encode)
    against = _contradicting(first, chosen, evidence[1:], vector, encode)
    if against and is_newer(against[0], first, today):
        return _draft(
            [(against[0], _chosen(against[0], text, vector, encode))], _against(_main(chosen, vector, encode), first)
        )
    groups = [(first, chosen)]
    if len(evidence) > 1 and quoted_too(evidence[1], evidence[0]) and evidence[1].passage.language == language:
        more = _chosen(evidence[1].passage, text, vector, encode)
        groups += [(evidence[1].passage, more)] if _words(chosen) + _words(more) <= MOST else []
    return _draft(groups, _against(against[1], against[0]) if against else ())


def with_more(draft: Draft, other: Draft) -> Draft:
    """The first draft, and after it what the other has from other passages, where both together are not too long; what
    is too long with all of them may fit with the best.
    """
    number = len(draft.passages) + 1
    fresh = [n for n, passage in enumerate(other.passages, start=1) if passage not in draft.passages]
    more = _said_from(other, fresh)
    if len(fresh) > 1 and not _fits(draft, more):
        fresh = fresh[:1]
        more = _said_from(other, fresh)
    if not more or not _fits(draft, more):
        return draft
    numbers = {old: new for new, old in enumerate(fresh, start=number)}
    return replace(
        draft,
        sentences=(*draft.sentences, *(replace(s, citations=(numbers[s.citations[0]],)) for s in more)),
        citations=(*draft.citations, *(replace(other.citations[n - 1], number=numbers[n]) for n in fresh)),
        passages=(*draft.passages, *(other.passages[n - 1] for n in fresh)),
        differing=(*draft.differing, *other.differing),
    )


def near_enough(gap: float, *, same_page: bool, of_knowledge: bool) -> bool:
    """Whether a second section is quoted beside the first, whose score is higher by `gap`."""
    return gap < CLOSE_ON_PAGE if same_page else of_knowledge and gap < CLOSE_ELSEWHERE


def is_newer(one: Passage, two: Passage, today: date) -> bool:
    """Whether `one` is the newer text. A page without a date is held for newer than one that is long out of date."""
    if one.as_of and two.as_of:
        return one.as_of > two.as_of
    return two.as_of is not None and (today - two.as_of).days > LONG_OUT_OF_DATE


def _chosen(passage: Passage, text: str, vector: FloatArray, encode: Encode) -> list[Piece]:
    """The pieces of one passage that answer, in their order, with what stands between them where that is little. Where
    a figure is asked for and the nearest have none, the nearest that has one too.

    A section of knowledge was written to be quoted and comes whole: a rule that has lost its condition misleads.
    """
    pieces = list(passage.pieces)
    if passage.topic:
        return pieces
    near = encode([piece.text for piece in pieces]) @ vector
    order = [int(place) for place in np.argsort(-near)]
    kept = _unbroken({order[0]}, pieces)
    for place in order:
        if near[place] >= NEIGHBOUR * float(near.max()):
            kept = _with(place, kept, pieces)
    if asks_figure(text) and not any(_has_figure(pieces[place]) for place in kept):
        told = (place for place in order if _has_figure(pieces[place]))
        kept = _with(next(told, order[0]), kept, pieces)
    kept = _with_conditions(kept, pieces)
    whole = kept | {*range(min(kept), max(kept))}
    if _words([pieces[place] for place in whole]) <= ENOUGH:
        kept = whole
    return [pieces[place] for place in sorted(kept)]


def _with(place: int, kept: set[int], pieces: list[Piece]) -> set[int]:
    """With one piece more, where that is not too long."""
    more = _unbroken(kept | {place}, pieces)
    return more if _words([pieces[k] for k in more]) <= ENOUGH else kept


def _with_conditions(kept: set[int], pieces: list[Piece]) -> set[int]:
    """With what follows the last quoted sentence and limits it: an exception, or another figure of the same unit ("5 km
    … for the first two grades 3 km").
    """
    last = max(kept)
    for place in range(last + 1, min(last + 1 + CONDITIONS, len(pieces))):
        before, after = pieces[place - 1].text, pieces[place].text
        if not (_EXCEPT.search(after) or _units(before) & _units(after)):
            break
        kept = _with(place, kept, pieces)
    return kept


def _units(text: str) -> set[str]:
    return {unit[:UNIT].lower() for unit in _UNIT.findall(text)}


def _has_figure(piece: Piece) -> bool:
    return any(character.isdigit() for character in piece.text)


def _unbroken(kept: set[int], pieces: list[Piece]) -> set[int]:
    """A list item brings the sentence that introduces its list, a step all the steps beside it, and what introduces
    brings what it introduces: its list, or the answer to the question that it asks.
    """
    whole = set(kept)
    for i in kept:
        while i > 0 and pieces[i].kind != "text":
            i -= 1
            whole |= {i} if pieces[i].kind == "step" or _leads(pieces[i]) else set()
        run = list(takewhile(lambda k: pieces[k].kind == "step", range(i + 1, len(pieces))))
        if whole & set(run) and _words([pieces[k] for k in run]) <= LISTED:
            whole |= set(run)
    for i in sorted(whole):
        listed = _list_after(i, pieces) if _leads(pieces[i]) else []
        if listed and _words([pieces[k] for k in listed]) <= LISTED:
            whole |= set(listed)
        elif listed and not whole & set(listed):
            whole.add(listed[0])
        elif _leads(pieces[i]) or pieces[i].text.rstrip().endswith("?"):
            whole |= {i + 1} & {*range(len(pieces))}
    return whole


def _list_after(lead: int, pieces: list[Piece]) -> list[int]:
    return list(takewhile(lambda k: pieces[k].kind != "text", range(lead + 1, len(pieces))))


def _leads(piece: Piece) -> bool:
    return piece.kind == "text" and piece.text.rstrip().endswith(":")


def quoted_too(other: Evidence, first: Evidence) -> bool:
    """Whether a second passage is worth quoting beside the first: which of the two answers is hard to tell."""
    one, two = first.passage, other.passage
    same_page, of_knowledge = one.document_id == two.document_id, bool(one.topic and two.topic)
    return near_enough(first.score - other.score, same_page=same_page, of_knowledge=of_knowledge)


def _said_from(draft: Draft, numbers: Sequence[int]) -> list[AnswerSentence]:
    return [s for s in draft.sentences if s.citations and s.citations[0] in numbers]


def _fits(draft: Draft, more: Sequence[AnswerSentence]) -> bool:
    return _length(draft.sentences) + _length(more) <= MOST_OF_CLAUSES


def _length(sentences: Sequence[AnswerSentence]) -> int:
    return sum(len(sentence.text.split()) for sentence in sentences)


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
    """Another document's sentence that gives another figure for the same thing.

    Two pages of the knowledge do not contradict each other: a figure stands in facts.toml once.
    """
    if not any(measured(piece.text) for piece in chosen):
        return None
    main = _main(chosen, vector, encode)
    for other in others:
        passage = other.passage
        if passage.document_id == first.document_id or (passage.topic and first.topic):
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
