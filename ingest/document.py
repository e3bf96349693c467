"""What the steps of the ingest hand on: blocks of a file, sections of a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.domain import Language, Owner

BlockKind = Literal["heading", "text", "item", "step"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, bullet, numbered step or heading. `level` is the heading's, `number` the step's."""

    kind: BlockKind
    text: str
    level: int = 0
    number: int = 0
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What an extractor found in a file. Empty fields: the file does not say."""

    blocks: tuple[Block, ...]
    title: str = ""
    url: str = ""
    language: Language | None = None
    as_of: date | None = None
    valid_until: date | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it, in one language. `headings` is the path without the title; `page_title` and
    `page_language` are those of the official page behind it; `owner` where it is not the document's.
    """

    anchor: str
    headings: tuple[str, ...]
    language: Language
    blocks: tuple[Block, ...]
    url: str
    publisher: str
    as_of: date | None
    page_title: str = ""
    page_language: Language | None = None
    owner: Owner | None = None


@dataclass(frozen=True, slots=True)
class Document:
    id: str
    source: str
    title: str
    owner: Owner
    sections: tuple[Section, ...]
    topic: str | None = None
    audience: tuple[str, ...] = ()
    checked_on: date | None = None
    valid_until: date | None = None
    reviewed: bool = False
    draft: bool = False
