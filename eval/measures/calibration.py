"""Stated confidence against share right, in bins of equal width, and the expected calibration error."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from eval.measures.right import right
from eval.records import Record

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The cases whose confidence lies in [low, high): mean confidence, share right, and how many were answered."""

    low: float
    high: float
    n: int
    answered: int
    confidence: float
    right: float


def bins(records: Sequence[Record]) -> list[Bin]:
    """The bins that hold a case; the last one holds a confidence of 1 too."""
    held: dict[int, list[tuple[float, float, bool]]] = defaultdict(list)
    for record in records:
        was_right, confidence = right(record), record.answer.get("confidence")
        if was_right is not None and confidence is not None:
            place = min(max(int(confidence * BINS), 0), BINS - 1)
            held[place].append((float(confidence), was_right, record.said_something))
    return [_bin(place, *zip(*held[place], strict=True)) for place in sorted(held)]


def calibration_error(found: Sequence[Bin]) -> float | None:
    """The bins' distance between confidence and share right, weighed by n (Naeini, Cooper, Hauskrecht 2015)."""
    n = sum(one.n for one in found)
    return sum(one.n * abs(one.confidence - one.right) for one in found) / n if n else None


def _bin(place: int, confidence: Sequence[float], was_right: Sequence[float], answered: Sequence[bool]) -> Bin:
    n = len(confidence)
    return Bin(place / BINS, (place + 1) / BINS, n, sum(answered), sum(confidence) / n, sum(was_right) / n)
