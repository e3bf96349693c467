"""Sections: sister passages (same topic and anchor) in up to three languages, searched and scored as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from app.domain import Language, Passage

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Section:
    """Sister passages with their rows, and the row that is shown."""

    rows: tuple[int, ...]
    shown: int


class Sections:
    """The sections of a build."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        rows: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for row, passage in enumerate(passages):
            rows[_key(passage)].append(row)
        self._sisters = [tuple(rows[_key(passage)]) for passage in passages]

    def of(self, rows: Iterable[int], language: Language, today: date) -> list[Section]:
        """The sections of these rows, each once, with the sister in the asked language shown where there is one.

        What is past its `valid_until` is dropped here and nowhere else.
        """
        sections: dict[tuple[int, ...], Section] = {}
        for row in sorted(rows):
            if self._sisters[row] in sections:
                continue
            sisters = tuple(r for r in self._sisters[row] if _serves(self._passages[r], today))
            if sisters:
                own = (r for r in sisters if self._passages[r].language == language)
                sections[self._sisters[row]] = Section(sisters, next(own, row if row in sisters else sisters[0]))
        return list(sections.values())


def best_of_section(values: FloatArray, sections: Sequence[tuple[int, ...]]) -> FloatArray:
    """Values of the sisters, section after section, to the best of each section."""
    starts = np.cumsum([0, *(len(rows) for rows in sections)])[:-1]
    return np.asarray(np.maximum.reduceat(values, starts), dtype=np.float32)


def _key(passage: Passage) -> tuple[str, ...]:
    """What sisters share: topic, anchor and part. A passage without a topic stands alone."""
    place = passage.id.split("#", 1)[1]
    return (passage.topic, place) if passage.topic else (passage.document_id, place)


def _serves(passage: Passage, today: date) -> bool:
    return passage.valid_until is None or passage.valid_until >= today
