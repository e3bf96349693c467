"""Other municipalities named in a text: what holds in Espoo may not hold there."""

from __future__ import annotations

from app.words import words

# Beginnings of the names in their Finnish and Swedish inflections, folded; one tuple for each municipality.
_BEGINNINGS = (
    ("helsin",),
    ("vantaa", "vanda"),
    ("kauniais", "grankulla"),
    ("kirkkonumm", "kyrkslätt"),
    ("lohja", "lojo"),
    ("vihti", "vihdi", "vichtis"),
    ("siuntio", "sjundeå"),
    ("inkoo", "ingå"),
    ("raasepor", "raseborg"),
    ("hangon", "hankoo", "hangö"),
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
)


_ALL = tuple(name for names in _BEGINNINGS for name in names)


def municipalities(text: str) -> frozenset[int]:
    """Which of the other municipalities are named, by number."""
    found = {word.text for word in words(text) if word.text.startswith(_ALL)}
    return frozenset(
        number for number, names in enumerate(_BEGINNINGS) if any(word.startswith(names) for word in found)
    )
