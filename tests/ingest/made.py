"""Small documents, and an embedder that needs no weights."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
import numpy as np
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

from app.index import FloatArray

PAGE = """---
title: {title}
topic: {topic}
owner: espoo
audience: [family]
sources:
  - id: official
    url: https://www.espoo.fi/{language}/{topic}
    title: {title}
    publisher: City of Espoo
    language: {language}
    as_of: {as_of}
checked_on:
reviewed_by:
review_by: 2027-05-22
---

## {question} {{#when source=official}}

{first} {{{{fact.{fact}}}}} {second}

## {question2} {{#how source=official}}

{how}

1. {step}
2. {step2}
"""

TOPICS: dict[str, dict[str, tuple[str, ...]]] = {
    "daycare": {
        "fi": ("Päiväkoti", "Milloin haen päiväkotipaikkaa?", "Hae päiväkotipaikkaa", "kuukautta ennen hoidon alkua.",
               "Miten haen?", "Haku tehdään verkossa.", "Kirjaudu sisään.", "Täytä hakemus."),
        "sv": ("Daghem", "När söker jag en daghemsplats?", "Ansök om daghemsplats senast", "månader innan vården börjar.",
               "Hur ansöker jag?", "Ansökan görs på webben.", "Logga in.", "Fyll i ansökan."),
        "en": ("Daycare", "When should I apply for daycare?", "Apply for daycare at least", "months before the care begins.",
               "How do I apply?", "The application is made online.", "Log in.", "Fill in the application."),
    },
    "parking": {
        "fi": ("Pysäköinti", "Mitä pysäköinti maksaa?", "Asukaspysäköinnin hinta on", "kuukaudessa.",
               "Miten saan tunnuksen?", "Tunnuksen saa sovelluksesta.", "Avaa sovellus.", "Maksa tunnus."),
        "sv": ("Parkering", "Vad kostar parkering?", "Priset på boendeparkering är", "i månaden.",
               "Hur får jag ett tillstånd?", "Tillståndet fås i appen.", "Öppna appen.", "Betala tillståndet."),
        "en": ("Parking", "What does parking cost?", "The price of resident parking is", "a month.",
               "How do I get a permit?", "The permit comes from the app.", "Open the app.", "Pay for the permit."),
    },
}  # fmt: skip

FACTS = """
[daycare_months]
value = 4
kind = "number"
source = "https://www.espoo.fi/"
publisher = "City of Espoo"
as_of = 2026-01-09
review_by = 2027-05-22

[parking_price]
value = 12.5
kind = "money"
source = "https://www.espoo.fi/"
publisher = "City of Espoo"
as_of = 2026-01-09
review_by = 2027-05-22
"""

_OWNERS = (
    "espoo",
    "western-uusimaa",
    "kela",
    "migri",
    "dvv",
    "vero",
    "hsl",
    "police",
    "traficom",
    "omnia",
    "other",
    "desk",
)


class HashingEmbedder:
    """Each word is a direction of its own: enough to find a text by its words."""

    name = "hashing"
    digest = "hashing-1"
    dimensions = 64

    def __init__(self, digest: str = "hashing-1") -> None:
        self.digest = digest
        self.encoded = 0

    @property
    def table(self) -> HashingEmbedder:
        return self

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return self.encode_documents(texts)

    def encode_heart(self, text: str) -> FloatArray | None:
        return None

    def encode_documents(self, texts: Sequence[str]) -> FloatArray:
        self.encoded += len(texts)
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
                vectors[row] += np.random.default_rng(seed).standard_normal(self.dimensions).astype(np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.where(lengths == 0, 1, lengths)


class ReadingEmbedder(HashingEmbedder):
    """Of a smaller dimension than the table beside it, which has another digest."""

    dimensions = 48

    @property
    def table(self) -> HashingEmbedder:
        return HashingEmbedder()


def write_knowledge(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "facts.toml").write_text(FACTS, encoding="utf-8")
    (folder / "README.md").write_text("# About this folder\n", encoding="utf-8")
    names = '{ fi = "Nimi", sv = "Namn", en = "Name" }'
    (folder / "owners.toml").write_text("".join(f"[{key}]\nname = {names}\n" for key in _OWNERS), encoding="utf-8")
    for topic, languages in TOPICS.items():
        for language in languages:
            write_page(folder, topic, language)


def write_page(folder: Path, topic: str, language: str, **changes: str) -> Path:
    keys = ("title", "question", "first", "second", "question2", "how", "step", "step2")
    values = dict(zip(keys, TOPICS[topic][language], strict=True))
    fact = "daycare_months" if topic == "daycare" else "parking_price"
    text = PAGE.format(
        **{**values, "topic": topic, "language": language, "fact": fact, "as_of": "2026-01-09", **changes}
    )
    path = folder / topic / f"{language}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def pdf(*lines: str, password: str = "", pages: Sequence[Sequence[str]] = ()) -> bytes:
    """A PDF of one page, or of several; with no lines, of one empty page."""
    document = FPDF()
    for page in pages or [lines]:
        document.add_page()
        document.set_font("helvetica", size=12)
        for line in page:
            document.cell(0, 8, line, new_x="LMARGIN", new_y="NEXT")
    data = bytes(document.output())
    if not password:
        return data
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(password, algorithm="AES-256")
    locked = io.BytesIO()
    writer.write(locked)
    return locked.getvalue()


def word(*paragraphs: tuple[str, str], rows: Sequence[Sequence[str]] = ()) -> bytes:
    """A Word file of (style, text) paragraphs and one table."""
    document = docx.Document()
    for style, text in paragraphs:
        document.add_paragraph(text, style=style)
    if rows:
        table = document.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """A Word file with one part replaced or added."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return changed.getvalue()
