"""Every value of a text (number, date, time, phone, code of a form, e-mail, URL), in a form that languages share."""

from __future__ import annotations

import re
from functools import cache

from app.domain import Language
from app.figures import checkable

_MONTHS = (
    "january|tammikuu|januari", "february|helmikuu|februari", "march|maaliskuu|mars", "april|huhtikuu|april",
    "may|toukokuu|maj", "june|kesäkuu|juni", "july|heinäkuu|juli", "august|elokuu|augusti",
    "september|syyskuu|september", "october|lokakuu|oktober", "november|marraskuu|november",
    "december|joulukuu|december",
)  # fmt: skip
_MONTH_NAMES = tuple(re.compile(rf"\b(?:{names})(?:ta|ssa|n|lta|lle|s)?\b", re.IGNORECASE) for names in _MONTHS)
_MAY = re.compile(r"(?<=\d )may\b|\b(?:in|of|by|until|since|from) may\b", re.IGNORECASE)
_DATE = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b")
_WORDED_DATE = re.compile(r"\b(\d{1,2})\.? month(\d{1,2})(?: (\d{4}))?\b")
_FULL_HOUR = re.compile(r"\b([01]?\d|2[0-3])[.:]00\b")
_CODE = re.compile(r"\b(?=\w*\d)(?=\w*[^\W\d])\w+\b")
_NUMBER_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        r"one(?= (?:hour|day|week|month|year|euro))": "1", "two|twice|couple of": "2", "three": "3", "four": "4",
        "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11",
        "twelve|dozen": "12", "thirteen": "13", "fourteen|fortnight": "14", "fifteen": "15", "sixteen": "16",
        "seventeen": "17", "eighteen": "18", "nineteen": "19", "twenty": "20", "thirty": "30", "forty": "40",
        "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90", "hundreds?": "100",
        "thousands?": "1000",
    },
    "sv": {
        r"(?:en|ett)(?= (?:timme|dag|dygn|vecka|månad|år|euro)\b)": "1", "två|ett par": "2", "tre": "3", "fyra": "4",
        "fem": "5", "sex": "6", "sju": "7", "åtta": "8", "nio": "9", "tio": "10", "elva": "11", "tolv|dussin": "12",
        "tretton": "13", "fjorton": "14", "femton": "15", "sexton": "16", "sjutton": "17", "arton": "18",
        "nitton": "19", r"tjugo\w*": "20", r"trettio\w*": "30", r"fyrtio\w*": "40", r"femtio\w*": "50",
        r"sextio\w*": "60", r"sjuttio\w*": "70", r"åttio\w*": "80", r"nittio\w*": "90", r"\w*hundra\w*": "100",
        r"\w*tusen\w*": "1000",
    },
    "fi": {
        r"(?:yksi|yhden|yhtä|yhdessä|yhteen)(?= (?:tun|päiv|viik|kuuka|vuo|euro))": "1",
        r"kaksi|kahden|kahdessa|kahta|kahdesta|kahteen|kahdelle|pari|parin": "2", r"kolme\w{0,4}": "3",
        r"neljä\w{0,4}": "4", r"viisi|viiden|viittä|viidessä|viidestä|viiteen": "5",
        r"kuusi|kuuden|kuutta|kuudessa|kuudesta|kuuteen": "6", r"seitsemä\w{0,4}": "7", r"kahdeksa\w{0,4}": "8",
        r"yhdeksä\w{0,4}": "9", r"kymmenen|kymmentä": "10", r"yh\w+toista|yksitoista": "11",
        r"(?:kaksi|kahde|kahte|kahta)\w*toista|tusina\w*": "12", r"kolme\w*toista": "13", r"neljä\w*toista": "14",
        r"vii\w+toista": "15", r"kuu\w+toista": "16", r"seitsemä\w*toista": "17", r"kahdeksa\w*toista": "18",
        r"yhdeksä\w*toista": "19", r"kah?[dk]\w*kymmen\w+": "20", r"kolme\w*kymmen\w+": "30",
        r"neljä\w*kymmen\w+": "40", r"vii\w+kymmen\w+": "50", r"kuu\w+kymmen\w+": "60",
        r"sata|sadan|sataa|\w+sataa": "100", r"tuhat|tuhannen|tuhatta|\w+tuhatta": "1000",
    },
}  # fmt: skip


def values_of(text: str, language: Language) -> frozenset[str]:
    """Values as strings: digits without marks, `d20260801`, `month8`, `157e`, addresses in lower case."""
    plain = _with_months(text)
    dates = {f"d{int(y):04}{int(m):02}{int(d):02}" for d, m, y in _DATE.findall(plain)}
    plain = _DATE.sub(" ", plain)
    for day, month, year in _WORDED_DATE.findall(plain):
        dates.add(f"d{int(year):04}{int(month):02}{int(day):02}" if year else f"d{int(month):02}{int(day):02}")
    plain = _WORDED_DATE.sub(" ", plain)
    months = set(re.findall(r"\bmonth\d+\b", plain))
    codes = {code.lower() for code in _CODE.findall(plain)} - months
    worded = worded_numbers(plain, language)
    numbers = checkable(_FULL_HOUR.sub(r"\1", re.sub(r"\bmonth\d+\b", " ", plain)))
    return frozenset(dates | months | codes | worded | numbers)


def worded_numbers(text: str, language: Language) -> frozenset[str]:
    """The numbers that are written as words, in digits."""
    lowered = text.lower()
    return frozenset(value for value, pattern in _number_words(language) if pattern.search(lowered))


def missing_values(said: frozenset[str], carrier: frozenset[str]) -> frozenset[str]:
    """Values that the evidence lacks. A day without its year, or a month alone, is found in the full date."""
    parts = {f"d{value[5:]}" for value in carrier if len(value) == 9 and value[0] == "d"}
    parts |= {f"month{int(value[5:7])}" for value in carrier if len(value) == 9 and value[0] == "d"}
    return said - carrier - parts


@cache
def _number_words(language: Language) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((value, re.compile(rf"\b(?:{words})\b")) for words, value in _NUMBER_WORDS[language].items())


def _with_months(text: str) -> str:
    for number, pattern in enumerate(_MONTH_NAMES, start=1):
        pattern = _MAY if number == 5 and not re.search(r"toukokuu|\bmaj\b", text.lower()) else pattern
        text = pattern.sub(f" month{number} ", text)
    return re.sub(r" +", " ", text)
