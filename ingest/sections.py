"""Blocks to sections: the heading tree, languages and anchors. For documents that are no knowledge pages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import PurePath

from app.domain import LANGUAGES, Language
from app.errors import DocumentError
from app.languages import detect_language
from ingest.document import Block, Document, Extracted, Section
from ingest.publishers import PublisherOf, the_city

ENOUGH_WORDS = 8  # for a paragraph to have a language of its own
SURE = 0.8
LONGEST_SLUG = 60
SAMPLE = 4000  # characters that tell a document's language

_CODE = re.compile(r"(?:^|[_.\-/ ])(fi|sv|en)(?=$|[_.\-/ ])", re.I)


@dataclass
class _Part:
    """A heading path with the blocks under it."""

    headings: tuple[str, ...]
    anchor: str = ""
    blocks: list[Block] = field(default_factory=list)


def make_document(
    document_id: str, source: str, extracted: Extracted, publisher_of: PublisherOf = the_city
) -> Document:
    """The document of an extracted file. `publisher_of` tells by its address who published it.

    Raises:
        DocumentError: two headings were given the same anchor.
    """
    title = _title(extracted, document_id)
    language = _language(extracted, document_id)
    anchors = _Anchors()
    sections = []
    for part in _parts(extracted.blocks, title):
        anchor = anchors.take(part.anchor, part.headings[-1] if part.headings else title)
        runs = list(_by_language(part.blocks, _part_language(part, language)))
        for number, (code, blocks) in enumerate(runs):
            place = anchor if number == 0 else anchors.take("", f"{anchor} {code}")
            url, publisher = extracted.url, publisher_of(extracted.url, code).name
            told = _introduced(blocks, part.headings)
            sections.append(Section(place, part.headings, code, told, url, publisher, extracted.as_of))
    return Document(
        id=document_id,
        source=source,
        title=title,
        owner=publisher_of(extracted.url, language).owner,
        sections=tuple(sections),
        valid_until=extracted.valid_until,
        draft=extracted.draft,
    )


def slug(text: str) -> str:
    """ASCII words joined by hyphens: "Työllisyys ja yrittäjyys" gives "tyollisyys-ja-yrittajyys"."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    whole = "-".join(re.findall(r"[a-z0-9]+", plain)) or "text"
    return whole if len(whole) <= LONGEST_SLUG else whole[:LONGEST_SLUG].rsplit("-", 1)[0]


class _Anchors:
    """Hands out each anchor once."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}
        self._taken: set[str] = set()

    def take(self, given: str, heading: str) -> str:
        if given:
            if given in self._given:
                raise DocumentError(f"duplicate anchor: #{given} stands at '{self._given[given]}' and '{heading}'")
            self._given[given] = heading
        base = given or slug(heading)
        anchor, number = base, 1
        while anchor in self._taken:
            number += 1
            anchor = f"{base}-{number}"
        self._taken.add(anchor)
        return anchor


def _title(extracted: Extracted, document_id: str) -> str:
    """What the file says, or the one of its first headings that its file's name repeats, or the first, or the name."""
    if extracted.title:
        return extracted.title
    headings = [block.text for block in extracted.blocks if block.kind == "heading"][:6]
    name = [word for word in slug(PurePath(document_id).stem).split("-") if len(word) > 2]
    for heading in headings:
        words = slug(heading).split("-")
        if len(name) > 1 and sum(word in words for word in name) >= 0.7 * len(name):
            return heading
    return headings[0] if headings else PurePath(document_id).stem.replace("_", " ")


def _parts(blocks: Sequence[Block], title: str) -> Iterator[_Part]:
    path: list[tuple[int, str]] = []
    part = _Part(())
    for block in blocks:
        if block.kind != "heading":
            part.blocks.append(block)
            continue
        if part.blocks:
            yield part
        path = [(level, text) for level, text in path if level < block.level]
        if block.text != title:
            path.append((block.level, block.text))
        part = _Part(tuple(text for _, text in path), block.anchor)
    if part.blocks:
        yield part


def _introduced(blocks: tuple[Block, ...], headings: tuple[str, ...]) -> tuple[Block, ...]:
    """A list that nothing introduces has its heading above it in the text too: an item that is quoted without "who may
    not use the service" says the opposite.
    """
    if blocks[0].kind == "text" or not headings:
        return blocks
    heading = headings[-1].rstrip(" .")
    return (Block("text", heading if heading.endswith((":", "?")) else f"{heading}:"), *blocks)


def _language(extracted: Extracted, document_id: str) -> Language:
    named = _CODE.findall(str(PurePath(document_id).with_suffix("")))
    prior = extracted.language or next((code for code in LANGUAGES if named and named[-1].lower() == code), None)
    text = " ".join(block.text for block in extracted.blocks)[:SAMPLE]
    return detect_language(text, prior).language


def _part_language(part: _Part, language: Language) -> Language:
    """Of headings and text together, where they are sure of it; else the document's."""
    text = ". ".join((*part.headings, *(block.text for block in part.blocks)))[:SAMPLE]
    detected = detect_language(text, language)
    return detected.language if detected.confidence >= SURE else language


def _by_language(blocks: Sequence[Block], language: Language) -> Iterator[tuple[Language, tuple[Block, ...]]]:
    """Runs of blocks in one language. A short block goes with the one above it."""
    codes = [_block_language(block) for block in blocks]
    known = next((code for code in codes if code), language)
    filled = []
    for code in codes:
        known = code or known
        filled.append(known)
    for code, run in groupby(zip(filled, blocks, strict=True), key=lambda pair: pair[0]):
        yield code, tuple(block for _, block in run)


def _block_language(block: Block) -> Language | None:
    if len(block.text.split()) < ENOUGH_WORDS:
        return None
    detected = detect_language(block.text)
    return detected.language if detected.confidence >= SURE else None
