"""Names in a sentence (places, services, forms): each must stand in the evidence."""

from __future__ import annotations

import re

from app.domain import Language
from app.verify.marks import owners_of

_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-ZÅÄÖ][\w’'-]+")
_SHARED = 4  # letters that a name and its inflected form share at least
# Written in three ways; the places of the region and the country itself.
_SAME = (
    ("espoo", "esbo"), ("helsin", "helsingfors"), ("vantaa", "vanda"), ("kauniai", "grankulla"), ("suom", "finland"),
    ("omakela", "mittfpa"), ("omavero", "mytax", "minskatt"), ("eu", "eu:n", "eu-"), ("hello",),
    ("matinky", "mattby"), ("leppäva", "alberga"), ("tapiol", "hagalund"), ("pohjoisma", "nordi"),
    ("svei", "switz", "schwei"),
)  # fmt: skip
_LANGUAGE_WORDS = re.compile(r"^(?:finnish|swedish|english|i|january|february|march|april|may|june|july|august"
                             r"|september|october|november|december|monday|tuesday|wednesday|thursday|friday"
                             r"|saturday|sunday)$")  # fmt: skip


def new_names(said: str, language: Language, evidence: str) -> frozenset[str]:
    """Words written as names that the evidence lacks; authorities are compared elsewhere."""
    lowered = evidence.lower()
    known = set(re.findall(r"[\w’'-]+", lowered))
    found = {name.lower() for name in _NAME.findall(said)}
    return frozenset(
        name
        for name in found
        if not owners_of(name) and not _LANGUAGE_WORDS.match(name) and not _known(name, known, lowered)
    )


def _known(name: str, known: set[str], lowered: str) -> bool:
    if name in known or any(_same_stem(name, other) for other in known):
        return True
    return any(
        any(name.startswith(form) for form in forms) and any(form in lowered for form in forms) for forms in _SAME
    )


def _same_stem(one: str, two: str) -> bool:
    shared = min(len(one), len(two), max(_SHARED, min(len(one), len(two)) - 2))
    return len(one) >= _SHARED and len(two) >= _SHARED and one[:shared] == two[:shared]
