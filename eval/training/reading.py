"""`python -m eval train reading`: what the scorer's estimate and the cross-encoder's score say together.

Learned on topics that the cross-encoder was not taught, of whose questions it knows as little as of people's. The
scorer was taught them, so its estimates there are a little better than elsewhere, and count for a little more than they
should.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from app.answer.quoting import quoted_too
from app.cross_encoder import is_unsure, load_cross_encoder
from app.domain import Evidence
from app.errors import EspooError
from app.library import Library, Shelf
from app.scorer import LISTED, FloatArray, Reading
from app.settings import Settings
from eval.cases import Case
from eval.training.as_typed import sometimes_typed
from eval.training.examples import TYPED, sections_of, weight_of
from eval.training.scorer import Judged, threshold_of
from eval.training.variants import VARIANTS, Variant, of_each, opened, sections_by_sentence

# Of the topics that may be learned of, a quarter drawn by chance, and of 42 that were written later a third.
UNREAD_TOPICS = frozenset(
    {
        "birth-of-a-child", "car-tax-registration-and-inspection", "city-rental-homes", "consumer-advice",
        "crisis-help", "culture-and-events", "death-of-a-relative", "discrimination", "electricity-and-internet",
        "everyday-life-and-customs", "family-and-child-welfare-support", "flatmates-subletting-and-pests",
        "going-to-court-and-victims-of-crime", "hobbies-and-art-schools-for-children", "housing-allowance",
        "human-trafficking", "hygiene-passport-and-work-cards", "living-in-a-housing-company", "marriage-and-divorce",
        "nature-and-outdoor-life", "permanent-residence-permit", "pets", "preparedness-and-warnings",
        "religion-and-belief", "rental-housing", "school-and-preparatory-education",
        "sickness-allowance-and-rehabilitation", "substance-abuse-help", "support-for-learning-and-bullying",
        "tax-card", "temporary-protection", "travel-documents-and-travelling",
    }
)  # fmt: skip
BUILDS = ("whole", "plain", "flat")  # with lists of asked questions, without, and of plain documents
FOLDS = 6


@dataclass(frozen=True, slots=True)
class Told:
    """One question of one build: the estimate, the score of the best section, and whether what is quoted answers."""

    topic: str
    estimate: float
    score: float
    right: bool
    answerable: bool
    listed: bool
    weight: float


def fit_reading(settings: Settings, cases: Sequence[Case], out: Path, processes: int = 1) -> dict[str, Any]:
    """Learn the reading, the threshold, and that of sections without listed questions, whose estimates are lower; write
    all into the scorer's file, return what was measured.

    Raises:
        EspooError: there is no learned scorer for this model and analyser.
    """
    digest = load_cross_encoder().digest
    cases = [case for case in cases if case.topic in UNREAD_TOPICS and not case.history]
    made_of = partial(_told_of, settings, cases, sections_by_sentence(settings.knowledge_dir))
    told = of_each(made_of, [variant for variant in VARIANTS if variant.name in BUILDS], processes)
    reading = fit(told, digest)
    folds = GroupKFold(FOLDS).split(told, groups=[one.topic for one in told])
    left_out = [(fit([told[at] for at in train], digest), [told[at] for at in test]) for train, test in folds]
    threshold, measured = threshold_of(judged(left_out))
    of_documents = [(reading, [one for one in some if not one.listed]) for reading, some in left_out]
    unlisted, of_unlisted = threshold_of(judged(of_documents))
    alone = {name: round(value, 4) for name, value in before(told).items()}
    written = json.loads(out.read_text(encoding="utf-8"))
    written |= {"threshold": threshold, "threshold_unlisted": unlisted, "reading": asdict(reading)}
    written |= {"read_on_left_out_topics": measured, "unlisted_read_on_left_out_topics": of_unlisted}
    out.write_text(json.dumps(written) + "\n", encoding="utf-8")
    plain = {"threshold": unlisted, **of_unlisted}
    return {"questions": len(told), "threshold": threshold, **measured, "unlisted": plain, "without": alone}


def _told_of(
    settings: Settings, cases: Sequence[Case], sentences: Mapping[str, set[str]], variant: Variant
) -> list[Told]:
    with opened(variant, settings) as library:
        chance, typing = Random(variant.name), Random(f"{variant.name}, typed")
        some = [case for case in cases if chance.random() < variant.asked]
        typed = [replace(case, question=sometimes_typed(case.question, TYPED, typing)) for case in some]
        return list(_told(library, [_as_read(case, library) for case in typed], sentences))


def _as_read(case: Case, library: Library) -> Case:
    return replace(case, question=library.writing.read(case.question, case.language))


def _told(library: Library, cases: Sequence[Case], sentences: Mapping[str, set[str]]) -> Iterator[Told]:
    if not library.scorer.learned:
        raise EspooError("There is no scorer for this model and analyser. Train `scorer calibration` first.")
    shelf = library.require()
    holds = {passage.id: sections_of(passage, sentences) for passage in shelf.build.passages}
    there = frozenset().union(*holds.values())
    for case in cases:
        found = shelf.retriever.retrieve(case.question, case.language, date.today())
        if not found.evidence or (case.gold and there.isdisjoint(case.gold)):
            continue
        quoted = [found.evidence[0], *(each for each in found.evidence[1:2] if quoted_too(each, found.evidence[0]))]
        yield Told(
            case.topic or case.id,
            found.probability,
            _score(shelf, case.question, found.probability, found.evidence[0]),
            any(not holds[each.passage.id].isdisjoint(case.gold) for each in quoted),
            bool(case.gold),
            bool(found.signs[LISTED]),
            weight_of(case, sure=True),
        )


def _score(shelf: Shelf, question: str, estimate: float, best: Evidence) -> float:
    if not is_unsure(estimate):
        return 0.0
    return shelf.cross_encoder.score(shelf.retriever.mended(question), best.passage.embedded_text)


def fit(told: Sequence[Told], digest: str) -> Reading:
    """The reading for the cross-encoder with this digest, of the questions for which it reads."""
    read = [one for one in told if is_unsure(one.estimate)]
    inputs = np.array([[np.log(one.estimate / (1 - one.estimate)), one.score] for one in read])
    model = LogisticRegression().fit(inputs, [one.right for one in read], [one.weight for one in read])
    bias, estimate, score = (round(float(value), 4) for value in (model.intercept_[0], *model.coef_[0]))
    return Reading(digest, bias, estimate, score)


def judged(left_out: Sequence[tuple[Reading, Sequence[Told]]]) -> Judged:
    """Questions with the readings that did not learn of them."""
    rows = [(_probability(one, reading), one.right, one.answerable) for reading, some in left_out for one in some]
    probability, right, answerable = zip(*rows, strict=True)
    return Judged(np.array(probability, np.float32), np.array(right), np.array(answerable))


def _probability(one: Told, reading: Reading) -> float:
    return reading.probability(one.estimate, one.score) if is_unsure(one.estimate) else one.estimate


def before(told: Sequence[Told]) -> dict[str, float]:
    """What is measured by the estimates alone, with the threshold that suits them best."""
    estimates: FloatArray = np.array([one.estimate for one in told], np.float32)
    right: NDArray[np.bool_] = np.array([one.right for one in told])
    threshold, measured = threshold_of(Judged(estimates, right, np.array([one.answerable for one in told])))
    return {"threshold": threshold, **measured}
