"""Small passages for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.domain import Language, Owner, Passage, Piece


def passage(*sentences: str | Piece, document: str = "knowledge/tax-card/en.md", **changes: object) -> Passage:
    """A passage of a knowledge page; `changes` are fields of Passage."""
    pieces = tuple(s if isinstance(s, Piece) else Piece(s) for s in sentences)
    language: Language = "en"
    made = Passage(
        id=f"{document}#a",
        document_id=document,
        anchor="a",
        topic="tax-card",
        language=language,
        title="Tax card",
        headings=("How do I get a tax card?",),
        text=" ".join(piece.text for piece in pieces),
        pieces=pieces,
        url="https://www.vero.fi/en/",
        publisher="Tax Administration",
        owner=Owner.VERO,
        as_of=date(2026, 1, 10),
    )
    return replace(made, **changes)  # type: ignore[arg-type]
