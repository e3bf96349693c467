"""The scorer's training: networks learn what they are shown, builds of each kind are made, gold follows the sentences."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from app.scorer import DEFAULT, FEATURES, plain_network, read_network
from app.settings import PROJECT, Settings
from eval.cases import Case
from eval.training.examples import make_examples
from eval.training.networks import Shape, fit_answering, fit_ranking
from eval.training.scorer import Judged, threshold_of
from eval.training.variants import Variant, of_each, opened, sections_by_sentence

TOPICS = ("tax-card", "libraries", "kela-card")
CASE = Case(
    "q", "en", "How do I get my first tax card?", (), "tax-card", "blind", "answered", "train", ("tax-card#first-card",)
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Three topics of the project's own knowledge."""
    knowledge = tmp_path_factory.mktemp("three") / "knowledge"
    knowledge.mkdir()
    for name in ("facts.toml", "owners.toml", "glossary.toml"):
        shutil.copy(PROJECT / "knowledge" / name, knowledge)
    for topic in TOPICS:
        shutil.copytree(PROJECT / "knowledge" / topic, knowledge / topic)
    return Settings(data_dir=knowledge.parent / "var", knowledge_dir=knowledge, _env_file=None)


def test_the_ranking_learns_which_candidate_is_right() -> None:
    chance = np.random.default_rng(0)
    features = [chance.normal(size=(6, 4)).astype(np.float32) for _ in range(400)]
    gold = [rows[:, 2] == rows[:, 2].max() for rows in features]
    network = fit_ranking(features, gold, [1.0] * 400, Shape(networks=2, units=4, epochs=300, decay=1e-3, rate=2e-2))
    right = [np.argmax(network.logits(rows)) == np.argmax(wanted) for rows, wanted in zip(features, gold, strict=True)]
    assert np.mean(right) > 0.95
    again = read_network(plain_network(network))
    assert np.allclose(again.logits(features[0]), network.logits(features[0]), atol=1e-2)


def test_the_calibration_gives_probabilities_that_hold() -> None:
    chance = np.random.default_rng(1)
    signs = chance.normal(size=(4_000, 3)).astype(np.float32)
    right = chance.random(4_000) < 1 / (1 + np.exp(-2 * signs[:, 0]))
    network = fit_answering(signs, right, np.ones(4_000, np.float32), 1.0)
    told = 1 / (1 + np.exp(-network.logits(signs)))
    sure = told > 0.8
    assert abs(right[sure].mean() - told[sure].mean()) < 0.05
    again = read_network(plain_network(network))  # a network without hidden units survives the file
    assert np.allclose(again.logits(signs[:5]), network.logits(signs[:5]), atol=1e-2)


def test_the_threshold_is_where_a_wrong_answer_costs_two_refusals() -> None:
    chance = np.random.default_rng(2)
    probability = chance.uniform(0.05, 0.95, 20_000).astype(np.float32)
    right = chance.random(20_000) < probability
    # Of ten questions three have no answer here as there, so what is said of them is their true share.
    answerable = right | (chance.random(20_000) < 0.4)
    threshold, measured = threshold_of(Judged(probability, right, answerable))
    assert threshold == pytest.approx(2 / 3, abs=0.03)
    assert measured["wrong_among_answered"] == pytest.approx(1 - (threshold + 0.95) / 2, abs=0.02)
    half, _ = threshold_of(Judged(probability[:500], right[:500], answerable[:500]))
    assert half == pytest.approx(threshold, abs=0.08)


@pytest.mark.parametrize(
    "variant",
    [
        Variant("whole", 1.0, 1.0, False, 1.0),
        Variant("withheld", 1.0, 0.0, True, 1.0),
        Variant("plain documents", 1.0, 0.0, False, 1.0, flat=True),
    ],
    ids=lambda variant: variant.name,
)
def test_a_question_finds_its_gold_in_every_kind_of_build(settings: Settings, variant: Variant) -> None:
    sentences = sections_by_sentence(settings.knowledge_dir)
    with opened(variant, settings) as library:
        examples = list(make_examples(library, variant, [CASE], DEFAULT.ranking, sentences))
    assert len(examples) == 1
    assert examples[0].answerable and examples[0].gold.any()
    assert examples[0].features.shape[1] == len(FEATURES)
    scores = DEFAULT.ranking.logits(examples[0].features)
    assert np.isfinite(examples[0].signs_of_best(scores)).all()


def test_a_question_of_an_absent_topic_is_unsure(settings: Settings) -> None:
    absent = Case("x", "en", "How do I vote?", (), "voting", "training", "answered", "train", ("voting#how",))
    variant = Variant("whole", 1.0, 1.0, False, 1.0)
    with opened(variant, settings) as library:
        found = list(make_examples(library, variant, [absent], DEFAULT.ranking, {}))
    assert not found[0].sure and found[0].weight < 1.0


def test_variants_side_by_side_come_in_their_order() -> None:
    variants = [Variant(name, 1.0, 1.0, False, 1.0) for name in ("a", "b", "c")]
    assert of_each(_letters, variants, 1) == of_each(_letters, variants, 2) == list("aabbcc")


def _letters(variant: Variant) -> list[str]:
    return [variant.name, variant.name]


def test_nothing_is_left_behind(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with opened(Variant("small", 0.3, 0.0, False, 1.0), settings) as library:
        assert library.require().build.passages
    assert not list(tmp_path.iterdir())
