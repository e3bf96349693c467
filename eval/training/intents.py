"""Makes `app/weights/intents/` again: `python -m eval train intents`.

A network over the message (eval/training/message_network.py), and beside it logistic regressions over
app/text_model.py's features: of made messages (`eval/understanding/*.jsonl`, part train), of the training questions and
of how people ask in `knowledge/`. A fifth of the groups is left out; from these messages the thresholds come, and twins
of a message in other languages are left out together.
"""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from app.errors import EspooError
from app.intents import ARRAYS, FOLDER, MODELS, NONE, PARTS, SMALLTALK, TOLD, around, both
from app.message_network import MessageNetwork, Task
from app.table import FloatArray
from app.text_model import BUCKET_WEIGHT, BUCKETS, VECTOR_WEIGHT, TextModel, buckets_of
from app.transformer import TransformerEmbedder, bundled_transformer
from eval.training.message_network import Hearing, Lessons, Settings, Texts, logs_of, teach, write_network
from eval.training.messages import Message, messages_of

LEFT_OUT = 5  # one in so many groups; learning these too would take half an hour more
STEP = 2_000  # texts read at a time
ROUNDS = 150  # of the solver; more change the shares in the third digit
STRENGTH = 3.0  # scikit-learn's C
# Share of other messages that may be taken for a kind, many made to be like it: a false call for help costs two
# lines above the answer, one that is perhaps a call a line below; what the documents answer is never declined as off
# topic; small talk alone keeps a question from being answered.
FALSE_ALARMS = {"danger": 0.02, "perhaps_danger": 0.08, "declined": 0.01, "personal": 0.015, "smalltalk": 0.003}
DANGERS = ("danger", "perhaps_danger")
_log = logging.getLogger(__name__)


def train_intents(
    knowledge: Path, left_out: Path, out: Path = FOLDER, settings: Settings | None = None
) -> dict[str, Any]:
    """Learn the models and thresholds; write them to `out`; return what was measured on left-out groups, and keep in
    the file `left_out` what was said of these, for `eval train owners turns`.
    """
    reader, settings = bundled_transformer(), settings or Settings()
    lessons = messages_of(knowledge)
    texts = Texts(lessons, reader.pieces)
    vectors, mean = _read([message.text for name in MODELS for message in lessons[name]], reader)
    network = teach(lessons, texts, settings, frozenset(filter(is_left_out, _groups(lessons))), calm=NONE)
    models = {name: _fitted([one for one in lessons[name] if not is_left_out(one.group)], vectors) for name in MODELS}
    guessed = {task: _guessed(task, lessons[task], network, texts, models.get(task), vectors) for task in lessons}
    thresholds = _thresholds(guessed)
    _keep(left_out, guessed)
    write_network(out, network, texts, settings)
    _write(out, models, mean, thresholds, reader)
    return {name: found.measured(thresholds) for name, found in guessed.items()} | {"thresholds": thresholds}


def _groups(lessons: Lessons) -> set[str]:
    return {message.group for messages in lessons.values() for message in messages}


def is_left_out(group: str) -> bool:
    """Whether a message of the group is kept from what is taught; the same for all tasks."""
    name = group.removeprefix("status ").removeprefix("owner ")
    return zlib.crc32(name.encode()) % LEFT_OUT == 0


@dataclass(frozen=True, slots=True)
class Guessed:
    """Shares (messages, classes) by a model that saw nothing of the message's group, what each message is, and of which
    one it is a part (a number).
    """

    classes: tuple[str, ...]
    shares: FloatArray
    kinds: NDArray[np.str_]
    wholes: NDArray[np.int64]
    messages: tuple[Message, ...]

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


def _guessed(
    task: Task,
    messages: Sequence[Message],
    network: Hearing,
    texts: Texts,
    model: TextModel | None,
    vectors: Mapping[str, FloatArray],
) -> Guessed:
    """What is said of the left-out messages, each once."""
    asked = list({(one.text, one.before): one for one in messages if is_left_out(one.group)}.values())
    logs = logs_of(network, texts, task, asked)
    if model:
        logs = both(logs, np.stack([model.shares(vectors[one.text], buckets_of(one.text)) for one in asked]))
    kinds = np.array([one.kind for one in asked])
    wholes = np.unique([one.whole or one.text for one in asked], return_inverse=True)[1]
    _log.info("%s: %d of %d messages left out", task, len(asked), len(messages))
    return Guessed(texts.classes[task], np.exp(logs), kinds, wholes, tuple(asked))


def _keep(path: Path, guessed: Mapping[Task, Guessed]) -> None:
    told = {
        task: {
            "classes": found.classes,
            "messages": [[one.text, one.before] for one in found.messages],
            "shares": np.round(found.shares, 5).tolist(),
        }
        for task, found in guessed.items()
        if task in ("owner", "turn")
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, ensure_ascii=False) + "\n", encoding="utf-8")


def read_left_out(path: Path, task: Task) -> tuple[tuple[str, ...], dict[tuple[str, str], FloatArray]]:
    """The classes, and by text and the one before it the share of each, as models said it that had not seen them.

    Raises:
        EspooError: there is no such file.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))[task]
    except FileNotFoundError:
        raise EspooError(f"{path} is missing: `python -m eval train intents` writes it.") from None
    texts = ((text, before) for text, before in told["messages"])
    return tuple(told["classes"]), dict(zip(texts, np.array(told["shares"], dtype=np.float32), strict=True))


def _read(texts: Sequence[str], reader: TransformerEmbedder) -> tuple[dict[str, FloatArray], FloatArray]:
    """Each text's vector as app/intents.py compares them, and the mean of all before."""
    different = list(dict.fromkeys(texts))
    found = np.concatenate([reader.encode_queries(different[at : at + STEP]) for at in range(0, len(different), STEP)])
    mean = found.mean(axis=0)
    return dict(zip(different, around(found, mean), strict=True)), mean


def _thresholds(guessed: Mapping[Task, Guessed]) -> dict[str, float]:
    """For each kind the lowest share at which it is not taken for more often than it may be."""
    found = {}
    for kind, most in FALSE_ALARMS.items():
        judged = guessed["danger" if kind in DANGERS else "matter"]
        found[kind] = round(float(np.quantile(judged.of_others(kind), 1 - most)), 3)
    return found


def _fitted(messages: Sequence[Message], vectors: Mapping[str, FloatArray]) -> TextModel:
    kinds = np.array([message.kind for message in messages])
    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS).fit(_features(messages, vectors), kinds)
    weights = model.coef_.T.astype(np.float32)
    dimensions = len(weights) - BUCKETS
    return TextModel(
        tuple(model.classes_.tolist()),
        weights[:dimensions],
        weights[dimensions:].astype(np.float16),
        model.intercept_.astype(np.float32),
    )


def _write(
    out: Path,
    models: Mapping[Task, TextModel],
    mean: FloatArray,
    thresholds: Mapping[str, float],
    reader: TransformerEmbedder,
) -> None:
    arrays = {f"{name}_{part}": getattr(model, part) for name, model in models.items() for part in PARTS}
    small = {name: array.astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(out / ARRAYS, mean=mean, **small)
    told: dict[str, Any] = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "embedding_digest": reader.model_digest,
        "network_digest": MessageNetwork(out, reader.pieces).digest,
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
