"""One line of the comparison: how good and how fast a system was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.domain import LANGUAGES
from eval.peers.peer import FOUND, Asked
from eval.peers.place import Finding

ALL = "all"


@dataclass(frozen=True, slots=True)
class Row:
    """`recall_1`, `recall_5` and `mrr` (of the first five) by language and for `all`; empty with a `problem`."""

    system: str
    title: str
    passages: int
    questions: dict[str, int]
    versions: dict[str, str] = field(default_factory=dict)
    recall_1: dict[str, float] = field(default_factory=dict)
    recall_5: dict[str, float] = field(default_factory=dict)
    mrr: dict[str, float] = field(default_factory=dict)
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    per_second: float = 0.0
    build_seconds: float = 0.0
    held_mb: float = 0.0
    peak_mb: float = 0.0
    more: dict[str, float] = field(default_factory=dict)
    problem: str = ""


def counted(asked: Sequence[Asked]) -> dict[str, int]:
    counts = {ALL: len(asked)}
    for code in LANGUAGES:
        counts[code] = sum(one.language == code for one in asked)
    return counts


def figures(finding: Finding, asked: Sequence[Asked], keys: Mapping[str, str]) -> dict[str, Any]:
    """The figures of a row. `keys` are the sections by passage: any passage of a section that answers is a hit."""
    places = [_first_hit(found, one, keys) for found, one in zip(finding.found, asked, strict=True)]
    p50, p95 = np.percentile(finding.milliseconds, [50, 95])
    return {
        "recall_1": _by_language([float(place == 1) for place in places], asked),
        "recall_5": _by_language([float(place > 0) for place in places], asked),
        "mrr": _by_language([1 / place if place else 0.0 for place in places], asked),
        "p50_ms": round(float(p50), 2),
        "p95_ms": round(float(p95), 2),
        "per_second": round(1000 * len(asked) / sum(finding.milliseconds), 1),
        "build_seconds": round(finding.build_seconds, 2),
        "held_mb": round(finding.held_mb),
        "peak_mb": round(finding.peak_mb),
        "more": {name: round(value, 3) for name, value in finding.more.items()},
    }


def _first_hit(found: Sequence[str], one: Asked, keys: Mapping[str, str]) -> int:
    """From 1 on; 0 where there is none among the first five."""
    return next((place for place, name in enumerate(found[:FOUND], start=1) if keys[name] in one.gold), 0)


def _by_language(values: Sequence[float], asked: Sequence[Asked]) -> dict[str, float]:
    groups: dict[str, list[float]] = {ALL: [*values]}
    for value, one in zip(values, asked, strict=True):
        groups.setdefault(one.language, []).append(value)
    return {name: round(sum(group) / len(group), 4) for name, group in groups.items()}
