"""Lemmas from memory-mapped tables, made from simplemma's dictionaries by `eval/training/lemmas.py`."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import marisa_trie

from app.domain import Language
from app.errors import ConfigurationError

STOPWORDS = Path(__file__).parent / "stopwords.toml"
FOLDER = Path(__file__).parent / "weights" / "lemmas"
END = "^"
RULE_FORMAT = "<H"
# Finnish endings are the same with and without dots (98.7% of forms are found again), Swedish ones are not (84%).
UNDOTTED: tuple[Language, ...] = ("sv",)
_SEPARATOR = "\t"
_KEPT = "åäö"
_PLAIN = str.maketrans("åäö", "aao")
_CODES = str.maketrans("aoåäö", "00122")
_UNDECIDED = re.compile("[^aoåäö]+")
_BASES = {"a": {"0": "a", "1": "å", "2": "ä"}, "o": {"0": "o", "2": "ö"}}


class LemmaTable:
    """The lemmas of one language.

    `endings` maps reversed word endings to rules (the longest that fits decides), a rule being the number of letters
    to cut and what to add; `undotted` does so for words typed without å, ä and ö, where that takes other rules.
    `lemmas` holds every lemma without its dots and rings, followed by where they were.
    """

    def __init__(
        self,
        rules: list[tuple[int, str]],
        endings: marisa_trie.RecordTrie,
        undotted: marisa_trie.RecordTrie,
        lemmas: marisa_trie.Trie,
    ) -> None:
        self._rules, self._endings, self._undotted, self._lemmas = rules, endings, undotted, lemmas

    def lemma(self, word: str) -> str:
        """The lemma of a folded word; for a word that the dictionary lacks, a guess by its ending."""
        return self._reduced(word, self._endings)

    def undotted_lemma(self, word: str) -> str:
        """The lemma, without dots and rings, of a word typed without them."""
        return plain(self._reduced(word, self._undotted))

    def _reduced(self, word: str, table: marisa_trie.RecordTrie) -> str:
        endings = table.prefixes(word[::-1] + END)
        longest = endings[-1] if endings else ""
        cut, add = self._rules[table[longest][0][0]]
        return (word[: len(word) - cut] + add if cut <= len(word) else "") or word

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
        undotted = endings
        if language in UNDOTTED:
            undotted = marisa_trie.RecordTrie(RULE_FORMAT).mmap(str(folder / f"{language}.undotted"))
        lemmas = marisa_trie.Trie().mmap(str(folder / f"{language}.lemmas"))
        lines = (folder / f"{language}.rules").read_text(encoding="utf-8").splitlines()
        rules = [(int(cut), add) for cut, _, add in (line.partition("\t") for line in lines)]
    except (OSError, RuntimeError, ValueError) as error:
        raise ConfigurationError(f"The lemma tables in {folder} cannot be read: {error}") from error
    return LemmaTable(rules, endings, undotted, lemmas)


def fold(text: str) -> str:
    """Lower case, compatibility forms and accents levelled, the dots and rings of å, ä and ö kept."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    return "".join(letter if letter in _KEPT else _bare(letter) for letter in unicodedata.normalize("NFC", text))


def plain(word: str) -> str:
    """A folded word as typed on a keyboard without å, ä and ö."""
    return word.translate(_PLAIN)


def lemma_key(lemma: str) -> str:
    """A lemma as stored: without dots, and for each a and o a digit that says what stood there."""
    if lemma.isascii():
        return lemma + _SEPARATOR
    return plain(lemma) + _SEPARATOR + _UNDECIDED.sub("", lemma).translate(_CODES).rstrip("0")


def _dotted(word: str, dots: str) -> str:
    codes = iter(dots)
    return "".join(_BASES[letter][next(codes, "0")] if letter in _BASES else letter for letter in word)


def _bare(letter: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
