"""How many calls for help are recognised, and how often anything else is taken for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.emergency import read_danger
from app.intents import NONE, Intents
from eval.understanding.tally import Tally


def measure_dangers(rows: Iterable[Mapping[str, Any]], intents: Intents) -> dict[str, Any]:
    """Recall by class, style and language; false alarms of look-alikes; how often the helplines are the class's own."""
    recall, alarms, lines = Tally(), Tally(), Tally()
    for row in rows:
        danger = read_danger(row["text"], row["language"], intents)
        found, expected = danger.kind if danger else NONE, row["class"]
        groups = (row["language"], row.get("style", ""))
        if expected == NONE:
            alarms.add("calm", "alarm" if danger else "calm", row["language"])
            continue
        recall.add(expected, found, *groups, expected, right=danger is not None)
        if danger:
            lines.add(expected, found, *groups, expected)
    return {"recall": recall.table(), "no_false_alarm": alarms.table(), "class_right": lines.table()}
