"""The bundled transformer as the service uses it: what it reads, what came with it, and what it refuses."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from app.errors import ConfigurationError
from app.knowledge import load_facts, read_asked, read_topic_file
from app.settings import PROJECT
from app.shipped_vectors import ShippedVectors, write_shipped
from app.table import BUNDLED, MODEL_FILE, TABLE_FILE, TOKENIZER_FILE, FloatArray, TableEmbedder, digest_of_files
from app.transformer import FILES, PASSAGES_FILE, QUESTIONS_FILE, TRANSFORMER, TransformerEmbedder
from ingest.split import split_document
from ingest.topics import make_topic_document

ALL_FILES = (MODEL_FILE, *FILES)
# The same matter in fi, sv, en.
SENTENCES = [
    (
        "Miten haen lapselleni päiväkotipaikkaa?",
        "Hur ansöker jag om dagisplats för mitt barn?",
        "How do I apply for a daycare place for my child?",
    ),
    (
        "Tarvitsen verokortin uutta työtä varten.",
        "Jag behöver ett skattekort för mitt nya jobb.",
        "I need a tax card for my new job.",
    ),
    (
        "Haluan oppia suomen kieltä kurssilla.",
        "Jag vill lära mig finska på en kurs.",
        "I want to learn Finnish on a course.",
    ),
    ("Missä on lähin terveysasema?", "Var finns närmaste hälsostation?", "Where is the nearest health station?"),
    ("Mitä bussilippu maksaa?", "Vad kostar en bussbiljett?", "How much is a bus ticket?"),
    ("Miten avaan pankkitilin?", "Hur öppnar jag ett bankkonto?", "How do I open a bank account?"),
    ("Milloin kirjasto on auki?", "När är biblioteket öppet?", "When is the library open?"),
]
TEXTS = [text for sentence in SENTENCES for text in sentence]
SAME = 0.999  # cosine


@pytest.fixture(scope="module")
def table() -> TableEmbedder:
    return TableEmbedder(BUNDLED)


@pytest.fixture(scope="module")
def bundled(table: TableEmbedder) -> TransformerEmbedder:
    return TransformerEmbedder(TRANSFORMER, table)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The model's files without the vectors that came with it; a test may damage them."""
    for name in ALL_FILES:
        shutil.copy(TRANSFORMER / name, tmp_path)
    return tmp_path


def cosines(first: FloatArray, second: FloatArray) -> FloatArray:
    return np.asarray((first * second).sum(axis=1), dtype=np.float32)


@pytest.mark.parametrize("text", ["", " \n\t", "\u2028"])
def test_a_text_of_nothing_is_zero(bundled: TransformerEmbedder, text: str) -> None:
    for encode in (bundled.encode_queries, bundled.encode_documents):
        assert np.array_equal(encode([text]), np.zeros((1, bundled.dimensions), dtype=np.float32))


@pytest.mark.parametrize("text", ["\udc80", "a\ud800b", "ሀገር", "\u200b", "\x00", "🙂"])
def test_odd_text_is_a_vector_like_any_other(bundled: TransformerEmbedder, text: str) -> None:
    for encode in (bundled.encode_queries, bundled.encode_documents):
        found = encode([text, "Miten saan verokortin?"])
        assert np.isfinite(found).all()
        assert np.linalg.norm(found, axis=1) == pytest.approx([1, 1], abs=1e-5)


def test_vectors_have_unit_length(bundled: TransformerEmbedder) -> None:
    for encode in (bundled.encode_queries, bundled.encode_documents):
        vectors = encode(TEXTS)
        assert vectors.dtype == np.float32
        assert vectors.shape == (len(TEXTS), bundled.dimensions)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        assert encode([]).shape == (0, bundled.dimensions)


def test_a_question_is_read_otherwise_than_a_passage(bundled: TransformerEmbedder) -> None:
    assert (cosines(bundled.encode_queries(TEXTS), bundled.encode_documents(TEXTS)) < SAME).all()


def test_a_text_gets_in_company_what_it_gets_alone(
    bundled: TransformerEmbedder, folder: Path, table: TableEmbedder
) -> None:
    """Long ones beside short ones; by another that has not read them yet."""
    texts = [" ".join(TEXTS[:number]) for number in reversed(range(len(TEXTS) + 1))]
    alone = np.concatenate([bundled.encode_queries([text]) for text in texts])
    assert np.array_equal(alone, TransformerEmbedder(folder, table).encode_queries(texts))
    assert alone[:-1].any(axis=1).all() and not alone[-1].any()


def test_threads_may_share_it(bundled: TransformerEmbedder) -> None:
    expected = bundled.encode_queries(TEXTS)
    parts = [[number % len(TEXTS), (number * 5 + 2) % len(TEXTS)] for number in range(60)]
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda part: bundled.encode_queries([TEXTS[place] for place in part]), parts))
    assert all((cosines(found, expected[part]) > SAME).all() for found, part in zip(results, parts, strict=True))


@pytest.mark.parametrize(("first", "second"), [(a, b) for a in range(3) for b in range(3) if a != b])
def test_the_same_in_another_language_is_nearest(bundled: TransformerEmbedder, first: int, second: int) -> None:
    asked = bundled.encode_queries([sentence[first] for sentence in SENTENCES])
    said = bundled.encode_documents([sentence[second] for sentence in SENTENCES])
    assert (asked @ said.T).argmax(axis=1).tolist() == list(range(len(SENTENCES)))


