"""Figures in a text (amounts, times, dates, phones, percentages, addresses on the web): what must never be wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>()\[\]\"']+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:fi|com|org|net|eu|info)(?:/[^\s<>()\[\]\"']*)?\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,:\u00a0\u202f  ]\d+)*")
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)[\s\u00a0\u202f]*(?:%|prosent\w*|procent\w*|per ?cent\b)", re.IGNORECASE)
_MONEY = re.compile(
    r"(?:€[\s\u00a0]*(\d[\d\s.,\u00a0\u202f]*\d|\d))|(\d[\d.,\u00a0\u202f ]*?)[\s\u00a0\u202f]*(?:€|euro\w*|eur\b)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"(\d+(?:[ \u00a0\u202f]\d{3})*(?:,\d{3})*)[\s\u00a0\u202f]+([^\W\d_]{4,})")


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with what it counts: `percent`, `money`, or a noun's first letters."""

    value: str
    unit: str


def checkable(text: str) -> frozenset[str]:
    """Every number, time, date, phone, e-mail and URL of a text, in a form that can be compared.

    Digits are compared without the marks between them, so "100 000" and "100,000" meet, as do "9.00" and "9:00".
    """
    emails = {match.lower() for match in _EMAIL.findall(text)}
    urls = {
        re.sub(r"^(?:https?://)?(?:www\.)?", "", match.lower()).rstrip("./,;:")
        for match in _URL.findall(_EMAIL.sub(" ", text))
    }
    plain = _URL.sub(" ", _EMAIL.sub(" ", text))
    return frozenset(emails | urls | {_digits(match) for match in _NUMBER.findall(plain)})


def measured(text: str) -> frozenset[Figure]:
    """The percentages, amounts of money and counted things of a text."""
    found = {Figure(_value(value), "percent") for value in _PERCENT.findall(text)}
    rest = _PERCENT.sub(" ", text)
    found |= {Figure(_value(before or after), "money") for before, after in _MONEY.findall(rest)}
    rest = _MONEY.sub(" ", rest)
    return frozenset(found | {Figure(_digits(value), noun.lower()[:5]) for value, noun in _COUNTED.findall(rest)})


def without_figures(text: str) -> str:
    """The text with its numbers taken out, for comparing what two sentences are about."""
    return re.sub(r"\s+", " ", _NUMBER.sub(" ", text)).strip()


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _value(text: str) -> str:
    return text.strip().replace(",", ".").replace("\u00a0", "").replace(" ", "").rstrip(".")
