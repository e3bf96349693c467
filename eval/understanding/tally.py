"""Counts of right and wrong by group, and what is taken for what."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

MOST_CLASSES = 20  # of a matrix; a larger one shows nothing


class Tally:
    """One measure; `add` each case, `table` at the end."""

    def __init__(self) -> None:
        self._asked, self._right = Counter[str](), Counter[str]()
        self._found, self._confused = Counter[tuple[str, str]](), Counter[tuple[str, str]]()

    def add(self, expected: str, found: str, *groups: str, right: bool | None = None) -> None:
        """A case of `expected` that came out as `found`; it counts for the groups and for all."""
        held = expected == found if right is None else right
        for group in ("all", *groups):
            self._asked[group] += 1
            self._right[group] += held
        self._found[expected, found] += 1
        if not held:
            self._confused[expected, found] += 1

    def table(self) -> dict[str, Any]:
        shares = {group: {"n": n, "share": round(self._right[group] / n, 4)} for group, n in self._asked.items()}
        confused = {f"{expected} as {found}": n for (expected, found), n in self._confused.most_common()}
        return {"groups": shares, "confused": confused, "matrix": self._matrix()}

    def _matrix(self) -> dict[str, dict[str, int]]:
        """How often each expected class came out as each; nothing of classes that are too many to look at."""
        rows: dict[str, dict[str, int]] = defaultdict(dict)
        for (expected, found), n in sorted(self._found.items()):
            rows[expected][found] = n
        return dict(rows) if len({name for pair in self._found for name in pair}) <= MOST_CLASSES else {}
