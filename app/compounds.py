"""The parts of Finnish and Swedish compounds: `oleskelulupahakemus` is oleskelu + lupa + hakemus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from app.domain import Language

_LONGEST = 60  # letters; trying every cut of every rest is quadratic
_SHORTEST = 4  # letters of a part, but for those below
_LONG_NOUN = 6


class Lexicon(Protocol):
    def lemma(self, word: str) -> str: ...
    def knows(self, lemma: str) -> bool: ...


def _listed(**words: str) -> dict[Language, frozenset[str]]:
    return {"fi": frozenset(words["fi"].split()), "sv": frozenset(words["sv"].split())}


_SHORT = _listed(
    fi="työ maa tie puu luu suu syy pää jää esi yli ala",
    sv="dag hem hus bil bad väg lån lön tåg arv lag råd län ort vän tid tal val mot hög",
)
# Words of their own that, at the end of another, are nearly always its ending; before one, its prefix.
_ENDINGS = _listed(
    fi="lainen läinen mainen mäinen llinen tuminen minen ttaa stua ilta elli aari ingi iikki ontuminen",
    sv="ning ling else skap ande ende aren inna erska ation tion ering erad iker barhet löshet lighet roll visning"
    " mande dissa inga ring aktiv dare",
)
_PREFIXES = _listed(fi="", sv="till upp uppe före under över efter från fram genom inom utan")


# Before another word these take an s: andning + s + övning, not andning + sövning.
_TAKE_S = ("ing", "het", "ion", "skap", "dom", "nad", "tet")
_UNSURE = 0.5  # what a form costs that only joins by losing a letter, in parts


def compound_parts(word: str, table: Lexicon, language: Language) -> tuple[str, ...]:
    """The lemmas of the parts of a lemma, or nothing where it is no compound of known words."""
    if language == "en" or not 2 * _SHORTEST - 1 <= len(word) <= _LONGEST:
        return ()
    best: dict[int, _Split] = {}
    for start in range(len(word) - 3, -1, -1):
        splits = list(_splits(word, start, best, table, language))
        if splits:
            best[start] = min(splits, key=lambda split: split[0])
    _, parts = best.get(0, (0.0, ()))
    if len(parts) < 2:
        return ()
    return tuple(smaller for part in parts for smaller in compound_parts(part, table, language) or (part,))


# What it costs from some letter to the end, and the parts there.
_Split = tuple[float, tuple[str, ...]]


def _splits(word: str, start: int, best: dict[int, _Split], table: Lexicon, language: Language) -> Iterator[_Split]:
    last = word[start:]
    if start and _stands_alone(last, table, language) and last not in _ENDINGS[language]:
        yield 1.0, (last,)
    for end in sorted(best):  # of equal ones the first, with the longest last part: järn + stång, not järns + tång
        if end - start >= len("työ"):
            found = _modifier(word[start:end], table, language)
            if found:
                cost, parts = best[end]
                yield cost + found[0], (found[1], *parts)


def _modifier(part: str, table: Lexicon, language: Language) -> tuple[float, str] | None:
    """The lemma of a part that another part follows: itself, a genitive, or a joining form; and what it costs."""
    if part in _PREFIXES[language]:
        return None
    if _stands_alone(part, table, language):
        return None if language == "sv" and part.endswith(_TAKE_S) else (1.0, part)
    if language == "fi" and len(part) > _LONG_NOUN and part.endswith("mis"):
        return 1.0, part[:-1] + "nen"  # every verb has such a noun, listed or not
    for cost, base in _bases(part, table, language):
        if base not in _PREFIXES[language] and _stands_alone(base, table, language):
            return cost, base
    return None


def _stands_alone(part: str, table: Lexicon, language: Language) -> bool:
    return (len(part) >= _SHORTEST or part in _SHORT[language]) and table.knows(part)


def _bases(part: str, table: Lexicon, language: Language) -> Iterator[tuple[float, str]]:
    stem = part[:-1]
    if language == "fi":
        if part.endswith("s"):
            yield 1.0, stem + "nen"  # varhais-
        if part.endswith("i"):
            yield 1.0, part + "nen"  # sosiaali-
        if part.endswith("n") and len(part) >= _SHORTEST:
            yield 1.0, table.lemma(part)  # kaupungin-, lasten-
    elif part.endswith("s"):
        yield from ((1.0, stem), (1.0, stem + "e"))  # uppehålls-, arbets-
        if part.endswith("es"):
            yield 1.0, stem[:-1] + "a"  # hyres-
    elif part.endswith("e"):
        yield 1.0, stem  # skatte-
    elif part.endswith(("o", "u")):
        yield 1.0, stem + "a"  # vecko-, gatu-
    elif len(part) >= _SHORTEST:
        yield from ((1.0 + _UNSURE, part + "a"), (1.0 + _UNSURE, part + "e"))  # skol-, pojk-
