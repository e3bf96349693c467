"""The phrase model: alike in numpy and torch, and together with the words."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from app.intents import together
from app.phrase_model import LONGEST, RUNS, PhraseModel
from app.table import BUNDLED, TableEmbedder
from eval.training import phrases
from eval.training.phrases import fit_phrases, rows_of

EMBEDDER = TableEmbedder(BUNDLED)
TEXTS = ["apua", "my boss took my passport and I sleep at work", "Var är biblioteket?", "a " * (LONGEST + 30)]


def test_numpy_says_what_torch_says() -> None:
    torch.manual_seed(0)
    network = phrases._Network(EMBEDDER.dimensions, 3)
    network.eval()
    model = PhraseModel(("a", "b", "c"), phrases._layers(network))
    rows = [EMBEDDER.pieces(text)[0] for text in TEXTS]
    shares = np.array([model.shares(each) for each in rows])
    with torch.no_grad():
        expected = torch.softmax(network(*phrases._padded([each[:LONGEST] for each in rows])), 1).numpy()
    assert np.allclose(shares, expected, atol=1e-5)


@pytest.mark.parametrize("text", ["", "  ", "?", "\ud800", "例"])
def test_any_text_has_shares(text: str) -> None:
    network = phrases._Network(EMBEDDER.dimensions, 2)
    shares = PhraseModel(("a", "b"), phrases._layers(network)).shares(EMBEDDER.pieces(text)[0])
    assert shares.shape == (2,) and np.isclose(shares.sum(), 1.0)


def test_a_phrase_is_learned_that_single_words_do_not_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrases, "EPOCHS", 30)
    hit = ["dog bites man", "the dog bites the man", "a big dog bites a man", "dog bites the old man"]
    miss = ["man bites dog", "the man bites the dog", "a big man bites a dog", "man bites the old dog"]
    model = fit_phrases(rows_of([*hit, *miss], EMBEDDER), np.array(["hit"] * 4 + ["miss"] * 4))
    assert model.classes == ("hit", "miss") and len(RUNS) == 3
    said = [
        model.shares(EMBEDDER.pieces(text)[0])[0] for text in ("some dog bites some man", "some man bites some dog")
    ]
    assert said[0] > 0.5 > said[1]


def test_two_models_together_are_as_sure_as_both() -> None:
    both = together(np.array([0.9, 0.1]), np.array([0.5, 0.5]))
    assert np.allclose(both, [0.75, 0.25]) and np.isclose(both.sum(), 1.0)
    assert np.allclose(together(np.full((2, 3), 1 / 3), np.full((2, 3), 1 / 3)), 1 / 3)
