"""A file as training starts from, of a toy transformer with random numbers."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.training.start import BLOCK, FloatArray, Sizes
from tests.ingest.made import TOPICS

SIZES = Sizes(hidden=64, layers=2, heads=4, inner=128, longest=64)
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
HEADINGS = [told[place] for topic in TOPICS.values() for told in topic.values() for place in (0, 1, 4)]
WORDS = sorted({word.strip("?") for heading in HEADINGS for word in heading.split()} | {"orava", "zebra"})
PIECES = (*SPECIALS, "▁", *"abcxyzåäö.,:?", *(f"▁{word}" for word in WORDS))
SCORES = np.array([-1.0 - (len(piece) < 2) for piece in PIECES], dtype="<f4")
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


def side_by_side(halves: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The numbers of 4 bits that are packed two in a byte."""
    return np.concatenate([halves & 15, halves >> 4], axis=2)


def plain(numbers: NDArray[np.uint8], scales: FloatArray) -> FloatArray:
    """The weights that numbers of 4 bits and their blocks' scales stand for."""
    whole = numbers.reshape(*scales.shape, BLOCK).astype(np.float32) - 8
    return np.asarray((whole * scales[..., None]).reshape(len(scales), -1), dtype=np.float32)
