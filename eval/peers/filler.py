"""Real text on other matters, so that what answers a question has to be found among much more."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from app.domain import LANGUAGES, Language
from app.errors import EspooError

KINDS = ("general", "law", "software")  # of the parallel corpus; its public texts speak of our own matters
COLUMNS: dict[Language, int] = {"fi": 1, "sv": 2, "en": 3}
SHORTEST, LONGEST = 60, 120  # words of a text
RUN = 20  # neighbouring rows that stay together
SECTIONS = 50  # of a document
HEADING = 6  # words

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")


def write_filler(parallel: Path, folder: Path, count: int, seed: int = 0) -> None:
    """Write `count` texts as sections of Markdown documents, a third in each language.

    Raises:
        EspooError: there is no text to take them from.
    """
    folder.mkdir(parents=True)
    for place, language in enumerate(LANGUAGES):
        wanted = (count + len(LANGUAGES) - 1 - place) // len(LANGUAGES)
        texts = islice(filler_texts(parallel, language, seed), wanted)
        number = 0
        while sections := list(islice(texts, SECTIONS)):
            number += 1
            (folder / f"{number:04}.{language}.md").write_text(_document(sections, language), encoding="utf-8")


def filler_texts(parallel: Path, language: Language, seed: int = 0) -> Iterator[str]:
    """Rows joined to texts of 60 to 120 words, without end: after the last row they are joined in another order.

    Raises:
        EspooError: the folder has no text in this language that is long enough.
    """
    chance = random.Random(f"{seed}{language}")
    files = [parallel / f"{kind}.tsv.gz" for kind in KINDS]
    cells = list(dict.fromkeys(cell for file in files for cell in _cells(file, language)))
    runs = [cells[place : place + RUN] for place in range(0, len(cells), RUN)]
    chance.shuffle(runs)
    rows = [row for run in runs for row in run]
    if next(_joined(rows, random.Random(seed)), None) is None:
        raise EspooError(f"{parallel} holds too little text in {language} (it needs {', '.join(KINDS)}.tsv.gz).")
    while True:
        yield from _joined(rows, chance)
        chance.shuffle(rows)


def _cells(file: Path, language: Language) -> Iterator[str]:
    if not file.is_file():
        return
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            if cell := " ".join(line.rstrip("\n").split("\t")[COLUMNS[language]].split()):
                yield cell if cell[-1] in ".:!?" else cell + "."


def _joined(rows: list[str], chance: random.Random) -> Iterator[str]:
    part: list[str] = []
    size, aim = 0, chance.randint(SHORTEST, LONGEST)
    for row in rows:
        words = len(row.split())
        if size + words <= LONGEST:
            part.append(row)
            size += words
        if size >= aim or (size >= SHORTEST and size + words > LONGEST):
            yield " ".join(part)
            part, size, aim = [], 0, chance.randint(SHORTEST, LONGEST)


def _document(sections: list[str], language: Language) -> str:
    body = "\n\n".join(f"## {_heading(text)}\n\n{_escaped(text)}" for text in sections)
    return f"---\nlanguage: {language}\n---\n\n# {_heading(sections[0])}\n\n{body}\n"


def _heading(text: str) -> str:
    return _escaped(" ".join(text.split()[:HEADING]).rstrip(".:,;"))


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)
