"""Brier score of the stated confidence: its squared distance from what was right (1) or not (0)."""

from __future__ import annotations

from eval.measures.right import right
from eval.records import Record


def brier(record: Record) -> float | None:
    was_right, confidence = right(record), record.answer.get("confidence")
    return None if was_right is None or confidence is None else float((confidence - was_right) ** 2)
