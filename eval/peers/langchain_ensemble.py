"""LangChain's ensemble as its documentation makes it: BM25 and Chroma, half each, by reciprocal rank."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from langchain_chroma import Chroma
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_core.documents import Document

from app.domain import Language
from eval.peers.langchain_vectors import BundledVectors
from eval.peers.peer import FOUND, Peer, Text


class Ensemble:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._vectors = BundledVectors()

    def build(self, texts: Sequence[Text]) -> None:
        documents = [Document(text.text, metadata={"passage": text.id}) for text in texts]
        store = Chroma.from_documents(documents, self._vectors, persist_directory=str(self._folder))
        dense = store.as_retriever(search_kwargs={"k": FOUND})
        lexical = BM25Retriever.from_documents(documents, k=FOUND)
        self._retriever = EnsembleRetriever(retrievers=[lexical, dense], weights=[0.5, 0.5])

    def search(self, question: str, language: Language, k: int) -> list[str]:
        return [document.metadata["passage"] for document in self._retriever.invoke(question)[:k]]


def open_peer(folder: Path) -> Peer:
    return Ensemble(folder)
