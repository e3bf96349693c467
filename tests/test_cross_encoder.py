"""The cross-encoder as the service uses it: what it tells apart, when it reads, and what it refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from app.cross_encoder import ALL_PIECES, FOLDER, QUESTION_PIECES, CrossEncoder, load_cross_encoder, pair
from app.domain import LANGUAGES, Evidence, Language, Passage, Retrieved
from app.errors import ConfigurationError
from app.knowledge import load_facts, read_asked, read_topic_file
from app.scorer import WEIGHTS, Reading
from app.settings import PROJECT
from app.table import MODEL_FILE
from app.taught_network import HEAD_FILE
from app.transformer import bundled_transformer
from app.word_pieces import GRAPH_FILE
from eval.training.reading import UNREAD_TOPICS
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


def test_it_tells_what_is_answered_from_what_is_on_the_same_matter() -> None:
    """On topics that it was not taught: the first questions of each list, beside the section that answers or is nearest.
    Of the first 18 such topics .96 of the pairs stand in the right order, .89 of the answered and .93 of the others right
    of 0.
    """
    scores = [_scores(topic, language) for topic in sorted(UNREAD_TOPICS)[::6] for language in LANGUAGES]
    assert np.mean([yes > no for answered, near in scores for yes in answered for no in near]) > 0.9
    assert np.mean([yes > 0 for answered, _ in scores for yes in answered]) > 0.8
    assert np.mean([no < 0 for _, near in scores for no in near]) > 0.8


def _scores(topic: str, language: Language) -> tuple[list[float], list[float]]:
    folder, reader, encoder = PROJECT / "knowledge" / topic, bundled_transformer(), load_cross_encoder()
    page = read_topic_file(folder / f"{language}.md", load_facts(PROJECT / "knowledge"))
    texts = {each.anchor: f"{page.front.title}. {each.heading}. {each.text}" for each in page.sections}
    asked = [question for question in read_asked(folder / "asked.toml") if question.language == language]
    near = [question.text for question in asked if not question.anchor][:2]
    nearest = (reader.encode_queries(near) @ reader.encode_documents(list(texts.values())).T).argmax(axis=1)
    answered = [each for each in asked if each.anchor][::7][:2]
    return (
        [encoder.score(each.text, texts[each.anchor or ""]) for each in answered],
        [encoder.score(text, list(texts.values())[at]) for text, at in zip(near, nearest, strict=True)],
    )


def test_it_reads_where_the_scorer_is_unsure_and_nowhere_else() -> None:
    passage, encoder = section("tax-card", "first-card", "en"), load_cross_encoder()
    asked, near = "Where do I get my first tax card?", "Who is the director of the Tax Administration?"
    after = encoder.read(asked, found(passage, 0.5), READING)
    assert 0.7 < after.probability < 1.0
    assert [each.probability for each in after.evidence] == pytest.approx([after.probability, after.probability / 2])
    assert encoder.read(near, found(passage, 0.5), READING).probability < 0.4
    for probability in (0.0, 0.05, 0.99):
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
        CrossEncoder(folder, bundled_transformer().pieces)


def test_it_serves_with_the_word_pieces_it_was_taught_with_alone(tmp_path: Path) -> None:
    folder, told = shutil.copytree(FOLDER, tmp_path / "model"), FOLDER / MODEL_FILE
    described = json.loads(told.read_text(encoding="utf-8"))
    assert described["pieces"] == bundled_transformer().pieces.digest
    (folder / MODEL_FILE).write_text(json.dumps(described | {"pieces": "others"}), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="other word pieces"):
        CrossEncoder(folder, bundled_transformer().pieces)
