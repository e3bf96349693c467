"""The same decision (answered or not) for one question put in different words, in one language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from eval.records import Record


def paraphrases(records: Sequence[Record]) -> dict[str, float]:
    """Per family and language with two cases or more: 1 where all agree."""
    families: dict[str, list[bool]] = defaultdict(list)
    for record in records:
        family = getattr(record.case, "family", "")
        if family:
            families[f"{family}/{record.case.language}"].append(record.said_something)
    return {name: float(len(set(found)) == 1) for name, found in families.items() if len(found) > 1}
