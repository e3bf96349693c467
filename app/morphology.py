"""What one word of one language amounts to: its lemmas, the lemmas of its parts, whether it carries content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import Stemmer

from app.compounds import compound_parts
from app.domain import Language
from app.lemmas import LemmaTable, UndottedTable, plain
from app.words import Word

# The parts of Swedish and English words are stemmed, so that `tolk` and `tolka`, `reside` and `residence` meet at less
# weight; at full weight they stay apart. Finnish gains nothing by it.
_STEMMERS: dict[Language, str] = {"sv": "swedish", "en": "english"}
_CLITICS = ("kohan", "köhän", "kaan", "kään", "kin", "han", "hän", "ko", "kö")
_POSSESSIVE = re.compile(r"(.{2,}(?:ll[eaä]|lt[aä]|ss[aä]|st[aä]))(?:ni|si|mme|nne|nsa|nsä)")  # lapsellani, kunnassamme
_FOREIGN = 5  # letters from which a word that a language lacks is looked up in the others
_PREFIX = 3
_DOTTED_READINGS = 3


@dataclass(frozen=True, slots=True)
class Analysis:
    """`restored`: å, ä and ö were put back. `dotted`: what it may be where they were left out all over the text."""

    lemmas: tuple[str, ...]
    parts: tuple[str, ...] = ()
    restored: bool = False
    dotted: tuple[str, ...] = ()
    stop: bool = False


class Morphology:
    """One language. `foreign` are the tables of the others, for their words within this language's texts."""

    def __init__(
        self,
        language: Language,
        table: LemmaTable,
        foreign: Sequence[LemmaTable],
        stopwords: frozenset[str],
        foreign_stopwords: frozenset[str],
    ) -> None:
        self._language, self._table, self._foreign = language, table, foreign
        self._stopwords, self._foreign_stopwords = stopwords, foreign_stopwords
        self._undotted = UndottedTable(table)
        self.plain_stopwords = frozenset(map(plain, stopwords))
        name = _STEMMERS.get(language)
        self._stem = Stemmer.Stemmer(name).stemWord if name else str

    def analyse(self, word: Word) -> Analysis:
        if word.number:
            return Analysis((word.text,), (word.text,))
        if not word.acronym and word.text in self._stopwords:
            return Analysis((word.text,), stop=True)
        found = self._hyphenated(word.text) if "-" in word.text else self._plain_word(word)
        parts = tuple(dict.fromkeys(map(self._stem, found.parts or found.lemmas)))
        return replace(found, parts=parts)

    def knows(self, word: str) -> bool:
        """Whether a folded word is a form of a word in the dictionary, or of a compound of such words."""
        lemma = self._table.lemma(word)
        found = word in self._stopwords or self._known(word) or self._restored(word)
        return bool(found or self._parts(lemma) or self._undotted_parts(lemma))

    def _plain_word(self, word: Word) -> Analysis:
        text = word.text
        lemma = self._known(text)
        if lemma:
            stop = not word.acronym and self._language == "fi" and lemma in self._stopwords
            return Analysis((lemma,), self._parts(lemma), dotted=self._dotted(text, lemma), stop=stop)
        if not word.acronym and text in self._foreign_stopwords:
            return Analysis((text,), stop=True)
        restored = self._restored(text)
        if restored:
            return Analysis(restored, self._parts(restored[0]), restored=True)
        return self._unknown(text)

    def _dotted(self, word: str, lemma: str) -> tuple[str, ...]:
        """All that a known word may stand for; a lemma that only lacks its dots goes before a form of another one."""
        hidden = [reading for reading in self._table.with_dots(word) if reading != word] if lemma != word else []
        return tuple(dict.fromkeys([*hidden, lemma, *self._table.with_dots(plain(lemma))]))[:_DOTTED_READINGS]

    def _known(self, word: str) -> str | None:
        """The lemma, where the dictionary has it; a Finnish word may carry -ko, -kin or -han at its end."""
        if self._language == "fi" and (owned := _POSSESSIVE.fullmatch(word)):
            word = owned[1]
        lemma = self._table.lemma(word)
        if self._table.knows(lemma):
            return lemma
        if self._language == "fi":
            for clitic in _CLITICS:
                if word.endswith(clitic) and len(word) > len(clitic) + 2:
                    lemma = self._table.lemma(word.removesuffix(clitic))
                    return lemma if self._table.knows(lemma) else None
        return None

    def _restored(self, word: str) -> tuple[str, ...]:
        """Known lemmas of a word typed without å, ä and ö."""
        if self._language == "en" or plain(word) != word:
            return ()
        readings = self._table.with_dots(word) + self._table.with_dots(self._table.undotted_lemma(word))
        if not readings and self._language == "fi":
            readings = self._front_vowels(word)
        return tuple(dict.fromkeys(readings))[:_DOTTED_READINGS]

    def _front_vowels(self, word: str) -> list[str]:
        """Finnish endings agree with their word in having a, o, u or ä, ö, y: `tyota` ends as `työtä` does."""
        lemma = self._table.lemma(word.replace("a", "ä").replace("o", "ö"))
        return self._table.with_dots(plain(lemma))

    def _unknown(self, word: str) -> Analysis:
        lemma = self._table.lemma(word)
        parts = self._parts(lemma) or self._undotted_parts(lemma)
        if not parts and len(word) >= _FOREIGN:
            for table in self._foreign:
                borrowed = table.lemma(word)
                if table.knows(borrowed):
                    return Analysis((plain(borrowed),))
        # Without its dots, since nothing tells whether whoever writes such a word types them.
        return Analysis((plain(lemma),), parts)

    def _hyphenated(self, word: str) -> Analysis:
        """`vuokra-asunto` and `EU-kansalainen`: one lemma written together, and a part on each side."""
        pieces = [piece for piece in word.split("-") if piece]
        parts: list[str] = []
        for piece in pieces:
            lemma = self._known(piece) if len(piece) > _PREFIX else None  # EU-, TE- and e- are no words
            lemma = lemma or plain(self._table.lemma(piece) if len(piece) > _PREFIX else piece)
            parts += self._parts(lemma) or (lemma,)
        together = self._table.lemma("".join(pieces))
        return Analysis((plain(together),), tuple(parts))

    def _undotted_parts(self, lemma: str) -> tuple[str, ...]:
        if plain(lemma) != lemma:
            return ()
        parts = compound_parts(lemma, self._undotted, self._language)
        return tuple(reading for part in parts for reading in self._table.with_dots(plain(part))[:_DOTTED_READINGS])

    def _parts(self, lemma: str) -> tuple[str, ...]:
        return compound_parts(lemma, self._table, self._language)
