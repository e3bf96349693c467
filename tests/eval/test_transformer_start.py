"""A toy transformer is read as training starts from it, and its numbers are packed as they were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.errors import EspooError
from eval.training.graph import packed
from eval.training.start import Start, read_start
from tests.eval.toy_start import PIECES, SCORES, SIZES, Tensors, blocks, plain, side_by_side


def test_what_was_written_is_read(toy_start: tuple[Path, Tensors], begun: Start) -> None:
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
        assert np.array_equal(begun.tensors[name], toy_start[1][short].reshape(shape)), name
    assert len(begun.tensors) == len(toy_start[1])


def test_a_file_that_is_none_is_said(toy_start: tuple[Path, Tensors], tmp_path: Path) -> None:
    data, bad = toy_start[0].read_bytes(), tmp_path / "bad.bin"
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
    assert np.array_equal(plain(side_by_side(halves), scales), weights)
