"""Lemmas from memory-mapped tables, made from simplemma's dictionaries by `eval/training/lemmas.py`."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import marisa_trie

from app.domain import Language
from app.errors import ConfigurationError

FOLDER = Path(__file__).parent / "weights" / "lemmas"
END = "^"
RULE_FORMAT = "<H"
_SEPARATOR = "\t"
_KEPT = "åäö"
_PLAIN = str.maketrans("åäö", "aao")
_CODES = str.maketrans("aoåäö", "00122")
_BASES = {"a": {"0": "a", "1": "å", "2": "ä"}, "o": {"0": "o", "2": "ö"}}


class LemmaTable:
    """The lemmas of one language.

    `endings` maps reversed word endings to rules (the longest that fits decides), a rule being the number of letters
    to cut and what to add. `lemmas` holds every lemma without its dots and rings, followed by where they were.
    """

    def __init__(self, endings: marisa_trie.RecordTrie, rules: list[tuple[int, str]], lemmas: marisa_trie.Trie) -> None:
        self._endings, self._rules, self._lemmas = endings, rules, lemmas

    def lemma(self, word: str) -> str:
        """The lemma of a folded word; for a word that the dictionary lacks, a guess by its ending."""
        endings = self._endings.prefixes(word[::-1] + END)
        longest = endings[-1] if endings else ""
        cut, add = self._rules[self._endings[longest][0][0]]
        return word[: len(word) - cut] + add if cut < len(word) or longest.endswith(END) else word

    def knows(self, lemma: str) -> bool:
        return lemma_key(lemma) in self._lemmas

    def with_dots(self, plain: str) -> list[str]:
        """The lemmas that are written like this once å, ä and ö are typed as a and o."""
        return [_dotted(*key.split(_SEPARATOR)) for key in self._lemmas.keys(plain + _SEPARATOR)]


class UndottedTable:
    """The same lemmas as they look when nobody typed their dots."""

    def __init__(self, table: LemmaTable) -> None:
        self._table = table

    def lemma(self, word: str) -> str:
        return self._table.lemma(word)

    def knows(self, lemma: str) -> bool:
        return bool(self._table.with_dots(plain(lemma)))


def load_table(language: Language, folder: Path = FOLDER) -> LemmaTable:
    """Map one language's tables into memory.

    Raises:
        ConfigurationError: the tables are missing or damaged.
    """
    try:
        endings = marisa_trie.RecordTrie(RULE_FORMAT).mmap(str(folder / f"{language}.endings"))
        lemmas = marisa_trie.Trie().mmap(str(folder / f"{language}.lemmas"))
        lines = (folder / f"{language}.rules").read_text(encoding="utf-8").splitlines()
        rules = [(int(cut), add) for cut, _, add in (line.partition("\t") for line in lines)]
    except (OSError, RuntimeError, ValueError) as error:
        raise ConfigurationError(f"The lemma tables in {folder} cannot be read: {error}") from error
    return LemmaTable(endings, rules, lemmas)


def fold(text: str) -> str:
    """Lower case, compatibility forms and accents levelled, the dots and rings of å, ä and ö kept."""
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    if text.isascii():
        return text
    return "".join(letter if letter in _KEPT else _bare(letter) for letter in unicodedata.normalize("NFC", text))


def plain(word: str) -> str:
    """A folded word as typed on a keyboard without å, ä and ö."""
    return word.translate(_PLAIN)


def lemma_key(lemma: str) -> str:
    """A lemma as stored: without dots, and for each a and o a digit that says what stood there."""
    dots = "".join(letter for letter in lemma if letter in "aoåäö").translate(_CODES).rstrip("0")
    return plain(lemma) + _SEPARATOR + dots


def _dotted(word: str, dots: str) -> str:
    codes = iter(dots)
    return "".join(_BASES[letter][next(codes, "0")] if letter in _BASES else letter for letter in word)


def _bare(letter: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
