"""Questions in languages that the service does not answer in: how they end, and whether what is quoted answers them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.domain import Answer, Status
from eval.understanding.statuses import Ask
from eval.understanding.tally import Tally

ANSWERED = (Status.ANSWERED, Status.PERSONAL, Status.EMERGENCY)  # where sections may be quoted
MISREAD = (Status.DECLINED, Status.SMALLTALK, Status.EMERGENCY)  # none of the rows is that


async def measure_foreign(rows: Iterable[Mapping[str, Any]], ask: Ask) -> dict[str, Any]:
    """Through the public door of the English widget.

    Args:
        rows: with `gold`, the sections that answer; none where nothing does.
    """
    right, told, read = Tally(), Tally(), Tally()
    for row in rows:
        answer, gold = await ask(row["question"], "en"), {*row["gold"]}
        quoted = quoted_sections(answer)
        if quoted:
            right.add("right", "right" if quoted & gold else "wrong", row["tongue"])
        if gold:
            told.add("answered", "answered" if quoted & gold else "not", row["tongue"])
        read.add("question", str(answer.status) if answer.status in MISREAD else "question", row["tongue"])
    return {"right_of_answered": right.table(), "answered_rightly": told.table(), "read_as_question": read.table()}


def quoted_sections(answer: Answer) -> set[str]:
    """`topic#anchor` of what is quoted; the sources under a refusal are hints."""
    if answer.status not in ANSWERED:
        return set()
    sources = (citation.source for citation in answer.citations)
    return {f"{source.document_id.split('/')[-2]}#{source.anchor}" for source in sources}
