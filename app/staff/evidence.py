"""The passages behind an answer as the page shows them, each with the same section in another language beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby, zip_longest
from typing import Literal

from app.answer.notices import OLD
from app.assistant import Assistant
from app.domain import Answer, AnswerSentence, Citation, Evidence, Language, Passage, Piece, PieceKind

Sister = Callable[[Passage, Language], Passage | None]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a list or numbered steps. `citations` are those of its last sentence."""

    kind: PieceKind
    texts: tuple[str, ...]
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A passage to be read. `is_old` by the same measure by which an answer says its source's age."""

    passage: Passage
    blocks: tuple[Block, ...]
    is_old: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One passage that was found. `numbers`: the citations that rest on it; none where it was found and not used.

    `pair`: whether the section in the other language is `beside`, is this passage itself (`same`), or is `missing`.
    """

    evidence: Evidence
    numbers: tuple[int, ...]
    text: Text
    beside: Text | None
    pair: Literal["beside", "same", "missing"]


def cards(
    answer: Answer, found: Sequence[Evidence], sister: Sister, language: Language, today: date
) -> tuple[Card, ...]:
    """Those that the answer rests on first, in its order; then the others, best first."""
    numbers = _numbers(answer.citations, [item.passage for item in found])
    made = [_card(item, numbers.get(item.passage.id, ()), sister, language, today) for item in found]
    return tuple(sorted(made, key=lambda card: card.numbers or (len(answer.citations) + 1,)))


def titles(assistant: Assistant) -> dict[str, tuple[str, Language]]:
    """Title and language of each document of the current build, by its id."""
    shelf = assistant.library.shelf
    found = shelf.build.passages if shelf else ()
    return {passage.document_id: (passage.title, passage.language) for passage in found}


def blocks(sentences: Sequence[AnswerSentence]) -> tuple[Block, ...]:
    """The sentences of an answer as they are read; a new block where the source or the form changes."""
    runs = groupby(sentences, key=lambda sentence: (sentence.kind, sentence.citations))
    made = [Block(kind, tuple(sentence.text for sentence in run), numbers) for (kind, numbers), run in runs]
    # The marker stands once, at the end of what rests on one source.
    return tuple(
        replace(block, citations=()) if after and after.citations == block.citations else block
        for block, after in zip_longest(made, made[1:])
    )


def _numbers(citations: Sequence[Citation], found: Sequence[Passage]) -> dict[str, tuple[int, ...]]:
    """The numbers of the citations that rest on each passage, by its id.

    A long section is split into passages of one source: the quotation tells which of them is meant, where it can.
    """
    numbers: dict[str, tuple[int, ...]] = {}
    for citation in citations:
        same = [passage for passage in found if passage.source == citation.source]
        quoted = [passage for passage in same if any(piece.text in citation.quote for piece in passage.pieces)]
        for passage in quoted or same:
            numbers[passage.id] = (*numbers.get(passage.id, ()), citation.number)
    return numbers


def _card(item: Evidence, numbers: tuple[int, ...], sister: Sister, language: Language, today: date) -> Card:
    passage = _text(item.passage, today)
    if item.passage.language == language:
        return Card(item, numbers, passage, None, "same")
    other = sister(item.passage, language)
    return Card(item, numbers, passage, _text(other, today) if other else None, "beside" if other else "missing")


def _text(passage: Passage, today: date) -> Text:
    old = passage.as_of is not None and today - passage.as_of > timedelta(days=OLD)
    return Text(passage, _passage_blocks(passage.pieces), old)


def _passage_blocks(pieces: Sequence[Piece]) -> tuple[Block, ...]:
    runs = groupby(pieces, key=lambda piece: piece.kind)
    return tuple(Block(kind, tuple(piece.text for piece in run)) for kind, run in runs)
