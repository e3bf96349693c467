"""A small cross-encoder is taught from two topics and read as the service reads it."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch

from app.cross_encoder import CrossEncoder, load_cross_encoder, pair
from app.table import FloatArray
from app.taught_network import HEAD_FILE
from app.transformer import TRANSFORMER, bundled_transformer
from app.word_pieces import GRAPH_FILE, PASSAGE, QUESTION
from eval.training.as_told import TOLD, sometimes_told
from eval.training.as_typed import as_typed
from eval.training.cross_encoder import Lists, Settings, train_cross_encoder
from eval.training.graph import in_bytes, read_tensors
from eval.training.joint import Joint
from eval.training.lessons import FRESH_WEIGHT, Lessons, read_lessons
from eval.training.smoothing import evened, reached
from tests.ingest.made import write_knowledge

SETTINGS = Settings(layers=2, steps=150, lists=4, gathered=1, near=1, nearest=2, told=0, rate=1e-3, head_rate=1e-3)
ASKED = '[questions.how]\nen = ["Which form is it?"]\n[not_answered]\nen = ["Who is the head of the daycare?"]\n'


@pytest.fixture(scope="module")
def lessons(tmp_path_factory: pytest.TempPathFactory) -> Lessons:
    folder = tmp_path_factory.mktemp("knowledge")
    write_knowledge(folder)
    (folder / "daycare" / "asked.toml").write_text(ASKED, encoding="utf-8")
    return read_lessons(folder, [], frozenset(), unanswered=True)


@pytest.fixture(scope="module")
def trained(lessons: Lessons, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    out = tmp_path_factory.mktemp("cross-encoder")
    return out, train_cross_encoder(lessons, bundled_transformer(), out, SETTINGS)


def opened(folder: Path) -> CrossEncoder:
    return CrossEncoder(folder, bundled_transformer().pieces)


def test_it_learns_which_section_answers_and_that_none_may(
    lessons: Lessons, trained: tuple[Path, dict[str, float]]
) -> None:
    encoder, told = opened(trained[0]), trained[1]
    assert told["questions"] == len(lessons.asked) == 12 + 2
    assert json.loads((trained[0] / "model.json").read_text(encoding="utf-8"))["digest"] == encoder.digest
    right = 0
    for lesson in lessons.asked:
        texts = lessons.texts[("fi", "sv", "en").index(lesson.language) :: 3]
        scores = [encoder.score(lesson.text, text) for text in texts]
        best = max([*scores, 0.0])
        right += best in ([scores[n] for n in lesson.sections] or [0.0])
    assert right >= 11, right  # of 14; by chance a fifth


def test_what_is_written_is_what_was_taught(lessons: Lessons, trained: tuple[Path, dict[str, float]]) -> None:
    out, pieces = trained[0], bundled_transformer().pieces
    network = Joint(read_tensors(out / GRAPH_FILE), SETTINGS.layers)
    with np.load(out / HEAD_FILE) as head:
        arrays = {name: head[name] for name in head.files}
    network.take_head(arrays)
    assert all(np.array_equal(array, arrays[name]) for name, array in network.head_arrays().items())
    network.train(False)
    asked, told = lessons.asked[0].text, lessons.texts[0]
    (question,), (passage,) = pieces.numbers(QUESTION, [asked]), pieces.numbers(PASSAGE, [told])
    both, own = pair(question, passage)
    rows, lengths = pieces.rows([both])
    with torch.no_grad():
        expected = network(torch.from_numpy(rows), torch.from_numpy(lengths), torch.tensor([own]))
    assert opened(out).score(asked, told) == pytest.approx(float(expected), abs=0.3)


def test_further_begins_with_the_shipped_one(lessons: Lessons, tmp_path: Path) -> None:
    still = replace(SETTINGS, layers=8, steps=1, rate=1e-9, head_rate=1e-9)
    train_cross_encoder(lessons, bundled_transformer(), tmp_path, still, further=True)
    after, before = opened(tmp_path), load_cross_encoder()
    asked, told = [lesson.text for lesson in lessons.asked], lessons.texts[0]
    scores = [[encoder.score(text, told) for text in asked] for encoder in (after, before)]
    assert np.ptp(scores[1]) > 5  # they tell much apart, and the weights are rounded to bytes anew
    assert scores[0] == pytest.approx(scores[1], abs=0.5)


def test_bytes_are_read_again_as_they_were_written(trained: tuple[Path, dict[str, float]]) -> None:
    before, after = read_tensors(TRANSFORMER / GRAPH_FILE), read_tensors(trained[0] / GRAPH_FILE)
    name = "encoder.layer.0.intermediate.dense.weight"
    assert after[name].shape == before[name].shape
    moved = np.abs(after[name] - before[name]).mean() / np.abs(before[name]).mean()
    assert 0.001 < moved < 0.3
    assert "encoder.layer.2.intermediate.dense.weight" not in after


def test_what_goes_far_is_evened_out_and_comes_out_as_it_was() -> None:
    chance = np.random.default_rng(6)
    linear = torch.nn.Linear(64, 32)
    came = torch.from_numpy(chance.normal(size=(1, 50, 64)).astype(np.float32))
    came[..., 7] *= 40
    with reached(torch.nn.Sequential(linear)) as found, torch.no_grad():
        expected = linear(came)[0].numpy()
        linear(came / 2)
    (far,) = found.values()
    assert np.array_equal(far, came[0].abs().amax(0).numpy())
    linear(came * 9)
    assert np.array_equal(found["0"], far)  # it looks no longer
    weights, bias = linear.weight.detach().numpy(), linear.bias.detach().numpy()
    factors = evened(far, weights)
    lost = [_lost(came[0].numpy() * each, weights / each, expected - bias) for each in (np.ones(64), factors)]
    assert lost[1] < lost[0] / 3


def _lost(inputs: FloatArray, weights: FloatArray, expected: FloatArray) -> float:
    """By rounding both to bytes, the inputs with one scale for all."""
    columns, scales = in_bytes(weights)
    step = float(np.abs(inputs).max()) / 127
    return float(np.abs((np.rint(inputs / step) * step) @ (columns * scales) - expected).mean())


def test_a_question_as_it_is_typed_can_still_be_read() -> None:
    asked, chance = "Miten haen päiväkotipaikkaa, jos lapseni on kolme?", Random(3)
    typed = {as_typed(asked, chance) for _ in range(300)}
    assert len(typed) > 50 and asked.lower().rstrip("?") in typed
    assert {len(text.split()) for text in typed} == {len(asked.split())}
    assert any("paivakoti" in text for text in typed) and any("päiväkoti" in text for text in typed)
    assert as_typed("vad", chance) == "vad"


def test_what_is_told_beside_a_question_leaves_it_whole() -> None:
    asked, chance = "Where do I get a tax card?", Random(4)
    told = {sometimes_told(asked, "en", 1.0, chance) for _ in range(200)}
    assert len(told) > 40 and all(asked in text and len(text) > len(asked) for text in told)
    assert {text.startswith(asked) for text in told} == {True, False}
    assert sometimes_told(asked, "en", 0.0, chance) == asked
    assert len({len(each) for each in TOLD.values()}) == 1


def test_topics_that_were_not_taught_before_weigh_more(tmp_path: Path) -> None:
    write_knowledge(tmp_path)
    lessons = read_lessons(tmp_path, [], frozenset(), before=frozenset({"daycare"}))
    assert set(lessons.topics) == {"daycare", "parking"}
    weights = {lessons.texts[3 * min(each.sections)].split(".")[0]: each.weight for each in lessons.asked}
    assert sorted(weights.values()) == [1.0, FRESH_WEIGHT]


def test_what_stands_beside_a_question(lessons: Lessons) -> None:
    batches = Lists(lessons, bundled_transformer(), SETTINGS).batches()
    for batch in islice(batches, 40):
        for drawn in batch:
            lesson = lessons.asked[drawn.question]
            first, *others = drawn.sections
            assert drawn.answered == bool(lesson.sections) == (first in lesson.sections)
            assert len(drawn.sections) == SETTINGS.near + 2 and not lesson.sections & {*others}
