"""Figures that stand in a text itself, where nobody finds them when they change.

A figure is a number that a reader acts on: money, percent, phone, e-mail, post code, clock time, date, or a number with
a unit or a limit ("18 vuotta", "over 65"). In digits it always belongs into facts.toml. Two kinds are soft, and a
problem only where no source of the section carries a date of the last two years: a number in words with a unit ("two
weeks") and a month with its year ("in June 2025", mostly said of a change of the law). Numbers without a unit are names
or places in an order: laws (681/2023), forms (6150e, SV 157e), levels (A2.2, B1), grades (1–6), years, 112.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from app.domain import Language
from app.knowledge.age import is_recent
from app.knowledge.facts import MARK
from app.knowledge.page import TopicPage, TopicSection
from app.knowledge.problem import Problem

_NAMES = re.compile(
    r"\b\d+/\d{4}\b"  # laws
    r"|\b[A-ZÅÄÖ]{1,4} ?\d+(?:\.\d+)?[a-zåäö]?\b(?![:.]\d)"  # forms, levels: SV 157e, B1, A2.2
    r"|\b\d{4}[a-z]\b"  # forms: 6150e
    r"|\b24/7\b|\b112\b|\b\d{7}-\d\b"  # business ids
    r"|^\s*\d+\.\s",  # steps
    re.MULTILINE,
)
_YEAR = r"(?:19|20)\d\d"
_NUMBER = rf"(?!{_YEAR}\b)\d[\d .,]*(?:[–-]\d+)?"
_ANYWHERE = (
    r"€\s?\d[\d.,]*|\d[\d .,]*\s?(?:€|EUR\b|eur\b|euro\w*|cent\b|cents\b|sent\w+)"
    r"|\d[\d.,]*\s?(?:%|per ?cent\b|prosent\w*|procent\w*)"
    r"|[\w.+-]+@[\w-]+\.[\w.]+\w"
    rf"|\+\d[\d -]{{6,}}\d|\b(?!{_YEAR}[-–]{_YEAR}\b)\d[\d -]{{4,}}\d\b"  # phones
    r"|\b\d{5} [A-ZÅÄÖ]\w+"  # post codes
    r"|\b\d{1,2}\.\s?\d{1,2}\.(?:\s?\d{4})?|\b\d{4}-\d\d-\d\d\b"  # dates
    r"|\b(?:[01]?\d|2[0-3])[.:][0-5]\d\b"  # clock times
)
_MONTHS: dict[Language, str] = {
    "fi": r"(?:tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu)kuu\w*",
    "sv": r"(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december)",
    "en": r"(?:January|February|March|April|May|June|July|August|September|October|November|December)",
}
_UNITS: dict[Language, str] = {
    "fi": r"(?:arki|työ)?päiv\w+|vuorokau\w+|(?:raskaus)?viik\w+|(?:kalenteri|raskaus)?kuukau\w+|kk|vuot\w+|vuode\w+"
    r"|vuosi\w*|tun[tn]i\w*|h|minuut\w+|min|opintopiste\w*|op|kilometri\w*|km|metri\w*|kilo\w*|kg",
    "sv": r"(?:arbets|var)?dag\w*|dygn\w*|veck\w+|(?:kalender)?månad\w*|år(?!skurs)\w*|timm\w+|minut\w*|min"
    r"|studiepoäng|sp|kilometer|km|meter|kilo\w*|kg",
    "en": r"(?:working |business |calendar )?(?:days?|weeks?|months?|years?|hours?|minutes?)|credits?|kilomet\w+|km"
    r"|met(?:re|er)s?|kilos?|kg",
}
_CLOCK: dict[Language, str] = {
    "fi": r"(?:klo|kello)\s?\d{1,2}",
    "sv": r"(?:kl\.?|klockan)\s?\d{1,2}",
    "en": r"\d{1,2}\s?(?:a\.?m|p\.?m)\b",
}
_LIMITS: dict[Language, str] = {
    "fi": r"(?:alle|yli|täyt\w+|vähintään|enintään|korkeintaan|viimeistään)",
    "sv": r"(?:under|över|fyll\w+|minst|högst|senast|åldern|(?:graviditets)?vecka|(?:graviditets)?månad)",
    "en": r"(?:under|over|aged|age of|turn(?:s|ed|ing)?|week|month|at least|at most|up to|(?:no )?more than|less than)",
}
_IN_WORDS: dict[Language, str] = {
    "fi": r"(?:yksi|yhden|kaksi|kahden|kahdessa|kahta|kolme\w*|neljä\w*|viisi|viiden|viidessä|viittä|kuusi|kuuden"
    r"|kuudessa|seitsemä\w*|kahdeksa\w*|yhdeksä\w*|kymmene\w*|puolen?)",
    # "en" and "ett" are the article as well; the sister texts tell what they mean.
    "sv": r"(?:två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|fjorton|femton|tjugo|trettio|ett halvt)",
    "en": r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty|thirty|half an?)",
}
_FIGURE: dict[Language, re.Pattern[str]] = {}
_SOFT: dict[Language, re.Pattern[str]] = {}
for _code, _month in _MONTHS.items():
    _unit = rf"\.?[ -]?(?:{_UNITS[_code]})\b"
    _FIGURE[_code] = re.compile(
        rf"{_ANYWHERE}|\b{_NUMBER}{_unit}|\b{_CLOCK[_code]}|\b{_LIMITS[_code]} \d{{1,3}}(?!\d)"
        rf"|\b\d{{1,2}}(?:\.|st|nd|rd|th)? {_month}\b|\b{_month} \d{{1,2}}\b(?!\d)",
        re.IGNORECASE,
    )
    _SOFT[_code] = re.compile(rf"\b{_IN_WORDS[_code]}{_unit}|\b{_month} {_YEAR}\b", re.IGNORECASE)


def figure_problems(page: TopicPage, path: str, today: date) -> Iterator[Problem]:
    for section in page.sections:
        dated = any(is_recent(source.as_of, today) for source in section.sources)
        if found := bare_figures(section, page.language, soft=not dated):
            shown = ", ".join(f"“{figure}”" for figure in found)
            where = "" if dated else "; no source of the section has a date of the last two years"
            yield Problem(path, page.language, "figure_outside_facts", f"{shown}{where}", section.anchor)


def bare_figures(section: TopicSection, language: Language, *, soft: bool) -> list[str]:
    """What stands in the section and should be a fact; with `soft`, the soft kinds too."""
    text = _NAMES.sub("¤", MARK.sub("¤", section.written))
    patterns = (_FIGURE[language], _SOFT[language]) if soft else (_FIGURE[language],)
    return [match[0].strip(" .,") for pattern in patterns for match in pattern.finditer(text)]
