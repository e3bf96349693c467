"""Citation validity: each sentence names a citation, and stands in its quote word for word (quoting mode)."""

from __future__ import annotations

from eval.records import Record


def citation(record: Record) -> float | None:
    """The share of an answer's sentences that their citation carries."""
    if not record.said_something:
        return None
    quotes = {entry["number"]: _spaced(entry["quote"]) for entry in record.answer["citations"]}
    sentences = record.answer["sentences"]
    carried = [any(_spaced(s["text"]) in quotes.get(number, "") for number in s["citations"]) for s in sentences]
    return sum(carried) / len(carried) if carried else 0.0


def _spaced(text: str) -> str:
    return " ".join(text.split())
