"""Marks: small words on which the meaning of a rule hangs (not, only, free …); offices; groups of people."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

from app.domain import LANGUAGES, Language

MARKS = Path(__file__).parent / "marks.toml"
UNITS = frozenset({"hour", "minute", "day", "week", "month", "year", "euro", "percent"})
# What stands in for a mark: "viimeistään" says "before" and "at least", and "free" says "no fee".
_SAME: dict[str, tuple[str, ...]] = {
    "at_least": ("before", "more", "within"),
    "before": ("at_least",),
    "within": ("at_least", "before"),
    "more": ("at_most", "at_least"),
    "at_most": ("more",),
    "less": ("at_least",),
    "only": ("negation", "except"),
    "except": ("only", "negation", "condition"),
    "all": ("negation", "whole"),
    "weekday": ("day",),
    "voluntary": ("negation", "may"),
}
# Marks that a sentence may have although its evidence has not: they are looked at in other ways, or tell little.
_LOOSE = frozenset({"negation", "not", "without", "cost", "must", "may", "condition", "free", "phone", "paper", "day"})
_OWNERS: dict[str, str] = {
    "kela": r"kela\w*|kelan|fpa|folkpensionsanstalten",
    "migri": r"migri\w*|maahanmuuttovirasto\w*|migrationsverket\w*|(?:finnish )?immigration service",
    "dvv": r"dvv|mdb|\w*väestötietovirasto\w*|digitalisering och befolkningsdata|digital and population data",
    "vero": r"vero|verohallin\w*|verotoimisto\w*|skatteförvaltning\w*|skattebyrå\w*|tax administration|tax offices?",
    "hsl": r"hsl|hrt",
    "police": r"poliisi\w*|polisen|polis\w*|police",
    "county": r"luvn|\w*hyvinvointialue\w*|\w*välfärdsområde\w*|wellbeing services county",
    "city": r"\w*kaupun[gk]i\w*|stad|staden|stadens|city|municipality of espoo",
    "library": r"kirjasto\w*|bibliotek\w*|librar(?:y|ies)",
    "posti": r"posti(?:n|sta|in|ssa)?|posten",
    "traficom": r"traficom\w*",
    "omnia": r"omnia\w*",
    "employment": r"te-toimisto\w*|työllisyyspalvelu\w*|sysselsättningstjänst\w*|employment services|te office",
    "embassy": r"suurlähetystö\w*|ambassad\w*|embass(?:y|ies)",
    "court": r"käräjäoikeu\w*|tingsrätt\w*|court",
    "union": r"ammattiliit\w*|fackförbund\w*|trade union",
}

_PEOPLE: dict[str, str] = {
    "eu": r"eu(?:-\w+|:n)?",
    "nordic": r"pohjoismai\w*|pohjoismaa\w*|nordisk\w*|nordic",
    "other_country": r"mu(?:u|usta|un|ista|iden) (?:\w+ )?ma(?:a|an|asta|ista|iden)|andra länder|annat land"
    r"|(?:an)?other countr\w+",
    "student": r"opiskelij\w*|student\w*|studerande\w*",
    "worker": r"työntekij\w*|arbetstagar\w*|workers?|employees?",
    "jobseeker": r"työnhakij\w*|työt(?:ön|töm)\w*|arbetssökande\w*|arbetslösa?|jobseekers?|unemployed",
    "entrepreneur": r"yrittäj\w*|företagare\w*|entrepreneurs?|self-employed",
    "pensioner": r"eläkeläi\w*|eläkkeen\w*|pensionär\w*|pensioners?",
    "refugee": r"\w*pakolai\w*|\w*flykting\w*|\w*refugees?",
    "asylum_seeker": r"turvapaikanhakij\w*|asylsökande\w*|asylum seekers?",
    "tourist": r"turisti\w*|turist\w*|tourists?",
}


@lru_cache(20_000)
def marks_of(text: str, language: Language) -> frozenset[str]:
    """The names of the marks in a text."""
    lowered = text.lower()
    return frozenset(name for name, pattern in _marks(language) if pattern.search(lowered))


def owners_of(text: str) -> frozenset[str]:
    """The authorities and other offices that a text names."""
    lowered = text.lower()
    return frozenset(name for name, pattern in _owners() if pattern.search(lowered))


def people_of(text: str) -> frozenset[str]:
    """The groups of people that a text names: a right of one is not the right of another."""
    lowered = text.lower()
    return frozenset(name for name, pattern in _people() if pattern.search(lowered))


def new_marks(said: frozenset[str], carrier: frozenset[str]) -> frozenset[str]:
    """Marks of a sentence for which nothing in its evidence stands."""
    return frozenset(
        mark for mark in said - _LOOSE if mark not in carrier and not carrier.intersection(_SAME.get(mark, ()))
    )


def price_of(marks: frozenset[str]) -> str:
    """`free`, `costs`, or nothing said."""
    if "free" in marks or {"cost", "negation"} <= marks:
        return "free"
    return "costs" if "cost" in marks else ""


@cache
def _marks(language: Language) -> tuple[tuple[str, re.Pattern[str]], ...]:
    listed = tomllib.loads(MARKS.read_text(encoding="utf-8"))
    assert all(set(entry) == set(LANGUAGES) for entry in listed.values())
    return tuple((name, _joined("|".join(entry[language]))) for name, entry in listed.items())


@cache
def _owners() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, _joined(pattern)) for name, pattern in _OWNERS.items())


@cache
def _people() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, _joined(pattern)) for name, pattern in _PEOPLE.items())


def _joined(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")
