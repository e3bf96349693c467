"""Training the ranking and the calibration of app/scorer.py on the training part of the questions.

Two small logistic regressions (scikit-learn). The threshold is chosen on predictions for topics left out of the
training, so that it does not flatter itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from app.domain import Language, Turn
from app.library import Library
from app.retrieve import Candidates, Retriever
from app.scorer import FEATURES, SIGNS, WEIGHTS, Linear
from app.understand import stand_alone
from eval.cases import Case

FOLDS = 7
MIN_SPREAD = 1e-3  # an input that hardly varies is left unscaled
RANKING_STRENGTH = 1.0
ANSWERING_STRENGTH = 0.5
WRONG_ANSWER_COST = 2.0  # a wrong answer harms more than a refusal, which still names a person who can help


@dataclass(frozen=True, slots=True)
class Example:
    """A training question with its candidate sections; `gold` marks those that answer it."""

    text: str
    language: Language
    group: str
    answerable: bool
    candidates: Candidates
    gold: NDArray[np.bool_]


def train_scorer(
    library: Library, cases: Sequence[Case], out: Path = WEIGHTS, *, keep_ranking: bool = False
) -> dict[str, Any]:
    """Learn the regressions and the threshold; write them to `out`; return what was measured on left-out topics.

    With `keep_ranking` only the calibration and the threshold are learned anew.

    Raises:
        BuildError: there is no build to search.
    """
    retriever = library.require().retriever
    examples = [_example(retriever, library, case) for case in cases]
    fixed = library.scorer.ranking if keep_ranking else None
    ranking = fixed or _fit_ranking(examples)
    held_out = _held_out(retriever, examples, fixed)
    answering = _fit_answering(retriever, examples, ranking)
    threshold, measured = _threshold(held_out)
    out.write_text(
        json.dumps(
            {
                "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "embedding_digest": library.embedder.digest,
                "analyser_digest": library.analyser.digest,
                "features": FEATURES,
                "signs": SIGNS,
                "ranking": _plain(ranking),
                "answering": _plain(answering),
                "threshold": threshold,
                "examples": len(examples),
                "on_left_out_topics": measured,
            },
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )
    return {"examples": len(examples), "threshold": threshold, **measured}


def _example(retriever: Retriever, library: Library, case: Case) -> Example:
    text = stand_alone(case.question, tuple(_turn(earlier) for earlier in case.history))
    candidates = retriever.candidates(text, case.language, date.today())
    passages = library.require().build.passages
    shown = [passages[section.shown] for section in candidates.sections]
    gold = np.array([f"{passage.topic}#{passage.anchor}" in case.gold for passage in shown], dtype=bool)
    return Example(text, case.language, case.topic or case.id, case.expected == "answered", candidates, gold)


def _turn(earlier: str) -> Turn:
    return Turn(earlier, earlier)


def _fit_ranking(examples: Sequence[Example]) -> Linear:
    """Gold beside each other candidate of the same question: their difference must be positive."""
    told = [example for example in examples if example.gold.any() and not example.gold.all()]
    differences = [_differences(example) for example in told]
    inputs = np.concatenate(differences)
    weights = np.concatenate([np.full(len(rows), 1.0 / len(rows)) for rows in differences])
    both = np.concatenate([inputs, -inputs])
    targets = np.repeat([True, False], len(inputs))
    return _fit(both, targets, RANKING_STRENGTH, np.concatenate([weights, weights]), intercept=False)


def _differences(example: Example) -> NDArray[np.float32]:
    """Shape (gold × others, len(FEATURES))."""
    gold, others = example.candidates.features[example.gold], example.candidates.features[~example.gold]
    return (gold[:, None, :] - others[None, :, :]).reshape(-1, others.shape[1])


def _fit_answering(retriever: Retriever, examples: Sequence[Example], ranking: Linear) -> Linear:
    signs, right = _signs(retriever, examples, ranking)
    return _fit(signs, right, ANSWERING_STRENGTH, np.ones(len(right)))


def _signs(
    retriever: Retriever, examples: Sequence[Example], ranking: Linear
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Per question the signs of its best section, and whether that section answers."""
    rows, right = [], []
    for example in examples:
        scores = ranking.logits(example.candidates.features)
        order = [int(place) for place in np.argsort(-scores, kind="stable")]
        rows.append(retriever.signs(example.text, example.language, example.candidates, scores, order))
        right.append(bool(example.answerable and example.gold[order[0]]))
    return np.array(rows), np.array(right)


def _held_out(
    retriever: Retriever, examples: Sequence[Example], fixed: Linear | None
) -> list[tuple[float, bool, bool]]:
    """Per question, by models that saw no question of its topic: probability, best section right, answerable."""
    groups = [example.group for example in examples]
    found: list[tuple[float, bool, bool]] = []
    for train, test in GroupKFold(FOLDS).split(np.zeros(len(examples)), groups=groups):
        ranking = fixed or _fit_ranking([examples[i] for i in train])
        answering = _fit_answering(retriever, [examples[i] for i in train], ranking)
        signs, right = _signs(retriever, [examples[i] for i in test], ranking)
        probabilities = 1 / (1 + np.exp(-answering.logits(signs)))
        found += [
            (float(p), bool(r), examples[i].answerable) for p, r, i in zip(probabilities, right, test, strict=True)
        ]
    return found


def _threshold(held_out: Sequence[tuple[float, bool, bool]]) -> tuple[float, dict[str, float]]:
    """The threshold that costs least on the left-out topics, and what it gives there."""
    candidates = np.round(np.arange(0.30, 0.91, 0.01), 2)
    best = min(candidates, key=lambda threshold: _cost(held_out, float(threshold)))
    answered = [entry for entry in held_out if entry[0] >= best]
    answerable = [entry for entry in held_out if entry[2]]
    unanswerable = [entry for entry in held_out if not entry[2]]
    return float(best), {
        "best_section_right": sum(right for _, right, _ in answerable) / len(answerable),
        "wrong_answers": sum(p >= best for p, _, _ in unanswerable) / max(len(unanswerable), 1),
        "wrong_refusals": sum(p < best for p, _, _ in answerable) / len(answerable),
        "wrong_among_answered": sum(not right for _, right, _ in answered) / max(len(answered), 1),
        "brier": sum((p - right) ** 2 for p, right, _ in held_out) / len(held_out),
    }


def _cost(held_out: Sequence[tuple[float, bool, bool]], threshold: float) -> float:
    """Refusing a right section costs 1; answering with a wrong one costs `WRONG_ANSWER_COST`."""
    refused = sum(right and p < threshold for p, right, _ in held_out)
    wrong = sum(not right and p >= threshold for p, right, _ in held_out)
    return refused + WRONG_ANSWER_COST * wrong


def _fit(
    inputs: NDArray[Any], targets: NDArray[Any], strength: float, weights: NDArray[Any], *, intercept: bool = True
) -> Linear:
    spread = inputs.std(axis=0)
    scale = np.where(spread > MIN_SPREAD, spread, 1.0)
    model = LogisticRegression(C=strength, max_iter=2_000, fit_intercept=intercept)
    model.fit(inputs / scale, targets, sample_weight=weights)
    return Linear(tuple(float(w) for w in model.coef_[0] / scale), float(model.intercept_[0]) if intercept else 0.0)


def _plain(linear: Linear) -> dict[str, Any]:
    return {"weights": [round(w, 6) for w in linear.weights], "bias": round(linear.bias, 6)}
