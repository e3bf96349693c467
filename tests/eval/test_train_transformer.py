"""A toy transformer is read, taught from two topics, and written as the service reads it."""

from __future__ import annotations

import gzip
import json
import struct
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
from app.errors import EspooError
from app.table import BUNDLED, TableEmbedder, digest_of_files
from app.transformer import FILES, GRAPH_FILE, QUESTION, ROWS_FILE, TransformerEmbedder
from eval.cases import Case
from eval.training.graph import packed, read_tensors
from eval.training.lessons import CASE_WEIGHT, read_lessons
from eval.training.start import BLOCK, FloatArray, Sizes, Start, read_start
from eval.training.transformer import NAME, Settings, how_far, train_transformer, write_transformer
from tests.ingest.made import TOPICS, write_knowledge

SIZES = Sizes(hidden=64, layers=2, heads=4, inner=128, longest=64)
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
HEADINGS = [told[place] for topic in TOPICS.values() for told in topic.values() for place in (0, 1, 4)]
WORDS = sorted({word.strip("?") for heading in HEADINGS for word in heading.split()} | {"orava", "zebra"})
PIECES = (*SPECIALS, "▁", *"abcxyzåäö.,:?", *(f"▁{word}" for word in WORDS))
SCORES = np.array([-1.0 - (len(piece) < 2) for piece in PIECES], dtype="<f4")
SETTINGS = Settings(frozen=1, epochs=40, batch=8, fresh=4, rate=3e-3, question=64, passage=64, served=64)
ASKED = '[questions.how]\nen = ["Which form is it?"]\n[not_answered]\nen = ["Who is the head of the daycare?"]\n'
Tensors = dict[str, FloatArray]


def write_start(path: Path) -> Tensors:
    """A file as the package's, of random numbers, which are returned by the names of the file, flat."""
    chance = np.random.default_rng(5)
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)])
    sizes = (SIZES.hidden, SIZES.layers, SIZES.heads, SIZES.inner, 0, SIZES.longest, 0)
    head = struct.pack("<4si7i8x5iQ", b"E5S1", 1, *sizes, len(PIECES), 0, 0, 0, 0, ends[-1])
    head += ends.astype("<u4").tobytes() + SCORES.tobytes() + "".join(PIECES).encode()
    stored = {name: _stored(name, count, chance) for name, count in _counts().items()}
    head += struct.pack("<iI3si", 0, 3, b"abc", len(stored))
    at, data = len(head) + sum(23 + len(name) for name in stored), b""
    for name, (numbers, raw) in stored.items():
        head += struct.pack(f"<H{len(name)}s", len(name), name.encode())
        head += struct.pack("<BIQQ", 0, len(numbers), at + len(data), len(raw))
        data += raw
    path.write_bytes(head + data)
    return {name: numbers for name, (numbers, _) in stored.items()}


def _counts() -> dict[str, int]:
    hidden, inner = SIZES.hidden, SIZES.inner
    rows = {"word": len(PIECES), "pos": SIZES.longest, "type": 2, "ln.w": 1, "ln.b": 1}
    counts = {f"emb.{name}": count * hidden for name, count in rows.items()}
    square, norm = (hidden, hidden), (1, hidden)
    parts = dict.fromkeys(("q", "k", "v", "ao"), square) | dict.fromkeys(("aln", "oln"), norm)
    for name, (inputs, outputs) in {**parts, "fi": (hidden, inner), "fo": (inner, hidden)}.items():
        for layer in range(SIZES.layers):
            counts |= {f"l{layer}.{name}.w": inputs * outputs, f"l{layer}.{name}.b": outputs}
    return counts


def _stored(name: str, count: int, chance: np.random.Generator) -> tuple[FloatArray, bytes]:
    """Weights as blocks, the others as they are; a norm's are near 1."""
    if name == "emb.word" or (name.endswith(".w") and "ln" not in name):
        return blocks(count, chance)
    numbers = (0.02 * chance.standard_normal(count) + name.endswith("ln.w")).astype("<f4")
    return numbers, numbers.tobytes()


