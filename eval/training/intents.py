"""Makes `app/weights/intents/` again: `python -m eval train intents`.

Logistic regressions over app/text_model.py's features, of made messages (`eval/understanding/*.jsonl`, part train), of
the training questions and of how people ask in `knowledge/`. The thresholds come from messages left out of the fold's
training; twins of a message in other languages are left out together.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from app.intents import ARRAYS, FOLDER, NONE, PARTS, SMALLTALK, TOLD, around
from app.table import FloatArray
from app.text_model import BUCKET_WEIGHT, BUCKETS, VECTOR_WEIGHT, TextModel, buckets_of
from app.transformer import TransformerEmbedder, bundled_transformer
from eval.training.messages import Message, messages_of

FOLDS = 3
STEP = 2_000  # texts read at a time
ROUNDS = 150  # of the solver; more change the shares in the third digit
STRENGTH = 3.0  # scikit-learn's C
# Share of other messages that may be taken for a kind, many made to be like it: a false call for help costs two
# lines above the answer, one that is perhaps a call a line below; what the documents answer is never declined as off
# topic; small talk alone keeps a question from being answered.
FALSE_ALARMS = {"danger": 0.02, "perhaps_danger": 0.1, "declined": 0.01, "personal": 0.015, "smalltalk": 0.003}
DANGERS = ("danger", "perhaps_danger")
_log = logging.getLogger(__name__)

Places = NDArray[np.int64]


def train_intents(knowledge: Path, out: Path = FOLDER) -> dict[str, Any]:
    """Learn the models and thresholds; write them to `out`; return what was measured on left-out groups."""
    reader = bundled_transformer()
    lessons = messages_of(knowledge)
    vectors, mean = _read([message.text for messages in lessons.values() for message in messages], reader)
    models: dict[str, TextModel] = {}
    left_out: dict[str, Guessed] = {}
    for name, messages in lessons.items():
        lesson = _lesson(messages, vectors)
        left_out[name] = _left_out(lesson)
        models[name] = _fitted(lesson)
        _log.info("%s: %d messages", name, len(messages))
    thresholds = _thresholds(left_out)
    _write(out, models, mean, thresholds, reader.model_digest)
    return {name: found.measured(thresholds) for name, found in left_out.items()} | {"thresholds": thresholds}


@dataclass(frozen=True, slots=True)
class Guessed:
    """Shares (messages, classes) by a model that saw nothing of the message's group, what each message is, and of which
    one it is a part (a number).
    """

    classes: tuple[str, ...]
    shares: NDArray[np.float64]
    kinds: NDArray[np.str_]
    wholes: NDArray[np.int64]

    def of(self, kind: str) -> NDArray[np.float64]:
        """The share of a kind: of any danger, of any small talk, or of one class."""
        return np.asarray(self.shares[:, _within(kind, np.array(self.classes))].sum(axis=1))

    def is_a(self, kind: str) -> NDArray[np.bool_]:
        return _within(kind, self.kinds)

    def of_others(self, kind: str) -> NDArray[np.float64]:
        """The share of a kind in what is none of it; of a message in parts that of the worst, as it is read."""
        others = ~self.is_a(kind)
        worst = np.zeros(int(self.wholes.max()) + 1)
        np.maximum.at(worst, self.wholes[others], self.of(kind)[others])
        return np.asarray(worst[np.unique(self.wholes[others])])

    def _kinds(self, thresholds: Mapping[str, float]) -> list[str]:
        if NONE in self.classes:
            return list(DANGERS)
        return [kind for kind in thresholds if kind not in DANGERS and self.is_a(kind).any()]

    def measured(self, thresholds: Mapping[str, float]) -> dict[str, float]:
        """Recall and false alarms of each kind, and the share of messages whose best class is right."""
        best = np.array(self.classes)[self.shares.argmax(axis=1)]
        found = {"messages": float(len(self.kinds)), "best_class_right": float((best == self.kinds).mean())}
        for kind in self._kinds(thresholds):
            recall = (self.of(kind)[self.is_a(kind)] >= thresholds[kind]).mean()
            alarms = (self.of_others(kind) >= thresholds[kind]).mean()
            found |= {f"{kind}_recall": float(recall), f"{kind}_alarms": float(alarms)}
        return found


def _within(kind: str, names: NDArray[np.str_]) -> NDArray[np.bool_]:
    if kind in DANGERS:
        return np.asarray(names != NONE)
    return np.isin(names, SMALLTALK if kind == "smalltalk" else (kind,))


@dataclass(frozen=True, slots=True)
class Lesson:
    """`features`: (messages, dimensions + BUCKETS), as app/text_model.py weighs them."""

    features: csr_matrix
    kinds: NDArray[np.str_]
    groups: tuple[str, ...]
    wholes: NDArray[np.int64]


def _read(texts: Sequence[str], reader: TransformerEmbedder) -> tuple[dict[str, FloatArray], FloatArray]:
    """Each text's vector as app/intents.py compares them, and the mean of all before."""
    different = list(dict.fromkeys(texts))
    found = np.concatenate([reader.encode_queries(different[at : at + STEP]) for at in range(0, len(different), STEP)])
    mean = found.mean(axis=0)
    return dict(zip(different, around(found, mean), strict=True)), mean


