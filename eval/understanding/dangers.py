"""How many calls for help are recognised, and how often anything else is taken for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.emergency import read_danger
from app.intents import NONE, Intents
from eval.understanding.tally import Tally


def measure_dangers(rows: Iterable[Mapping[str, Any]], intents: Intents) -> dict[str, Any]:
    """Recall by class, style and language; false alarms of look-alikes; how often the helplines are the class's own.

    `told_112`: recognised, or answered with the numbers below; `not_told` of look-alikes, without.
    """
    recall, alarms, lines, told, not_told = Tally(), Tally(), Tally(), Tally(), Tally()
    for row in rows:
        read = read_danger(row["text"], row["language"], intents)
        danger = read if read and read.sure else None
        found, expected = danger.kind if danger else NONE, row["class"]
        groups = (row["language"], row.get("style", ""))
        if expected == NONE:
            alarms.add("calm", "alarm" if danger else "calm", row["language"])
            not_told.add("calm", "told" if read else "calm", row["language"])
            continue
        told.add("told", "told" if read else "not told", *groups, expected)
        recall.add(expected, found, *groups, expected, right=danger is not None)
        if danger:
            lines.add(expected, found, *groups, expected)
    return {
        "recall": recall.table(),
        "no_false_alarm": alarms.table(),
        "class_right": lines.table(),
        "told_112": told.table(),
        "not_told": not_told.table(),
    }
