"""Figures of a period, for the desk and for those who run the service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import quantiles

TOP = 20


@dataclass(frozen=True, slots=True)
class ReportedQuestion:
    status: str
    reason: str | None
    completeness: str
    language: str
    channel: str
    mode: str
    total_ms: float
    sources: tuple[str, ...]
    helpful: bool | None
    feedback_reason: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """Each count is by value, the most frequent first. Times are of the whole answer; None without a question."""

    since: datetime
    until: datetime
    questions: int
    statuses: dict[str, int]
    reasons: dict[str, int]
    partial: int
    languages: dict[str, int]
    channels: dict[str, int]
    modes: dict[str, int]
    p50_ms: float | None
    p95_ms: float | None
    helpful: int
    not_helpful: int
    feedback_reasons: dict[str, int]
    top_sources: dict[str, int]


def reported(since: datetime, until: datetime, questions: Iterable[ReportedQuestion]) -> Report:
    asked = list(questions)
    cuts = _cuts([question.total_ms for question in asked])
    return Report(
        since=since,
        until=until,
        questions=len(asked),
        statuses=_counted(question.status for question in asked),
        reasons=_counted(question.reason for question in asked),
        partial=sum(question.completeness == "partial" for question in asked),
        languages=_counted(question.language for question in asked),
        channels=_counted(question.channel for question in asked),
        modes=_counted(question.mode for question in asked),
        p50_ms=cuts[49] if cuts else None,
        p95_ms=cuts[94] if cuts else None,
        helpful=sum(question.helpful is True for question in asked),
        not_helpful=sum(question.helpful is False for question in asked),
        feedback_reasons=_counted(question.feedback_reason for question in asked),
        top_sources=_counted(source for question in asked for source in question.sources),
    )


def _counted(values: Iterable[str | None]) -> dict[str, int]:
    return dict(Counter(value for value in values if value).most_common(TOP))


def _cuts(values: list[float]) -> list[float]:
    """Percentiles 1 to 99, between the values as numpy counts them."""
    if len(values) < 2:
        return values * 99
    return [round(cut, 1) for cut in quantiles(values, n=100, method="inclusive")]
