"""PDF: the text layer's lines, by pypdf. There is no reading of scanned pages."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from datetime import date

from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError

from app.errors import DocumentError
from ingest.document import Extracted
from ingest.extract.lines import clean
from ingest.extract.text import from_lines

MOST_PAGES = 2000

_PAGE_NUMBER = re.compile(r"\W*(?:(?:sivu|sida|page|s\.)\s*)?\d{1,4}(?:\s*(?:/|\(|av|of)\s*\d{1,4}\)?)?\W*", re.I)
_NUMBERED_HEADING = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?\s+[^\W\d_]|\w+\s+\d{1,2}$")


def extract_pdf(data: bytes, today: date) -> Extracted:
    if not data[:1024].lstrip().startswith(b"%PDF-"):
        raise DocumentError("no PDF, whatever its name says")
    if b"%%EOF" not in data[-4096:]:
        raise DocumentError("truncated: the end of the PDF is missing")
    pages = _pages(data)
    if not any(line.strip() for page in pages for line in page):
        raise DocumentError("no text: the pages are pictures (a scan)")
    return from_lines([line for page in _without_margins(pages) for line in (*page, "")])


def _pages(data: bytes) -> list[list[str]]:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks on odd files are no news to the maintainer
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError("encrypted: a password is needed")
        if len(reader.pages) > MOST_PAGES:
            raise DocumentError(f"too long: {len(reader.pages)} pages, at most {MOST_PAGES}")
        return [clean(page.extract_text()).split("\n") for page in reader.pages]
    except (DocumentError, MemoryError):
        raise
    except FileNotDecryptedError:
        raise DocumentError("encrypted: a password is needed") from None
    except Exception as error:  # pypdf raises whatever a broken file leads it to
        raise DocumentError(f"damaged: {type(error).__name__}: {str(error)[:120]}") from None


def _without_margins(pages: list[list[str]]) -> list[list[str]]:
    """The pages without their numbers and the lines that stand at the top or bottom of most of them."""
    edges = Counter(
        key for number, page in enumerate(pages) for key in set().union(*(_keys(edge, number) for edge in _edges(page)))
    )
    repeated = {key for key, times in edges.items() if times >= 3 and times > len(pages) / 2}
    return [
        [line for line in page if line not in _edges(page) or not _is_margin(line, number, repeated)]
        for number, page in enumerate(pages)
    ]


def _is_margin(line: str, number: int, repeated: set[str]) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(line)) or not repeated.isdisjoint(_keys(line, number))


def _edges(page: list[str]) -> list[str]:
    lines = [line for line in page if line.strip()]
    return [*lines[:2], *lines[-2:]]


def _keys(line: str, number: int) -> set[str]:
    """A margin's line as it is, and with the page's number out of it: "Liite 1" and "2. Maksut" are headings."""
    text = line.strip()
    if _NUMBERED_HEADING.match(text):
        return {text}
    numbered = {shift: re.sub(rf"(?<!\d){number + shift}(?!\d)", "#", text, count=1) for shift in range(-1, 4)}
    return {text} | {f"{shift} {key}" for shift, key in numbered.items() if key != text}
