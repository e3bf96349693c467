"""What kind of message it is, learned: a call for help, small talk, nothing for us, an own file; whose matter; and what
a turn has to do with the one before it.

Patterns (app/patterns.toml) know what people usually say; these models know what is like it. A network reads the
message; beside it stand its words and how the bundled transformer reads it, whichever model searches. Made by
`python -m eval train intents`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.domain import Language
from app.errors import ConfigurationError
from app.message_network import MessageNetwork, Task
from app.sentences import split_sentences
from app.table import FloatArray, unit
from app.text_model import TextModel, buckets_of
from app.transformer import TransformerEmbedder, bundled_transformer

FOLDER = Path(__file__).parent / "weights" / "intents"
TOLD, ARRAYS, WHOSE, TURNS = "intents.json", "intents.npz", "owners.json", "turns.json"
MODELS: tuple[Task, ...] = ("danger", "matter", "owner")
PARTS = ("vector", "buckets", "bias")
THRESHOLDS = ("danger", "perhaps_danger", "declined", "personal", "smalltalk")
NONE = "none"  # no danger
ALONE = "alone"  # a turn that leans on none before it
IN_SCOPE = "in_scope"
SMALLTALK = ("greeting", "thanks", "goodbye", "human", "person", "abilities", "complaint")
MOST = 12  # sentences and parts of a message that are looked at one by one
# Share of danger by the network from which a part of a message is read by the transformer too. 45% of parts have less;
# of 2,700 left-out messages one was read otherwise without them.
HEARD = 0.02
FEW: Mapping[Language, int] = {"fi": 3, "sv": 4, "en": 4}  # words; fewer tell too little alone

# Of a share, before its logarithm is taken: of what the words say, and of what the pages near say.
LEAST_OF_WORDS, LEAST_OF_PAGES = 0.001, 0.02

# What the words say counts beside the network. Of left-out messages the network alone told .74 of owners, the words
# .745, both .767. Of calls for help the network alone tells as many as both, but what is said plainest ("he hurts me
# when he drinks") may be missed by it.
WORDS = 0.5
SIGNS = 8  # that tell whether a turn begins something new

Shares = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Whose:
    """What a message's words and the pages near it say of its owner together: a logistic regression of both logarithms.

    `words` and `pages` are (owners, owners), `bias` (owners,).
    """

    owners: tuple[str, ...]
    words: FloatArray
    pages: FloatArray
    bias: FloatArray

    def shares(self, words: Shares, pages: Shares) -> Shares:
        """The probability of each owner. `pages` may leave owners out."""
        said, near = log_of(words, self.owners, LEAST_OF_WORDS), log_of(pages, self.owners, LEAST_OF_PAGES)
        odds = np.exp(said @ self.words + near @ self.pages + self.bias)
        return dict(zip(self.owners, (odds / odds.sum()).tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Beginning:
    """A logistic regression that says whether a turn begins something new, over the signs of
    app/change_of_subject.py.
    """

    weights: tuple[float, ...]
    bias: float

    def new(self, signs: Sequence[float]) -> bool:
        return sum(weight * sign for weight, sign in zip(self.weights, signs, strict=True)) + self.bias > 0


def log_of(shares: Shares, names: Sequence[str], least: float) -> FloatArray:
    """The logarithm of each one's share, shape (names,)."""
    found = np.array([shares.get(name, 0.0) for name in names], dtype=np.float32)
    return np.asarray(np.log(found + least), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Intents:
    """The models, the mean of the vectors they were taught with, and from which share on each is believed."""

    network: MessageNetwork
    reader: TransformerEmbedder
    mean: FloatArray
    models: Mapping[Task, TextModel]
    thresholds: Mapping[str, float]
    whose: Whose
    beginning: Beginning

    def danger(self, text: str, language: Language) -> Shares:
        """The share of each class of danger in the worst of the message's sentences, or in the whole.

        Parts in which the network hears next to none are not read by the transformer too.
        """
        whole, *parts = windows(text, language)
        none = self.network.classes["danger"].index(NONE)
        heard = [part for part in parts if 1 - np.exp(self.network.logs("danger", part)[none]) >= HEARD]
        return min(self._shares("danger", [whole, *heard]), key=lambda shares: shares[NONE])

    def shares(self, task: Task, text: str) -> Shares:
        """The probability of each class."""
        return self._shares(task, [text])[0]

    def turn(self, text: str, before: str) -> Shares:
        """The probability of each act of a turn behind the question before it."""
        return self._named("turn", self.network.logs("turn", text, before))

    def believed(self, model: str, share: float) -> bool:
        return share >= self.thresholds[model]

    def _shares(self, task: Task, texts: Sequence[str]) -> list[Shares]:
        model, vectors = self.models[task], around(self.reader.encode_queries(texts), self.mean)
        words = (model.shares(vector, buckets_of(text)) for vector, text in zip(vectors, texts, strict=True))
        logs = (self.network.logs(task, text) for text in texts)
        return [self._named(task, both(*pair)) for pair in zip(logs, words, strict=True)]

    def _named(self, task: Task, logs: FloatArray) -> Shares:
        return dict(zip(self.network.classes[task], np.exp(logs).tolist(), strict=True))


def both(logs: FloatArray, words: FloatArray) -> FloatArray:
    """The logarithms of shares by the network's and by what the words say, (..., classes) each."""
    mixed = (1 - WORDS) * logs + WORDS * np.log(np.maximum(words, LEAST_OF_WORDS))
    return np.asarray(mixed - np.log(np.exp(mixed).sum(axis=-1, keepdims=True)), dtype=np.float32)


def around(vectors: FloatArray, mean: FloatArray) -> FloatArray:
    """Unit vectors from the mean to each: all messages lie close together, and what tells them apart is little."""
    return unit(vectors - mean)


def windows(text: str, language: Language) -> list[str]:
    """The whole message, each of its sentences and what stands between their commas: danger may be told beside
    anything else, also in one breath with it.
    """
    sentences = list(split_sentences(text, language))
    parts = [part for sentence in sentences for part in between_commas(sentence, language)]
    return list(dict.fromkeys([text, *sentences, *parts]))[: MOST + 1]


def between_commas(sentence: str, language: Language) -> list[str]:
    """The parts of a sentence; one of a few words goes with its neighbour."""
    parts: list[str] = []
    for part in re.split(r"(?<=[,;])\s+|\s+[–-]\s+", sentence):
        if parts and min(len(part.split()), len(parts[-1].split())) < FEW[language]:
            parts[-1] += f" {part}"
        else:
            parts.append(part)
    return parts


@cache
def load_intents(folder: Path = FOLDER) -> Intents:
    """Read the models.

    Raises:
        ConfigurationError: they are missing, damaged, or of another embedding model.
    """
    reader = bundled_transformer()
    try:
        told = json.loads((folder / TOLD).read_text(encoding="utf-8"))
        with np.load(folder / ARRAYS) as arrays:
            models = {name: _model(arrays, name, told["classes"][name]) for name in MODELS}
            mean = arrays["mean"].astype(np.float32)
        if missing := set(THRESHOLDS) - set(told["thresholds"]):
            raise ValueError(f"thresholds are missing: {', '.join(sorted(missing))}")
        if told["embedding_digest"] != reader.model_digest:
            raise ValueError("they belong to another embedding model")
        network = MessageNetwork(folder, reader.pieces)
        if told["network_digest"] != network.digest or any(
            models[name].classes != network.classes[name] for name in MODELS
        ):
            raise ValueError("they belong to another network")
        whose, beginning = read_whose(folder / WHOSE), read_beginning(folder / TURNS)
        return Intents(network, reader, mean, models, told["thresholds"], whose, beginning)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ConfigurationError(f"The models in {folder} cannot be used: {error}") from error


def read_whose(path: Path) -> Whose:
    """As `eval train owners` wrote it."""
    told = json.loads(path.read_text(encoding="utf-8"))
    words, pages, bias = (np.array(told[name], dtype=np.float32) for name in ("words", "pages", "bias"))
    count = len(told["owners"])
    if {words.shape, pages.shape, (*bias.shape, count)} != {(count, count)}:
        raise ValueError("the owners' weights do not fit together")
    return Whose(tuple(told["owners"]), words, pages, bias)


def read_beginning(path: Path) -> Beginning:
    """As `eval train turns` wrote it."""
    told = json.loads(path.read_text(encoding="utf-8"))
    if len(told["weights"]) != SIGNS:
        raise ValueError(f"{path.name} needs {SIGNS} weights")
    return Beginning(tuple(map(float, told["weights"])), float(told["bias"]))


def _model(arrays: Mapping[str, NDArray[np.float32]], name: str, classes: list[str]) -> TextModel:
    vector, buckets, bias = (arrays[f"{name}_{part}"] for part in PARTS)
    return TextModel(tuple(classes), vector.astype(np.float32), buckets.astype(np.float16), bias.astype(np.float32))
