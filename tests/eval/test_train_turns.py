"""Whether a turn begins something new is learned, and measured on conversations that were left out."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from app.errors import ConfigurationError
from app.intents import FOLDER, SIGNS, TURNS, Beginning, load_intents
from eval.training.turns import Seen, measured


def made(count: int = 400) -> Seen:
    """Turns that read like leaning ones lean, in most cases."""
    chance = np.random.default_rng(3)
    new = chance.random(count) < 0.4
    signs = chance.normal(size=(count, SIGNS)).astype(np.float32)
    signs[:, 0] += np.where(new, -2, 2)
    return Seen(signs, new, tuple(str(number // 4) for number in range(count)))


def test_how_a_turn_reads_is_believed() -> None:
    found = measured(made())
    assert found["turns"] == 400
    assert min(found["new_right"], found["leaning_right"]) > 0.9


def test_the_shipped_weights_read_it_so() -> None:
    leaning = (4.0, 0.1, 0.6, 0.0, 0.0, 0.0, 3.0, 0.3)
    assert not load_intents().beginning.new(leaning)
    assert load_intents().beginning.new((-4.0, 0.9, 0.3, 0.0, 1.0, 0.0, 3.0, 0.6))
    assert Beginning((1.0, *[0.0] * (SIGNS - 1)), -3.0).new(leaning)


@pytest.mark.parametrize("text", ["", "{}", '{"weights": [1], "bias": 0}', '{"weights": null, "bias": 0}'])
def test_damaged_weights_are_refused(tmp_path: Path, text: str) -> None:
    shutil.copytree(FOLDER, tmp_path / "intents")
    (tmp_path / "intents" / TURNS).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="cannot be used"):
        load_intents(tmp_path / "intents")
