"""Extraction: from a file's bytes to blocks. One module per format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import PurePath

from app.errors import DocumentError
from ingest.document import Extracted
from ingest.extract.docx import extract_docx
from ingest.extract.furniture import without_furniture
from ingest.extract.html import extract_html
from ingest.extract.markdown import extract_markdown
from ingest.extract.pdf import extract_pdf
from ingest.extract.text import extract_text

_EXTRACTORS: dict[str, Callable[[bytes, date], Extracted]] = {
    ".md": extract_markdown,
    ".markdown": extract_markdown,
    ".txt": extract_text,
    ".html": extract_html,
    ".htm": extract_html,
    ".pdf": extract_pdf,
    ".docx": extract_docx,
}


def extract(path: PurePath, data: bytes, today: date) -> Extracted:
    """The blocks of a file, without page furniture, and what the file says about itself.

    Raises:
        DocumentError: it cannot be read, or has no text; the message is the reason.
    """
    try:
        extracted = without_furniture(_EXTRACTORS[path.suffix.lower()](data, today), today)
    except RecursionError:
        raise DocumentError("nested too deeply") from None
    if not any(block.kind != "heading" for block in extracted.blocks):
        raise DocumentError("no text")
    return replace(extracted, title=" ".join(extracted.title.split())[:300])
