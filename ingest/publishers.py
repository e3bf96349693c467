"""Who published a document that does not say it: by the host of its address, as `owners.toml` has the offices' own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from app.domain import Language, Owner
from app.knowledge import load_owners

CITY: dict[Language, str] = {"fi": "Espoon kaupunki", "sv": "Esbo stad", "en": "City of Espoo"}


@dataclass(frozen=True, slots=True)
class Publisher:
    name: str
    owner: Owner


PublisherOf = Callable[[str, Language], Publisher]


def the_city(url: str, language: Language) -> Publisher:
    """Of what has no address: a file of the city's own."""
    return Publisher(CITY[language], Owner.ESPOO)


def by_address(folder: Path) -> PublisherOf:
    """By address: an office of `<folder>/owners.toml`, else whoever the host names; without one the city.

    Raises:
        KnowledgeError: the file does not fit.
    """
    owners = load_owners(folder).owners
    hosts = {_host(url): owner for owner, contact in owners.items() for url in contact.url.values() if url}

    def publisher_of(url: str, language: Language) -> Publisher:
        host = _host(url)
        if not host:
            return the_city(url, language)
        owner = next((hosts[known] for known in hosts if host == known or host.endswith(f".{known}")), None)
        return Publisher(owners[owner].name[language], owner) if owner else Publisher(host, Owner.OTHER)

    return publisher_of


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # "https://[bad"
        return ""
