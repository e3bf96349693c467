"""Dates of birth, known by a word beside them; a date of arrival, an appointment or a year alone is none."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_FULL_YEAR = r"(?:19|20)\d\d"
_YEAR = rf"(?:{_FULL_YEAR}|'?\d\d)"
_NAME = (
    r"(?:(?:tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu)(?:kuu[a-z]{0,4})?"
    r"|(?:jan|feb|mar|apr|ma[yj]|jun|jul|aug|sep|o[ck]t|nov|dec)[a-z]{0,7})\.?"
)
_DATE = re.compile(
    r"(?<![\w/-])(?<!\d[.,])(?:"
    rf"{_FULL_YEAR} ?[./-] ?{_MONTH} ?[./-] ?{_DAY}"
    rf"|{_DAY} ?[./-] ?{_MONTH} ?[./-] ?{_YEAR}"
    rf"|{_MONTH}/{_DAY}/{_YEAR}|{_DAY}/{_MONTH},? {_FULL_YEAR}"
    rf"|{_DAY} {_MONTH} {_FULL_YEAR}"
    rf"|{_DAY}(?:\.|st|nd|rd|th|:[ea])?(?: of)?[ -]?{_NAME},?[ -]?{_YEAR}"
    rf"|{_NAME} {_DAY}(?:\.|st|nd|rd|th|:[ea])?,? ?{_FULL_YEAR}"
    rf"|{_FULL_YEAR},? {_NAME} {_DAY}"
    rf"|{_FULL_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    rf"|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:{_FULL_YEAR}|\d\d)"
    r"|\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r")(?![\w]|[./-]\d)",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"(?<![^\W_])(?:"
    r"syntyny\w*|syntynei\w*|syntyneet|syntyi\w*|synnyin|synnyimme|synt\.? ?(?:aika)?|syntymä(?:aika|päivä|pv)\w*"
    r"|född[ae]?|fött|föddes|födelse(?:datum|dag|tid|data)\w*"
    r"|born|d\.? ?o\.? ?b\b\.?|date of birth|birth ?date|birth ?day|day of birth"
    r")(?![^\W_])",
    re.IGNORECASE,
)
_SHORT = re.compile(r"(?<![\w.])[sfb]\. ?(\d)", re.IGNORECASE)
_TELLING_AFTER = re.compile(
    r",? ?\(?(?:(?:is|was|on|oli|är) )?(?:(?:my|his|her|minun|hänen|min|mitt|hans|hennes) )?"
    r"(?:syntynyt\w*|syntymä(?:aika|päivä)\w*|född|födelse(?:datum|dag)\w*|born|synt\.|dob|date of birth|birthday)"
    r"(?![^\W_])(?! ?[:=]?[^,.;]{0,25}\d)",
    re.IGNORECASE,
)
# Between the word and the date these speak of another event, or of a rule for everybody who is of some age.
_OTHER_EVENT = re.compile(
    r"\b(?:k[ao]m\w*|came|come|arriv\w*|mov(?:ed?|ing)|tuli\w*|tulen|tullut|saap\w*|saavu\w*|muut[tio]\w*|flytt\w*"
    r"|anlän\w*|ja|and|och|but|mutta|men|so|että|att|that|when|kun|när|if|jos|om|until|asti|saakka|till|by"
    r"|appointment|tid|deadline|haku\w*|hae\w*|hakea|ansök\w*|apply\w*|appl\w*|before|after|between|since|from|ennen"
    r"|jälkeen|välillä|före|efter|mellan|innan|sedan|todistus\w*|certificate|intyg\w*)\b",
    re.IGNORECASE,
)
_RULE_BEFORE = re.compile(r"\b(?:ennen|before|after|since|until|före|efter|innan|tulin|tuli|kom|came) $", re.IGNORECASE)
_RULE_AFTER = re.compile(
    r" ?[-–] ?\d| (?:jälkeen|tai (?:sen jälkeen|myöhemmin)|eller (?:senare|därefter)|or (?:later|after))\b",
    re.IGNORECASE,
)
_COMMA = re.compile(r",(?! ?(?:on|den|the|päivänä)\b| ?[^\W\d_a-zåäö])")
_GAP, _GAP_WORDS = 60, 6


def births(text: str, keep: frozenset[str]) -> Iterator[Span]:
    done = 0
    for start, end in sorted({*_after_a_word(text), *_before_a_word(text)}):
        if start >= done:
            yield start, end
            done = end


def _after_a_word(text: str) -> Iterator[Span]:
    for telling in _TELLING.finditer(text):
        date = _DATE.search(text, telling.end(), telling.end() + _GAP)
        if date and _is_gap(text[telling.end() : date.start()]) and not _RULE_AFTER.match(text, date.end()):
            yield date.span()
    for telling in _SHORT.finditer(text):
        if date := _DATE.match(text, telling.start(1)):
            yield date.span()


def _is_gap(between: str) -> bool:
    """Whether a word of birth still speaks of the date that stands behind these words."""
    if len(between.split()) > _GAP_WORDS or re.search(r"[\d.;?!\[\]\x01]", between.lstrip(". ")):
        return False
    return not _OTHER_EVENT.search(between) and not _COMMA.search(between.lstrip(", "))


def _before_a_word(text: str) -> Iterator[Span]:
    for date in _DATE.finditer(text):
        before = text[max(0, date.start() - 12) : date.start()]
        if _TELLING_AFTER.match(text, date.end()) and not _RULE_BEFORE.search(before):
            yield date.span()
