"""Networks beside the transformer: layers of their own over its word pieces, and a head of a few linear maps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.errors import ConfigurationError
from app.table import FloatArray, described
from app.word_pieces import GRAPH_FILE, WordPieces, opened

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

HEAD_FILE = "head.npz"


@dataclass(frozen=True, slots=True)
class TaughtNetwork:
    """`told` is what `model.json` says of it."""

    told: Mapping[str, Any]
    session: InferenceSession
    head: Mapping[str, FloatArray]

    def mean(self, embedded: FloatArray, lengths: Any) -> FloatArray:
        """The mean of what it says of the pieces of one text, (hidden,), given their rows (1, pieces, hidden)."""
        (states,) = self.session.run(None, {"embedded": embedded, "lengths": lengths})
        return np.asarray(states[0].mean(axis=0), dtype=np.float32)


def open_network(folder: Path, pieces: WordPieces) -> TaughtNetwork:
    """
    Raises:
        ConfigurationError: a file is missing, damaged, or was taught with other word pieces.
    """
    told = described(folder, (GRAPH_FILE, HEAD_FILE))
    if told["pieces"] != pieces.digest:
        raise ConfigurationError(f"The network in {folder} was taught with other word pieces.")
    with np.load(folder / HEAD_FILE) as arrays:
        head = {name: arrays[name].astype(np.float32) for name in arrays.files}
    return TaughtNetwork(told, opened(folder / GRAPH_FILE), head)
