"""Terms of the glossary in a text: the same key in whatever language and by whatever name it is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from app.domain import LANGUAGES, Language
from app.lexical import Analyser

TERM = "="  # before a term's key among the lexical index's terms
FOREIGN = 5  # letters from which a name counts in a text in another language: "verokortti" in English, not "vara"

# Term -> language -> its names there
Names = Mapping[str, Mapping[Language, Sequence[str]]]
Lemmas = tuple[str, ...]


class Terms:
    """Finds terms by their lemmas, the longest name first. May be shared by threads."""

    def __init__(self, names: Names, analyser: Analyser) -> None:
        self._analyser = analyser
        self._names: dict[Language, dict[Lemmas, str]] = {code: {} for code in LANGUAGES}
        self._longest: dict[Language, dict[str, int]] = {code: defaultdict(int) for code in LANGUAGES}
        for key, by_language in names.items():
            for language, written in by_language.items():
                for name in written:
                    self._add(key, language, tuple(analyser.content_words(name, language)))

    def find(self, text: str, language: Language) -> list[str]:
        """The keys of the terms in a text in a language, each once."""
        return list(dict.fromkeys(self._found(text, language, shortest=0)))

    def find_in_question(self, text: str, language: Language) -> list[str]:
        """The same for a question, in which other languages' longer names count too."""
        found = dict.fromkeys(self.find(text, language))
        for other in LANGUAGES:
            if other != language:
                found |= dict.fromkeys(self._found(text, other, shortest=FOREIGN))
        return list(found)

    def _add(self, key: str, language: Language, lemmas: Lemmas) -> None:
        if lemmas and lemmas not in self._names[language]:
            self._names[language][lemmas] = key
            self._longest[language][lemmas[0]] = max(self._longest[language][lemmas[0]], len(lemmas))

    def _found(self, text: str, language: Language, shortest: int) -> Iterator[str]:
        lemmas = self._analyser.content_words(text, language)
        names, longest = self._names[language], self._longest[language]
        place = 0
        while place < len(lemmas):
            step = 1
            for length in range(min(longest.get(lemmas[place], 0), len(lemmas) - place), 0, -1):
                name = tuple(lemmas[place : place + length])
                if name in names and len("".join(name)) >= shortest:
                    yield names[name]
                    step = length
                    break
            place += step
