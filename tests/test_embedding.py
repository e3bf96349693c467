"""Which models search: the bundled transformer, the bundled table, which is told of here, or one of another's."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from app.embedding import TABLE, load_embedder
from app.errors import ConfigurationError
from app.table import BUNDLED, TableEmbedder, digest_of_files
from app.transformer import TRANSFORMER, TransformerEmbedder, digest_of_both

PROJECT = Path(__file__).resolve().parent.parent
# The same matter in fi, sv, en, in a newcomer's words.
SENTENCES = [
    (
        "Miten haen lapselleni päiväkotipaikkaa?",
        "Hur ansöker jag om dagisplats för mitt barn?",
        "How do I apply for a daycare place for my child?",
    ),
    (
        "Mistä saan henkilötunnuksen?",
        "Var får jag en personbeteckning?",
        "Where do I get a personal identity code?",
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
    (
        "Kuinka uusin oleskelulupani?",
        "Hur förnyar jag mitt uppehållstillstånd?",
        "How do I renew my residence permit?",
    ),
    (
        "Missä on lähin terveysasema?",
        "Var finns närmaste hälsostation?",
        "Where is the nearest health station?",
    ),
    (
        "Voinko saada asumistukea vuokraan?",
        "Kan jag få bostadsbidrag för hyran?",
        "Can I get housing allowance for the rent?",
    ),
    (
        "Mitä bussilippu maksaa?",
        "Vad kostar en bussbiljett?",
        "How much is a bus ticket?",
    ),
]


@pytest.fixture(scope="module")
def bundled() -> TableEmbedder:
    return TableEmbedder(BUNDLED)


def test_without_a_name_it_is_the_transformer_and_beside_it_the_table(bundled: TableEmbedder) -> None:
    found = load_embedder()
    assert isinstance(found, TransformerEmbedder) and isinstance(found.table, TableEmbedder)
    told = json.loads((TRANSFORMER / "model.json").read_text(encoding="utf-8"))
    assert (found.name, found.dimensions) == (told["name"], told["dimensions"])
    assert found.table.digest == bundled.digest
    assert found.digest == digest_of_both(told["digest"], bundled)


def test_the_table_may_search_alone(bundled: TableEmbedder) -> None:
    found = load_embedder(TABLE)
    assert isinstance(found, TableEmbedder) and found.table is found
    assert found.digest == bundled.digest


def test_the_digest_is_of_the_files(bundled: TableEmbedder) -> None:
    described = json.loads((BUNDLED / "model.json").read_text(encoding="utf-8"))
    found = digest_of_files([BUNDLED / "table.npz", BUNDLED / "tokenizer.json"])
    assert bundled.digest == found == described["digest"]
    assert found in (BUNDLED / "README.md").read_text(encoding="utf-8")


def test_it_is_small(bundled: TableEmbedder) -> None:
    assert sum(file.stat().st_size for file in BUNDLED.iterdir()) < 40_000_000


@pytest.mark.parametrize(("first", "second"), [(a, b) for a in range(3) for b in range(3) if a != b])
def test_translations_are_nearest(bundled: TableEmbedder, first: int, second: int) -> None:
    asked = bundled.encode_queries([sentence[first] for sentence in SENTENCES])
    said = bundled.encode_documents([sentence[second] for sentence in SENTENCES])
    assert (asked @ said.T).argmax(axis=1).tolist() == list(range(len(SENTENCES)))


def test_vectors_have_unit_length(bundled: TableEmbedder) -> None:
    vectors = bundled.encode_documents([text for sentence in SENTENCES for text in sentence])
    assert vectors.dtype == np.float32
    assert vectors.shape == (3 * len(SENTENCES), bundled.dimensions)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("text", ["", " \n\t", "ሀገር", "\udc80", "\u200b"])
def test_text_without_known_pieces_is_zero(bundled: TableEmbedder, text: str) -> None:
    vector = bundled.encode_queries([text])
    assert vector.shape == (1, bundled.dimensions)
    assert not vector.any() or np.isclose(np.linalg.norm(vector), 1, atol=1e-5)
    assert text.strip() in ("\udc80", "\u200b") or not vector.any()


def test_no_texts_give_no_vectors(bundled: TableEmbedder) -> None:
    assert bundled.encode_documents([]).shape == (0, bundled.dimensions)


def test_one_by_one_is_as_in_bulk(bundled: TableEmbedder) -> None:
    texts = [f"{text} {number}" for number in range(20) for sentence in SENTENCES for text in (*sentence, "")]
    alone = np.concatenate([bundled.encode_queries([text]) for text in texts])
    assert np.allclose(alone, bundled.encode_documents(texts), atol=1e-6)


def test_threads_may_share_it(bundled: TableEmbedder) -> None:
    texts = [text for sentence in SENTENCES for text in sentence]
    expected = bundled.encode_queries(texts)
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda _: bundled.encode_queries(texts), range(100)))
    assert all(np.array_equal(result, expected) for result in results)


def test_a_long_text_is_no_trouble(bundled: TableEmbedder) -> None:
    assert np.isclose(np.linalg.norm(bundled.encode_documents(["päiväkoti " * 50_000 + "x" * 100_000])), 1, atol=1e-5)


@pytest.mark.parametrize("name", ["", TABLE])
def test_it_needs_no_torch(name: str) -> None:
    code = (
        f"import sys; from app.embedding import load_embedder; e = load_embedder({name!r}); e.encode_queries(['hei']);"
        "e.encode_documents(['hei']);"
        "assert not {'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True)


def test_a_damaged_file_is_noticed(tmp_path: Path) -> None:
    folder = Path(copytree(BUNDLED, tmp_path / "model"))
    with (folder / "table.npz").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\0\1\2\3")
    with pytest.raises(ConfigurationError, match="damaged"):
        TableEmbedder(folder)


def test_a_missing_model_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        TableEmbedder(tmp_path)
    with pytest.raises(ConfigurationError, match="ESPOO_EMBEDDING_MODEL"):
        load_embedder(str(tmp_path / "nothing"))


def test_a_sentence_transformers_folder_serves(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(BUNDLED / "tokenizer.json"))
    prompts = {"query": "kysymys: ", "document": ""}
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=8)], prompts=prompts, device="cpu")
    folders = [tmp_path / "one" / "tiny", tmp_path / "two" / "tiny"]
    model.save(str(folders[0]))
    copytree(folders[0], folders[1])
    one, two = (load_embedder(str(folder)) for folder in folders)

    assert one.dimensions == 8
    assert one.digest == two.digest != one.table.digest  # wherever it is mounted
    assert one.table.digest == TableEmbedder(BUNDLED).digest
    texts = ["Miten saan verokortin?", "", "  ", "\udc80"]
    asked, said = one.encode_queries(texts), one.encode_documents(texts)
    assert np.allclose(np.linalg.norm(asked, axis=1)[:3], [1, 0, 0], atol=1e-5)
    assert not np.isnan(asked).any()
    assert not np.allclose(asked[0], said[0])  # the prompt was applied
    (folders[1] / "notes.txt").write_text("other weights", encoding="utf-8")
    assert load_embedder(str(folders[1])).digest != one.digest
    (folders[1] / "modules.json").write_text("{", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="ESPOO_EMBEDDING_MODEL"):
        load_embedder(str(folders[1]))
