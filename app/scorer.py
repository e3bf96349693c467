"""The learned scorer: which section answers best, and how likely the best one answers at all.

Two linear models. The first ranks the candidate sections of one question by `FEATURES` (a conditional logit); the
second, a logistic regression, turns the `SIGNS` of the best one into a probability. They are trained by
`eval train scorer calibration` and belong to one embedding model and one analyser; with others the conservative
defaults below serve, and `/readyz` says so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WEIGHTS = Path(__file__).parent / "weights" / "scorer.json"

FEATURES = (
    "dense",
    "heading",
    "asking",
    "bm25",
    "page_bm25",
    "words",
    "words_strict",
    "heading_words",
    "heading_met",
    "piece_words",
    "page_words",
    "page_headings",
)
SIGNS = ("certainty", "page_certainty", "nearest", "page_dense", "words", "page_met", "about", "elsewhere", "length")

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights of one linear model, in the order of its inputs."""

    weights: tuple[float, ...]
    bias: float

    def logits(self, inputs: FloatArray) -> FloatArray:
        """Inputs of shape (n, inputs) to n logits."""
        return (inputs @ np.asarray(self.weights, dtype=np.float32) + self.bias).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Scorer:
    ranking: Linear
    answering: Linear
    threshold: float
    learned: bool

    def rank(self, features: FloatArray) -> FloatArray:
        """Features of shape (candidates, len(FEATURES)) to one score each."""
        return self.ranking.logits(features)

    def probability(self, signs: FloatArray) -> float:
        """Signs of shape (len(SIGNS),) to the probability that the best candidate answers."""
        return float(1.0 / (1.0 + np.exp(-self.answering.logits(signs[None, :])[0])))


# Set by hand, so that without training a question is rather refused than answered wrongly.
DEFAULT = Scorer(
    ranking=Linear(weights=(4.0, 1.0, 1.0, 8.0, 2.0, 3.0, 3.0, 2.0, 4.0, 3.0, 1.0, 1.0), bias=0.0),
    answering=Linear(weights=(1.0, 0.5, 3.0, 0.0, 4.0, 1.5, 1.0, -1.5, 0.8), bias=-5.0),
    threshold=0.75,
    learned=False,
)


def load_scorer(embedding_digest: str, analyser_digest: str, path: Path = WEIGHTS) -> Scorer:
    """The learned scorer where it fits both digests, else the defaults."""
    if not path.is_file():
        return DEFAULT
    data = json.loads(path.read_text(encoding="utf-8"))
    known = (data["embedding_digest"], data["analyser_digest"], tuple(data["features"]), tuple(data["signs"]))
    if known != (embedding_digest, analyser_digest, FEATURES, SIGNS):
        return DEFAULT
    return Scorer(
        ranking=Linear(tuple(data["ranking"]["weights"]), data["ranking"]["bias"]),
        answering=Linear(tuple(data["answering"]["weights"]), data["answering"]["bias"]),
        threshold=data["threshold"],
        learned=True,
    )
