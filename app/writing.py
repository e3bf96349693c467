"""What somebody meant to write: å, ä and ö that were not typed, and words with a letter wrong.

"paivahoito" is read as "päivähoito", "korkort" as "körkort", "pasport" as "passport". Made of tables that
`eval/training/writing.py` writes; the words of one build's documents are mended by app/spelling.py besides.

Each a and o is decided by the letters around it: the longest surrounding that the table knows. A surrounding may be a
whole word, so common words are exact, and words that nobody has seen are restored as those that look like them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from string import ascii_lowercase

import marisa_trie

from app.domain import LANGUAGES, Language
from app.errors import ConfigurationError
from app.lemmas import fold, plain
from app.lexical import Analyser

FOLDER = Path(__file__).parent / "weights" / "writing"
SPOKEN = Path(__file__).parent / "spoken.toml"
DOTTED: tuple[Language, ...] = ("fi", "sv")  # languages that have such letters
LETTER, COUNT = "<H", "<B"  # formats of the tables' records
STEPS = 10  # of a count: ten times its logarithm
EDGE = "^"
UNDECIDED = "ao"
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
TOKEN = re.compile(r"\[[^\[\]]*\]|[^\s\[]+")
KEPT = re.compile(r"^\[|[@/_]|\w\.\w")  # what stands for personal data, and addresses
_YEARS = re.compile(
    r"\b(\d+|i|under|över|per|varje|hela|förra|nästa|ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio"
    r"|många(?! är (?:ni|vi|de|det|som)\b)) är\b",
    re.IGNORECASE,
)

_LEFT_OFF = ("sa", "a")  # ends of Finnish cases that people leave off: "koulus" for koulussa, "Espoost" for Espoosta
# "kan ja", "ja vill": "ja" alone is yes.
_I = re.compile(
    r"\b(?:(?<=kan )|(?<=gör )|(?<=ska )|(?<=får )|(?<=måste )|(?<=har )|(?<=vill )|(?<=behöver ))ja\b"
    r"|\bja(?= (?:kan|ska|vill|har|är|måste|behöver|får|bor|jobbar|undrar|vet|ville|skulle|inte)\b"
    r"(?! (?:man|det|ni|du|vi|han|hon|de|den)\b))",
    re.IGNORECASE,
)

_SHORTEST, _LONGEST = 5, 40  # letters of a word that may be wrong
_TERM = 6  # letters of a Finnish term in another language
# What a mistake costs, in logarithms of a count: a letter doubled or not doubled is the commonest, then two that
# changed places, one left out or typed besides, one for another.
_DOUBLE, _TURNED, _MORE, _OTHER = 1.5, 2.1, 3.0, 3.9
# A word that the table lacks may still be right: what may be a form, a compound, a name or a word of another language
# is changed to a common word by a light mistake alone.
_LIGHT, _COMMON = _TURNED, 4.0


class Writing:
    """Knows the words of the three languages. Threads may share it."""

    def __init__(self, analyser: Analyser, folder: Path = FOLDER) -> None:
        """Map the tables into memory.

        Raises:
            ConfigurationError: they are missing or damaged.
        """
        self._analyser = analyser
        try:
            self._dots = {code: _table(folder / f"{code}.surroundings", LETTER) for code in DOTTED}
            self._words = {code: _table(folder / f"{code}.words", COUNT) for code in LANGUAGES}
            self._spoken: dict[str, dict[str, str]] = tomllib.loads(SPOKEN.read_text(encoding="utf-8"))
        except (OSError, RuntimeError, ValueError) as error:
            raise ConfigurationError(f"The tables in {folder} cannot be read: {error}") from error
        self._mended = lru_cache(10_000)(self._mend)

    def read(self, text: str, language: Language) -> str:
        """The text as it was probably meant. Dots are put back where it has none at all; addresses stay as they are."""
        undotted = plain(fold(text)) == fold(text)
        kept = [token.span() for token in TOKEN.finditer(text) if KEPT.search(token[0])]

        def meant(match: re.Match[str]) -> str:
            inside = any(start <= match.start() < end for start, end in kept)
            return match[0] if inside else self._meant(match, language, undotted)

        found = WORD.sub(meant, text)
        if language != "sv":
            return found
        found = _I.sub("jag", found)
        return _YEARS.sub(r"\1 år", found) if undotted else found

    def _meant(self, match: re.Match[str], language: Language, undotted: bool) -> str:
        word, text = match[0], match.string
        if not word.isalpha() or len(word) > _LONGEST or len(word) != len(word.lower()):
            return word
        capital, shouted = word[0].isupper(), text.isupper()
        alone = text[match.start() - 1 : match.start()] != "-" and text[match.end() : match.end() + 1] != "-"
        plainly = word.islower() or shouted or not text[: match.start()].strip()  # no name, no blood group
        if alone and plainly and (spoken := self._spoken[language].get(word.lower())):
            return spoken[0].upper() + spoken[1:] if capital else spoken
        small = fold(word)
        light_only = (capital and not shouted) or (plain(small) != small and self._analyser.knows(small))
        mended = self._mended(plain(small), language, light_only) if not word.isupper() or shouted else ""
        if mended:
            word = mended.upper() if shouted else mended.capitalize() if capital else mended
        elif not undotted or (capital and plain(fold(word)) not in self._words[language]):  # names get no dots
            return word
        return self._with_dots(word, self._language_of(word, language))

    def _mend(self, word: str, language: Language, light_only: bool) -> str:
        """The word that was meant, both without their dots; empty where it may be right as it is."""
        table = self._words[language]
        if len(word) < _SHORTEST or word in table:
            return ""
        if language == "fi" and (whole := next((word + end for end in _LEFT_OFF if word + end in table), "")):
            return whole
        light_only = light_only or any(word in other for other in self._words.values()) or self._analyser.knows(word)
        known = ((table[other][0][0] / STEPS, cost, other) for other, cost in _changed(word) if other in table)
        likely = ((count - cost, other) for count, cost, other in known if not light_only or _is_light(cost, count))
        return max(likely, default=(0.0, ""))[1]

    def _language_of(self, word: str, language: Language) -> Language:
        """Of the word: a Finnish term may stand in a Swedish or English text."""
        small = plain(fold(word))
        own, finnish = (self._words[code].get(small, ((0,),))[0][0] for code in (language, "fi"))
        return "fi" if len(small) >= _TERM and finnish and finnish >= own else language

    def _with_dots(self, word: str, language: Language) -> str:
        if language not in DOTTED:
            return word
        small, letters, table = word.lower(), list(word), self._dots[language]
        for place, letter in enumerate(small):
            if letter in UNDECIDED and (known := table.prefixes(surrounding(small, place))):
                found = chr(table[known[-1]][0][0])
                letters[place] = found.upper() if word[place].isupper() else found
        return "".join(letters)


def surrounding(word: str, place: int) -> str:
    """The letter at a place, then its neighbours in turn: the next, the one before, the next but one …"""
    after, before = [*word[place + 1 :], EDGE], [*word[:place][::-1], EDGE]
    longest = max(len(after), len(before))
    turns = (side[step] for step in range(longest) for side in (after, before) if step < len(side))
    return word[place] + "".join(turns)


def _changed(word: str) -> Iterator[tuple[str, float]]:
    """What one mistake may have made of a word that was meant, and what the mistake costs."""
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:], _DOUBLE if before.endswith(after[0]) else _MORE
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:], _TURNED
        for letter in ascii_lowercase:
            yield before + letter + after, _DOUBLE if letter in (before[-1:], after[:1]) else _MORE
            if after:
                yield before + letter + after[1:], _OTHER


def _is_light(cost: float, count: float) -> bool:
    return cost <= _LIGHT and count >= _COMMON


def _table(file: Path, record: str) -> marisa_trie.RecordTrie:
    return marisa_trie.RecordTrie(record).mmap(str(file))
