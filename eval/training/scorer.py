"""Training the ranking and the calibration of app/scorer.py on the training part of the questions.

A conditional logit for the ranking, a logistic regression (scikit-learn) for the probability. The threshold is chosen
on predictions for topics left out of the training, so that it does not flatter itself.
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

from app.answer.quoting import CLOSE
from app.domain import Language, Turn
from app.library import Library
from app.retrieve import Candidates, Retriever
from app.scorer import FEATURES, SIGNS, WEIGHTS, Linear
from app.understand import stand_alone
from eval.cases import Case
from eval.training.listwise import fit_listwise

FOLDS = 7
MIN_SPREAD = 1e-3  # an input that hardly varies is left unscaled
RANKING_PENALTY = 3.0
ANSWERING_STRENGTH = 0.3
WRONG_ANSWER_COST = 2.0  # people act on a wrong answer; a refusal still shows the nearest pages and names a person


@dataclass(frozen=True, slots=True)
class Example:
    """A training question with its candidate sections, of these documents; `gold` marks those that answer it."""

    language: Language
    group: str
    answerable: bool
    candidates: Candidates
    documents: tuple[str, ...]
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
    examples = [_example(retriever, library, case) for case in [*cases, *_headings(library)]]
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
    documents = tuple(passage.document_id for passage in shown)
    answerable = case.expected == "answered"
    return Example(case.language, case.topic or case.id, answerable, candidates, documents, gold)


def _headings(library: Library) -> list[Case]:
    """The headings of the knowledge as questions: they are the starting points that people are offered."""
    found = {
        (p.topic, p.anchor, p.language): Case(
            f"heading-{p.topic}-{p.anchor}", p.language, p.heading, (), p.topic, "heading", "answered", "train",
            gold=(f"{p.topic}#{p.anchor}",),
        )
        for p in library.require().build.passages
        if p.topic
    }  # fmt: skip
    return list(found.values())


def _turn(earlier: str) -> Turn:
    return Turn(earlier, earlier)


def _fit_ranking(examples: Sequence[Example]) -> Linear:
    """The gold sections' share of the score of all candidates, made as great as can be."""
    told = [example for example in examples if example.gold.any() and not example.gold.all()]
    weights = fit_listwise(
        [example.candidates.features for example in told], [example.gold for example in told], RANKING_PENALTY
    )
    return Linear(tuple(float(weight) for weight in weights), 0.0)


def _fit_answering(retriever: Retriever, examples: Sequence[Example], ranking: Linear) -> Linear:
    signs, right = _signs(retriever, examples, ranking)
    return _fit(signs, right, ANSWERING_STRENGTH)


def _signs(
    retriever: Retriever, examples: Sequence[Example], ranking: Linear
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Per question the signs of its best section, and whether what would be quoted answers."""
    rows, right = [], []
    for example in examples:
        scores = ranking.logits(example.candidates.features)
        rows.append(retriever.signs(example.candidates, scores, example.language))
        right.append(example.answerable and any(example.gold[place] for place in _quoted(example, scores)))
    return np.array(rows), np.array(right)


def _quoted(example: Example, scores: NDArray[np.float32]) -> list[int]:
    """The best section, and the next one where app/answer/quoting.py quotes it too."""
    first, *rest = (int(place) for place in np.argsort(-scores, kind="stable"))
    close = [place for place in rest[:1] if scores[first] - scores[place] < CLOSE]
    return [first, *(place for place in close if example.documents[place] == example.documents[first])]


def _held_out(
    retriever: Retriever, examples: Sequence[Example], fixed: Linear | None
) -> list[tuple[float, bool, bool]]:
    """Per question, by models that saw no question of its topic: probability, quoted section right, answerable."""
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
    costs = {round(t, 2): _cost(held_out, round(t, 2)) for t in np.arange(0.30, 0.91, 0.01).tolist()}
    best = min(costs, key=lambda threshold: costs[threshold])
    answered = [entry for entry in held_out if entry[0] >= best]
    answerable = [entry for entry in held_out if entry[2]]
    unanswerable = [entry for entry in held_out if not entry[2]]
    return best, {
        "quoted_section_right": sum(right for _, right, _ in answerable) / len(answerable),
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


def _fit(inputs: NDArray[Any], targets: NDArray[Any], strength: float) -> Linear:
    spread = inputs.std(axis=0)
    scale = np.where(spread > MIN_SPREAD, spread, 1.0)
    model = LogisticRegression(C=strength, max_iter=2_000)
    model.fit(inputs / scale, targets)
    return Linear(tuple(float(w) for w in model.coef_[0] / scale), float(model.intercept_[0]))


def _plain(linear: Linear) -> dict[str, Any]:
    return {"weights": [round(w, 6) for w in linear.weights], "bias": round(linear.bias, 6)}
