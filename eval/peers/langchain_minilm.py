"""LangChain's retriever on Chroma with the English model that most people start with."""

from __future__ import annotations

from pathlib import Path

from eval.peers.langchain_stock import Stock
from eval.peers.langchain_vectors import EnglishMiniLM
from eval.peers.peer import Peer


def open_peer(folder: Path) -> Peer:
    return Stock(folder, EnglishMiniLM())
