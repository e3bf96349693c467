"""The main measures by topic, by audience and by style."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.knowledge import read_front_matter
from eval.records import Record
from eval.score import MAIN, Figure, Scores, figures, values

DIMENSIONS = ("topic", "audience", "style")
NONE = "none"

Audiences = Mapping[str, Sequence[str]]


def score_by(records: Sequence[Record], dimension: str, audiences: Audiences) -> Scores:
    """Measure → slice → figure, of the main measures."""
    slices: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        for name in _names(record, dimension, audiences):
            slices[name].append(record)
    return figures({name: _main(part) for name, part in slices.items()})


def score_slices(records: Sequence[Record], audiences: Audiences) -> dict[str, Scores]:
    return {dimension: score_by(records, dimension, audiences) for dimension in DIMENSIONS}


def rows(scores: Scores) -> dict[str, dict[str, Figure]]:
    """Slice → measure → figure; the slices in the order of their names, `none` last."""
    names = {name for slices in scores.values() for name in slices}
    return {
        name: {measure: slices[name] for measure, slices in scores.items() if name in slices}
        for name in sorted(names, key=lambda name: (name == NONE, name))
    }


def read_audiences(knowledge: Path) -> dict[str, tuple[str, ...]]:
    """Topic → whom its English page is for.

    Raises:
        KnowledgeError: a page's front matter does not parse.
    """
    return {
        page.parent.name: tuple(read_front_matter(page.read_text(encoding="utf-8"))[0].get("audience") or ())
        for page in sorted(knowledge.glob("*/en.md"))
    }


def _names(record: Record, dimension: str, audiences: Audiences) -> Sequence[str]:
    """A topic may be for several audiences: its cases then count in each."""
    if dimension == "style":
        return (record.case.style,)
    topic = record.case.topic or NONE
    return (topic,) if dimension == "topic" else audiences.get(topic) or (NONE,)


def _main(records: Sequence[Record]) -> dict[str, dict[str, float]]:
    found = values(records)
    return {measure: found[measure] for measure in MAIN}
