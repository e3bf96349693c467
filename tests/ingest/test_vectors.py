"""Whose vectors a build holds, and that a second run takes them from the first."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.index import Build, open_build
from app.settings import Settings
from ingest.collect import Request
from ingest.pipeline import Parts, run
from tests.ingest.made import TOPICS, ReadingEmbedder


def test_each_model_has_vectors_of_its_own(settings: Settings, knowledge: Path, parts: Parts) -> None:
    reading = _ran(settings, knowledge, parts)
    with closing(_opened(settings, parts)) as build:
        texts, known = [passage.embedded_text for passage in build.passages], [q.text for q in build.known]
        assert _same(build.vectors, reading.encode_documents(texts))
        assert _same(build.table_vectors, reading.table.encode_documents(texts))
        assert _same(build.known_vectors, reading.encode_queries(known))
        assert _same(build.asked_vectors, reading.table.encode_queries(["At what point?"]))


def test_a_second_run_reads_only_what_it_asks_itself(settings: Settings, knowledge: Path, parts: Parts) -> None:
    reading = _ran(settings, knowledge, parts, runs=1)
    before = reading.encoded
    run(settings, Request((settings.knowledge_dir,)), lambda: replace(parts, embedder=reading))
    smoke_questions = sum(len(languages) for languages in TOPICS.values())
    assert reading.encoded - before == smoke_questions
    before = reading.encoded
    (knowledge / "daycare" / "asked.toml").write_text('[questions.when]\nen = ["Since when?"]\n', encoding="utf-8")
    run(settings, Request((settings.knowledge_dir,)), lambda: replace(parts, embedder=reading))
    assert reading.encoded - before == smoke_questions + 1


def _ran(settings: Settings, knowledge: Path, parts: Parts, runs: int = 2) -> ReadingEmbedder:
    (knowledge / "daycare" / "asked.toml").write_text('[questions.when]\nen = ["At what point?"]\n', encoding="utf-8")
    reading = ReadingEmbedder("reading")
    for _ in range(runs):
        run(settings, Request((settings.knowledge_dir,)), lambda: replace(parts, embedder=reading))
    return reading


def _opened(settings: Settings, parts: Parts) -> Build:
    return open_build(settings, embedding_digest="reading", analyser_digest=parts.analyser.digest)


def _same(stored: np.ndarray, made: np.ndarray) -> bool:  # type: ignore[type-arg]
    return stored.shape == made.shape and np.allclose(stored, made, atol=2e-3)
