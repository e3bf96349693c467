"""The fixed sentences of `locales/`, and how dates and times are written in each language."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime

from app.domain import Language

LOCALES = Path(__file__).parent / "locales"


def text(key: str, language: Language, **values: str) -> str:
    """The sentence under a dotted key, with its {places} filled.

    Raises:
        KeyError: no such sentence, or a place without a value.
    """
    return str(_entry(key, language)).format(**values)


def texts(key: str, language: Language) -> tuple[str, ...]:
    """The list of sentences under a dotted key."""
    return tuple(_entry(key, language))


def written_date(day: date, language: Language) -> str:
    """18.4.2016 in Finnish and Swedish, 18 April 2016 in English."""
    return (
        format_date(day, "d MMMM y", locale="en_GB") if language == "en" else format_date(day, "d.M.y", locale=language)
    )


def written_moment(moment: datetime, language: Language) -> str:
    """A weekday with date and time: "maanantai 23.11. klo 9.00"."""
    pattern, locale = {
        "fi": ("EEEE d.M. 'klo' H.mm", "fi"),
        "sv": ("EEEE d.M 'kl.' H.mm", "sv_FI"),
        "en": ("EEEE d MMMM, H:mm", "en_GB"),
    }[language]
    return str(format_datetime(moment, pattern, locale=locale))


@cache
def _locale(language: Language) -> dict[str, Any]:
    return tomllib.loads((LOCALES / f"{language}.toml").read_text(encoding="utf-8"))


def _entry(key: str, language: Language) -> Any:
    entry: Any = _locale(language)
    for part in key.split("."):
        entry = entry[part]
    return entry
