"""Extraction: from a file's bytes to blocks. One module per format."""

from __future__ import annotations

import re
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

FIRST = 4  # blocks in which a file may name the page that it was made of
_ADDRESS = re.compile(
    r"(?P<label>(?:source|url|address|lähde|osoite|källa|adress)\s*:\s*)?<?(?P<url>https?://[^\s<>]+)>?", re.I
)

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
    extracted = extracted if extracted.url else _with_address(extracted)
    if not any(block.kind != "heading" for block in extracted.blocks):
        raise DocumentError("no text")
    return replace(extracted, title=" ".join(extracted.title.split())[:300])


def _with_address(extracted: Extracted) -> Extracted:
    """With the address of the page that the file was made of: the first line is nothing else, or one says so."""
    title = _ADDRESS.fullmatch(extracted.title)
    if title:
        return replace(extracted, title="", url=title["url"])
    for place, block in enumerate(extracted.blocks[:FIRST]):
        found = _ADDRESS.fullmatch(block.text) if block.kind in ("text", "heading") else None
        is_first = not any(other.kind != "heading" for other in extracted.blocks[:place])
        if found and (found["label"] or is_first):
            rest = extracted.blocks[:place] + extracted.blocks[place + 1 :]
            return replace(extracted, url=found["url"], blocks=rest)
    return extracted
