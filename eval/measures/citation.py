"""Citation validity: each sentence names a citation, and stands in its quote word for word (quoting mode)."""

from __future__ import annotations

from eval.records import Record


def citation(record: Record) -> float | None:
    """The share of an answer's sentences that their citation carries; the service's own words, which come before what
    is quoted in an emergency or beside somebody's own matter, cite nothing.
    """
    if not record.said_something:
        return None
    quotes = {entry["number"]: _spaced(entry["quote"]) for entry in record.answer["citations"]}
    own = record.answer["status"] != "answered"
    sentences = [sentence for sentence in record.answer["sentences"] if sentence["citations"] or not own]
    carried = [any(_spaced(s["text"]) in quotes.get(number, "") for number in s["citations"]) for s in sentences]
    return sum(carried) / len(carried) if carried else 0.0


def _spaced(text: str) -> str:
    return " ".join(text.split())
