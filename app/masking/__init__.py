"""Personal data is replaced by placeholders before a text is stored, logged, traced or handed to a model.

Identity codes, account and card numbers are known by their check digits, phone numbers by phonenumbers' tables; a
digit that belongs to none of these stays: "100 000 euros", "2025-2026" or a postal code is part of an honest question.
Dates of birth, documents, home addresses and names are known by the words around them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.masking.addresses import addresses, normalised_address
from app.masking.births import births
from app.masking.codes import cards, emails, ibans, identity_codes
from app.masking.documents import documents
from app.masking.names import names
from app.masking.phones import normalised_number, phones

Span = tuple[int, int]
Detector = Callable[[str, frozenset[str]], Iterator[Span]]

# In the order of trust: what an earlier one took, a later one does not see.
DETECTORS: tuple[tuple[str, Detector], ...] = (
    ("email", emails),
    ("iban", ibans),
    ("id", identity_codes),
    ("card", cards),
    ("birth", births),
    ("phone", phones),
    ("document", documents),
    ("address", addresses),
    ("name", names),
)

PLACEHOLDER = re.compile(rf"\[(?:{'|'.join(kind for kind, _ in DETECTORS)})\]")

# What was masked changes what its neighbours look like; a text made to go on for ever is cut short.
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with placeholders such as `[phone]`, and the kinds that were found, in the order of `DETECTORS`."""

    text: str
    kinds: tuple[str, ...] = ()


def mask(text: str, keep: frozenset[str] = frozenset()) -> Masked:
    """Replace personal data; masking a masked text changes nothing.

    Args:
        keep: numbers, e-mail and street addresses that the city publishes, each as `normalised` gives it.
    """
    found: set[str] = set()
    for _ in range(_ROUNDS):
        text, kinds = _mask_once(text, keep)
        found.update(kinds)
        if not kinds:
            break
    return Masked(text, tuple(kind for kind, _ in DETECTORS if kind in found))


def normalised(contact: str) -> str:
    """The form in which contacts are compared: lower case for an e-mail or a street, E.164 for a phone."""
    contact = contact.strip()
    if "@" in contact:
        return contact.lower()
    return normalised_address(contact) if contact[:1].isalpha() else normalised_number(contact)


def _mask_once(text: str, keep: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    plain, positions = _plain(text)
    found: list[tuple[int, int, str]] = []
    for kind, detect in DETECTORS:
        spans = list(detect(plain, keep))
        found += [(start, end, kind) for start, end in spans]
        plain = _blanked(plain, spans)
    parts, at = [], 0
    for start, end, kind in sorted(found):
        parts += [text[at : positions[start]], f"[{kind}]"]
        at = positions[end - 1] + 1
    return "".join([*parts, text[at:]]), tuple(kind for _, _, kind in found)


def _blanked(text: str, spans: Sequence[Span]) -> str:
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], "\x01" * (end - start)]
        at = end
    return "".join([*parts, text[at:]])


# Signs that Unicode's own compatibility forms do not turn into the plain one, and the letters of a keyboard that is
# set to Cyrillic or Greek: they look like the Latin ones of an identity code.
_LOOKALIKE = str.maketrans("−⁃˗ー➖。АВСЕНКМРТУХавсенкмртухΑΒΕΖΗΚΜΝΡΤΥΧ", "-----.ABCEHKMPTYXabcehkmptyxABEZHKMNPTYX")
_UNSEEN = ("Cf", "Mn", "Me")  # zero-width signs, marks of direction, accents and frames around a digit


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """ASCII digits, hyphens and blanks for their look-alikes, nothing invisible; and where each letter stood."""
    if text.isascii() and text.isprintable():
        return text, range(len(text))
    letters, positions = [], []
    for position, letter in enumerate(text):
        if letter != "\x00" and unicodedata.category(letter) not in _UNSEEN:
            letters.append(_plain_letter(letter))
            positions.append(position)
    return "".join(letters), positions


def _plain_letter(letter: str) -> str:
    if not letter.isprintable() or letter.isspace():
        return " "
    compatible = unicodedata.normalize("NFKC", letter)
    if len(compatible) == 1:
        letter = compatible.translate(_LOOKALIKE)
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    return "-" if unicodedata.category(letter) == "Pd" else letter
