"""A small convolutional model of a message: its word pieces in runs of one to three, the strongest of each kind.

The rows of the embedding table are alike for words that mean the same, so a phrase learned in one wording or language
is known in others. After Kim, "Convolutional neural networks for sentence classification" (2014).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

RUNS = (1, 2, 3)  # word pieces in a row
LONGEST = 64  # pieces of a text that are read
NORM = 5.45  # mean length of the bundled table's rows
LAYERS = (
    "narrow",
    "narrow_bias",
    *(f"run_{run}" for run in RUNS),
    *(f"run_{run}_bias" for run in RUNS),
    "out",
    "out_bias",
)


@dataclass(frozen=True, slots=True)
class PhraseModel:
    """`layers`: "narrow" (dimensions, units), "run_n" (n * units, phrases), "out" (3 * phrases + units, classes), and
    the bias of each.
    """

    classes: tuple[str, ...]
    layers: Mapping[str, FloatArray]

    def shares(self, rows: FloatArray) -> FloatArray:
        """The probability of each class, of a text given as the rows of its pieces, (pieces, dimensions)."""
        logits = self._seen(rows[:LONGEST] / NORM) @ self.layers["out"] + self.layers["out_bias"]
        odds = np.exp(logits - logits.max())
        return np.asarray(odds / odds.sum(), dtype=np.float32)

    def _seen(self, rows: FloatArray) -> FloatArray:
        """How strongly each phrase is there, and the mean of the narrowed rows."""
        narrow = np.maximum(rows @ self.layers["narrow"] + self.layers["narrow_bias"], 0.0)
        strongest = [self._strongest(narrow, run) for run in RUNS]
        return np.concatenate([*strongest, narrow.sum(axis=0) / max(1, len(narrow))])

    def _strongest(self, narrow: FloatArray, run: int) -> FloatArray:
        """Where the text ends is a phrase too: nothing stands before and after it."""
        nothing = np.zeros((run, narrow.shape[1]), dtype=np.float32)
        padded = np.concatenate([nothing, narrow, nothing])
        runs = np.lib.stride_tricks.sliding_window_view(padded, run, axis=0)  # (places, units, run)
        flat = runs.transpose(0, 2, 1).reshape(len(runs), -1)
        found = flat @ self.layers[f"run_{run}"] + self.layers[f"run_{run}_bias"]
        return np.asarray(np.maximum(found, 0.0).max(axis=0), dtype=np.float32)
