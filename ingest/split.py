"""Sections to passages of at most 150 words, cut at the borders of sentences, bullets and steps."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from langchain_text_splitters import RecursiveCharacterTextSplitter

from app.domain import Language, Passage, Piece
from app.sentences import split_sentences
from ingest.document import Block, Document, Section

LONGEST = 150  # words
LONGEST_WORD = 20  # characters


def split_document(document: Document) -> list[Passage]:
    """The document's passages in its order."""
    return [passage for section in document.sections for passage in _passages(document, section)]


def _passages(document: Document, section: Section) -> Iterator[Passage]:
    pieces = [numbered for block in section.blocks for numbered in _pieces(block, section.language)]
    for number, part in enumerate(_packed(pieces), start=1):
        yield _passage(document, section, part, number)


def _passage(document: Document, section: Section, part: Sequence[tuple[Piece, str]], number: int) -> Passage:
    suffix = f"~{number}" if number > 1 else ""
    text = _joined(part)
    passage = Passage(
        id=f"{document.id}#{section.anchor}{suffix}",
        document_id=document.id,
        anchor=section.anchor,
        topic=document.topic,
        language=section.language,
        title=document.title,
        headings=section.headings,
        text=text,
        pieces=tuple(piece for piece, _ in part),
        url=section.url,
        publisher=section.publisher,
        owner=section.owner or document.owner,
        audience=document.audience,
        as_of=section.as_of,
        checked_on=document.checked_on,
        valid_until=document.valid_until,
        reviewed=document.reviewed,
        draft=document.draft,
        page_title=section.page_title,
        page_language=section.page_language,
    )
    return replace(passage, digest=hashlib.sha256(passage.embedded_text.encode()).hexdigest())


def _pieces(block: Block, language: Language) -> Iterator[tuple[Piece, str]]:
    """The pieces of a block, each with what stands before it in the passage's text."""
    if block.kind == "text":
        for number, sentence in enumerate(split_sentences(block.text, language)):
            for part in _short(sentence):
                yield Piece(part), "\n" if number == 0 else " "
        return
    is_step = block.kind == "step"
    mark = f"\n{block.number}. " if is_step else "\n• "
    for number, part in enumerate(_short(block.text)):
        yield Piece(part, "step" if is_step else "item"), mark if number == 0 else " "


def _short(text: str) -> list[str]:
    """A text in parts that fit a passage with a bullet before them: nearly always itself."""
    if _words(text) < LONGEST:
        return [text]
    splitter = RecursiveCharacterTextSplitter(
        separators=[". ", "; ", ", ", " ", ""],
        keep_separator="end",
        chunk_size=LONGEST - 1,
        chunk_overlap=0,
        length_function=_words,
    )
    return [part.strip() for part in splitter.split_text(text)]


def _packed(pieces: Sequence[tuple[Piece, str]]) -> Iterator[list[tuple[Piece, str]]]:
    """Parts of about equal length, cut between paragraphs and bullets where that fits: no crumb is left over."""
    sizes = [_words(lead + piece.text) for piece, lead in pieces]
    to_come = math.ceil(sum(sizes) / LONGEST)
    aim = 0.9 * sum(sizes) / max(1, to_come)
    part: list[tuple[Piece, str]] = []
    size = 0
    for (piece, lead), words in zip(pieces, sizes, strict=True):
        if part and (size + words > LONGEST or (to_come > 1 and size >= aim and lead != " ")):
            yield part
            part, size, to_come = [], 0, to_come - 1
        part.append((piece, lead))
        size += words
    if part:
        yield part


def _joined(part: Sequence[tuple[Piece, str]]) -> str:
    return "".join(lead + piece.text for piece, lead in part).strip()


def _words(text: str) -> int:
    """A text without spaces counts by its length, so that it cannot be endless."""
    return max(len(text.split()), len(text) // LONGEST_WORD)
