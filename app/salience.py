"""How much each word piece of a question says of what is asked: in a story most words are told beside it.

A small network over a piece's own row, the mean of all, and where the piece stands. It is taught by
`eval/training/salience.py` on questions and the sections that answer them, and belongs to the bundled embedding table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

FILE = "salience.npz"
LAYERS = ("own", "all", "place", "bias", "out", "out_bias")
STRENGTH = 4.0  # of unit vectors beside the places' numbers
LONG = 60  # pieces; a longer text is as long as this one
NORM = 3.0  # about the longest row


@dataclass(frozen=True, slots=True)
class Salience:
    """`own` and `all` are (dimensions, units), `place` (PLACES, units), `bias` and `out` (units,), `out_bias` (1,)."""

    own: FloatArray
    all: FloatArray
    place: FloatArray
    bias: FloatArray
    out: FloatArray
    out_bias: FloatArray

    def weights(self, rows: FloatArray, pieces: Sequence[str]) -> FloatArray:
        """One weight for each row (n, dimensions) of a text's pieces."""
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        mean = rows.sum(axis=0)
        mean = mean / (np.linalg.norm(mean) or 1.0)
        places = np.concatenate([places_of(pieces), lengths / NORM], axis=1)
        hidden = STRENGTH * (rows / (lengths + 1e-6)) @ self.own + STRENGTH * mean @ self.all
        hidden = np.maximum(hidden + places @ self.place + self.bias, 0.0)
        return np.asarray(np.exp(hidden @ self.out + self.out_bias), dtype=np.float32)


def places_of(pieces: Sequence[str]) -> FloatArray:
    """Per piece: how far into the text, how long the text is, whether in a question, whether anything is."""
    found = np.zeros((len(pieces), 4), dtype=np.float32)
    found[:, 0] = np.linspace(0, 1, len(pieces))
    found[:, 1] = min(len(pieces), LONG) / LONG
    asked = False
    for place in reversed(range(len(pieces))):
        asked = pieces[place] == "?" or (asked and pieces[place] not in ".!")
        found[place, 2] = float(asked)
    found[:, 3] = float("?" in pieces)
    return found


def load_salience(folder: Path) -> Salience | None:
    """None where the model has none."""
    if not (folder / FILE).is_file():
        return None
    with np.load(folder / FILE) as arrays:
        return Salience(**{name: arrays[name].astype(np.float32) for name in LAYERS})
