"""Reads a message, alone or behind the one before it, and says what kind it is. Needs no torch.

Layers of its own over the transformer's word pieces; at the end one linear map for each question that is asked of a
message (`Task`). Made by `python -m eval train intents`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from app.recent_texts import RecentTexts
from app.table import FloatArray
from app.taught_network import open_network
from app.word_pieces import QUESTION, WordPieces

ALONE, BEFORE = 96, 48  # word pieces at most: of a message, and of the one before it

Task = Literal["danger", "matter", "owner", "turn"]
Logits = Mapping[Task, FloatArray]


class MessageNetwork:
    """Threads may share it. `classes` names what each task's numbers stand for."""

    def __init__(self, folder: Path, pieces: WordPieces) -> None:
        """
        Raises:
            ConfigurationError: a file is missing, damaged, or was taught with other word pieces.
        """
        self._pieces, self._network = pieces, open_network(folder, pieces)
        told = self._network.told
        self.digest = str(told["digest"])
        self.classes: dict[Task, tuple[str, ...]] = {task: tuple(names) for task, names in told["classes"].items()}
        self._recent = RecentTexts[Logits]()

    def logs(self, task: Task, text: str, before: str = "") -> FloatArray:
        """The logarithm of each class's share, shape (classes,)."""
        both = f"{before}\0{text}"
        found = self._recent.find(both)
        if found is None:
            found = self._read(text, before)
            self._recent.keep(both, found)
        return found[task]

    def _read(self, text: str, before: str) -> Logits:
        head, mean = self._network.head, self._network.mean(*self._pieces.rows([pieces_of(self._pieces, text, before)]))
        seen = np.tanh(head["dense"] @ mean + head["dense_bias"])
        return {task: _logs(head[task] @ seen + head[f"{task}_bias"]) for task in self.classes}


def pieces_of(pieces: WordPieces, text: str, before: str = "") -> list[int]:
    """A message's word pieces, with those of the message before it in front."""
    if not before.strip():
        return _cut(pieces.numbers(QUESTION, [text])[0], ALONE)
    (first,), (own,) = pieces.numbers(QUESTION, [before]), pieces.numbers("", [text])
    return [*_cut(first, BEFORE), *_cut(own[1:], BEFORE)]


def _cut(ids: Sequence[int], most: int) -> list[int]:
    """The last one is a mark."""
    return [*ids] if len(ids) <= most else [*ids[: most - 1], ids[-1]]


def _logs(logits: FloatArray) -> FloatArray:
    above = logits - logits.max()
    return np.asarray(above - np.log(np.exp(above).sum()), dtype=np.float32)
