"""What a run did: five counts of documents, and every failure by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be ingested, and why."""

    document: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """`reused` and `embedded` count passages whose vectors were taken over or made."""

    build: str
    created: int
    updated: int
    unchanged: int
    removed: int
    failures: tuple[Failure, ...]
    documents: int
    passages: int
    embedded: int
    reused: int
    seconds: float

    @property
    def failed(self) -> int:
        return len(self.failures)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "failed": self.failed}

    def lines(self) -> Iterator[str]:
        """For a terminal."""
        yield from (f"failed: {failure.document}: {failure.reason}" for failure in self.failures)
        yield (
            f"{self.created} created, {self.updated} updated, {self.unchanged} unchanged, "
            f"{self.removed} removed, {self.failed} failed"
        )
        yield (
            f"build {self.build}: {self.documents} documents, {self.passages} passages "
            f"({self.embedded} embedded, {self.reused} reused) in {self.seconds:.1f} s"
        )
