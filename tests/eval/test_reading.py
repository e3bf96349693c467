"""What the estimate and the cross-encoder's score say together is learned, and only where it reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eval.cases import HELD_OUT_TOPICS
from eval.training.cross_encoder import taught_before
from eval.training.reading import UNREAD_TOPICS, Told, before, fit, judged

ROOT = Path(__file__).resolve().parents[2]


def made(count: int = 600) -> list[Told]:
    """Estimates that say nothing, and scores that say nearly all."""
    chance = np.random.default_rng(4)
    rows = []
    for number in range(count):
        right = bool(number % 2)
        score = float(chance.normal(2.0 if right else -2.0, 1.0))
        rows.append(Told(f"topic-{number % 7}", float(chance.uniform(0.2, 0.8)), score, right, right, True, 1.0))
    return rows


def test_what_the_score_says_is_learned() -> None:
    told = made()
    reading = fit(told, "digest")
    assert reading.cross_encoder == "digest"
    assert reading.score > 1 > abs(reading.estimate)
    assert reading.probability(0.5, 3.0) > 0.95 > 0.05 > reading.probability(0.5, -3.0)
    after = judged([(reading, told)])
    assert np.mean((after.probability > 0.5) == after.right) > 0.95
    assert before(told)["brier"] > 0.2 > np.mean((after.probability - after.right) ** 2)


@pytest.mark.parametrize("estimate", [0.05, 0.99])
def test_a_sure_estimate_stays_as_it_is(estimate: float) -> None:
    sure = Told("topic", estimate, 0.0, right=True, answerable=True, listed=True, weight=1.0)
    assert judged([(fit(made(), ""), [sure])]).probability[0] == pytest.approx(estimate)


def test_no_topic_of_the_sealed_part_is_learned_from() -> None:
    assert not UNREAD_TOPICS & HELD_OUT_TOPICS
    written = {path.parent.name for path in (ROOT / "knowledge").glob("*/en.md")}
    assert not UNREAD_TOPICS & taught_before()
    assert len(UNREAD_TOPICS) == 32 and written >= UNREAD_TOPICS
