"""How long each step of an answer took."""

from __future__ import annotations

import time


class Stopwatch:
    """Milliseconds per step, from when it was made; a step that comes again adds to its time."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.laps[step] = round(self.laps.get(step, 0.0) + (now - self._last) * 1000, 2)
        self._last = now

    @property
    def seconds(self) -> float:
        """Of all steps so far."""
        return sum(self.laps.values()) / 1000
