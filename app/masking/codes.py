"""E-mail addresses and codes that carry check digits: account numbers, identity codes, payment cards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from stdnum import iban, luhn
from stdnum.fi import hetu

_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]+(?: ?(?:@|[(\[{] ?(?:at|[äa]t?|@) ?[)\]}]) ?"
    r"(?:[\w-]+(?:\.| ?[(\[{] ?(?:dot|piste|punkt|\.) ?[)\]}] ?))+"
    r"| [äa]t (?:[\w-]+ (?:dot|piste|punkt) )+)[^\W\d_]{2,24}",
    re.IGNORECASE,
)


def emails(text: str, keep: frozenset[str]) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _EMAIL.finditer(text) if match.group().lower() not in keep)


_IBAN_START = re.compile(r"(?<![^\W_])[A-Z]{2}\d{2}(?=[ -]?[A-Z0-9])", re.IGNORECASE | re.ASCII)
_FINNISH_IBAN = re.compile(r"FI ?\d{2}(?:[ -]?\d){14}(?!\d)", re.IGNORECASE)
_IBAN_LENGTHS = range(15, 35)


def ibans(text: str, keep: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Finnish ones by their shape, the others by country and structure, so that a mistyped one is masked too."""
    done = 0
    for start in sorted({m.start() for m in (*_FINNISH_IBAN.finditer(text), *_IBAN_START.finditer(text))}):
        if start < done:
            continue
        finnish = _FINNISH_IBAN.match(text, start)
        end = finnish.end() if finnish else _iban_end(text, start)
        if end:
            yield start, end
            done = end


def _iban_end(text: str, start: int) -> int | None:
    ends: list[int] = []
    compact = ""
    for position in range(start, min(start + 60, len(text))):
        letter = text[position]
        if letter.isascii() and letter.isalnum():
            compact += letter.upper()
            ends.append(position + 1)
        elif letter not in " -" or len(compact) >= _IBAN_LENGTHS[-1]:
            break
    for length in reversed(_IBAN_LENGTHS):
        if length > len(compact):
            continue
        end = ends[length - 1]
        if not text[end : end + 1].isalnum() and _is_iban(compact[:length]):
            return end
    return None


def _is_iban(compact: str) -> bool:
    if iban.is_valid(compact, check_country=False):
        return True
    if sum(letter.isdigit() for letter in compact) < 12:
        return False
    return iban.is_valid(compact[:2] + iban.calc_check_digits(compact) + compact[4:], check_country=False)


# The century signs of 2023 (decree 128/2010, section 2, as changed) are among these letters.
_CODE = re.compile(r"(?<!\d)(\d{6})([-+A-FU-Y])(\d{3})([0-9A-Z])(?!\d)", re.IGNORECASE | re.ASCII)
_LOOSE_CODE = re.compile(
    r"(?<![\d])((?:\d[ ./_]{0,2}){6,8})([-+A-FU-Y]?) ?((?:\d ?){3})([0-9A-Y])(?![^\W_])", re.IGNORECASE | re.ASCII
)


def identity_codes(text: str, keep: frozenset[str]) -> Iterator[tuple[int, int]]:
    """One in its usual form counts whatever its check character; one written otherwise or in a word must be right."""
    spans = [m.span() for m in _CODE.finditer(text) if _is_date(m[1]) and (_ends(text, m.end()) or _is_right(m[0]))]
    spans += [m.span() for m in _LOOSE_CODE.finditer(text) if _is_loose_code(*m.groups())]
    done = 0
    for start, end in sorted(spans):
        if start >= done:
            yield start, end
            done = end


def _is_loose_code(birth: str, sign: str, number: str, check: str) -> bool:
    day = re.sub(r"\D", "", birth)
    if len(day) == 8 and day[4:6] in ("18", "19", "20"):
        day = day[:4] + day[6:]
    if len(day) != 6 or not _is_date(day) or not (sign or check.isalpha()):
        return False
    code = f"{day}{sign or '-'}{number.replace(' ', '')}{check}"
    return any(_is_right(code[:6] + century + code[7:]) for century in (code[6], "A"))


def _ends(text: str, at: int) -> bool:
    return not text[at : at + 1].isalnum()


def _is_right(code: str) -> bool:
    return bool(hetu.is_valid(code, allow_temporary=True))


def _is_date(day: str) -> bool:
    """Whether DDMMYY is a day in some century; 2000 and 1900 differ in their 29 February only."""
    try:
        date(2000 + int(day[4:6]), int(day[2:4]), int(day[:2]))
    except ValueError:
        return False
    return True


_CARD = re.compile(
    r"(?<![\d+])(?:\d{13,19}|\d{4}([ .-])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5})(?!\d)", re.ASCII
)
_CARD_PREFIX = re.compile(r"[3-6]|2[2-7]")


def cards(text: str, keep: frozenset[str]) -> Iterator[tuple[int, int]]:
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if _CARD_PREFIX.match(digits) and luhn.is_valid(digits):
            yield match.span()
