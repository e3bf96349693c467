"""Finding sections in a small real build: real model, real analyser, real Chroma."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from app.builds import DocumentRecord, point_to
from app.domain import LANGUAGES, Language, Passage, Piece, Retrieved
from app.elsewhere import asked_elsewhere, municipalities
from app.embedding import Embedder, load_embedder
from app.index import Build, Content, open_build, write_build
from app.knowledge import AskedQuestion
from app.known_questions import key, known_questions
from app.lexical import Analyser, LexicalIndex, load_analyser
from app.passage_words import collect_words
from app.retrieve import Retriever
from app.scorer import DEFAULT, FEATURES, SCORER_FILE, SIGNS, WEIGHTS, load_scorer
from app.settings import Settings
from tests.made import passage

TODAY = date(2026, 11, 22)
PAGES: dict[str, dict[Language, tuple[str, str]]] = {
    "tax-card": {
        "fi": ("Mistä saan verokortin?", "Verokortin saat verottajan palvelusta OmaVero."),
        "sv": ("Var får jag ett skattekort?", "Skattekortet får du i Skatteförvaltningens tjänst MinSkatt."),
        "en": ("Where do I get a tax card?", "You get the tax card in the service MyTax of the Tax Administration."),
    },
    "daycare": {
        "fi": ("Miten haen päiväkotipaikkaa?", "Hae lapselle paikkaa päiväkodista neljä kuukautta ennen."),
        "sv": ("Hur söker jag daghemsplats?", "Ansök om en plats på daghemmet för barnet fyra månader före."),
        "en": ("How do I apply for daycare?", "Apply for the child's place at a daycare centre four months before."),
    },
    "library": {
        "fi": ("Mistä saan kirjastokortin?", "Kirjastokortin saat jokaisesta kirjastosta."),
        "sv": ("Var får jag ett bibliotekskort?", "Bibliotekskortet får du på varje bibliotek."),
        "en": ("Where do I get a library card?", "You get the library card at every library."),
    },
}
QUESTIONS: tuple[tuple[Language, str, str], ...] = (
    ("fi", "verokortti", "tax-card"),
    ("sv", "Hur får jag dagisplats åt mitt barn?", "daycare"),
    ("en", "How can I get my tax card?", "tax-card"),
    ("en", "paivakoti for my child", "daycare"),
)


def section(topic: str, language: Language, heading: str, text: str) -> Passage:
    document = f"knowledge/{topic}/{language}.md"
    made = passage(text, document=document, topic=topic, language=language, title=topic, headings=(heading,))
    return replace(made, pieces=(Piece(text),))


def unchecked(build: Build) -> None:
    """The questions of a test are the check."""


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder()


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return load_analyser()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, analyser: Analyser) -> Settings:
    passages = [section(topic, code, *PAGES[topic][code]) for code in LANGUAGES for topic in PAGES]
    old = section("tax-card", "en", "Where was the tax card in 2020?", "The tax card was at the tax office in 2020.")
    passages.append(replace(old, id=old.document_id + "#old", anchor="old", valid_until=date(2021, 1, 31)))
    written = {code: [f"{p.title} {p.heading} {p.text}" for p in passages if p.language == code] for code in LANGUAGES}
    tokens = {code: [analyser.tokens(text, code) for text in texts] for code, texts in written.items()}
    settings = Settings(data_dir=tmp_path_factory.mktemp("var"), _env_file=None)
    asked = [
        AskedQuestion("tax-card", "a", "en", "My new boss wants some paper about wages"),
        AskedQuestion("tax-card", "", "en", "How high is my tax rate on the tax card?"),
    ]
    texts = [f"{p.heading} {p.text}" for p in passages]
    known = known_questions(passages, asked)
    content = Content(
        asked=asked,
        asked_vectors=embedder.table.encode_queries([question.text for question in asked]),
        passages=passages,
        vectors=embedder.encode_documents(texts),
        table_vectors=embedder.table.encode_documents(texts),
        known_vectors=embedder.encode_queries([question.text for question in known]),
        lexical={code: LexicalIndex.build(documents) for code, documents in tokens.items()},
        documents=[DocumentRecord("knowledge/a", "knowledge", "A", "x", len(passages))],
        embedding_model=embedder.name,
        embedding_digest=embedder.digest,
        analyser_digest=analyser.digest,
        words=collect_words(passages, known, analyser, embedder.table),
    )
    point_to(settings.builds_dir, write_build(settings, content, check=unchecked))
    return settings


def opened(settings: Settings, embedder: Embedder, analyser: Analyser) -> tuple[Build, Retriever]:
    build = open_build(settings, embedding_digest=embedder.digest, analyser_digest=analyser.digest)
    return build, Retriever(build, embedder, analyser, load_scorer(embedder.digest, analyser.digest))


@pytest.fixture
def retriever(settings: Settings, embedder: Embedder, analyser: Analyser) -> Iterator[Retriever]:
    build, retriever = opened(settings, embedder, analyser)
    yield retriever
    build.close()


@pytest.mark.parametrize(("language", "question", "topic"), QUESTIONS)
def test_sisters_are_one_section_and_the_asked_language_is_shown(
    retriever: Retriever, language: Language, question: str, topic: str
) -> None:
    found = retriever.retrieve(question, language, TODAY).evidence
    assert found[0].passage.topic == topic
    assert {evidence.passage.language for evidence in found} == {language}
    assert len({evidence.passage.topic for evidence in found}) == len(found)


def test_each_model_compares_its_own_vectors(settings: Settings, embedder: Embedder, analyser: Analyser) -> None:
    """Of passages, and of the questions that are known of a section."""
    build, retriever = opened(settings, embedder, analyser)
    question = "How do I apply for daycare?"
    table = embedder.table
    with closing(build):
        found = retriever.candidates(question, "en", TODAY)
        for model, vectors, feature in ((embedder, build.vectors, "read"), (table, build.table_vectors, "dense")):
            cosines = vectors @ model.encode_queries([question])[0]
            expected = [max(cosines[row] for row in section.rows) for section in found.sections]
            assert found.features[:, FEATURES.index(feature)] == pytest.approx(expected, abs=1e-5)
        known = table.encode_queries([each.text for each in build.known])
        for model, vectors, feature in ((embedder, build.known_vectors, "read_asked"), (table, known, "asked_dense")):
            cosines = vectors @ model.encode_queries([question])[0]
            asked = [key(build.passages[section.shown]) for section in found.sections]
            near = [
                max((c for each, c in zip(build.known, cosines, strict=True) if each.key == one), default=0.0)
                for one in asked
            ]
            assert found.features[:, FEATURES.index(feature)] == pytest.approx(np.maximum(near, 0), abs=2e-3)


def test_a_section_is_found_by_how_people_ask_for_it(retriever: Retriever) -> None:
    found = retriever.retrieve("My new boss wants some paper about wages", "en", TODAY)
    assert found.evidence[0].passage.topic == "tax-card"
    assert found.probability >= 0.95
    assert retriever.retrieve("Uusi pomo haluaa paperin palkasta", "fi", TODAY).evidence[0].passage.topic == "tax-card"


def test_what_is_known_to_be_open_is_not_answered(retriever: Retriever) -> None:
    assert retriever.retrieve("how high is my tax rate on the tax card", "en", TODAY).probability == 0.0


def test_a_passage_past_its_day_is_never_found(retriever: Retriever) -> None:
    question = "Where was the tax card in 2020?"
    in_time = retriever.retrieve(question, "en", date(2021, 1, 31)).evidence
    assert in_time[0].passage.anchor == "old"
    assert all(e.passage.anchor != "old" for e in retriever.retrieve(question, "en", date(2021, 2, 1)).evidence)


def test_without_the_vector_store_the_same_is_found(
    settings: Settings, tmp_path: Path, embedder: Embedder, analyser: Analyser, retriever: Retriever
) -> None:
    shutil.copytree(settings.builds_dir, tmp_path / "builds")
    for store in (tmp_path / "builds").glob("*/chroma"):
        shutil.rmtree(store)
    build, without = opened(settings.model_copy(update={"data_dir": tmp_path}), embedder, analyser)
    for language, question, topic in QUESTIONS:
        found = without.retrieve(question, language, TODAY)
        assert found.degraded
        assert found.evidence[0].passage.topic == topic
        assert found.probability == pytest.approx(retriever.retrieve(question, language, TODAY).probability, abs=1e-3)
    build.close()


@pytest.mark.parametrize("question", ["", "???", "\ud800", "where is it", "漢字", "ä" * 5_000, "1 2 3 " * 500])
def test_odd_questions_are_no_fault_and_not_answered(retriever: Retriever, question: str) -> None:
    for language in LANGUAGES:
        assert retriever.retrieve(question, language, TODAY).probability < DEFAULT.threshold


def test_an_empty_build_finds_nothing(tmp_path: Path, embedder: Embedder, analyser: Analyser) -> None:
    settings = Settings(data_dir=tmp_path, _env_file=None)
    empty = {code: LexicalIndex.build([]) for code in LANGUAGES}
    content = Content([], embedder.encode_documents([]), empty, [], embedder.name, embedder.digest, analyser.digest)
    point_to(settings.builds_dir, write_build(settings, content, check=unchecked))
    build, retriever = opened(settings, embedder, analyser)
    assert retriever.retrieve("tax card", "en", TODAY).evidence == ()
    build.close()


def test_another_town_is_noticed(retriever: Retriever) -> None:
    here = retriever.retrieve("How do I apply for daycare in Espoo?", "en", TODAY)
    there = retriever.retrieve("How do I apply for daycare in Vantaa?", "en", TODAY)
    assert there.probability < here.probability


@pytest.mark.parametrize(
    ("text", "count"), [("Asun Vantaalla", 1), ("mellan Helsingfors och Åbo", 2), ("Espoo, Esbo and Kilo", 0)]
)
def test_other_municipalities_are_known_by_name(text: str, count: int) -> None:
    assert len(municipalities(text)) == count


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("Muutin Vantaalta Espooseen, mitä pitää ilmoittaa?", 0),
        ("Jag flyttade från Vanda till Esbo", 0),
        ("We moved here from Helsinki: how do I register in Espoo?", 0),
        ("Muutan Espoosta Vantaalle", 1),
        ("A certificate from Vantaa", 1),  # whose certificate it is, is not said
        ("Haen vuokra-asuntoa Helsingistä, asun nyt Espoossa", 1),
        ("Can I get a daycare place from Vantaa if I live in Espoo?", 1),
        ("Saako Vantaalta muut palvelut, jos asuu Espoossa?", 1),
    ],
)
def test_who_comes_from_another_town_to_this_one_asks_of_this_one(question: str, count: int) -> None:
    assert len(asked_elsewhere(question)) == count


def test_a_page_is_known_by_its_title(retriever: Retriever) -> None:
    found = retriever.candidates("How do I get a tax card?", "en", TODAY)
    named = found.features[:, FEATURES.index("title")]
    titles = [retriever._build.passages[section.shown].title for section in found.sections]
    assert named.min() >= 0 and named.max() <= 1.00001
    assert titles[int(named.argmax())] == "tax-card"


def test_the_shipped_scorer_belongs_to_the_shipped_model_and_analyser(embedder: Embedder, analyser: Analyser) -> None:
    assert load_scorer(embedder.digest, analyser.digest).learned


def test_a_scorer_made_with_another_model_analyser_or_feature_is_refused(
    tmp_path: Path, embedder: Embedder, analyser: Analyser
) -> None:
    assert load_scorer("another", analyser.digest) is DEFAULT
    assert load_scorer(embedder.digest, "another") is DEFAULT
    data = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    path = tmp_path / SCORER_FILE
    path.write_text(json.dumps({**data, "embedding_digest": "another", "signs": ["other"]}), encoding="utf-8")
    assert load_scorer("another", analyser.digest, path) is DEFAULT


def test_a_scorer_in_the_data_folder_serves_the_model_it_was_made_for(
    tmp_path: Path, embedder: Embedder, analyser: Analyser
) -> None:
    data = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    path = tmp_path / SCORER_FILE
    path.write_text(json.dumps({**data, "embedding_digest": "another", "threshold": 0.7}), encoding="utf-8")
    assert load_scorer("another", analyser.digest, path).threshold == 0.7
    assert load_scorer(embedder.digest, analyser.digest, path).threshold == data["threshold"]
    assert load_scorer(embedder.digest, analyser.digest, tmp_path / "missing.json").learned


def test_sections_without_listed_questions_have_a_threshold_of_their_own() -> None:
    scorer = replace(DEFAULT, threshold=0.6, threshold_unlisted=0.4)
    listed, unlisted = (tuple(float(name == "listed" and is_listed) for name in SIGNS) for is_listed in (True, False))
    assert [scorer.is_sure(Retrieved((), 0.5, signs=signs)) for signs in (listed, unlisted)] == [False, True]
    assert not scorer.is_sure(Retrieved((), 0.5)), "nothing was found"
