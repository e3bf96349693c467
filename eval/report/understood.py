"""What `eval understanding --json` printed, as the report shows it: figures by group, and confusion matrices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PARTS = ("languages", "masking", "dangers", "statuses", "conversations")


@dataclass(frozen=True, slots=True)
class Component:
    """One measure of one part. `figures`: (group, share, n). `rows`: what it is, and (taken for, n) by column."""

    part: str
    measure: str
    figures: tuple[tuple[str, float, int], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]


def understood(measured: Mapping[str, Any]) -> list[Component]:
    """In the order of PARTS; a part that was not measured is left out."""
    return [_component(part, *one) for part in PARTS if part in measured for one in _tallies(measured[part])]


def _tallies(found: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Each measure's name, figures by group and matrix. Languages have one measure, with accuracies for shares."""
    if "told" in found:
        accuracies = {name: each for name, each in found.items() if isinstance(each, dict) and "accuracy" in each}
        yield "accuracy", accuracies, found["told"]["matrix"]
        return
    for name, told in found.items():
        yield name, told["groups"], told.get("matrix", {})


def _component(
    part: str, measure: str, groups: Mapping[str, Any], matrix: Mapping[str, Mapping[str, int]]
) -> Component:
    figures = tuple(
        (group or "–", each.get("share", each.get("accuracy", 0.0)), each["n"]) for group, each in groups.items()
    )
    columns = tuple(dict.fromkeys([*matrix, *sorted(name for row in matrix.values() for name in row)]))
    rows = tuple((name, tuple((column, row.get(column, 0)) for column in columns)) for name, row in matrix.items())
    return Component(part, measure, figures, columns, rows)
