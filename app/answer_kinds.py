"""What kind of thing a question asks for (a price, a phone, an hour, a day, a length of time, a count), and which of
them a text has.

A section on the right matter that has no amount does not answer "how much", and words alone do not show that.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from app.asked_amount import asks_price, says_price
from app.lemmas import fold, plain

PATTERNS = Path(__file__).with_suffix(".toml")
PRICE = "price"


def asked_kinds(question: str) -> frozenset[str]:
    price = {PRICE} if asks_price(question) else set()
    return _found(question, "asks") | price


def said_kinds(text: str) -> frozenset[str]:
    price = {PRICE} if says_price(text) else set()
    return _found(text, "says") | price


def _found(text: str, side: str) -> frozenset[str]:
    folded = plain(fold(text))
    return frozenset(kind for kind, pattern in _patterns(side).items() if pattern.search(folded))


@cache
def _patterns(side: str) -> dict[str, re.Pattern[str]]:
    kinds = tomllib.loads(PATTERNS.read_text(encoding="utf-8"))
    number, unit = (_any(kinds["parts"][name]) for name in ("number", "unit"))
    named = {"@number": number, "@time": rf"{number}\w* ?{unit}"}
    return {
        kind: re.compile(_any([named.get(pattern, pattern) for pattern in patterns[side]]))
        for kind, patterns in kinds.items()
        if kind != "parts"
    }


def _any(patterns: Sequence[str]) -> str:
    return f"(?:{'|'.join(patterns)})"
