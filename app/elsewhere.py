"""Other municipalities named in a text: what holds in Espoo may not hold there."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.domain import Owner
from app.words import words

# Beginnings of the names in their Finnish and Swedish inflections, folded; one tuple for each municipality.
_BEGINNINGS = (
    ("helsin",),
    ("vantaa", "vanda"),
    ("kauniais", "kauniain", "grankulla"),
    ("kirkkonumm", "kyrkslätt"),
    ("lohja", "lojo"),
    ("vihti", "vihdi", "vichtis"),
    ("siuntio", "sjundeå"),
    ("inkoo", "ingå"),
    ("raasepor", "raseborg"),
    ("hangon", "hangos", "hankoo", "hangö"),
    ("porvoo", "borgå"),
    ("sipoo", "sibbo"),
    ("tuusula", "tusby"),
    ("kerava", "kervo"),
    ("järvenpä", "träskända"),
    ("nurmijärv",),
    ("hyvinkä", "hyvinge"),
    ("hämeenlinna", "tavastehus"),
    ("lahtis", "lahdes", "lahteen"),
    ("kotkas", "kotkaan"),
    ("lappeenran", "villmanstrand"),
    ("mikkeli",),
    ("jyväskylä",),
    ("kuopio",),
    ("joensuu",),
    ("tamper", "tammerfors"),
    ("turku", "turun", "turus", "åbo"),
    ("porissa", "poriin", "björneborg"),
    ("vaasa", "vasa"),
    ("seinäjo",),
    ("kokkola", "karleby"),
    ("oulu", "uleåborg"),
    ("rovaniem",),
    ("tukholma", "stockholm"),
    ("göteborg",),
)


# Offices of the region serve some of them too, by number.
_SERVED: dict[Owner, frozenset[int]] = {
    Owner.HSL: frozenset({0, 1, 2, 3, 6, 11, 12, 13}),
    Owner.WESTERN_UUSIMAA: frozenset(range(2, 10)),
    Owner.OMNIA: frozenset({2, 3}),
}
_ALL = tuple(name for names in _BEGINNINGS for name in names)
_HERE = ("espoo", "esbo")
_STREET = re.compile(r"(?:tie|tien|tiellä|tielle|väylä\w*|katu|kadun|kadulla|vägen|gatan)$")
_FROM, _TO = ("from", "från"), ("to", "till")
_ENDINGS_FROM = ("sta", "stä", "lta", "ltä")  # of the Finnish cases that say from where
_MOVES = ("espooseen", "muutan", "muutamme", "muutin", "muutimme", "muutt", "flytt", "move", "moving")


def municipalities(text: str) -> frozenset[int]:
    """Which of the other municipalities are named, by number."""
    return _numbers({word.text for word in words(text) if word.text.startswith(_ALL)})


def asked_elsewhere(question: str) -> frozenset[int]:
    """Which of the other municipalities a question is about. Who comes from one to Espoo does not ask of it; who wants
    something from one does.
    """
    written = [word.text for word in words(question)]
    pairs = list(zip(["", *written], written, strict=False))
    here = any(word.startswith(_HERE) for word in written)
    comes = here and any(word.startswith(_MOVES) or (to in _TO and word.startswith(_HERE)) for to, word in pairs)
    named = [(before, word) for before, word in pairs if word.startswith(_ALL) and not _STREET.search(word)]
    return _numbers(word for before, word in named if not (comes and _comes_from(before, word)))


def is_elsewhere(question: str, owner: Owner | None) -> bool:
    """Whether a question is about a municipality that neither the city nor the office serves; the state's serve all."""
    if any(word.text.startswith(_HERE) for word in words(question)):
        return False
    asked = asked_elsewhere(question)
    if owner in (None, Owner.ESPOO, Owner.OTHER):
        return bool(asked)
    return owner in _SERVED and bool(asked - _SERVED[owner])


def _comes_from(before: str, word: str) -> bool:
    return before in _FROM or word.endswith(_ENDINGS_FROM)


def _numbers(named: Iterable[str]) -> frozenset[int]:
    found = frozenset(named)
    return frozenset(
        number for number, names in enumerate(_BEGINNINGS) if any(word.startswith(names) for word in found)
    )
