"""What kind of message it is, learned: a call for help, small talk, nothing for us, an own file; and whose matter.

Patterns (app/patterns.toml) know what people usually say; these models know what is like it. Made by
`python -m eval train intents`; they belong to the word table, whichever model searches.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.domain import Language
from app.errors import ConfigurationError
from app.phrase_model import LAYERS, PhraseModel
from app.sentences import split_sentences
from app.table import TableEmbedder, bundled_table
from app.text_model import TextModel, buckets_of

FOLDER = Path(__file__).parent / "weights" / "intents"
TOLD, ARRAYS = "intents.json", "intents.npz"
MODELS = ("danger", "matter", "owner")
THRESHOLDS = ("danger", "perhaps_danger", "declined", "personal", "smalltalk")
NONE = "none"  # no danger
IN_SCOPE = "in_scope"
SMALLTALK = ("greeting", "thanks", "goodbye", "human", "person", "abilities", "complaint")
MOST = 12  # sentences of a message that are looked at one by one

Shares = Mapping[str, float]
Probabilities = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Intent:
    """What two models say together, which look at a message in different ways: at its words and at its phrases."""

    words: TextModel
    phrases: PhraseModel

    def shares(self, text: str, embedder: TableEmbedder) -> Shares:
        """The probability of each class."""
        rows, _ = embedder.pieces(text)
        both = together(self.words.shares(_mean(rows), buckets_of(text)), self.phrases.shares(rows))
        return dict(zip(self.words.classes, both.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Intents:
    """The models, and from which share on each is believed."""

    embedder: TableEmbedder
    models: Mapping[str, Intent]
    thresholds: Mapping[str, float]

    def danger(self, text: str, language: Language) -> Shares:
        """The share of each class of danger in the worst of the message's sentences, or in the whole."""
        found = (self.shares("danger", window) for window in windows(text, language))
        return min(found, key=lambda shares: shares[NONE])

    def shares(self, model: str, text: str) -> Shares:
        return self.models[model].shares(text, self.embedder)

    def believed(self, model: str, share: float) -> bool:
        return share >= self.thresholds[model]


def together(one: Probabilities, other: Probabilities) -> Probabilities:
    """The geometric mean of two models' probabilities, of shape (…, classes)."""
    both = np.sqrt(one * other)
    return np.asarray(both / both.sum(axis=-1, keepdims=True))


def windows(text: str, language: Language) -> list[str]:
    """The whole message, each of its sentences, and each two in a row: danger may be told beside anything else."""
    sentences = list(split_sentences(text, language))[:MOST]
    pairs = [" ".join(sentences[place : place + 2]) for place in range(len(sentences) - 1)]
    return list(dict.fromkeys([text, *sentences, *pairs]))


@cache
def load_intents(folder: Path = FOLDER) -> Intents:
    """Read the models.

    Raises:
        ConfigurationError: they are missing, damaged, or of another embedding model.
    """
    embedder = bundled_table()
    try:
        told = json.loads((folder / TOLD).read_text(encoding="utf-8"))
        with np.load(folder / ARRAYS) as arrays:
            models = {name: _model(arrays, name, told["classes"][name]) for name in MODELS}
        if missing := set(THRESHOLDS) - set(told["thresholds"]):
            raise ValueError(f"thresholds are missing: {', '.join(sorted(missing))}")
        if told["embedding_digest"] != embedder.digest:
            raise ValueError("they belong to another embedding model")
        return Intents(embedder, models, told["thresholds"])
    except (OSError, ValueError, KeyError) as error:
        raise ConfigurationError(f"The models in {folder} cannot be used: {error}") from error


def _model(arrays: Mapping[str, NDArray[np.float32]], name: str, named: list[str]) -> Intent:
    classes = tuple(named)
    vector, buckets, bias = (arrays[f"{name}_{part}"] for part in ("vector", "buckets", "bias"))
    words = TextModel(classes, vector.astype(np.float32), buckets.astype(np.float16), bias.astype(np.float32))
    layers = {layer: arrays[f"{name}_{layer}"].astype(np.float32) for layer in LAYERS}
    return Intent(words, PhraseModel(classes, layers))


def _mean(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The unit vector of a text, as the embedding has it."""
    vector = rows.sum(axis=0)
    return np.asarray(vector / (np.linalg.norm(vector) or 1.0), dtype=np.float32)
