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
    fi="lainen läinen mainen mäinen llinen tuminen minen ttaa stua ilta elli aari ingi iikki",
    sv="ning ling else skap ande ende aren inna erska ation tion ering erad iker barhet löshet lighet roll visning mande"
    " dissa inga ring aktiv dare",
)
_PREFIXES = _listed(fi="", sv="till upp uppe före under över efter från fram genom inom utan")


def compound_parts(word: str, table: Lexicon, language: Language) -> tuple[str, ...]:
    """The lemmas of the parts of a lemma, or nothing where it is no compound of known words."""
    if language == "en" or not 2 * _SHORTEST - 1 <= len(word) <= _LONGEST:
        return ()
    best: dict[int, tuple[str, ...]] = {}  # from where to the end -> the fewest parts
    for start in range(len(word) - 3, -1, -1):
        splits = list(_splits(word, start, best, table, language))
        if splits:
            best[start] = min(splits, key=len)
    parts = best.get(0, ())
    if len(parts) < 2:
        return ()
    return tuple(smaller for part in parts for smaller in compound_parts(part, table, language) or (part,))


def _splits(
    word: str, start: int, best: dict[int, tuple[str, ...]], table: Lexicon, language: Language
) -> Iterator[tuple[str, ...]]:
    last = word[start:]
    if start and _stands_alone(last, table, language) and last not in _ENDINGS[language]:
        yield (last,)
    for end in sorted(best):  # of equally few parts, those with the longest last one: järn + stång, not järns + tång
        if end - start >= len("työ"):
            base = _modifier(word[start:end], table, language)
            if base:
                yield (base, *best[end])


def _stands_alone(part: str, table: Lexicon, language: Language) -> bool:
    return (len(part) >= _SHORTEST or part in _SHORT[language]) and table.knows(part)


def _modifier(part: str, table: Lexicon, language: Language) -> str | None:
    """The lemma of a part that another part follows: itself, a genitive, or a joining form."""
    if part in _PREFIXES[language]:
        return None
    if _stands_alone(part, table, language):
        return part
    if language == "fi" and len(part) > _LONG_NOUN and part.endswith("mis"):
        return part[:-1] + "nen"  # every verb has such a noun, listed or not
    return next((base for base in _bases(part, table, language) if _stands_alone(base, table, language)), None)


def _bases(part: str, table: Lexicon, language: Language) -> Iterator[str]:
    if language == "fi":
        if part.endswith("s"):
            yield part[:-1] + "nen"  # varhais-
        if part.endswith("i"):
            yield part + "nen"  # sosiaali-
        if part.endswith("n") and len(part) >= _SHORTEST:
            yield table.lemma(part)  # kaupungin-, lasten-
        return
    stem = part[:-1]
    if part.endswith("s"):
        yield from (stem, stem + "e")  # uppehålls-, arbets-
    elif part.endswith(("o", "u")):
        yield stem + "a"  # vecko-, gatu-
    elif len(part) >= _SHORTEST:
        yield from (part + "a", part + "e")  # skol-, pojk-


