"""Makes `app/weights/intents/` again: `python -m eval train intents`.

Logistic regressions over app/text_model.py's features and the networks of app/phrase_model.py, of made messages
(`eval/understanding/*.jsonl`, part train), of the training questions and of how people ask in `knowledge/`. The
thresholds come from messages left out of the fold's training; twins of a message in other languages are left out
together.
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

from app.intents import ARRAYS, FOLDER, IN_SCOPE, NONE, SMALLTALK, TOLD, Intent, together, windows
from app.knowledge import load_facts, load_owners, read_asked, read_topic_file
from app.phrase_model import PhraseModel
from app.table import TableEmbedder, bundled_table
from app.text_model import BUCKET_WEIGHT, BUCKETS, VECTOR_WEIGHT, TextModel, buckets_of
from eval.cases import load_training_questions
from eval.training.phrases import FloatArray, fit_phrases, rows_of
from eval.understanding import read_rows

FOLDS = 3
ROUNDS = 150  # of the solver; more change the shares in the third digit
STRENGTH = 3.0  # scikit-learn's C
TWINS = 3  # rows of a class in a row that may say the same in several languages
SERVICE_COUNTS = 3  # as many as a service of owners.toml counts: it is said in a word or two
ASKED = 60  # questions of a topic beside the messages; more drown them
# Topics whose own questions may be calls for help.
OF_DANGER = frozenset(
    """crisis-help discrimination domestic-violence emergency-care family-and-child-welfare-support homelessness
    human-trafficking mental-health substance-abuse-help work-exploitation""".split()  # noqa: SIM905
)
# Share of other messages that may be taken for a kind, many made to be like it: a false call for help costs two
# lines above the answer, one that is perhaps a call a line below; what the documents answer is never declined as off
# topic; small talk alone keeps a question from being answered.
FALSE_ALARMS = {"danger": 0.03, "perhaps_danger": 0.1, "declined": 0.015, "personal": 0.012, "smalltalk": 0.006}
DANGERS = ("danger", "perhaps_danger")
_SEED = 20261129
_log = logging.getLogger(__name__)

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Message:
    """A text with its class; messages of one `group` are never on both sides of a fold."""

    text: str
    kind: str
    group: str


def train_intents(knowledge: Path, out: Path = FOLDER) -> dict[str, Any]:
    """Learn the models and thresholds; write them to `out`; return what was measured on left-out groups."""
    embedder = bundled_table()
    asked = list(_asked(knowledge))
    lessons = {
        "danger": [*_dangers(), *(message for message in (*asked, *_calm()) if message.group not in OF_DANGER)],
        "matter": [*_matters(), *(Message(message.text, IN_SCOPE, message.group) for message in asked)],
        "owner": [*_owners(knowledge), *_owned(knowledge)],
    }
    models: dict[str, Intent] = {}
    left_out: dict[str, Guessed] = {}
    for name, messages in lessons.items():
        lesson = _lesson(messages, embedder)
        left_out[name] = _left_out(lesson)
        models[name] = _fitted(lesson)
        _log.info("%s: %d messages", name, len(messages))
    thresholds = _thresholds(left_out)
    _write(out, models, thresholds, embedder.digest)
    return {name: found.measured(thresholds) for name, found in left_out.items()} | {"thresholds": thresholds}


@dataclass(frozen=True, slots=True)
class Guessed:
    """Shares (messages, classes) by a model that saw nothing of the message's group, and what each message is."""

    classes: tuple[str, ...]
    shares: NDArray[np.float64]
    kinds: NDArray[np.str_]

    def of(self, kind: str) -> NDArray[np.float64]:
        """The share of a kind: of any danger, of any small talk, or of one class."""
        return np.asarray(self.shares[:, _within(kind, np.array(self.classes))].sum(axis=1))

    def is_a(self, kind: str) -> NDArray[np.bool_]:
        return _within(kind, self.kinds)

    def _kinds(self, thresholds: Mapping[str, float]) -> list[str]:
        if NONE in self.classes:
            return list(DANGERS)
        return [kind for kind in thresholds if kind not in DANGERS and self.is_a(kind).any()]

    def measured(self, thresholds: Mapping[str, float]) -> dict[str, float]:
        """Recall and false alarms of each kind, and the share of messages whose best class is right."""
        best = np.array(self.classes)[self.shares.argmax(axis=1)]
        found = {"messages": float(len(self.kinds)), "best_class_right": float((best == self.kinds).mean())}
        for kind in self._kinds(thresholds):
            alarm, right = self.of(kind) >= thresholds[kind], self.is_a(kind)
            found |= {f"{kind}_recall": float(alarm[right].mean()), f"{kind}_alarms": float(alarm[~right].mean())}
        return found


