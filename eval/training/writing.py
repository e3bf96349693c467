"""Makes `app/weights/writing/` again (three minutes): `python -m eval.training.writing --parallel DIR`.

Words come from the parallel texts, the knowledge and the questions that it lists; for the dots from simplemma's
dictionary too. Their a, å, ä, o and ö become votes on what surrounds them. From short surroundings to long ones, each
is kept that decides otherwise than the longest kept one within it, where that wins by enough votes.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import marisa_trie

from app.domain import LANGUAGES, Language
from app.knowledge import load_facts, read_topic_file
from app.knowledge.asked import FILE, read_asked
from app.lemmas import fold, plain
from app.settings import Settings
from app.writing import COUNT, DOTTED, FOLDER, LETTER, STEPS, UNDECIDED, WORD, surrounding
from eval.training.corpus import read_rows
from eval.training.lemmas import digest, read_forms

LISTED = 0.3  # votes of a form that is in the dictionary alone; a word of the texts has 1 + ln(its count)
WINS_BY = 0.8  # votes; at 1.5 a third fewer surroundings, and half a word more of a hundred wrong
LONGEST = 30  # letters
SEEN, ASKED = 3, 5  # times that a word stands in the parallel texts, or in questions, if it may be meant
SHORTEST = 4  # letters of such a word
OURS = 20  # times that a word of the knowledge counts

PLACES = [
    "espoo",
    "leppävaara",
    "matinkylä",
    "tapiola",
    "espoonlahti",
    "kivenlahti",
    "kauklahti",
    "otaniemi",
    "olari",
    "haukilahti",
    "westend",
    "niittykumpu",
    "soukka",
    "laajalahti",
    "karakallio",
    "kilo",
    "viherlaakso",
    "mankkaa",
    "suurpelto",
    "kera",
    "perkkaa",
    "nihtisilta",
    "henttaa",
    "nöykkiö",
    "saunalahti",
    "laaksolahti",
    "kalajärvi",
    "nuuksio",
    "vermo",
    "säteri",
    "finnoo",
    "kaitaa",
    "luukki",
    "nuuksionpää",
    "bodom",
]

Vote = tuple[str, str, float]  # surrounding, letter, votes


def surroundings(words: dict[str, float]) -> dict[str, str]:
    """The surroundings that decide, and the letter each decides on."""
    votes = sorted(_votes(words))
    chosen: dict[str, str] = {}
    waiting: list[tuple[Sequence[Vote], int, str]] = [(votes, 1, "")]
    while waiting:
        some, length, above = waiting.pop()
        for start, members in _groups(some, length):
            letter, counted = above, _counted(members)
            best = max(counted, key=counted.__getitem__)
            heaviest = max(members, key=lambda vote: vote[2])
            # All letters of a word of the texts are decided by the same one: "välittää" or "valittaa", never half.
            whole = len(heaviest[0]) == length and heaviest[2] >= 1
            best = heaviest[1] if whole else best
            if best != above and (whole or not above or counted[best] - counted.get(above, 0.0) >= WINS_BY):
                chosen[start] = letter = best
            if len(counted) > 1 or best != letter:
                waiting.append((members, length + 1, letter))
    return chosen


def _votes(words: dict[str, float]) -> Iterator[Vote]:
    for word, weight in words.items():
        bare = plain(word)
        for place, letter in enumerate(bare):
            if letter in UNDECIDED:
                yield surrounding(bare, place), word[place], weight


def _groups(votes: Sequence[Vote], length: int) -> Iterator[tuple[str, list[Vote]]]:
    """Those whose surroundings begin alike, up to a length; what is shorter is left out."""
    longer = (vote for vote in votes if len(vote[0]) >= length)
    for start, members in groupby(longer, key=lambda vote: vote[0][:length]):
        yield start, list(members)


def _counted(votes: Iterable[Vote]) -> dict[str, float]:
    counted: dict[str, float] = {}
    for _, letter, weight in votes:
        counted[letter] = counted.get(letter, 0.0) + weight
    return counted


def weighed(language: Language, counts: Counter[str]) -> dict[str, float]:
    """Words of texts and of the dictionary with their votes."""
    weights = {word: 1 + math.log(count) for word, count in counts.items() if len(word) <= LONGEST}
    for form in read_forms(language):
        if re.fullmatch("[a-zåäö]+", form):
            weights[form] = weights.get(form, 0.0) + LISTED
    return weights


def meant(parallel: Counter[str], asked: Counter[str], pages: Counter[str]) -> dict[str, int]:
    """Words that wrong ones may mean, without their dots, with `STEPS` times the logarithm of their count."""
    counts = Counter[str]()
    for words, seen, times in ((parallel, SEEN, 1), (asked, ASKED, 1), (pages, 1, OURS)):
        for word in (word for word, count in words.items() if count >= seen and len(word) >= SHORTEST):
            counts[plain(word)] += times * words[word]
    return {word: min(255, round(STEPS * math.log(count))) for word, count in counts.items()}


def _counts(texts: Iterable[str]) -> Counter[str]:
    """Words, and those with an apostrophe as they are typed without."""
    return Counter(re.sub("['’]", "", word) for text in texts for word in WORD.findall(fold(text)))


def _pages(language: Language, knowledge: Path) -> Iterator[str]:
    yield " ".join(_places())
    facts = load_facts(knowledge)
    for path in sorted(knowledge.glob(f"*/{language}.md")):
        page = read_topic_file(path, facts)
        yield from (f"{page.front.title} {section.heading} {section.text}" for section in page.sections)


def _places() -> Iterator[str]:
    """Espoo's districts in the forms in which people say where they live."""
    for place in PLACES:
        back = set(place) & set("aou")
        endings = ("", "n", "ssa", "sta", "lla", "lta", place[-1] + "n")
        yield from (place + (ending if back else ending.replace("a", "ä")) for ending in endings)


def _asked(language: Language, knowledge: Path) -> Iterator[str]:
    """Questions with dots or rings; those without may be typed carelessly, and in English nothing tells."""
    for path in sorted(knowledge.glob(f"*/{FILE}")):
        asked = (question.text for question in read_asked(path) if question.language == language)
        yield from (text for text in asked if plain(fold(text)) != fold(text))


def _write(path: Path, record: str, table: dict[str, int]) -> dict[str, str]:
    marisa_trie.RecordTrie(record, [(key, (value,)) for key, value in table.items()]).save(str(path))
    sys.stdout.write(f"{path.name}: {len(table)}\n")
    return {path.name: digest(path)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Make app/weights/writing/ again.")
    parser.add_argument("--parallel", type=Path, required=True, help="folder of .tsv.gz files")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, str] = {}
    knowledge = Settings().knowledge_dir
    for language in LANGUAGES:
        parallel = _counts(row.cell(language) for row in read_rows(given.parallel))
        pages = _counts(_pages(language, knowledge))
        asked = _counts(_asked(language, knowledge)) if language in DOTTED else Counter[str]()
        files |= _write(given.folder / f"{language}.words", COUNT, meant(parallel, asked, pages))
        if language in DOTTED:
            words = weighed(language, parallel + pages + asked)
            table = {start: ord(letter) for start, letter in surroundings(words).items()}
            files |= _write(given.folder / f"{language}.surroundings", LETTER, table)
    (given.folder / "manifest.json").write_text(json.dumps({"files": files}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