def blocks(count: int, chance: np.random.Generator) -> tuple[FloatArray, bytes]:
    """Numbers and their blocks. In each one is farthest from 0, at -8 times the scale; the last is all zeros."""
    numbers = chance.integers(1, 16, (count // BLOCK, BLOCK)).astype(np.uint8)
    numbers[np.arange(len(numbers)), chance.integers(0, BLOCK, len(numbers))] = 0
    numbers[-1] = 8
    scales = (chance.choice([-1, 1], len(numbers)) * chance.uniform(0.01, 0.04, len(numbers))).astype("<f2")
    half = BLOCK // 2
    together = np.empty(len(numbers), dtype=[("scale", "<f2"), ("packed", "u1", half)])
    together["scale"], together["packed"] = scales, numbers[:, :half] | (numbers[:, half:] << 4)
    found = (numbers.astype(np.float32) - 8) * scales.astype(np.float32)[:, None]
    return found.ravel(), together.tobytes()


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Torch's threads wait for each other longer than so little work takes."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tensors]:
    path = tmp_path_factory.mktemp("start") / "toy.bin"
    return path, write_start(path)


@pytest.fixture(scope="module")
def begun(made: tuple[Path, Tensors]) -> Start:
    return read_start(made[0])


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
    made: tuple[Path, Tensors], parallel: Path, knowledge: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, float]]:
    out = tmp_path_factory.mktemp("trained")
    return out, train_transformer(made[0], parallel, knowledge, CASES, frozenset(), out, SETTINGS)


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


def test_what_was_written_is_read(made: tuple[Path, Tensors], begun: Start) -> None:
    assert (begun.sizes, begun.pieces, begun.scores.tolist()) == (SIZES, PIECES, SCORES.tolist())
    names = {
        "embeddings.word_embeddings.weight": ("emb.word", (len(PIECES), 64)),
        "embeddings.position_embeddings.weight": ("emb.pos", (64, 64)),
        "embeddings.LayerNorm.bias": ("emb.ln.b", (64,)),
        "encoder.layer.0.attention.self.key.weight": ("l0.k.w", (64, 64)),
        "encoder.layer.0.attention.output.LayerNorm.weight": ("l0.aln.w", (64,)),
        "encoder.layer.1.attention.output.dense.bias": ("l1.ao.b", (64,)),
        "encoder.layer.1.intermediate.dense.weight": ("l1.fi.w", (128, 64)),
        "encoder.layer.1.output.dense.weight": ("l1.fo.w", (64, 128)),
    }
    for name, (short, shape) in names.items():
        assert np.array_equal(begun.tensors[name], made[1][short].reshape(shape)), name
    assert len(begun.tensors) == len(made[1])


def test_a_file_that_is_none_is_said(made: tuple[Path, Tensors], tmp_path: Path) -> None:
    data, bad = made[0].read_bytes(), tmp_path / "bad.bin"
    places = (*range(0, 4_000, 97), len(data) // 2, len(data) - 1)
    for cut in (b"", b"GGUF" + data[4:], data.replace(b"l1.fo.w", b"l1.xx.w"), *(data[:place] for place in places)):
        bad.write_bytes(cut)
        with pytest.raises(EspooError, match=r"bad\.bin cannot be read"):
            read_start(bad)
    with pytest.raises(EspooError, match="none cannot be read"):
        read_start(tmp_path / "none")


def test_pieces_are_numbered_anew_where_some_are_left_out(begun: Start) -> None:
    kept = [0, 1, 2, 3, *(PIECES.index(piece) for piece in ("▁", "a", ":", "▁Daghem", "▁Miten"))]
    whole, some = begun.tokenizer(), begun.tokenizer(kept, 6)
    assert whole.encode("  Daghem \n Miten:").tokens == ["<s>", "▁Daghem", "▁Miten", ":", "</s>"]
    assert some.encode("Daghem Miten:").tokens == whole.encode("Daghem Miten:").tokens
    assert some.get_vocab_size() == 9 and some.encode("a").ids == [0, *map(some.token_to_id, ("▁", "a")), 2]
    assert some.encode("z").ids[1:] == [some.token_to_id("▁"), 3, 2]
    assert len(some.encode("a " * 50).ids) == 6


def test_numbers_of_blocks_are_packed_exactly() -> None:
    found, _ = blocks(12 * 128, np.random.default_rng(1))
    weights = found.reshape(12, 128)
    halves, scales = packed(weights)
    assert (halves.shape, halves.dtype, scales.shape) == ((12, 4, 16), np.uint8, (12, 4))
    assert np.array_equal(_plain(_side_by_side(halves), scales), weights)


def _side_by_side(halves: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.concatenate([halves & 15, halves >> 4], axis=2)


def _plain(numbers: NDArray[np.uint8], scales: FloatArray) -> FloatArray:
    whole = numbers.reshape(*scales.shape, BLOCK).astype(np.float32) - 8
    return np.asarray((whole * scales[..., None]).reshape(len(scales), -1), dtype=np.float32)


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
        rows = _plain(_side_by_side(arrays["rows"]), arrays["scales"].astype(np.float32))
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
    made: tuple[Path, Tensors], parallel: Path, knowledge: Path, tmp_path: Path
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
    found = train_transformer(made[0], parallel, knowledge, cases, frozenset({"parking"}), tmp_path, once)
    assert found["questions"] == len(lessons.asked)
    assert found["loss"] == pytest.approx(np.log(2), abs=0.01)  # they stand against two sections, not four
