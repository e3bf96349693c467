"""Ours: a real build of the documents, and the retriever that answers questions."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from app.assistant import Assistant
from app.domain import Channel, Language, Question, Status
from app.embedding import load_embedder
from app.lexical import load_analyser
from app.settings import load_settings
from eval.peers.peer import Asked, Peer, Text
from eval.peers.place import Place
from ingest.collect import Request
from ingest.pipeline import Parts, run


class Ours:
    def __init__(self, folder: Path) -> None:
        self._place = Place(folder.parent)
        changes = {"data_dir": folder, "knowledge_dir": self._place.knowledge}
        plain = dict.fromkeys(("chroma_url", "embedding_model", "llm_base_url", "llm_model"), "")
        self._settings = load_settings().model_copy(update=changes | plain)

    def build(self, texts: Sequence[Text]) -> None:
        """From the documents themselves: reading and splitting them is in the time."""
        run(self._settings, Request(self._place.documents), lambda: Parts(load_embedder(), load_analyser()))
        self._assistant = Assistant.open(self._settings)
        self._retriever = self._assistant.library.require().retriever
        self._today = date.today()

    def search(self, question: str, language: Language, k: int) -> list[str]:
        found = self._retriever.retrieve(question, language, self._today)
        return [evidence.passage.id for evidence in found.evidence[:k]]

    def more(self, asked: Sequence[Asked]) -> dict[str, float]:
        """Milliseconds from a question to the cited answer in the sources' words, through the public door.

        By parts that are opened anew: those that searched have met these questions.
        """
        self._assistant.close()
        self._assistant = Assistant.open(self._settings)
        asyncio.run(self._ask_all(self._place.read_warming()))
        times, answered = asyncio.run(self._ask_all(asked))
        p50, p95 = np.percentile(times, [50, 95])
        return {"answer_p50_ms": float(p50), "answer_p95_ms": float(p95), "answered": answered}

    async def _ask_all(self, asked: Sequence[Asked]) -> tuple[list[float], int]:
        times, answered = [], 0
        for one in asked:
            question = Question(one.question, uuid.uuid4().hex, uuid.uuid4().hex, Channel.EVAL, one.language)
            start = time.perf_counter()
            answer = await self._assistant.ask(question)
            times.append((time.perf_counter() - start) * 1000)
            answered += answer.status is Status.ANSWERED and bool(answer.citations)
        return times, answered


def open_peer(folder: Path) -> Peer:
    return Ours(folder)
