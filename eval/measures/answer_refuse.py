"""What another threshold would answer: the share of the answerable cases against that of the unanswerable ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.measures.right import DECIDED
from eval.records import Record


@dataclass(frozen=True, slots=True)
class Point:
    """At a threshold: the share answered of answerable cases, and of unanswerable ones (`wrongly`)."""

    threshold: float
    answered: float
    wrongly: float


def curve(records: Sequence[Record]) -> list[Point]:
    """One point for each confidence stated, the strictest threshold first; none without both kinds of cases.

    By confidence alone: what the checks after the threshold refuse besides is not in it.
    """
    answerable, unanswerable = _confidences(records, "answered"), _confidences(records, "unanswered")
    if not answerable or not unanswerable:
        return []
    stated = sorted({value for value in answerable + unanswerable if value >= 0}, reverse=True)
    return [_point(answerable, unanswerable, threshold) for threshold in stated]


def point(records: Sequence[Record], threshold: float) -> Point | None:
    answerable, unanswerable = _confidences(records, "answered"), _confidences(records, "unanswered")
    return _point(answerable, unanswerable, threshold) if answerable and unanswerable else None


def _confidences(records: Sequence[Record], expected: str) -> list[float]:
    """-1 where no threshold would make an answer of it."""
    answers = [record.answer for record in records if record.case.expected == expected]
    stated = [answer.get("confidence") if answer["status"] in DECIDED else None for answer in answers]
    return [-1.0 if confidence is None else float(confidence) for confidence in stated]


def _point(answerable: Sequence[float], unanswerable: Sequence[float], threshold: float) -> Point:
    shares = [sum(value >= threshold for value in values) / len(values) for values in (answerable, unanswerable)]
    return Point(threshold, *shares)
