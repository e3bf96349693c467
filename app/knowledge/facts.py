"""Figures that stand once in `facts.toml`, rendered into the texts of each language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from app.domain import LANGUAGES, Language
from app.errors import KnowledgeError

FactKind = Literal["number", "money", "percent", "date", "time", "phone", "email", "address", "text"]

MARK = re.compile(r"\{\{\s*fact\.([A-Za-z0-9_]+)\s*(?:\|\s*([a-z]+)\s*)?\}\}")
_BRACE = re.compile(r"[{}].{,40}")
_LOCALES: dict[Language, str] = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
_EUROS: dict[Language, tuple[str, str]] = {"fi": ("euro", "euroa"), "sv": ("euro", "euro"), "en": ("euro", "euros")}


class Fact(BaseModel):
    """One figure. `as_of` is the date of the page that gives it; `review_by` the day it must be read again; `law` the
    act that fixes it, where one does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Any
    kind: FactKind
    unit: str = ""
    source: str = ""
    publisher: str = ""
    as_of: Annotated[date | None, BeforeValidator(lambda value: value or None)] = None
    review_by: Annotated[date | None, BeforeValidator(lambda value: value or None)] = None
    law: str = ""
    note: str = ""

    @property
    def wordings(self) -> tuple[str, ...]:
        """The value as written, once where it is the same in all languages."""
        return tuple(dict.fromkeys(map(str, self.value.values() if isinstance(self.value, dict) else [self.value])))


Facts = Mapping[str, Fact]


def load_facts(folder: Path) -> Facts:
    """The facts of `<folder>/facts.toml`; none where there is no such file.

    Raises:
        KnowledgeError: the file or one of its facts does not fit; the message names it.
    """
    path = folder / "facts.toml"
    return {name: _checked(name, values) for name, values in read_toml(path).items()} if path.exists() else {}


def render_facts(text: str, facts: Mapping[str, Fact], language: Language) -> str:
    """Replace each `{{fact.name}}` and `{{fact.name|number}}`.

    Raises:
        KnowledgeError: an unknown fact, an unknown form, or braces that are no fact.
    """

    def rendered(match: re.Match[str]) -> str:
        name, form = match.groups()
        if name not in facts:
            raise KnowledgeError(f"unknown fact: {name}")
        if form not in (None, "number"):
            raise KnowledgeError(f"unknown form of the fact {name}: {form} (only `|number` exists)")
        return format_fact(facts[name], language, bare=form == "number")

    result = MARK.sub(rendered, text)
    if stray := _BRACE.search(result):
        raise KnowledgeError(
            f"braces that are no fact: {stray.group()} (a fact is {{{{fact.name}}}}, with two on each side)"
        )
    return result


def format_fact(fact: Fact, language: Language, *, bare: bool = False) -> str:
    """As a text of that language writes it. Spaces are plain ones, so that the figure is found by search and checks."""
    match fact.kind:
        case "number":
            shown = _number(fact.value, language)
        case "money":
            shown = _money(fact.value, language, bare)
        case "percent":
            shown = _number(fact.value, language) if bare else _percent(fact.value, language)
        case "date":
            shown = _date(fact.value, language)
        case "time":
            shown = _time(fact.value, language)
        case _:
            shown = str(fact.value[language]) if isinstance(fact.value, dict) else str(fact.value)
    return shown.replace("\u00a0", " ").replace("\u202f", " ")


def read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(f"{path.name} cannot be read: {error}") from None


def reasons(error: ValidationError) -> str:
    """What does not fit, each thing by its field; of a field and what is in it, only the latter."""
    places = [item["loc"] for item in error.errors()]
    return "; ".join(
        f"{'.'.join(map(str, item['loc']))}: {item['msg']}"
        for item in error.errors()
        if not any(place != item["loc"] and place[: len(item["loc"])] == item["loc"] for place in places)
    )


def _checked(name: str, values: Any) -> Fact:
    try:
        fact = Fact.model_validate(values)
        for language in LANGUAGES:
            format_fact(fact, language)
    except ValidationError as error:
        raise KnowledgeError(f"facts.toml: {name}: {reasons(error)}") from None
    except (KeyError, ValueError, TypeError, ArithmeticError) as error:
        raise KnowledgeError(f"facts.toml: {name}: the value does not fit its kind ({error})") from None
    return fact


def _number(value: Any, language: Language) -> str:
    return format_decimal(_checked_number(value), locale=_LOCALES[language])


def _money(value: Any, language: Language, bare: bool) -> str:
    whole = _checked_number(value) == int(value)
    number = format_decimal(value, format="#,##0" if whole else "#,##0.00", locale=_LOCALES[language])
    return number if bare else f"{number} {_EUROS[language][value != 1]}"


def _percent(value: Any, language: Language) -> str:
    return format_percent(
        value / 100, format="#,##0.##%" if language == "en" else "#,##0.## %", locale=_LOCALES[language]
    )


def _checked_number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return value


def _date(value: Any, language: Language) -> str:
    day = value if isinstance(value, date) else date.fromisoformat(str(value))
    return format_date(day, "d MMMM y" if language == "en" else "d.M.y", locale=_LOCALES[language])


def _time(value: Any, language: Language) -> str:
    clock = value if isinstance(value, time) else time.fromisoformat(str(value))
    return f"{clock.hour}{':' if language == 'en' else '.'}{clock.minute:02}"
