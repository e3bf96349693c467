"""LlamaIndex's hybrid retrieval: its index on Chroma and BM25, fused by reciprocal rank, no question rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
from llama_index.core.schema import TextNode
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.chroma import ChromaVectorStore
from pydantic import PrivateAttr

from app.domain import Language
from app.embedding import Embedder, load_embedder
from eval.peers.peer import FOUND, Peer, Text


class BundledVectors(BaseEmbedding):
    """The project's own model behind LlamaIndex's interface."""

    _embedder: Embedder = PrivateAttr(default_factory=load_embedder)

    def _get_query_embedding(self, query: str) -> list[float]:
        vector: list[float] = self._embedder.encode_queries([query])[0].tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.encode_documents(texts).tolist()
        return vectors


class Hybrid:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._vectors = BundledVectors()

    def build(self, texts: Sequence[Text]) -> None:
        nodes = [TextNode(id_=text.id, text=text.text) for text in texts]
        store = ChromaVectorStore.from_params(collection_name="peers", persist_dir=str(self._folder))
        storage = StorageContext.from_defaults(vector_store=store)
        index = VectorStoreIndex(nodes, storage_context=storage, embed_model=self._vectors)
        dense = index.as_retriever(similarity_top_k=FOUND)
        lexical = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=FOUND)
        self._retriever = QueryFusionRetriever(
            [dense, lexical],
            llm=MockLLM(),
            mode=FUSION_MODES.RECIPROCAL_RANK,
            similarity_top_k=FOUND,
            num_queries=1,
            use_async=False,
        )

    def search(self, question: str, language: Language, k: int) -> list[str]:
        return [found.node.node_id for found in self._retriever.retrieve(question)[:k]]


def open_peer(folder: Path) -> Peer:
    return Hybrid(folder)
