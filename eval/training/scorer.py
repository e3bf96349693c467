"""Training the ranking and the calibration of app/scorer.py.

Everything that is measured here, and the threshold, comes from topics left out of the fold's training, so that it does
not flatter itself. The questions on the topics of the test part (`HELD_OUT_TOPICS`) are left
out by whoever calls.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from app.errors import EspooError
from app.library import Library
from app.scorer import DEFAULT, FEATURES, LISTED, SIGNS, WEIGHTS, FloatArray, Network, plain_network
from app.settings import Settings
from eval.cases import Case
from eval.training.examples import Example, make_examples
from eval.training.networks import Shape, fit_answering, fit_ranking
from eval.training.variants import VARIANTS, Variant, of_each, opened, sections_by_sentence

FOLDS = 5
RANKING = Shape(networks=3, units=8, epochs=20, decay=1e-2)
ANSWERING_STRENGTH = 0.1
UNANSWERABLE = 0.3  # share of people's questions that no document answers, as the threshold sees it (training: half)
WRONG_ANSWER_COST = 2.0  # people act on a wrong answer; a refusal offers the nearest questions and names a person
SAMPLES = 500  # drawn from the questions, for the threshold


@dataclass(frozen=True, slots=True)
class Judged:
    """Per question: the probability, whether the quoted section is right, whether the question can be answered."""

    probability: FloatArray
    right: NDArray[np.bool_]
    answerable: NDArray[np.bool_]


def train_scorer(
    settings: Settings,
    cases: Sequence[Case],
    out: Path = WEIGHTS,
    *,
    keep_ranking: bool = False,
    variants: Sequence[Variant] = VARIANTS,
    processes: int = 1,
) -> dict[str, Any]:
    """Learn both networks and the threshold; write them to `out`; return what was measured on left-out topics.

    With `keep_ranking` only the calibration and the threshold are learned anew. Each of the `processes` needs 700 MB.

    Raises:
        IngestError: the knowledge cannot be read.
        EspooError: the ranking to keep is not there.
    """
    library = Library.open(settings)
    library.close()
    if keep_ranking and not library.scorer.learned:
        raise EspooError("There is no ranking that fits this model and analyser. Train `scorer calibration` together.")
    fixed = library.scorer.ranking if keep_ranking else None
    made_of = partial(
        _examples, settings, cases, fixed or DEFAULT.ranking, sections_by_sentence(settings.knowledge_dir)
    )
    examples = of_each(made_of, variants, processes)
    ranking = fixed or _fit_ranking(examples)
    threshold, measured = threshold_of(_left_out(examples, fixed))
    listed, unlisted = _fit_answering(examples, ranking)
    networks = {"ranking": ranking, "listed": listed, "unlisted": unlisted}
    told = _belongs_to(library) | {"threshold": threshold, "examples": len(examples), "on_left_out_topics": measured}
    told |= {name: plain_network(network) for name, network in networks.items()}
    out.write_text(json.dumps(told) + "\n", encoding="utf-8")
    return {"examples": len(examples), "threshold": threshold, **measured}


def _belongs_to(library: Library) -> dict[str, Any]:
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "embedding_digest": library.embedder.digest,
        "analyser_digest": library.analyser.digest,
        "features": FEATURES,
        "signs": SIGNS,
    }


def _examples(
    settings: Settings, cases: Sequence[Case], guess: Network, sentences: Mapping[str, set[str]], variant: Variant
) -> list[Example]:
    with opened(variant, settings) as library:
        return list(make_examples(library, variant, cases, guess, sentences))


def _fit_ranking(examples: Sequence[Example]) -> Network:
    told = [example for example in examples if example.gold.any() and not example.gold.all()]
    features, gold = [example.features for example in told], [example.gold for example in told]
    return fit_ranking(features, gold, [example.weight for example in told], RANKING)


def _fit_answering(examples: Sequence[Example], ranking: Network) -> tuple[Network, Network]:
    """One for sections with asked questions of their own, one for those without."""
    signs, right, kept = _signs(examples, ranking)
    weights = np.array([example.weight for example in kept], dtype=np.float32)
    listed = signs[:, LISTED] > 0
    first, second = (fit_answering(signs[at], right[at], weights[at], ANSWERING_STRENGTH) for at in (listed, ~listed))
    return first, second


def _signs(examples: Sequence[Example], ranking: Network) -> tuple[FloatArray, NDArray[np.bool_], list[Example]]:
    """Per question the signs of its best section, and whether what would be quoted answers."""
    rows, right, kept = [], [], []
    for example in examples:
        scores = ranking.logits(example.features)
        signs = example.signs_of_best(scores)
        if np.isfinite(signs).all():
            rows.append(signs)
            right.append(example.right(scores))
            kept.append(example)
    return np.array(rows), np.array(right), kept


def _left_out(examples: Sequence[Example], fixed: Network | None) -> Judged:
    """By models that saw no question of the topic."""
    groups = [example.group for example in examples]
    found: list[tuple[float, bool, bool]] = []
    for train, test in GroupKFold(FOLDS).split(np.zeros(len(examples)), groups=groups):
        taught = [examples[place] for place in train]
        ranking = fixed or _fit_ranking(taught)
        listed, unlisted = _fit_answering(taught, ranking)
        signs, right, kept = _signs([examples[place] for place in test if examples[place].sure], ranking)
        logits = np.where(signs[:, LISTED] > 0, listed.logits(signs), unlisted.logits(signs))
        probabilities = 1 / (1 + np.exp(-logits))
        found += zip(probabilities.tolist(), right.tolist(), (e.answerable for e in kept), strict=True)
    probability, right_ones, answerable = zip(*found, strict=True)
    return Judged(np.array(probability, np.float32), np.array(right_ones), np.array(answerable))


def threshold_of(judged: Judged) -> tuple[float, dict[str, float]]:
    """The threshold that costs least on the left-out topics, and what it gives there.

    The cost is nearly the same over a tenth and more, so that of one sample jumps; this is the mean of those of samples
    drawn from the questions.
    """
    p, right, answerable = judged.probability, judged.right, judged.answerable
    share = np.where(answerable, (1 - UNANSWERABLE) / answerable.sum(), UNANSWERABLE / max(1, (~answerable).sum()))
    thresholds = np.arange(0.30, 0.91, 0.01)[:, None]
    refused = p < thresholds  # (thresholds, questions)
    costs = share * np.where(refused, right, WRONG_ANSWER_COST * ~right)
    drawn = np.random.default_rng(SAMPLES).multinomial(len(p), np.full(len(p), 1 / len(p)), SAMPLES)
    best = round(float(thresholds[(costs @ drawn.T).argmin(axis=0)].mean()), 2)
    answered = p >= best
    return best, {
        "quoted_section_right": float(right[answerable].mean()),
        "wrong_answers": float(answered[~answerable].mean()),
        "wrong_refusals": float((~answered)[answerable].mean()),
        "wrong_among_answered": float((~right)[answered].mean()),
        "brier": float(np.mean((p - right) ** 2)),
    }
