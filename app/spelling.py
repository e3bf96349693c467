"""Long words with a letter wrong: put right for the search, where the documents or the glossary have one like it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.lemmas import fold, plain
from app.lexical import Analyser

SHORTEST = 6  # letters; a shorter word with one letter changed is too often another word
LONG = 9  # letters from which two may be wrong
_WORD = re.compile(r"[^\W\d_]{6,}")
_CACHED = 10_000


class Speller:
    """Knows the words of one build. May be shared by threads."""

    def __init__(self, known: Iterable[str], analyser: Analyser) -> None:
        self._analyser = analyser
        self._by_plain = {plain(word): word for word in known if len(word) >= SHORTEST and word.isalpha()}
        self._by_letter: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._by_plain):
            self._by_letter[word[0]].append(word)
        self._nearest = lru_cache(_CACHED)(self._find)

    def mend(self, text: str) -> str:
        """The text with unknown words replaced by the known one that is nearest; a dot or ring left out is no error."""
        return _WORD.sub(lambda match: self._nearest(fold(match[0])) or match[0], text)

    def _find(self, word: str) -> str:
        if plain(word) in self._by_plain or self._analyser.knows(word):
            return ""
        errors = 2 if len(word) >= LONG else 1
        # The first letter is hardly ever the wrong one, and another one makes another word.
        alike = self._by_letter.get(plain(word)[0], [])
        found = process.extractOne(plain(word), alike, scorer=OSA.distance, score_cutoff=errors)
        return self._by_plain[found[0]] if found else ""
