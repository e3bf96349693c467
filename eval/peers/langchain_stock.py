"""LangChain's retriever on Chroma as its tutorials make it, k = 5."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

from app.domain import Language
from eval.peers.langchain_vectors import BundledVectors
from eval.peers.peer import FOUND, Peer, Text


class Stock:
    def __init__(self, folder: Path, vectors: Embeddings) -> None:
        self._folder = folder
        self._vectors = vectors

    def build(self, texts: Sequence[Text]) -> None:
        store = Chroma.from_texts(
            [text.text for text in texts],
            self._vectors,
            metadatas=[{"passage": text.id} for text in texts],
            persist_directory=str(self._folder),
        )
        self._retriever = store.as_retriever(search_kwargs={"k": FOUND})

    def search(self, question: str, language: Language, k: int) -> list[str]:
        return [document.metadata["passage"] for document in self._retriever.invoke(question)[:k]]


def open_peer(folder: Path) -> Peer:
    return Stock(folder, BundledVectors())
