"""Answered though unanswerable. A partial answer counts as an answer."""

from __future__ import annotations

from eval.records import Record


def wrong_answer(record: Record) -> float | None:
    return float(record.said_something) if record.case.expected == "unanswered" else None
