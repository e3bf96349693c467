"""The folder of one corpus: its documents, the questions, the passages, and what each system makes and finds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.peers.peer import Asked, Text


@dataclass(frozen=True, slots=True)
class Finding:
    """What a system did: the passages found for each question, and what it took. Memory is that of its process, in MB,
    after the last question and at most.
    """

    found: list[list[str]]
    milliseconds: list[float]
    build_seconds: float
    held_mb: float
    peak_mb: float
    more: dict[str, float]


@dataclass(frozen=True, slots=True)
class Place:
    folder: Path

    @property
    def knowledge(self) -> Path:
        return self.folder / "knowledge"

    @property
    def filler(self) -> Path:
        return self.folder / "filler"

    @property
    def documents(self) -> tuple[Path, ...]:
        return tuple(folder for folder in (self.knowledge, self.filler) if folder.is_dir())

    def own(self, name: str) -> Path:
        """Where a system may write."""
        return self.folder / name

    def write_texts(self, texts: Iterable[Text]) -> None:
        _write_lines(self.folder / "texts.jsonl", map(asdict, texts))

    def read_texts(self) -> list[Text]:
        return [Text(**row) for row in _read_lines(self.folder / "texts.jsonl")]

    def write_asked(self, asked: Iterable[Asked]) -> None:
        _write_lines(self.folder / "asked.jsonl", map(asdict, asked))

    def read_asked(self) -> list[Asked]:
        return _read_asked(self.folder / "asked.jsonl")

    def write_warming(self, questions: Iterable[Asked]) -> None:
        _write_lines(self.folder / "warming.jsonl", map(asdict, questions))

    def read_warming(self) -> list[Asked]:
        """Questions that nobody times: a service that has been asked for a while is what people meet."""
        return _read_asked(self.folder / "warming.jsonl")

    def write_finding(self, name: str, finding: Finding) -> None:
        _write_lines(self.folder / f"{name}.json", [asdict(finding)])

    def read_finding(self, name: str) -> Finding:
        return Finding(**next(_read_lines(self.folder / f"{name}.json")))


def _read_asked(path: Path) -> list[Asked]:
    return [Asked(**{**row, "gold": tuple(row["gold"])}) for row in _read_lines(path)]


def _write_lines(path: Path, rows: Iterable[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)
