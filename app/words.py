"""Words of a text, as they stand there and folded."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from app.lemmas import fold

LONGEST = 64  # letters; what is longer is no word of these languages, but its beginning still tells it from others
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011"), "-")
_WORD = re.compile(
    r"(?P<number>(?>\d+(?:[.,:]\d+)*)(?![^\W\d_]))"  # 112, 9.00, 18.4.2016, 1,234.50
    r"|[^\W_]+(?:['’][^\W_]+)*(?:[-_:][^\W_]+(?:['’][^\W_]+)*)*"  # vuokra-asunto, EU:n, OLE_TY1, child's
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_SUFFIX = re.compile(r":[^\W\d_]{1,5}$|'s$|'$")  # EU:n, FPA:s, child's


class Word(NamedTuple):
    text: str  # folded
    number: bool = False
    acronym: bool = False


def words(text: str) -> Iterator[Word]:
    """The words and numbers of any text, in order."""
    text = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).translate(_HYPHENS)
    shouting = text.isupper()
    for match in _WORD.finditer(text):
        written = match[0][:LONGEST]
        if match["number"]:
            yield Word(_number(written), number=True)
        else:
            bare = _SUFFIX.sub("", fold(written))
            acronym = not shouting and len(bare) > 1 and written[: len(bare)].isupper()
            yield Word(bare, number=any(letter.isdecimal() for letter in bare), acronym=acronym)


def _number(written: str) -> str:
    if _THOUSANDS.fullmatch(written):
        return written.replace(",", "")
    return written.replace(":", ".").replace(",", ".")