def _within(kind: str, names: NDArray[np.str_]) -> NDArray[np.bool_]:
    if kind in DANGERS:
        return np.asarray(names != NONE)
    return np.isin(names, SMALLTALK if kind == "smalltalk" else (kind,))


@dataclass(frozen=True, slots=True)
class Lesson:
    """Messages as the two models see them."""

    features: csr_matrix
    pieces: list[FloatArray]
    kinds: NDArray[np.str_]
    groups: tuple[str, ...]


def _lesson(messages: Sequence[Message], embedder: TableEmbedder) -> Lesson:
    kinds = np.array([message.kind for message in messages])
    pieces = rows_of([message.text for message in messages], embedder)
    return Lesson(_features(messages, embedder), pieces, kinds, tuple(message.group for message in messages))


def _left_out(lesson: Lesson) -> Guessed:
    """Every class has messages in each fold."""
    classes = tuple(np.unique(lesson.kinds).tolist())
    shares = np.zeros((len(lesson.kinds), len(classes)))
    for train, test in GroupKFold(FOLDS).split(lesson.kinds, groups=lesson.groups):
        words = _words_fitted(lesson, train)
        phrases = _phrases_fitted(lesson, train)
        by_phrases = np.array([phrases.shares(lesson.pieces[place].astype(np.float32)) for place in test])
        shares[test] = together(words.predict_proba(lesson.features[test]), by_phrases)
    return Guessed(classes, shares, lesson.kinds)


def _thresholds(guessed: Mapping[str, Guessed]) -> dict[str, float]:
    """For each kind the lowest share at which it is not taken for more often than it may be."""
    found = {}
    for kind, most in FALSE_ALARMS.items():
        judged = guessed["danger" if kind in DANGERS else "matter"]
        others = judged.of(kind)[~judged.is_a(kind)]
        found[kind] = round(float(np.quantile(others, 1 - most)), 3)
    return found


def _fitted(lesson: Lesson) -> Intent:
    everything = np.arange(len(lesson.kinds))
    model = _words_fitted(lesson, everything)
    dimensions = lesson.features.shape[1] - BUCKETS
    weights = model.coef_.T.astype(np.float32)
    words = TextModel(
        tuple(model.classes_.tolist()),
        weights[:dimensions],
        weights[dimensions:].astype(np.float16),
        model.intercept_.astype(np.float32),
    )
    return Intent(words, _phrases_fitted(lesson, everything))


def _words_fitted(lesson: Lesson, places: Places) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=ROUNDS).fit(lesson.features[places], lesson.kinds[places])


def _phrases_fitted(lesson: Lesson, places: Places) -> PhraseModel:
    """Of the largest class no more than of all others: it is half of all messages and says the same many times."""
    kinds = lesson.kinds[places]
    names, counts = np.unique(kinds, return_counts=True)
    is_largest = kinds == names[counts.argmax()]
    kept = np.random.default_rng(_SEED).permutation(np.flatnonzero(is_largest))[: np.count_nonzero(~is_largest)]
    chosen = places[np.sort(np.concatenate([kept, np.flatnonzero(~is_largest)]))]
    return fit_phrases([lesson.pieces[place] for place in chosen], lesson.kinds[chosen])


def _write(out: Path, models: Mapping[str, Intent], thresholds: Mapping[str, float], digest: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {}
    for name, model in models.items():
        words = {part: getattr(model.words, part) for part in ("vector", "buckets", "bias")}
        for part, array in (words | dict(model.phrases.layers)).items():
            arrays[f"{name}_{part}"] = array.astype(np.float16)
    np.savez_compressed(out / ARRAYS, **arrays)
    told: dict[str, Any] = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "embedding_digest": digest,
        "classes": {name: model.words.classes for name, model in models.items()},
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
                yield Message(window, NONE, case.topic or case.id)


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


def _features(messages: Sequence[Message], embedder: TableEmbedder) -> csr_matrix:
    """(messages, dimensions + BUCKETS), as app/text_model.py weighs them."""
    found = [buckets_of(message.text) for message in messages]
    ends = np.cumsum([0, *map(len, found)])
    values = np.concatenate([np.full(len(each), BUCKET_WEIGHT / max(1, len(each)) ** 0.5) for each in found])
    hashed = csr_matrix((values, np.concatenate(found), ends), shape=(len(messages), BUCKETS), dtype=np.float32)
    vectors = embedder.encode_documents([message.text for message in messages])
    return hstack([csr_matrix(VECTOR_WEIGHT * vectors), hashed]).tocsr()
