"""The sentences of `written.txt` and `unseen.txt` with the passages they are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.domain import Language, Passage

FILES = [Path(__file__).parent / name for name in ("written.txt", "unseen.txt")]


@dataclass(frozen=True, slots=True)
class Written:
    """One sentence, which cites all `passages`; `lie` is its kind, empty where it is honest."""

    passages: tuple[Passage, ...]
    part: str
    language: Language
    lie: str
    text: str


def load_written(passages: Sequence[Passage]) -> list[Written]:
    by_name = {f"{p.topic}#{p.anchor}/{p.language}": p for p in passages}
    found: list[Written] = []
    for line in (line for file in FILES for line in file.read_text(encoding="utf-8").splitlines()):
        if line.startswith("## "):
            names, part = line[3:].split()
        elif line and not line.startswith("#"):
            language, kind, text = line.split(" ", 2)
            assert language in ("fi", "sv", "en")
            held = tuple(by_name[name] for name in names.split(","))
            found.append(Written(held, part, language, kind.lstrip("+-"), text))
    return found
