"""The fixed sentences of `locales/`, and how dates and times are written in each language."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime

from app.domain import HandOff, Language, Source

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


def source_line(source: Source, language: Language) -> str:
    """A source on one line: its title, publisher, language where it is another, and age."""
    dated = (
        text("cli.updated", language, date=written_date(source.as_of, language))
        if source.as_of
        else text("cli.undated", language)
    )
    tongue = text(f"languages.{source.language}", language) if source.language != language else ""
    return f"{source.title} ({', '.join(part for part in (source.publisher, tongue, dated) if part)})"


def contact_line(desk: HandOff, language: Language) -> str:
    """Who helps on one line: name and every way to reach them, and when they open next if they are closed."""
    opens = text("desk.opens_at", language, when=written_moment(desk.opens_at, language)) if desk.opens_at else ""
    return " · ".join(part for part in (desk.name, desk.phone, desk.email, desk.address, desk.url, opens) if part)


@cache
def _locale(language: Language) -> dict[str, Any]:
    return tomllib.loads((LOCALES / f"{language}.toml").read_text(encoding="utf-8"))


def _entry(key: str, language: Language) -> Any:
    entry: Any = _locale(language)
    for part in key.split("."):
        entry = entry[part]
    return entry
