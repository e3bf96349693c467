"""How hard a text is to read: LIX (Björnsson 1968) and, for English, Flesch's reading ease (1948).

The bounds and what they were measured on stand in knowledge/README.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.domain import Language
from app.knowledge.facts import MARK
from app.knowledge.page import TopicPage
from app.knowledge.problem import Problem
from app.sentences import split_sentences

HIGHEST_LIX: dict[Language, float] = {"fi": 65, "sv": 47, "en": 47}
LOWEST_FLESCH = 45.0
MEASURABLE = 100  # words of a page; fewer say nothing

_LONG = 6  # LIX counts words of more letters
_NAMED = 3
_WHOLE = 6  # words from which a sentence can be called hard
_SHOWN = 100  # letters
_WORD = re.compile(r"[^\W_]+(?:['’:-][^\W_]+)*")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_BLOCK = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:\d+\.|[-*])[ \t])")
_LIST_MARK = re.compile(r"\A\s*(?:\d+\.|[-*])\s+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_ED = re.compile(r"[^td]ed\Z")


@dataclass(frozen=True, slots=True)
class Sentence:
    anchor: str
    text: str
    words: tuple[str, ...]


def reading_problem(page: TopicPage, path: str) -> Problem | None:
    """Whether a page is over its bound, with its three hardest sentences."""
    sentences = [
        Sentence(section.anchor, *found) for section in page.sections for found in read(section.written, page.language)
    ]
    texts = [sentence.words for sentence in sentences]
    if sum(map(len, texts)) < MEASURABLE:
        return None
    measures = list(_over(texts, page.language))
    if not measures:
        return None
    hardest = sorted(sentences, key=lambda sentence: _hardness(sentence.words), reverse=True)[:_NAMED]
    named = "; ".join(f"#{sentence.anchor} “{_shortened(sentence.text)}”" for sentence in hardest)
    return Problem(path, page.language, "hard_page", f"{' and '.join(measures)}; hardest: {named}")


def read(text: str, language: Language) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each sentence or list item as (text, words). A fact counts as one short word, and words in brackets do not count:
    there the official Finnish name stands, which nobody can make shorter."""
    for block in _BLOCK.split(_BRACKETS.sub("", MARK.sub("{0}", text))):
        plain = re.sub(r"[*_`]", "", _LIST_MARK.sub("", block))
        for sentence in split_sentences(" ".join(plain.split()), language):
            if words := tuple(_WORD.findall(sentence)):
                yield sentence, words


def lix(sentences: Sequence[Sequence[str]]) -> float:
    words = [word for sentence in sentences for word in sentence]
    return len(words) / len(sentences) + 100 * sum(len(word) > _LONG for word in words) / len(words)


def flesch(sentences: Sequence[Sequence[str]]) -> float:
    words = [word for sentence in sentences for word in sentence]
    return 206.835 - 1.015 * len(words) / len(sentences) - 84.6 * _syllables(words) / len(words)


def word_count(text: str, language: Language) -> int:
    return sum(len(words) for _, words in read(text, language))


def _over(texts: Sequence[Sequence[str]], language: Language) -> Iterator[str]:
    if (measured := lix(texts)) > HIGHEST_LIX[language]:
        yield f"LIX {measured:.1f}, at most {HIGHEST_LIX[language]:.0f}"
    if language == "en" and (ease := flesch(texts)) < LOWEST_FLESCH:
        yield f"Flesch {ease:.1f}, at least {LOWEST_FLESCH:.0f}"


def _hardness(words: Sequence[str]) -> float:
    return lix([words]) if len(words) >= _WHOLE else 0.0


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rsplit(' ', 1)[0]} …"


def _syllables(words: Iterable[str]) -> int:
    return sum(map(_syllables_of, words))


def _syllables_of(word: str) -> int:
    """By the groups of vowels, less a silent -e or -ed."""
    letters = word.lower()
    count = len(_VOWELS.findall(letters))
    if count > 1 and ((letters.endswith("e") and not letters.endswith(("le", "ee"))) or _SILENT_ED.search(letters)):
        count -= 1
    return max(count, 1)
