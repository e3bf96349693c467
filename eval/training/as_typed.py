"""A question as somebody types it on a phone: in small letters, without marks or dots, with letters wrong."""

from __future__ import annotations

from random import Random

SMALL, UNMARKED, WITHOUT_COMMAS, UNDOTTED = 0.7, 0.7, 0.3, 0.3  # shares of questions
WRONG = 0.12  # share of words of five letters and more
_DOTS = str.maketrans("äöåÄÖÅ", "aoaAOA")
_COMMAS = str.maketrans("", "", ",'")


def sometimes_typed(text: str, share: float, chance: Random) -> str:
    """The question, in this share of cases as it is typed."""
    return as_typed(text, chance) if chance.random() < share else text


def as_typed(text: str, chance: Random) -> str:
    """The question, changed by chance."""
    if chance.random() < SMALL:
        text = text.lower()
    if chance.random() < UNMARKED:
        text = text.rstrip(" ?.!")
    if chance.random() < WITHOUT_COMMAS:
        text = text.translate(_COMMAS)
    if chance.random() < UNDOTTED:
        text = text.translate(_DOTS)
    return " ".join(_mistyped(word, chance) if chance.random() < WRONG else word for word in text.split())


def _mistyped(word: str, chance: Random) -> str:
    """One letter within it left out, changed over with the next, or doubled."""
    if len(word) < 5:
        return word
    at = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    return chance.choice([before + after, before + after[0] + letter + after[1:], before + letter * 2 + after])
