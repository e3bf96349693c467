"""Makes `app/weights/languages/weights.npy` again: `python -m eval.training.languages --parallel DIR` (half a minute).

Logistic regression over hashed letter sequences of short pieces (one to eight words) of parallel text, half of them
with å, ä and ö typed as a and o, as people without such a keyboard do.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import SGDClassifier

from app.domain import LANGUAGES
from app.languages import BUCKETS, WEIGHTS, buckets, detection_words
from app.lemmas import plain

# Pieces of each language from each file: everyday sentences and public services weigh most.
_SHARES = {"general": 40_000, "public": 30_000, "law": 8_000, "lexicon": 12_000}
_LONGEST_PIECE = 8
_SEED = 20261122


def train(parallel: Path) -> np.ndarray[tuple[int, int], np.dtype[np.float16]]:
    """Weights of shape (BUCKETS, 3)."""
    chance = random.Random(_SEED)
    pieces = [piece for name, share in _SHARES.items() for piece in _pieces(parallel / f"{name}.tsv.gz", share, chance)]
    chance.shuffle(pieces)
    features = _matrix([words for words, _ in pieces])
    labels = np.array([label for _, label in pieces])
    model = SGDClassifier(loss="log_loss", alpha=2e-6, max_iter=6, tol=None, average=True, random_state=_SEED)
    model.fit(features, labels)
    return np.asarray(model.coef_.T, dtype=np.float16)


def _pieces(file: Path, share: int, chance: random.Random) -> Iterator[tuple[list[str], int]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    for label, language in enumerate(LANGUAGES):
        texts = sorted({row[language] for row in rows if row[language]})
        for text in chance.sample(texts, min(share, len(texts))):
            words = detection_words(text)
            if words:
                start = chance.randrange(len(words))
                piece = words[start : start + chance.randint(1, _LONGEST_PIECE)]
                yield ([plain(word) for word in piece] if chance.random() < 0.5 else piece), label


def _matrix(texts: list[list[str]]) -> csr_matrix:
    known: dict[str, np.ndarray[tuple[int], np.dtype[np.int32]]] = {}
    rows = []
    for words in texts:
        for word in words:
            if word not in known:
                known[word] = np.fromiter(buckets(word), dtype=np.int32)
        rows.append(np.concatenate([known[word] for word in words]))
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.concatenate(rows)
    return csr_matrix((np.ones(len(columns), dtype=np.float32), columns, ends), shape=(len(texts), BUCKETS))


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the language model again.")
    parser.add_argument("--parallel", type=Path, required=True, help="the folder with general.tsv.gz and the others")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    weights = train(options.parallel)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    np.save(options.out, weights)
    files = [options.out, *(options.parallel / f"{name}.tsv.gz" for name in _SHARES)]
    digests = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    (options.out.parent / "manifest.json").write_text(json.dumps(digests, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{options.out}: {weights.nbytes} bytes\n")


if __name__ == "__main__":
    main()
