"""The eleven owners and the Hello Espoo desk, as `owners.toml` gives them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from app.domain import LANGUAGES, Language, Owner
from app.errors import KnowledgeError
from app.knowledge.facts import read_toml, reasons

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _per_language(value: Any) -> Any:
    """One value stands for the three languages."""
    if isinstance(value, dict):
        return value
    return dict.fromkeys(LANGUAGES, value) if value else {}


def _listed(value: Any) -> Any:
    return {key: (text,) if isinstance(text, str) else tuple(text) for key, text in _per_language(value).items()}


def _one_text(value: Any) -> Any:
    return " / ".join(dict.fromkeys(value.values())) if isinstance(value, dict) else value


PerLanguage = Annotated[dict[Language, str], BeforeValidator(_per_language)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


@dataclass(frozen=True, slots=True)
class Hours:
    days: tuple[Day, ...]
    opens: Clock
    closes: Clock


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A day that the weekly hours do not hold for."""

    date: datetime.date
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach an owner. The mappings are by language; `hours` is empty where they are not known."""

    name: PerLanguage
    about: PerLanguage = field(default_factory=dict)
    phone: PerLanguage = field(default_factory=dict)
    email: Annotated[str, BeforeValidator(_one_text)] = ""
    url: PerLanguage = field(default_factory=dict)
    services: Annotated[dict[Language, tuple[str, ...]], BeforeValidator(_listed)] = field(default_factory=dict)
    address: PerLanguage = field(default_factory=dict)
    hours: tuple[Hours, ...] = ()
    exceptions: tuple[Exceptional, ...] = ()
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], ...] = ()
    chat: PerLanguage = field(default_factory=dict)
    callback: PerLanguage = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Owners:
    desk: Contact
    owners: Mapping[Owner, Contact]


_CONTACT = TypeAdapter(Contact)


def load_owners(folder: Path) -> Owners:
    """The contacts of `<folder>/owners.toml`.

    Raises:
        KnowledgeError: the file is missing, an owner or the desk is missing, or an entry does not fit.
    """
    entries = read_toml(folder / "owners.toml")
    missing = [key for key in (*Owner, "desk") if key not in entries]
    if missing:
        raise KnowledgeError(f"owners.toml: missing: {', '.join(missing)}")
    contacts = {key: _contact(key, entries[key]) for key in (*Owner, "desk")}
    return Owners(desk=contacts["desk"], owners={owner: contacts[owner] for owner in Owner})


def _contact(key: str, entry: Any) -> Contact:
    try:
        contact = _CONTACT.validate_python(entry)
    except ValidationError as error:
        raise KnowledgeError(f"owners.toml: {key}: {reasons(error)}") from None
    if lost := [language for language in LANGUAGES if not contact.name.get(language)]:
        raise KnowledgeError(f"owners.toml: {key}: no name in {', '.join(lost)}")
    return contact
