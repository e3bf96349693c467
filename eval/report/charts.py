"""Where things lie in a square chart of two shares: the numbers that the template's SVG is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eval.measures.answer_refuse import Point

LEFT, TOP, SIDE = 44, 14, 300  # in the chart's own units; its viewBox is 360 wide and high


def x(share: float) -> float:
    return round(LEFT + SIDE * share, 1)


def y(share: float) -> float:
    return round(TOP + SIDE * (1 - share), 1)


def steps(points: Sequence[Point]) -> str:
    """The path of an answer-refuse curve: from the corner where nothing is answered, up before right."""
    corners: Iterable[tuple[float, float]] = ((point.wrongly, point.answered) for point in points)
    return f"M{x(0)} {y(0)}" + "".join(f"V{y(answered)}H{x(wrongly)}" for wrongly, answered in corners)
