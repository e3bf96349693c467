"""The same decision (answered or not) for one case in the three languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from eval.records import Record


def agreement(records: Sequence[Record]) -> dict[str, float]:
    """Per case id: 1 where the three languages agree."""
    decisions: dict[str, set[bool]] = defaultdict(set)
    for record in records:
        decisions[record.case.id].add(record.said_something)
    return {case_id: float(len(found) == 1) for case_id, found in decisions.items()}
