"""Word files: paragraphs by their styles, lists and tables, by python-docx."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import docx
from defusedxml import ElementTree  # type: ignore[import-untyped]
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from app.errors import DocumentError
from ingest.document import Block, Extracted
from ingest.extract.lines import clean
from ingest.extract.rows import row_blocks

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
            yield from row_blocks(_rows(item))
        elif block := _block(item, number + 1):
            number = number if block.kind == "item" else block.number  # bullets under a step do not end the list
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
    form = _number_form(paragraph)
    if form and form not in ("bullet", "none"):
        return Block("step", text, number=number)
    return Block("item" if form or _BULLETED.match(style) else "text", text)


def _number_form(paragraph: Paragraph) -> str:
    """`decimal`, `bullet` and the like for a paragraph of a list that was made without a style; empty for others."""
    properties = paragraph._p.pPr
    listed: Any = None if properties is None else properties.numPr
    if listed is None or listed.numId is None:
        return ""
    level = listed.ilvl.val if listed.ilvl is not None else 0
    for relation in paragraph.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.NUMBERING:
            numbering = relation.target_part.element
            kind = numbering.xpath(f"//w:num[@w:numId='{listed.numId.val}']/w:abstractNumId/@w:val")
            path = "//w:abstractNum[@w:abstractNumId='{}']/w:lvl[@w:ilvl='{}']/w:numFmt/@w:val"
            found = numbering.xpath(path.format(kind[0], level)) if kind else []
            return str(found[0]) if found else "bullet"
    return "bullet"


def _rows(table: Table) -> list[list[str]]:
    """The cells' texts, with those of tables within; a merged cell comes once."""
    rows = ({id(cell._tc): cell for cell in row.cells}.values() for row in table.rows)
    return [[_cell(cell) for cell in row] for row in rows]


def _cell(cell: _Cell) -> str:
    return " ".join(clean(" ".join(Paragraph(part, cell).text for part in cell._tc.iter(qn("w:p")))).split())
