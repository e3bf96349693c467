"""Makes `app/weights/intents/` again: `python -m eval train intents`.

Logistic regressions over app/text_model.py's features, of made messages (`eval/understanding/*.jsonl`, part train), of
the training questions and of how people ask in `knowledge/`. The thresholds come from messages left out of the fold's
training; twins of a message in other languages are left out together.
"""

from __future__ import annotations

import json
import logging
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from app.intents import ARRAYS, FOLDER, IN_SCOPE, NONE, PARTS, SMALLTALK, TOLD, around, windows
from app.knowledge import load_facts, load_owners, load_unclear, read_asked, read_topic_file
from app.table import FloatArray
from app.text_model import BUCKET_WEIGHT, BUCKETS, VECTOR_WEIGHT, TextModel, buckets_of
from app.transformer import TransformerEmbedder, bundled_transformer
from eval.cases import load_training_questions
from eval.understanding import read_rows

FOLDS = 3
STEP = 2_000  # texts read at a time
ROUNDS = 150  # of the solver; more change the shares in the third digit
STRENGTH = 3.0  # scikit-learn's C
TURN_COUNTS = 3  # as many as a turn counts: there are few, and a question taken for small talk is not answered
TWINS = 3  # rows of a class in a row that may say the same in several languages
SERVICE_COUNTS = 3  # as many as a service of owners.toml counts: it is said in a word or two
ASKED = 60  # questions of a topic beside the messages; more drown them
# Topics whose own questions may be calls for help.
OF_DANGER = frozenset(
    """crisis-help discrimination domestic-violence emergency-care family-and-child-welfare-support
    going-to-court-and-victims-of-crime homelessness human-trafficking mental-health substance-abuse-help
    work-exploitation""".split()  # noqa: SIM905
)
# Share of other messages that may be taken for a kind, many made to be like it: a false call for help costs two
# lines above the answer, one that is perhaps a call a line below; what the documents answer is never declined as off
# topic; small talk alone keeps a question from being answered.
FALSE_ALARMS = {"danger": 0.02, "perhaps_danger": 0.1, "declined": 0.01, "personal": 0.015, "smalltalk": 0.003}
DANGERS = ("danger", "perhaps_danger")
_SEED = 20261129
_log = logging.getLogger(__name__)

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Message:
    """A text with its class; messages of one `group` are never on both sides of a fold. `whole` is the message of which
    this is a part.
    """

    text: str
    kind: str
    group: str
    whole: str = ""


def train_intents(knowledge: Path, out: Path = FOLDER) -> dict[str, Any]:
    """Learn the models and thresholds; write them to `out`; return what was measured on left-out groups."""
    reader = bundled_transformer()
    asked, short = list(_asked(knowledge)), [*_turns(), *_keywords(knowledge)]
    lessons = {
        "danger": [*_dangers(), *(message for message in (*asked, *_calm(), *short) if message.group not in OF_DANGER)],
        "matter": [*_matters(), *(Message(message.text, IN_SCOPE, message.group) for message in (*asked, *short))],
        "owner": [*_owners(knowledge), *_owned(knowledge)],
    }
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


def _dangers() -> Iterator[Message]:
    for place, row in _counted(read_rows("dangers", "train"), "class"):
        yield Message(row["text"], row["class"], f"danger {row['class']} {place // TWINS}")


def _calm() -> Iterator[Message]:
    """The training questions and each of their sentences: what is looked at alone must be learned alone."""
    for use in ("embedding", "scorer"):
        for case in load_training_questions(use):
            for window in windows(case.question, case.language):
                yield Message(window, NONE, case.topic or case.id, case.question)


def _turns() -> Iterator[Message]:
    """What people say after an answer: short, and neither small talk nor a call for help."""
    for row in read_rows("conversations", "train"):
        for turn in row["turns"]:
            if turn["act"] in ("follow_up", "change", "correction"):
                yield from [Message(turn["text"], NONE, f"conversation {row['id']}")] * TURN_COUNTS


def _keywords(knowledge: Path) -> Iterator[Message]:
    """Words that people type alone."""
    for unclear in load_unclear(knowledge):
        group = min(OF_DANGER & {topic for topic, _ in unclear.sections}, default=f"keyword {unclear.key}")
        yield from (Message(name, NONE, group) for names in unclear.words.values() for name in names)


def _matters() -> Iterator[Message]:
    kinds = {"declined": "declined", "personal": "personal", "smalltalk": "", "not_personal": IN_SCOPE}
    for row in read_rows("statuses", "train"):
        yield Message(row["question"], kinds.get(row["kind"], IN_SCOPE) or row["smalltalk"], f"status {row['id']}")
    yield from (Message(message.text, IN_SCOPE, message.group) for message in _dangers())


def _owners(knowledge: Path) -> Iterator[Message]:
    for row in read_rows("statuses", "train"):
        if row["kind"] == "owner":
            yield Message(row["question"], row["owner"], f"owner {row['id']}")
    for owner, contact in load_owners(knowledge).owners.items():
        for names in contact.services.values():
            yield from (Message(name, owner, f"service {owner}") for name in names for _ in range(SERVICE_COUNTS))


def _owned(knowledge: Path) -> Iterator[Message]:
    """How people ask for a topic's matter, and its headings: whose the page is, theirs it is."""
    for folder in _topics(knowledge):
        front = read_topic_file(folder / "en.md", load_facts(knowledge)).front
        for text in _chosen(folder, ASKED):
            yield Message(text, front.owner, folder.name)


def _asked(knowledge: Path) -> Iterator[Message]:
    for folder in _topics(knowledge):
        for text in _chosen(folder, ASKED):
            yield Message(text, NONE, folder.name)


def _topics(knowledge: Path) -> list[Path]:
    return sorted(path for path in knowledge.iterdir() if (path / "asked.toml").is_file())


def _chosen(folder: Path, count: int) -> list[str]:
    questions = [question.text for question in read_asked(folder / "asked.toml")]
    return random.Random(f"{_SEED} {folder.name}").sample(questions, min(count, len(questions)))


def _counted(rows: Sequence[Mapping[str, Any]], name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Each row with its place among those of its language and of its class."""
    seen: Counter[tuple[str, str]] = Counter()
    for row in rows:
        key = (row[name], row["language"])
        yield seen[key], row
        seen[key] += 1


def _features(messages: Sequence[Message], vectors: Mapping[str, FloatArray]) -> csr_matrix:
    found = [buckets_of(message.text) for message in messages]
    ends = np.cumsum([0, *map(len, found)])
    values = np.concatenate([np.full(len(each), BUCKET_WEIGHT / max(1, len(each)) ** 0.5) for each in found])
    hashed = csr_matrix((values, np.concatenate(found), ends), shape=(len(messages), BUCKETS), dtype=np.float32)
    read = np.stack([vectors[message.text] for message in messages])
    return hstack([csr_matrix(VECTOR_WEIGHT * read), hashed]).tocsr()
