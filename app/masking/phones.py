"""Phone numbers of persons, told apart from hours, dates, amounts, postal codes and numbers of services."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

Span = tuple[int, int]

_RUN = re.compile(r"(?<!\d)(?<!\d,)\(?\+?\(?\d+(?:[ \-./()_]{1,3}\d+)*", re.ASCII)
_GROUP = re.compile(r"\d+", re.ASCII)
_MOST_GROUPS = 15
# Traficom's numbering plan: toll-free, service and nationwide corporate numbers. No person has one.
_SERVICE = re.compile(r"(?:\+358|00358|0)(?:10|20|29|30|71|73|75|800|600|700)")
_UNIT_FOLLOWS = re.compile(
    r" ?(?:€|e\b|eur|kr|sek\b|usd\b|\$|%|kpl|st\b|asukas|asukk|people|residents|invånare)", re.IGNORECASE
)


def phones(text: str, keep: frozenset[str]) -> Iterator[Span]:
    """Where phone numbers stand, save those in `keep` and those of services."""
    for run in _RUN.finditer(text):
        groups = [group.span() for group in _GROUP.finditer(text, *run.span())]
        begins = True
        at = 0
        while at < len(groups):
            last, is_personal = _longest_phone(text, groups[at : at + _MOST_GROUPS], keep, begins=begins)
            if is_personal:
                yield _phone_start(text, groups[at][0]), groups[at + last][1]
            at, begins = at + last + 1, is_personal


def normalised_number(number: str) -> str:
    """E.164, or the digits alone for a short number such as 112 or 116 117."""
    digits = re.sub(r"\D", "", number)
    if len(digits) < 7 and not digits.startswith("0"):
        return digits
    parsed = _parsed(number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) if parsed else digits


def _longest_phone(text: str, groups: list[Span], keep: frozenset[str], *, begins: bool) -> tuple[int, bool]:
    """The last group of the number that starts with the first, and whether it is a person's; `0, False` for none."""
    best, best_rank = 0, (0, 0)
    if not _can_start(text, groups[0], begins=begins):
        return 0, False
    start = _phone_start(text, groups[0][0])
    for last, (_, end) in enumerate(groups):
        raw = text[start:end]
        rank = _rank(raw, text[end : end + 12])
        if rank > (0, 0) and keep and normalised_number(raw) in keep:
            return last, False
        if rank > best_rank and not _cuts_a_range(text, groups, last):
            best, best_rank = last, rank
    dialled = re.sub(r"[^+\d]", "", text[start : groups[best][1]]).replace("+3580", "+358")
    return best, best_rank > (0, 0) and not _SERVICE.match(dialled)


def _phone_start(text: str, digit: int) -> int:
    while digit and text[digit - 1] in "+(":
        digit -= 1
    return digit


def _can_start(text: str, group: Span, *, begins: bool) -> bool:
    """Whether a number may start here; `begins`: nothing of the same run of digits stands before."""
    digits = text[group[0] : group[1]]
    before = text[max(0, group[0] - 1) : group[0]]
    if before == "+" or len(digits) >= 9 or digits.startswith(("04", "050")):
        return begins or before in "+ (/" or len(digits) >= 9
    return not before.isalpha() if begins else before in " ("


def _cuts_a_range(text: str, groups: list[Span], last: int) -> bool:
    """Whether the number would end inside "8-16" or "1.12.", which follow it."""
    if last + 1 == len(groups) or groups[last][1] - groups[last][0] > 2:
        return False
    return text[groups[last][1]] in "-./"


_DATE = re.compile(
    r"\d{1,2}(?:[./ -]\d{1,2}[./ -](?:19|20)\d{2}|[./]\d{1,2}[./]\d{2})(?!\d)"
    r"|\d{1,2}[./-](?:19|20)\d{2}(?: ?- ?(?:19|20)\d{2})?$"
)


def _rank(raw: str, after: str) -> tuple[int, int]:
    """How well the whole text reads as one phone number: (0, 0) not at all; else validity, then the likelier length."""
    digits = re.sub(r"\D", "", raw)
    if not 7 <= len(digits) <= 16:
        return 0, 0
    if raw.startswith(("+", "(+", "00")):
        number = None if _UNIT_FOLLOWS.match(after) else _parsed(raw.lstrip("("))
        possible = number is not None and len(digits) >= 9 and phonenumbers.is_possible_number(number)
        return (1 + phonenumbers.is_valid_number(number), len(digits)) if number and possible else (0, 0)
    if not digits.startswith("0"):
        return (1, len(digits)) if _is_bare(raw, digits) and not _UNIT_FOLLOWS.match(after) else (0, 0)
    if _DATE.match(raw) or not _is_layout_of_phone(raw):
        return 0, 0
    number = _parsed(digits)
    usual = 11 if digits.startswith("0457") else 10
    length = len(digits) if len(digits) <= usual else usual - len(digits)
    if number and phonenumbers.is_valid_number(number):
        return 2, length
    return (1, length) if 9 <= len(digits) <= 11 else (0, 0)


def _is_layout_of_phone(raw: str) -> bool:
    """Whether blanks, hyphens, dots and slashes stand as in a phone number, not as in hours or postal codes."""
    groups = _GROUP.findall(raw)
    marks = [mark.replace(" ", "").replace("_", "") for mark in re.findall(r"[^\d+]+", raw.strip("("))]
    if len(groups) == 10 and raw.startswith(("0 4", "0 5 0")):
        return set(map(len, groups)) == {1}
    if len(groups) > 1 and (
        len(groups[0]) < 2
        or (all(len(group) <= 2 for group in groups) and "-" in marks)
        or (all(len(group) == 4 and group[:2] < "24" and group[2:] < "60" for group in groups))
        or (all(len(group) == 5 for group in groups) and not groups[0].startswith(("04", "05")))
        or re.fullmatch(r"\d{7}-\d", raw)
    ):
        return False
    if marks and marks[0] == "/":
        marks = marks[1:]
    return set(marks) <= {"", "-", "(", ")"} or (set(marks) == {"."} and groups[0] != "0")


def _is_bare(raw: str, digits: str) -> bool:
    """A Finnish mobile number without its 0, or with 358 and no plus; never groups of three, which are an amount."""
    if digits.startswith("358") and len(digits) >= 10:
        number = _parsed("+" + digits)
        return number is not None and phonenumbers.is_valid_number(number)
    lengths = [len(group) for group in _GROUP.findall(raw)]
    amount = len(lengths) > 1 and all(length == 3 for length in lengths[1:])
    if len(digits) != 9 or lengths[0] not in (2, 9) or amount:
        return False
    return bool(re.match(r"4\d|50", digits)) and set(re.findall(r"[^\d ]", raw)) <= {"-"}


def _parsed(raw: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(raw, "FI")
    except phonenumbers.NumberParseException:
        return None