def _lesson(messages: Sequence[Message], vectors: Mapping[str, FloatArray]) -> Lesson:
    kinds = np.array([message.kind for message in messages])
    wholes = np.unique([message.whole or message.text for message in messages], return_inverse=True)[1]
    return Lesson(_features(messages, vectors), kinds, tuple(message.group for message in messages), wholes)


def guessed_owners(messages: Sequence[Message], reader: TransformerEmbedder) -> Guessed:
    """Each message's owner as a model says it that saw nothing of the message's group."""
    vectors, _ = _read([message.text for message in messages], reader)
    return _left_out(_lesson(messages, vectors))


def _left_out(lesson: Lesson) -> Guessed:
    """Every class has messages in each fold."""
    classes = tuple(np.unique(lesson.kinds).tolist())
    shares = np.zeros((len(lesson.kinds), len(classes)))
    for train, test in GroupKFold(FOLDS).split(lesson.kinds, groups=lesson.groups):
        shares[test] = _regression(lesson, train).predict_proba(lesson.features[test])
    return Guessed(classes, shares, lesson.kinds, lesson.wholes)


def _thresholds(guessed: Mapping[str, Guessed]) -> dict[str, float]:
    """For each kind the lowest share at which it is not taken for more often than it may be."""
    found = {}
    for kind, most in FALSE_ALARMS.items():
        judged = guessed["danger" if kind in DANGERS else "matter"]
        found[kind] = round(float(np.quantile(judged.of_others(kind), 1 - most)), 3)
    return found


def _fitted(lesson: Lesson) -> TextModel:
    model = _regression(lesson, np.arange(len(lesson.kinds)))
    dimensions = lesson.features.shape[1] - BUCKETS
    weights = model.coef_.T.astype(np.float32)
    return TextModel(
        tuple(model.classes_.tolist()),
        weights[:dimensions],
        weights[dimensions:].astype(np.float16),
        model.intercept_.astype(np.float32),
    )


def _regression(lesson: Lesson, places: Places) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=ROUNDS).fit(lesson.features[places], lesson.kinds[places])


def _write(
    out: Path, models: Mapping[str, TextModel], mean: FloatArray, thresholds: Mapping[str, float], digest: str
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    arrays = {f"{name}_{part}": getattr(model, part) for name, model in models.items() for part in PARTS}
    small = {name: array.astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(out / ARRAYS, mean=mean, **small)
    told: dict[str, Any] = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "embedding_digest": digest,
        "classes": {name: model.classes for name, model in models.items()},
        "thresholds": thresholds,
    }
    (out / TOLD).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def _features(messages: Sequence[Message], vectors: Mapping[str, FloatArray]) -> csr_matrix:
    found = [buckets_of(message.text) for message in messages]
    ends = np.cumsum([0, *map(len, found)])
    values = np.concatenate([np.full(len(each), BUCKET_WEIGHT / max(1, len(each)) ** 0.5) for each in found])
    hashed = csr_matrix((values, np.concatenate(found), ends), shape=(len(messages), BUCKETS), dtype=np.float32)
    read = np.stack([vectors[message.text] for message in messages])
    return hstack([csr_matrix(VECTOR_WEIGHT * read), hashed]).tocsr()
