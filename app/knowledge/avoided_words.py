"""Words that the glossary says not to write, found in whatever form they stand.

A word that is wrong for one thing may be right for another ("förskola" is no daycare centre, but it is pre-primary
education). Such a word is a problem only where the same section, in some language, names the first thing and in none
the second.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.domain import LANGUAGES, Language
from app.knowledge.glossary import Glossary
from app.knowledge.page import TopicPage, TopicSection
from app.knowledge.problem import Problem
from app.lemmas import LemmaTable, load_table
from app.sentences import split_sentences
from app.words import words

Lemmas = tuple[str, ...]

_PAST: dict[Language, re.Pattern[str]] = {
    "fi": re.compile(r"\b(?:ennen|aiemmin|aikaisemmin|aikaisem\w+|entinen|entis\w+|vanh[ao]\w*|enää)\b", re.IGNORECASE),
    "sv": re.compile(r"\b(?:tidigare|förr|före detta|f\.d\.|gaml?[ae]?|inte längre)\b", re.IGNORECASE),
    "en": re.compile(r"\b(?:formerly|former|used to|earlier|previously|old|no longer)\b", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class _Avoided:
    term: str
    word: str
    surfaces: Lemmas
    exact: bool  # it is no dictionary form: "fritids" is avoided, "fritid" is not
    others: tuple[str, ...]  # terms that the word is right for


class AvoidedWords:
    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary
        self._tables = {language: load_table(language) for language in LANGUAGES}
        self._lemma = lru_cache(None)(self._lemma_of)
        self._names = {language: self._by_lemmas(language) for language in LANGUAGES}
        self._avoided = {language: self._avoided_in(language) for language in LANGUAGES}

    def problems(self, topic: Mapping[Language, tuple[str, TopicPage]]) -> Iterator[Problem]:
        """Those of one topic, given its pages with their paths."""
        sisters: dict[str, dict[Language, TopicSection]] = defaultdict(dict)
        for language, (_, page) in topic.items():
            for section in page.sections:
                sisters[section.anchor][language] = section
        for versions in sisters.values():
            for language, section in versions.items():
                for found in self._found(section, language, versions):
                    term = self._glossary[found.term]
                    message = f"“{found.word}”: write “{term.name(language)}”. {term.why}"
                    yield Problem(topic[language][0], language, "avoided_word", message, section.anchor)

    def _found(
        self, section: TopicSection, language: Language, versions: Mapping[Language, TopicSection]
    ) -> Iterator[_Avoided]:
        text = _whole(section)
        if not any(_runs(self._lemmas(text, language), self._avoided[language])):
            return
        named = self._named(versions)
        said = (each for sentence in split_sentences(text, language) for each in self._said(sentence, language))
        for found in {each.term: each for each in said}.values():
            if not found.others or (found.term in named and not named & set(found.others)):
                yield found

    def _said(self, sentence: str, language: Language) -> Iterator[_Avoided]:
        """What a sentence of today says: "formerly the TE Office" helps whoever knows the old word."""
        if _PAST[language].search(sentence):
            return
        surfaces = tuple(word.text for word in words(sentence))
        for run in _runs(self._lemmas(sentence, language), self._avoided[language]):
            for each in self._avoided[language][run]:
                if not each.exact or _contains(surfaces, each.surfaces):
                    yield each

    def _named(self, versions: Mapping[Language, TopicSection]) -> set[str]:
        """The terms that a section names in some language, words that are avoided for something left aside."""
        return {
            term
            for language, section in versions.items()
            for lemmas in _runs(self._lemmas(_whole(section), language), self._names[language])
            if lemmas not in self._avoided[language]
            for term in self._names[language][lemmas]
        }

    def _by_lemmas(self, language: Language) -> dict[Lemmas, list[str]]:
        found: dict[Lemmas, list[str]] = defaultdict(list)
        for key, term in self._glossary.items():
            for name in term.names(language):
                found[self._lemmas(name, language)].append(key)
        return found

    def _avoided_in(self, language: Language) -> dict[Lemmas, list[_Avoided]]:
        found: dict[Lemmas, list[_Avoided]] = defaultdict(list)
        for key, term in self._glossary.items():
            for word in term.avoided(language):
                lemmas, surfaces = self._lemmas(word, language), tuple(part.text for part in words(word))
                others = tuple(other for other in self._names[language].get(lemmas, ()) if other != key)
                found[lemmas].append(_Avoided(key, word, surfaces, lemmas != surfaces, others))
        return found

    def _lemmas(self, text: str, language: Language) -> Lemmas:
        return tuple(self._lemma(word.text, language) for word in words(text))

    def _lemma_of(self, word: str, language: Language) -> str:
        table: LemmaTable = self._tables[language]
        return table.lemma(word)


def _whole(section: TopicSection) -> str:
    return f"{section.heading}\n\n{section.text}"


def _contains(written: Lemmas, wanted: Lemmas) -> bool:
    return any(written[start : start + len(wanted)] == wanted for start in range(len(written)))


def _runs(written: Sequence[str], wanted: Mapping[Lemmas, object]) -> Iterator[Lemmas]:
    """The runs of words that are wanted, the longest at each place."""
    longest = max(map(len, wanted), default=0)
    for start in range(len(written)):
        for length in range(longest, 0, -1):
            if (run := tuple(written[start : start + length])) in wanted and len(run) == length:
                yield run
                break
