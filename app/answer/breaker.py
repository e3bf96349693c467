"""Leaving a part alone that failed again and again, so that people do not wait for it each time."""

from __future__ import annotations

import time
from collections.abc import Callable

FAULTS = 3  # in a row; an honest model whose answers are rejected one time in four gets there by chance 1 time in 64
FIRST_REST = 30.0  # seconds
LONGEST_REST = 300.0


class Breaker:
    """Closed: everybody may ask. Open: nobody, until the rest is over; then one question tries again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._faults = 0
        self._until = 0.0
        self._rest = FIRST_REST
        self._trying = False

    @property
    def open(self) -> bool:
        """Whether the last word is that it fails."""
        return self._faults >= FAULTS

    def may_try(self) -> bool:
        """Whether this question may ask; while open, True for one question at a time after the rest."""
        if not self.open:
            return True
        if self._trying or self._clock() < self._until:
            return False
        self._trying = True
        return True

    def worked(self) -> None:
        self._faults, self._rest, self._trying = 0, FIRST_REST, False

    def failed(self) -> None:
        self._faults += 1
        self._trying = False
        if self.open and self._clock() >= self._until:
            self._until = self._clock() + self._rest
            self._rest = min(2 * self._rest, LONGEST_REST)

    def left(self) -> None:
        """The question that tried is over, whether or not it told anything: another may try."""
        self._trying = False
