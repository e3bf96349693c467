"""The cross-encoder as the service uses it: what it tells apart, when it reads, and what it refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app.cross_encoder import ALL_PIECES, FOLDER, HEAD_FILE, QUESTION_PIECES, CrossEncoder, load_cross_encoder, pair
from app.domain import Evidence, Passage, Retrieved
from app.errors import ConfigurationError
from app.knowledge import load_facts, read_topic_file
from app.scorer import WEIGHTS, Reading
from app.settings import PROJECT
from app.table import MODEL_FILE
from app.transformer import GRAPH_FILE, bundled_transformer
from ingest.split import split_document
from ingest.topics import make_topic_document

READING = Reading(load_cross_encoder().digest, bias=0.0, estimate=1.0, score=0.5)


def section(topic: str, anchor: str, language: str) -> Passage:
    path = PROJECT / "knowledge" / topic / f"{language}.md"
    page = read_topic_file(path, load_facts(PROJECT / "knowledge"))
    passages = split_document(make_topic_document(path.name, "knowledge", page))
    return next(passage for passage in passages if passage.anchor == anchor)


def found(passage: Passage, probability: float) -> Retrieved:
    return Retrieved((Evidence(passage, 1.0, probability), Evidence(passage, 0.0, probability / 2)), probability)


@pytest.mark.parametrize(
    ("language", "answered", "near"),
    [
        ("fi", "Mistä saan ensimmäisen verokortin?", "Kuka on Verohallinnon pääjohtaja?"),
        ("sv", "Var får jag mitt första skattekort?", "Vem är generaldirektör för Skatteförvaltningen?"),
        ("en", "Where do I get my first tax card?", "Who is the director of the Tax Administration?"),
    ],
)
def test_it_tells_what_is_answered_from_what_is_on_the_same_matter(language: str, answered: str, near: str) -> None:
    text = section("tax-card", "first-card", language).embedded_text
    encoder = load_cross_encoder()
    assert encoder.score(answered, text) > 2 > 0 > encoder.score(near, text)


def test_it_reads_where_the_scorer_is_unsure_and_nowhere_else() -> None:
    passage, encoder = section("tax-card", "first-card", "en"), load_cross_encoder()
    asked, near = "Where do I get my first tax card?", "Who is the director of the Tax Administration?"
    after = encoder.read(asked, found(passage, 0.5), READING)
    assert 0.7 < after.probability < 1.0
    assert [each.probability for each in after.evidence] == pytest.approx([after.probability, after.probability / 2])
    assert encoder.read(near, found(passage, 0.5), READING).probability < 0.4
    for probability in (0.0, 0.05, 0.97):
        assert encoder.read(asked, found(passage, probability), READING) == found(passage, probability)
    assert encoder.read(asked, Retrieved((), 0.5), READING).probability == 0.5


def test_without_a_reading_of_its_own_the_estimate_stays() -> None:
    passage, encoder = section("tax-card", "first-card", "en"), load_cross_encoder()
    for reading in (None, Reading("another", 0.0, 1.0, 0.5)):
        assert encoder.read("tax card?", found(passage, 0.5), reading).probability == 0.5


def test_the_shipped_scorer_reads_with_the_shipped_cross_encoder() -> None:
    reading = Reading(**json.loads(WEIGHTS.read_text(encoding="utf-8"))["reading"])
    assert reading.cross_encoder == load_cross_encoder().digest
    assert reading.estimate > 0 < reading.score


def test_of_a_long_passage_the_end_is_left_out_and_of_a_long_question_too() -> None:
    both, own = pair([0, *range(10, 200), 2], [0, *range(500, 900), 2])
    assert (own, len(both), both[-1]) == (QUESTION_PIECES, ALL_PIECES, 2)
    assert both[own:-1] == [*range(500, 500 + ALL_PIECES - QUESTION_PIECES - 1)]
    assert pair([0, 10, 2], [0, 500, 2]) == ([0, 10, 2, 500, 2], 3)


@pytest.mark.parametrize("name", [GRAPH_FILE, HEAD_FILE])
def test_a_damaged_file_is_said(tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "model")
    (folder / name).write_bytes((folder / name).read_bytes()[:-1])
    with pytest.raises(ConfigurationError, match="damaged"):
        CrossEncoder(folder, bundled_transformer().pieces, bundled_transformer().model_digest)


def test_it_serves_with_its_own_transformer_alone(tmp_path: Path) -> None:
    assert json.loads((FOLDER / MODEL_FILE).read_text(encoding="utf-8"))["reader"] == bundled_transformer().model_digest
    with pytest.raises(ConfigurationError, match="another transformer"):
        CrossEncoder(FOLDER, bundled_transformer().pieces, "another")
