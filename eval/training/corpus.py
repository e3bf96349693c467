"""The parallel corpus: rows of text in three languages become training pairs; some rows are held out.

The files are `<kind>.tsv.gz` with the columns source, fi, sv, en and an empty cell where a language is missing.
`SOURCES.tsv` beside them names each source's licence.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LANGUAGES = ("fi", "sv", "en")
PAIRS = (("fi", "en"), ("sv", "en"), ("fi", "sv"))
HELD_OUT_ROWS = 1500
HELD_OUT_KIND = "public"
HELD_OUT_WORDS = 4
# A group's share of the batches is weight * pairs^0.85: the city's own kind of text counts most, law least.
GROUP_WEIGHTS = {"public": 3.0, "passages": 2.0, "law": 0.75, "lexicon": 0.7}
SHARE_EXPONENT = 0.85
# Careful translations that are few, and the library's subject words: each pair twice.
REPEATED_SOURCES = {"ud_pud": 2, "yso_labels": 2}
# School curricula and code lists are a third of the public rows; more of them make the model schoolish.
CAPPED_SOURCES = {"Opetushallitus/koski": 15_000}
PASSAGE_KINDS = ("public", "software")
PASSAGE_ROUNDS = 2
PASSAGE_WORDS = 100
# Law in Finnish and Swedish outweighs all other text; the sample takes this many characters of it per language.
LAW_SAMPLE = 4_000_000


class Row(NamedTuple):
    source: str
    fi: str
    sv: str
    en: str

    def cell(self, language: str) -> str:
        return str(self[1 + LANGUAGES.index(language)])


@dataclass(frozen=True, slots=True)
class Group:
    """Pairs of one kind and one pair of languages; batches never mix groups."""

    name: str
    languages: tuple[str, str]
    pairs: NDArray[np.int64]  # (pairs, 2) places in Corpus.texts; a third column names the section, see in_domain.py
    weight: float

    @property
    def share(self) -> float:
        """The group's share of the batches, up to a common factor."""
        return float(self.weight * len(self.pairs) ** SHARE_EXPONENT)


@dataclass(frozen=True, slots=True)
class Corpus:
    texts: list[str]  # each once, whatever its language
    groups: list[Group]
    held_out: list[Row]
    samples: dict[str, list[str]]  # language -> texts for the vocabulary and the word frequencies
    digests: dict[str, str]  # file name -> sha256


def read_corpus(parallel: Path, seed: int = 0) -> Corpus:
    """Read a folder of `*.tsv.gz`, hold rows out by hash, and pair up the rest.

    Raises:
        FileNotFoundError: the folder holds no such file.
    """
    files = _files(parallel)
    kinds = {file.name.removesuffix(".tsv.gz"): _capped(_rows(file)) for file in files}
    held_out = _held_out(kinds.get(HELD_OUT_KIND, []))
    banned = {_key(cell) for row in held_out for cell in row[1:]}
    kinds = {kind: [_without(row, banned) for row in rows] for kind, rows in kinds.items()}
    texts: dict[str, int] = {}
    groups = [group for name, rows in _kinds_and_passages(kinds, seed) for group in _groups(name, rows, texts)]
    digests = {file.name: sha256(file.read_bytes()).hexdigest() for file in files}
    return Corpus(list(texts), groups, held_out, _samples(kinds), digests)


def read_rows(parallel: Path) -> Iterator[Row]:
    """Every row of the folder's files.

    Raises:
        FileNotFoundError: the folder holds none.
    """
    for file in _files(parallel):
        yield from _rows(file)


def _files(parallel: Path) -> list[Path]:
    files = sorted(parallel.glob("*.tsv.gz"))
    if not files:
        raise FileNotFoundError(f"No .tsv.gz file in {parallel}.")
    return files


def english_texts(corpus: Corpus) -> NDArray[np.int64]:
    """The places of the texts that stand on an English side, for the teacher, (texts,) sorted."""
    sides = [group.pairs[:, 1] for group in corpus.groups if group.languages[1] == "en"]
    return np.unique(np.concatenate(sides)) if sides else np.zeros(0, dtype=np.int64)


def _rows(file: Path) -> Iterator[Row]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            cells = [" ".join(cell.split()) for cell in line.rstrip("\n").split("\t")]
            yield Row(*cells)


