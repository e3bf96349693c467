"""The form of a written sentence: plain text in Latin letters, without links, markup and signs that nobody sees."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MARKUP = re.compile(r"[<>`|{}\\]|\]\(|\*\*|__|^#|!\[|https?:|passage\b.{0,3}\d|NO_ANSWER", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w-]{2,}\.[A-Za-z]{2,}")  # of whatever top-level domain
_PLAIN_KINDS = ("P", "S", "Zs")  # punctuation, signs and spaces; of the signs no emoji (So)


def has_odd_form(text: str, evidence: str) -> bool:
    """Whether it has markup; or addresses, or signs beyond plain text (² Ⅵ ٣), that the evidence lacks."""
    if _MARKUP.search(text) or any(not _plain(char) and char not in evidence for char in set(text)):
        return True
    lowered = evidence.lower()
    return any(address.lower() not in lowered for address in _ADDRESS.findall(text))


@lru_cache(4096)
def _plain(char: str) -> bool:
    kind = unicodedata.category(char)
    if kind[0] == "L":
        return unicodedata.name(char, "").startswith("LATIN")
    if kind[0] == "N":
        return char.isascii()
    return kind.startswith(_PLAIN_KINDS) and kind != "So"
