"""A toy transformer is taught from two topics and written as the service reads it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from app.domain import LANGUAGES
from app.table import BUNDLED, TableEmbedder, digest_of_files
from app.transformer import FILES, QUESTION, ROWS_FILE, TransformerEmbedder
from app.word_pieces import GRAPH_FILE
from eval.cases import Case
from eval.training.graph import read_tensors
from eval.training.lessons import CASE_WEIGHT, read_lessons
from eval.training.start import Start
from eval.training.transformer import NAME, Settings, how_far, train_transformer, write_transformer
from tests.eval.toy_start import HEADINGS, PIECES, SIZES, Tensors, plain, side_by_side
from tests.ingest.made import write_knowledge

SETTINGS = Settings(frozen=1, epochs=40, batch=8, fresh=4, rate=3e-3, question=64, passage=64, served=64)
ASKED = '[questions.how]\nen = ["Which form is it?"]\n[not_answered]\nen = ["Who is the head of the daycare?"]\n'


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Torch's threads wait for each other longer than so little work takes."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("knowledge")
    write_knowledge(folder)
    (folder / "daycare" / "asked.toml").write_text(ASKED, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def parallel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parallel")
    rows = "source\tfi\tsv\ten\n" + "toy\torava\t\torava\n" * 3 + "toy\t\tzebra\t\n"
    (folder / "public.tsv.gz").write_bytes(gzip.compress(rows.encode()))
    return folder


def case(question: str, *gold: str, style: str = "training") -> Case:
    return Case(question, "en", question, (), gold[0].split("#")[0], style, "answered", "train", gold)


CASES = [case("When should I daycare", "daycare#when"), case("How daycare", "daycare#how")]
CASES += [case("What parking", "parking#when"), case("a permit for parking", "parking#how")]


@pytest.fixture(scope="module")
def trained(
    toy_start: tuple[Path, Tensors], parallel: Path, knowledge: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, float]]:
    out = tmp_path_factory.mktemp("trained")
    return out, train_transformer(toy_start[0], parallel, knowledge, CASES, frozenset(), out, SETTINGS)


def opened(folder: Path) -> TransformerEmbedder:
    return TransformerEmbedder(folder, TableEmbedder(BUNDLED))


def write(out: Path, begun: Start, model: BertModel) -> None:
    """With all its pieces."""
    far = how_far(model, begun.tokenizer(), [QUESTION + heading for heading in HEADINGS], SETTINGS)
    write_transformer(out, begun, range(len(PIECES)), model, SETTINGS, far)


def bert(begun: Start) -> BertModel:
    """As it was begun, with all its pieces."""
    config = BertConfig(
        vocab_size=len(begun.pieces), hidden_size=SIZES.hidden, num_hidden_layers=SIZES.layers,
        num_attention_heads=SIZES.heads, intermediate_size=SIZES.inner, max_position_embeddings=SIZES.longest,
        layer_norm_eps=1e-12,
    )  # fmt: skip
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict({name: torch.tensor(tensor) for name, tensor in begun.tensors.items()})
    return model.eval()


@torch.no_grad()
def read_by_torch(model: BertModel, ids: list[int]) -> NDArray[Any]:
    states = model(input_ids=torch.tensor([ids])).last_hidden_state[0].mean(dim=0).numpy()
    return np.asarray(states / np.linalg.norm(states))


def test_what_is_written_reads_as_torch_does(begun: Start, tmp_path: Path) -> None:
    model, tokenizer = bert(begun), begun.tokenizer()
    texts = ["parking", "When should I apply for a permit?", "Daghem x", "a b c x y z " * 20]
    expected = np.stack([read_by_torch(model, tokenizer.encode(QUESTION + text).ids) for text in texts])
    write(tmp_path, begun, model)
    assert (expected @ expected.T)[np.triu_indices(len(texts), 1)].max() < 0.99  # they are not all alike
    assert ((opened(tmp_path).encode_queries(texts) * expected).sum(axis=1) > 0.999).all()


def test_it_is_taught_and_says_what_it_was_made_of(
    begun: Start, knowledge: Path, trained: tuple[Path, dict[str, float]], tmp_path: Path
) -> None:
    out, told = trained
    write(tmp_path, begun, bert(begun))
    before, after = (_answered(opened(folder), knowledge) for folder in (tmp_path, out))
    assert before < 0.5 and after > 0.8
    assert told["loss"] < 1 and told["questions"] == 12 + 1 + len(CASES)
    model = json.loads((out / "model.json").read_text(encoding="utf-8"))
    assert (model["name"], model["dimensions"], model["settings"]) == (NAME, 64, asdict(SETTINGS))
    assert model["digest"] == digest_of_files([out / name for name in FILES])
    assert model["pieces"] == told["pieces"] == Tokenizer.from_file(str(out / "tokenizer.json")).get_vocab_size()


def _answered(embedder: TransformerEmbedder, knowledge: Path) -> float:
    """The share of what is asked to which a section that answers is nearest, in each of the languages."""
    lessons = read_lessons(knowledge, CASES, frozenset())
    asked = embedder.encode_queries([lesson.text for lesson in lessons.asked])
    scores = asked @ embedder.encode_documents(lessons.texts).T
    nearest = scores.reshape(len(asked), -1, len(LANGUAGES)).argmax(axis=1)
    right = [number in lesson.sections for lesson, row in zip(lessons.asked, nearest, strict=True) for number in row]
    return sum(right) / len(right)


def test_frozen_layers_and_rows_stay_as_they_were(begun: Start, trained: tuple[Path, dict[str, float]]) -> None:
    out, _ = trained
    written = read_tensors(out / GRAPH_FILE)
    for layer, stays in ((0, True), (1, False)):
        for part in ("attention.self.query", "output.dense"):
            before = begun.tensors[name := f"encoder.layer.{layer}.{part}.weight"]
            moved = np.abs(written[name] - before).mean() / np.abs(before).mean()
            assert (moved < 0.02) == stays, (name, moved)
    with np.load(out / ROWS_FILE) as arrays:
        rows = plain(side_by_side(arrays["rows"]), arrays["scales"].astype(np.float32))
    tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
    table = begun.tensors["embeddings.word_embeddings.weight"]
    for piece in ("<s>", "<unk>", "z", "▁Parkering", "▁Daghem"):
        assert np.array_equal(rows[tokenizer.token_to_id(piece)], table[PIECES.index(piece)])


def test_rare_pieces_of_other_texts_are_left_out(trained: tuple[Path, dict[str, float]]) -> None:
    tokenizer = Tokenizer.from_file(str(trained[0] / "tokenizer.json"))
    pieces = ("▁orava", "▁zebra", "▁Parkering", "x", "<pad>")
    kept = {piece: tokenizer.token_to_id(piece) is not None for piece in pieces}
    assert kept == {"▁orava": True, "▁zebra": False, "▁Parkering": True, "x": True, "<pad>": True}


def test_nothing_is_asked_of_topics_that_are_left_out(
    toy_start: tuple[Path, Tensors], parallel: Path, knowledge: Path, tmp_path: Path
) -> None:
    both = case("daycare or parking", "daycare#when", "parking#when", style="typed")
    cases = [*CASES, both, case("gone", "gone#when")]
    whole, lessons = (read_lessons(knowledge, cases, frozenset(left_out)) for left_out in ((), ("parking",)))
    assert lessons.texts == whole.texts and lessons.count == 4
    assert [text.split(".")[0] for text in lessons.texts[:3]] == ["Päiväkoti", "Daghem", "Daycare"]
    assert lessons.left_out == {2, 3} and not whole.left_out
    assert {number for lesson in lessons.asked for number in lesson.sections} == {0, 1}
    told = {lesson.text: (lesson.sections, lesson.weight) for lesson in lessons.asked}
    assert told["Milloin haen päiväkotipaikkaa?"] == told["When should I daycare"] == ({0}, 1.0)
    assert told["Which form is it?"] == ({1}, 1.0) and told["daycare or parking"] == ({0}, CASE_WEIGHT)
    missing = {lesson.text for lesson in whole.asked} - told.keys()
    assert {"Vad kostar parkering?", "a permit for parking"} <= missing and len(missing) == 6 + 2
    assert "Who is the head of the daycare?" not in told and "gone" not in told
    once = replace(SETTINGS, epochs=1, sharpness=1e-3)  # all scores are nearly the same
    found = train_transformer(toy_start[0], parallel, knowledge, cases, frozenset({"parking"}), tmp_path, once)
    assert found["questions"] == len(lessons.asked)
    assert found["loss"] == pytest.approx(np.log(2), abs=0.01)  # they stand against two sections, not four
