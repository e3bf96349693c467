"""Must-include facts: the share of them that stand in the answer."""

from __future__ import annotations

from eval.records import Record


def facts(record: Record) -> float | None:
    """Among answerable cases with facts named; an answer that was refused holds none."""
    groups = record.case.must_include
    if record.case.expected != "answered" or not groups:
        return None
    return (len(groups) - len(missing_facts(record))) / len(groups)


def missing_facts(record: Record) -> list[tuple[str, ...]]:
    """The groups of alternatives of which none stands in the answer."""
    said = " ".join(record.answer["text"].split()).lower() if record.said_something else ""
    return [group for group in record.case.must_include if not any(way.lower() in said for way in group)]
