"""Word files: paragraphs by their styles, lists and tables, by python-docx."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date

import docx
from defusedxml import ElementTree  # type: ignore[import-untyped]
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from docx.table import Table
from docx.text.paragraph import Paragraph

from app.errors import DocumentError
from ingest.document import Block, Extracted
from ingest.extract.lines import clean

LARGEST_PART, LARGEST_WHOLE = 60 * 2**20, 200 * 2**20  # bytes unpacked
MOST_PARTS = 5000
HIGHEST_RATIO = 200  # unpacked to packed, for parts over a megabyte

# Style names of Word in English, Finnish and Swedish.
_HEADING = re.compile(r"(?:heading|otsikko|rubrik)\s*([1-9])", re.I)
_TITLE = re.compile(r"title|otsikko|pääotsikko|rubrik", re.I)
_NUMBERED = re.compile(r"list number|numeroitu luettelo|numrerad lista", re.I)
_BULLETED = re.compile(r"list|luettelo|lista", re.I)


def extract_docx(data: bytes, today: date) -> Extracted:
    _check(data)
    try:
        blocks = list(_blocks(data))
    except DocumentError:
        raise
    except Exception as error:  # python-docx raises whatever a broken file leads it to
        raise DocumentError(f"damaged: {type(error).__name__}: {str(error)[:120]}") from None
    title = next((block for block in blocks if block.kind == "heading" and block.level == 0), None)
    return Extracted(tuple(block for block in blocks if block is not title), title=title.text if title else "")


def _check(data: bytes) -> None:
    """Unpack every part once, within limits: what the directory declares may be a lie."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_WHOLE:
                raise DocumentError("a zip bomb: it unpacks to far more than a document")
            for part in parts:
                _check_part(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
        raise DocumentError(f"damaged or no Word file: {str(error)[:120]}") from None


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    ratio = part.file_size / max(part.compress_size, 1)
    if part.file_size > LARGEST_PART or (part.file_size > 2**20 and ratio > HIGHEST_RATIO):
        raise DocumentError("a zip bomb: it unpacks to far more than a document")
    with archive.open(part) as file:
        content = file.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise DocumentError("a zip bomb: it unpacks to far more than a document")
    if part.filename.endswith((".xml", ".rels")):
        try:
            ElementTree.fromstring(content, forbid_dtd=True)
        except DefusedXmlException:
            raise DocumentError("declares XML entities, which no Word file needs (an entity bomb?)") from None
        except ElementTree.ParseError as error:
            raise DocumentError(f"damaged: {part.filename}: {error}") from None


def _blocks(data: bytes) -> Iterator[Block]:
    number = 0
    for item in docx.Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(item, Table):
            yield from _rows(item)
            continue
        block = _block(item, number + 1)
        number = block.number if block else 0
        if block:
            yield block


def _block(paragraph: Paragraph, number: int) -> Block | None:
    text = " ".join(clean(paragraph.text).split())
    style = (paragraph.style.name if paragraph.style else "") or ""
    if not text:
        return None
    if match := _HEADING.match(style):
        return Block("heading", text, level=int(match.group(1)))
    if _TITLE.fullmatch(style):
        return Block("heading", text, level=0)
    if _NUMBERED.match(style):
        return Block("step", text, number=number)
    properties = paragraph._p.pPr
    if _BULLETED.match(style) or (properties is not None and properties.numPr is not None):
        return Block("item", text)
    return Block("text", text)


def _rows(table: Table) -> Iterator[Block]:
    for row in table.rows:
        cells = list(dict.fromkeys(" ".join(clean(cell.text).split()) for cell in row.cells))  # merged cells come twice
        text = ": ".join(cells) if len(cells) == 2 else ", ".join(filter(None, cells))
        if text.strip(": "):
            yield Block("item", text)
