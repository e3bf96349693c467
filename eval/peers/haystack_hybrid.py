"""Haystack's hybrid retrieval: Chroma and its BM25 in one pipeline, joined by reciprocal rank."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from haystack import Document, Pipeline, component
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.retrievers.chroma import ChromaEmbeddingRetriever
from haystack_integrations.document_stores.chroma import ChromaDocumentStore

from app.domain import Language
from app.embedding import load_embedder
from eval.peers.peer import FOUND, Peer, Text


@component
class QuestionVector:
    """The project's own model as a component."""

    def __init__(self) -> None:
        self._embedder = load_embedder()

    @component.output_types(embedding=list[float])
    def run(self, text: str) -> dict[str, Any]:
        return {"embedding": self._embedder.encode_queries([text])[0].tolist()}


class Hybrid:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._embedder = load_embedder()

    def build(self, texts: Sequence[Text]) -> None:
        vectors = self._embedder.encode_documents([text.text for text in texts])
        pairs = zip(texts, vectors, strict=True)
        documents = [Document(id=text.id, content=text.text, embedding=vector.tolist()) for text, vector in pairs]
        dense = ChromaDocumentStore(persist_path=str(self._folder), distance_function="cosine")
        dense.write_documents(documents)
        lexical = InMemoryDocumentStore()
        lexical.write_documents([Document(id=text.id, content=text.text) for text in texts])
        self._pipeline = _pipeline(dense, lexical)

    def search(self, question: str, language: Language, k: int) -> list[str]:
        given = {"vector": {"text": question}, "lexical": {"query": question}}
        return [document.id for document in self._pipeline.run(given)["joiner"]["documents"][:k]]


def _pipeline(dense: ChromaDocumentStore, lexical: InMemoryDocumentStore) -> Pipeline:
    pipeline = Pipeline()
    pipeline.add_component("vector", QuestionVector())
    pipeline.add_component("dense", ChromaEmbeddingRetriever(dense, top_k=FOUND))
    pipeline.add_component("lexical", InMemoryBM25Retriever(lexical, top_k=FOUND))
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=FOUND))
    pipeline.connect("vector.embedding", "dense.query_embedding")
    pipeline.connect("dense", "joiner")
    pipeline.connect("lexical", "joiner")
    return pipeline


def open_peer(folder: Path) -> Peer:
    return Hybrid(folder)
