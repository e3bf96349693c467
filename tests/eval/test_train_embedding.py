"""A toy model is trained from a toy folder with a toy teacher, and reads back like the real one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from app.table import TableEmbedder, digest_of_files
from eval.training.corpus import english_texts, read_corpus
from eval.training.embedding import train_embedding
from eval.training.student import Lessons, Settings, train_student
from eval.training.teacher import Vectors
from eval.training.vocabulary import tokenize, train_tokenizer

LINES = {
    "fi": "päivähoito lapsi koulu terveys asunto vero kela lupa työ kieli bussi kortti",
    "sv": "dagvård barn skola hälsa bostad skatt fpa tillstånd arbete språk buss kort",
    "en": "daycare child school health home tax benefit permit work language bus card",
}
WORDS = {language: line.split() for language, line in LINES.items()}
SETTINGS = Settings(vocabulary=400, batch=64)


def toy_teacher(texts: Sequence[str]) -> Vectors:
    """Each English word has its own direction; other words have none."""
    known = {word: place for place, word in enumerate(WORDS["en"])}
    vectors = np.full((len(texts), 16), 0.01, dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text.replace(".", "").split():
            if word in known:
                vectors[row, known[word]] += 1
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def parallel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parallel")
    chance = np.random.default_rng(0)
    rows = [chance.choice(len(WORDS["fi"]), size=4, replace=False) for _ in range(600)]
    lines = ["\t".join(["toy", *(" ".join(WORDS[lang][at] for at in row) for lang in WORDS)]) for row in rows]
    with gzip.open(folder / "public.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(["source\tfi\tsv\ten", *lines]) + "\n")
    (folder / "SOURCES.tsv").write_text("source\tlicence\trows\ntoy\tMIT\t600\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def trained(parallel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    out = tmp_path_factory.mktemp("model")
    return out, train_embedding(parallel, out, steps=120, teacher=toy_teacher, settings=SETTINGS)


def test_the_toy_learns_to_translate(trained: tuple[Path, dict[str, float]]) -> None:
    _, scores = trained
    assert all(scores[pair] > 0.8 for pair in ("fi-en", "en-fi", "sv-en", "en-sv", "fi-sv", "sv-fi"))
    assert scores["teacher fi-en"] < 0.2


def test_what_is_written_loads_and_says_what_it_was_made_of(
    parallel: Path, trained: tuple[Path, dict[str, float]]
) -> None:
    out, _ = trained
    model = json.loads((out / "model.json").read_text(encoding="utf-8"))
    embedder = TableEmbedder(out)
    assert embedder.digest == model["digest"] == digest_of_files([out / "table.npz", out / "tokenizer.json"])
    assert model["inputs"] == read_corpus(parallel).digests
    assert model["settings"]["steps"] == 120
    assert embedder.dimensions == 16
    near, far = embedder.encode_documents(["päivähoito lapsi", "vero kortti"]) @ embedder.encode_queries(["child"])[0]
    assert near > far


def test_the_card_is_filled(trained: tuple[Path, dict[str, float]]) -> None:
    card = (trained[0] / "README.md").read_text(encoding="utf-8")
    assert "{{" not in card
    assert "| toy | MIT | 600 |" in card


def test_the_same_seed_makes_the_same_table(parallel: Path) -> None:
    """Given the same pieces: the vocabulary's trainer breaks ties by chance."""
    corpus = read_corpus(parallel)
    tokens = tokenize(train_tokenizer(corpus.samples, SETTINGS.vocabulary), corpus.texts)
    place = np.zeros(len(corpus.texts), dtype=np.int64)
    lessons = Lessons(toy_teacher(["daycare"]).astype(np.float16), place)
    one, two = (train_student(tokens, corpus.groups, lessons, SETTINGS, steps=10, seed=3) for _ in range(2))
    assert np.array_equal(one, two)


def test_held_out_text_is_in_no_pair(parallel: Path) -> None:
    corpus = read_corpus(parallel)
    held_out = {cell for row in corpus.held_out for cell in row[1:]}
    assert len(corpus.held_out) == 60
    assert not held_out & set(corpus.texts)
    assert not any(held_out & set(texts) for texts in corpus.samples.values())


def test_only_english_goes_to_the_teacher(parallel: Path) -> None:
    corpus = read_corpus(parallel)
    words = {word.strip(".") for place in english_texts(corpus) for word in corpus.texts[place].split()}
    assert words == set(WORDS["en"])


def test_a_folder_without_data_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"tsv\.gz"):
        read_corpus(tmp_path)