def test_a_very_long_text_is_cut(bundled: TransformerEmbedder) -> None:
    daycare, tax = bundled.encode_queries([SENTENCES[0][0], SENTENCES[1][0]])
    text = "Hae lapselle päiväkotipaikkaa ajoissa. " * 1_250  # 5,000 words
    short, long, longer = bundled.encode_documents([text[:2_000], text, f"{text} Verokortin saa verottajalta."])
    assert np.linalg.norm(long) == pytest.approx(1, abs=1e-5)
    assert long @ short > SAME and long @ longer > SAME
    assert long @ daycare > long @ tax


def test_the_vectors_that_came_with_it_serve(folder: Path, table: TableEmbedder) -> None:
    """Those of passages for passages, those of questions for questions."""
    without = TransformerEmbedder(folder, table)
    one, two, three = TEXTS[:3]
    marks = np.eye(2, without.dimensions, dtype=np.float32)
    own = without.encode_documents([one])
    write_shipped(folder / PASSAGES_FILE, digest_in(folder), [one, two], np.concatenate([own, marks[:1]]))
    write_shipped(folder / QUESTIONS_FILE, digest_in(folder), [three], marks[1:])
    embedder = TransformerEmbedder(folder, table)
    said, asked = (encode([three, "", two, one]) for encode in (embedder.encode_documents, embedder.encode_queries))
    assert np.array_equal(said[2], marks[0]) and np.array_equal(asked[0], marks[1])
    assert (cosines(said[[0, 3]], without.encode_documents([three, one])) > SAME).all()
    assert (cosines(asked[[2, 3]], without.encode_queries([two, one])) > SAME).all()
    assert not said[1].any() and not asked[1].any()


def test_the_shipped_vectors_are_what_the_model_makes(
    bundled: TransformerEmbedder, folder: Path, table: TableEmbedder
) -> None:
    """Of some topics; a page that was changed since is read when it is ingested."""
    topics = sorted((PROJECT / "knowledge").glob("*/asked.toml"))[::12]
    asked = [question.text for path in topics for question in read_asked(path)]
    fresh, digest = TransformerEmbedder(folder, table), digest_in(TRANSFORMER)
    for name, texts in ((PASSAGES_FILE, passages([path.parent for path in topics])), (QUESTIONS_FILE, asked)):
        shipped = ShippedVectors(TRANSFORMER / name, digest)
        known = [text for text in texts if shipped.find(text) is not None]
        assert len(known) > len(texts) / 2, "python -m eval train known"
        some = known[:: len(known) // 20 + 1]
        encode, again = (
            model.encode_documents if name == PASSAGES_FILE else model.encode_queries for model in (bundled, fresh)
        )
        assert (cosines(encode(some), again(some)) > SAME).all()


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_noticed(folder: Path, table: TableEmbedder, name: str) -> None:
    with (folder / name).open("r+b") as file:
        file.seek(100_000)
        file.write(b"\0\1\2\3")
    with pytest.raises(ConfigurationError, match=rf"{re.escape(str(folder))} is damaged"):
        TransformerEmbedder(folder, table)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_a_configuration_error(folder: Path, table: TableEmbedder, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ConfigurationError, match=rf"{re.escape(str(folder))} cannot be read"):
        TransformerEmbedder(folder, table)


def test_its_digest_is_of_the_table_too(bundled: TransformerEmbedder, table: TableEmbedder, tmp_path: Path) -> None:
    assert TransformerEmbedder(TRANSFORMER, TableEmbedder(BUNDLED)).digest == bundled.digest
    other = TransformerEmbedder(TRANSFORMER, small_table(tmp_path))
    assert other.name == bundled.name
    assert len({other.digest, bundled.digest, other.table.digest, table.digest}) == 4


def test_it_is_small() -> None:
    """The model, and its vectors of the shipped texts, which grow with the knowledge."""
    sizes = {file.name: file.stat().st_size for file in TRANSFORMER.iterdir()}
    known = sum(size for name, size in sizes.items() if name.startswith("known_"))
    assert sum(sizes.values()) - known < 24_000_000 and known < 26_000_000


def test_its_card_names_it() -> None:
    assert digest_in(TRANSFORMER) in (TRANSFORMER / "README.md").read_text(encoding="utf-8")


def test_it_never_calls_home() -> None:
    """onnxruntime looks at the variable when it is first imported."""
    asked = (
        "import ctypes, sys, app.main, app.embedding; assert 'onnxruntime' not in sys.modules;"
        "app.embedding.load_embedder(); get = ctypes.CDLL(None).getenv; get.restype = ctypes.c_char_p;"
        "assert get(b'ORT_DISABLE_TELEMETRY') == b'1' and 'onnxruntime' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", asked], check=True, cwd=PROJECT, timeout=120)


def digest_in(folder: Path) -> str:
    return str(json.loads((folder / MODEL_FILE).read_text(encoding="utf-8"))["digest"])


def passages(topics: Sequence[Path]) -> list[str]:
    """What is embedded of topics' pages."""
    facts = load_facts(PROJECT / "knowledge")
    pages = [read_topic_file(path, facts) for topic in topics for path in sorted(topic.glob("??.md"))]
    made = (make_topic_document(page.path.name, "knowledge", page) for page in pages)
    return [passage.embedded_text for document in made for passage in split_document(document)]


def small_table(folder: Path) -> TableEmbedder:
    """Of four dimensions."""
    shutil.copy(BUNDLED / TOKENIZER_FILE, folder)
    count = 40_000
    np.savez(folder / TABLE_FILE, rows=np.ones((count, 4), dtype=np.int8), scales=np.ones(count, dtype=np.float16))
    digest = digest_of_files([folder / TABLE_FILE, folder / TOKENIZER_FILE])
    told = {"name": "small", "dimensions": 4, "digest": digest}
    (folder / MODEL_FILE).write_text(json.dumps(told), encoding="utf-8")
    return TableEmbedder(folder)
