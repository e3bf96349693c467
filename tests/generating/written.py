"""The sentences of `written.txt` with the passages they are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.domain import Language, Passage

FILE = Path(__file__).parent / "written.txt"


@dataclass(frozen=True, slots=True)
class Written:
    """One sentence; `lie` is its kind, empty where it is honest."""

    passage: Passage
    part: str
    language: Language
    lie: str
    text: str


def load_written(passages: Sequence[Passage]) -> list[Written]:
    by_name = {f"{p.topic}#{p.anchor}/{p.language}": p for p in passages}
    found: list[Written] = []
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            name, part = line[3:].split()
        elif line and not line.startswith("#"):
            language, kind, text = line.split(" ", 2)
            assert language in ("fi", "sv", "en")
            found.append(Written(by_name[name], part, language, kind.lstrip("+-"), text))
    return found
