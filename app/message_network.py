"""Reads a message, alone or behind the one before it, and says what kind it is. Needs no torch.

Layers of its own over the transformer's word pieces; at the end one linear map for each question that is asked of a
message (`Task`). Made by `python -m eval train intents`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Literal

import numpy as np

from app.errors import ConfigurationError
from app.table import FloatArray, described
from app.transformer import GRAPH_FILE
from app.word_pieces import QUESTION, WordPieces, opened

HEAD_FILE = "head.npz"
ALONE, BEFORE = 96, 48  # word pieces at most: of a message, and of the one before it
RECENT = 64  # messages

Task = Literal["danger", "matter", "owner", "turn"]
Logits = Mapping[Task, FloatArray]


class MessageNetwork:
    """Threads may share it. `classes` names what each task's numbers stand for."""

    def __init__(self, folder: Path, pieces: WordPieces) -> None:
        """
        Raises:
            ConfigurationError: a file is missing, damaged, or was taught with other word pieces.
        """
        told = described(folder, (GRAPH_FILE, HEAD_FILE))
        if told["pieces"] != pieces.digest:
            raise ConfigurationError(f"The network of messages in {folder} was taught with other word pieces.")
        self.digest = str(told["digest"])
        self.classes: dict[Task, tuple[str, ...]] = {task: tuple(names) for task, names in told["classes"].items()}
        self._pieces, self._session = pieces, opened(folder / GRAPH_FILE)
        with np.load(folder / HEAD_FILE) as arrays:
            self._head = {name: arrays[name].astype(np.float32) for name in arrays.files}
        self._recent = _Recent()

    def logs(self, task: Task, text: str, before: str = "") -> FloatArray:
        """The logarithm of each class's share, shape (classes,)."""
        return self._recent.get(f"{before}\0{text}", lambda: self._read(text, before))[task]

    def _read(self, text: str, before: str) -> Logits:
        embedded, lengths = self._pieces.rows([pieces_of(self._pieces, text, before)])
        (states,) = self._session.run(None, {"embedded": embedded, "lengths": lengths})
        head = self._head
        seen = np.tanh(head["dense"] @ states[0].mean(axis=0) + head["dense_bias"])
        return {task: _logs(head[task] @ seen + head[f"{task}_bias"]) for task in self.classes}


class _Recent:
    """What was read of the last messages: each task asks of the same. Texts are not kept."""

    def __init__(self) -> None:
        self._found, self._lock = OrderedDict[bytes, Logits](), Lock()

    def get(self, text: str, read: Callable[[], Logits]) -> Logits:
        key = sha256(text.encode("utf-8", "replace")).digest()
        with self._lock:
            found = self._found.get(key)
        if found is None:
            found = read()
            with self._lock:
                self._found[key] = found
                while len(self._found) > RECENT:
                    self._found.popitem(last=False)
        return found


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
