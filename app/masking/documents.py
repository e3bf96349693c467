"""Numbers of passports, residence permit cards and applications, known by a word near them or by Migri's own form."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Migri's diary numbers: a running number, the kind of permit, the year. A law or a record of the city looks otherwise.
_DIARY = re.compile(r"(?<![\w/.,-])\d{1,7} ?/ ?\d{3} ?/ ?(?:19|20)\d\d(?![\w/])", re.ASCII)
_NUMBER = re.compile(
    r"(?<![\w/.@#-])(?!(?:no|nr|id|on|is|är|nro|num)\b)(?:"
    r"[A-Z]{1,3}-?\d{6,9}[A-Z]?"
    r"|(?-i:[A-Z]{1,2}) \d{6,8}|(?-i:[A-Z]{1,2}) \d{2,4}(?: \d{2,4}){1,2}"
    r"|\d{2} \d{7}|\d{4} \d{6}|\d{7,10}|\d{1,7}/\d{3}/\d\d"
    r"|(?=(?:[A-Z]*\d){4})(?=\d*[A-Z])[A-Z\d]{7,10}"
    r")(?![\w@]|[-/.]\d)",
    re.IGNORECASE | re.ASCII,
)
_TELLING = re.compile(
    r"(?<![^\W_])(?:(?:muukalais|pakolais|matka|främlings|diplomat)?pass(?:i[a-zäö]*|et|ets|en|nummer\w*|n[ro]|port\w*)?"
    r"|oleskelul\w+|oleskelukor\w+|lupakor\w+|lupanumero\w*|luvan|korttin\w+|kortin numero\w*"
    r"|uppehålls\w+|tillståndsn\w+|kortets|kortnummer\w*"
    r"|residence (?:permit|card)|permit|card number|travel document"
    r"|matkustusasiakir\w+|resedokument\w*|henkilökor\w+|identitetskort\w*|id[- ]?(?:card|kort\w*)|identity card"
    r"|diaari\w*|dia?arie\w*|dnro|dnr|diary|asianumero\w*|hakemusn\w+|asiakasn\w+|ärenden\w+|ansökningsn\w+|kundn\w+"
    r"|(?:case|application|customer|client) (?:number|no|nr|id))(?![^\W_])",
    re.IGNORECASE,
)
_AMOUNT_FOLLOWS = re.compile(r" ?(?:€|e\b|eur|kr\b|sek\b|usd\b|\$|%|asuk|people|residents|invånare)", re.IGNORECASE)
_BEFORE, _AFTER = 60, 40


def documents(text: str, keep: frozenset[str]) -> Iterator[tuple[int, int]]:
    spans = [match.span() for match in _DIARY.finditer(text)]
    if _TELLING.search(text):
        spans += [match.span() for match in _NUMBER.finditer(text) if _is_told(text, *match.span())]
    done = 0
    for start, end in sorted(spans):
        if start >= done and text[start:end] not in keep:
            yield start, end
            done = end


def _is_told(text: str, start: int, end: int) -> bool:
    if _AMOUNT_FOLLOWS.match(text, end):
        return False
    near = text[max(0, start - _BEFORE) : start], text[end : end + _AFTER]
    return any(map(_TELLING.search, near))
