"""The learned scorer: which section answers best, and how likely the best one answers at all.

Small networks. The first ranks the candidate sections of one question by `FEATURES`; two others turn the `SIGNS` of the
best one into a probability. They are trained by `eval train scorer calibration` and belong to one embedding
model and one analyser; with others the conservative defaults below serve, and `/readyz` says so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray

from app.domain import Retrieved

SCORER_FILE = "scorer.json"
WEIGHTS = Path(__file__).parent / "weights" / SCORER_FILE

FEATURES = (
    "read",
    "dense",
    "focus_dense",
    "heading",
    "asking",
    "bm25",
    "terms",
    "words",
    "words_strict",
    "title",
    "asked_dense",
    "focus_asked",
    "read_asked",
    "asked_words",
    "asked_vote",
    "listed",
    "own",
    "languages",
)
SIGNS = (
    *FEATURES,
    "certainty",
    "page_certainty",
    "nearest",
    "piece_met",
    "worst_word",
    "elsewhere",
    "length",
    "nobody_read",
    "nobody_dense",
    "nobody_words",
    "nobody_vote",
)

LISTED = SIGNS.index("listed")
NETWORKS = ("ranking", "listed", "unlisted")

FloatArray = NDArray[np.float32]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Network:
    """A mean of networks with one hidden layer each: inputs are scaled, weighed, cut below zero, weighed again.

    `hidden` is (networks, inputs, units), `hidden_bias` (networks, units), `out` (networks, units), `direct` (inputs,)
    is a linear model beside them.
    """

    mean: FloatArray
    scale: FloatArray
    hidden: FloatArray
    hidden_bias: FloatArray
    out: FloatArray
    direct: FloatArray
    bias: float

    def logits(self, inputs: FloatArray) -> FloatArray:
        """Inputs of shape (n, inputs) to n logits."""
        scaled = (inputs - self.mean) / self.scale
        found = scaled @ self.direct + self.bias
        if len(self.out):
            units = np.maximum(np.einsum("ni,kiu->knu", scaled, self.hidden) + self.hidden_bias[:, None, :], 0.0)
            found += np.einsum("knu,ku->n", units, self.out) / len(self.out)
        return np.asarray(found, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Reading:
    """What an estimate and the score of the cross-encoder with this digest say together: a logistic regression."""

    cross_encoder: str
    bias: float
    estimate: float
    score: float

    def probability(self, estimate: float, score: float) -> float:
        """That the section answers, given the scorer's estimate (between 0 and 1)."""
        logit = np.log(estimate / (1 - estimate))
        return float(1.0 / (1.0 + np.exp(-(self.bias + self.estimate * logit + self.score * score))))


@dataclass(frozen=True, slots=True)
class Scorer:
    """`listed` judges sections with asked questions of their own, `unlisted` those without, as plain documents are: the
    same likeness to a known question says much of the ones and little of the others. Each kind has the threshold from
    which it is quoted. With `reading` these are for what is said after the section was read (app/cross_encoder.py).
    """

    ranking: Network
    listed: Network
    unlisted: Network
    threshold: float
    threshold_unlisted: float
    learned: bool
    reading: Reading | None = None

    def rank(self, features: FloatArray) -> FloatArray:
        """Features of shape (candidates, len(FEATURES)) to one score each."""
        return self.ranking.logits(features)

    def threshold_for(self, found: Retrieved) -> float:
        """From which probability the best section found answers."""
        is_unlisted = bool(found.signs) and not found.signs[LISTED]
        return self.threshold_unlisted if is_unlisted else self.threshold

    def is_sure(self, found: Retrieved) -> bool:
        return found.probability >= self.threshold_for(found)

    def probability(self, signs: FloatArray) -> float:
        """Signs of shape (len(SIGNS),) to the probability that the best candidate answers."""
        answering = self.listed if signs[LISTED] else self.unlisted
        return float(1.0 / (1.0 + np.exp(-answering.logits(signs[None, :])[0])))


def linear(names: tuple[str, ...], weights: dict[str, float], bias: float) -> Network:
    """A network without hidden units; inputs that are not named count nothing."""
    count = len(names)
    empty = np.zeros((0, count, 0), dtype=np.float32), np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32)
    direct = np.array([weights.get(name, 0.0) for name in names], dtype=np.float32)
    return Network(np.zeros(count, np.float32), np.ones(count, np.float32), *empty, direct, bias)


# Set by hand, so that without training a question is rather refused than answered wrongly.
_CAREFUL = linear(
    SIGNS,
    {
        "certainty": 1.0, "page_certainty": 0.5, "nearest": 3.0, "words": 4.0, "elsewhere": -1.5, "length": 0.8,
    },
    -5.0,
)  # fmt: skip
DEFAULT = Scorer(
    ranking=linear(
        FEATURES,
        {
            "read": 4.0, "dense": 2.0, "heading": 1.0, "asking": 1.0, "bm25": 8.0, "terms": 1.0, "words": 3.0,
            "words_strict": 3.0, "asked_dense": 4.0, "asked_words": 4.0, "own": 0.3,
        },
        0.0,
    ),
    listed=_CAREFUL,
    unlisted=_CAREFUL,
    threshold=0.75,
    threshold_unlisted=0.75,
    learned=False,
)  # fmt: skip


def load_scorer(embedding_digest: str, analyser_digest: str, *places: Path) -> Scorer:
    """The first learned scorer of these files that fits both digests, else the defaults."""
    for path in (*places, WEIGHTS):
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            known = tuple(data[name] for name in ("embedding_digest", "analyser_digest", "features", "signs"))
            if known == (embedding_digest, analyser_digest, [*FEATURES], [*SIGNS]):
                ranking, listed, unlisted = (read_network(data[name]) for name in NETWORKS)
                reading = Reading(**data["reading"]) if data.get("reading") else None
                thresholds = float(data["threshold"]), float(data.get("threshold_unlisted", data["threshold"]))
                return Scorer(ranking, listed, unlisted, *thresholds, learned=True, reading=reading)
        except FileNotFoundError:
            continue
        except (OSError, ValueError, KeyError, TypeError) as error:  # torn, or of an older version
            log.warning("scorer_unreadable", file=path.name, error=type(error).__name__)
    return DEFAULT


def read_network(data: dict[str, Any]) -> Network:
    """A network as `plain_network` wrote it."""
    return Network(**{name: np.array(data[name], dtype=np.float32) for name in _ARRAYS}, bias=float(data["bias"]))


def plain_network(network: Network) -> dict[str, Any]:
    """As JSON holds it."""
    arrays = {name: np.round(getattr(network, name).astype(float), 5).tolist() for name in _ARRAYS}
    return {**arrays, "bias": round(network.bias, 5)}


_ARRAYS = ("mean", "scale", "hidden", "hidden_bias", "out", "direct")
