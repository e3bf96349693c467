"""Whether the section that the stated confidence speaks of answers: the cited one or, where refused, the best found."""

from __future__ import annotations

from eval.measures.wrong_section import cited_sections
from eval.records import Record

# The other statuses (an emergency, a greeting, a failure) state no confidence in a section.
DECIDED = ("answered", "unanswered")


def right(record: Record) -> float | None:
    """Among answers and refusals; nothing is right where the case is unanswerable."""
    if record.answer["status"] not in DECIDED:
        return None
    if record.case.expected == "unanswered":
        return 0.0
    if not record.case.gold:
        return None
    sections = cited_sections(record) if record.said_something else set(record.ranked[:1])
    return float(not sections.isdisjoint(record.case.gold))
