"""Answered from a section that does not answer: the gold sections are not among the cited ones."""

from __future__ import annotations

from eval.records import Record


def wrong_section(record: Record) -> float | None:
    """Among answered, answerable cases with gold sections."""
    if record.case.expected != "answered" or not record.case.gold or not record.said_something:
        return None
    return float(cited_sections(record).isdisjoint(record.case.gold))


def cited_sections(record: Record) -> set[str]:
    return {_section(citation["source"]) for citation in record.answer["citations"]}


def _section(source: dict[str, str]) -> str:
    """`knowledge/tax-card/sv.md` with its anchor is `tax-card#anchor`."""
    parts = source["document_id"].split("/")
    return f"{parts[-2] if len(parts) > 1 else parts[0]}#{source['anchor']}"