def _capped(rows: Iterable[Row]) -> list[Row]:
    """Thin a capped source to its limit, by hash, in its own order."""
    by_source: dict[str, list[Row]] = {}
    for row in rows:
        by_source.setdefault(row.source, []).append(row)
    return [row for source, group in by_source.items() for row in _thinned(group, CAPPED_SOURCES.get(source))]


def _thinned(rows: list[Row], limit: int | None) -> list[Row]:
    if limit is None or len(rows) <= limit:
        return rows
    kept = set(sorted(range(len(rows)), key=lambda place: _hash(rows[place]))[:limit])
    return [row for place, row in enumerate(rows) if place in kept]


def _held_out(rows: Sequence[Row]) -> list[Row]:
    """Rows in all three languages, each of a few words at least; never more than a tenth of the rows.

    Capped sources are left out: their English is a list of abbreviations ("FQ in Agriculture, Forestry").
    """
    found = [row for row in rows if row.source not in CAPPED_SOURCES]
    whole = [row for row in found if all(len(cell.split()) >= HELD_OUT_WORDS for cell in row[1:])]
    chosen: dict[str, Row] = {}
    for row in sorted(whole, key=_hash):
        if not any(_key(cell) in chosen for cell in row[1:]):
            chosen |= {_key(cell): row for cell in row[1:]}
    unique = list(dict.fromkeys(chosen.values()))
    return unique[: min(HELD_OUT_ROWS, len(rows) // 10)]


def _without(row: Row, banned: set[str]) -> Row:
    return Row(row.source, *("" if _key(cell) in banned else cell for cell in row[1:]))


def _key(text: str) -> str:
    return text.casefold().strip(" .:!?*")


def _hash(row: Row) -> str:
    return _text_hash("\t".join(row[1:]))


def _text_hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _kinds_and_passages(kinds: dict[str, list[Row]], seed: int) -> Iterator[tuple[str, list[Row]]]:
    yield from kinds.items()
    chance = random.Random(seed)
    rows = [row for kind in PASSAGE_KINDS for row in kinds.get(kind, [])]
    yield "passages", [passage for _ in range(PASSAGE_ROUNDS) for passage in _passages(rows, chance)]


def _passages(rows: Sequence[Row], chance: random.Random) -> Iterator[Row]:
    """Two to five neighbouring strings of one source joined, in every language that all of them have."""
    place = 0
    while place < len(rows):
        size = chance.randint(2, 5)
        run = [row for row in rows[place : place + size] if row.source == rows[place].source]
        place += len(run)
        yield Row(rows[place - 1].source, *(_joined([row.cell(language) for row in run]) for language in LANGUAGES))


def _joined(cells: Sequence[str]) -> str:
    if len(cells) < 2 or not all(cells):
        return ""
    text = " ".join(cell if cell[-1] in ".:!?" else cell + "." for cell in cells)
    return text if len(text.split()) <= PASSAGE_WORDS else ""


def _groups(kind: str, rows: Sequence[Row], texts: dict[str, int]) -> Iterator[Group]:
    for languages in PAIRS:
        found = [pair for row in rows for pair in _pairs(row, languages)]
        numbers = [[texts.setdefault(text, len(texts)) for text in pair] for pair in found]
        if numbers:
            name = f"{kind} {'-'.join(languages)}"
            yield Group(name, languages, np.array(numbers, dtype=np.int64), GROUP_WEIGHTS.get(kind, 1.0))


def _pairs(row: Row, languages: tuple[str, str]) -> list[tuple[str, str]]:
    """The row's pair, as often as its source counts; equal texts teach nothing."""
    first, second = (row.cell(language) for language in languages)
    if not first or not second or first == second:
        return []
    return [(first, second)] * REPEATED_SOURCES.get(row.source, 1)


def _samples(kinds: dict[str, list[Row]]) -> dict[str, list[str]]:
    """Per language every unique text, with a limited part of the law."""
    samples: dict[str, list[str]] = {}
    for language in LANGUAGES:
        texts = dict.fromkeys(row.cell(language) for kind, rows in kinds.items() if kind != "law" for row in rows)
        law = sorted({row.cell(language) for row in kinds.get("law", [])}, key=_text_hash)
        samples[language] = [text for text in [*texts, *_until(law, LAW_SAMPLE)] if text]
    return samples


def _until(texts: Iterable[str], characters: int) -> Iterator[str]:
    for text in texts:
        characters -= len(text)
        if characters < 0:
            return
        yield text
