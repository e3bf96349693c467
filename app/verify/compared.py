"""A sentence's clauses beside those of its evidence: what was turned round, or moved to another matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.domain import Language, Passage, Piece
from app.verify.clauses import Clause, Reader, met
from app.verify.marks import UNITS, marks_of
from app.verify.values import missing_values, values_of

DOUBLE = frozenset({"not", "without"})  # together they take each other back
SPOKEN = frozenset({"finnish", "swedish", "english"})
TURNING = frozenset({"negation", "free", "cost", "must", "may"})  # marks that the clauses are compared by
THAN: dict[Language, re.Pattern[str]] = {
    "fi": re.compile(r"\bkuin\b"),
    "sv": re.compile(r"\bän\b"),
    "en": re.compile(r"\bthan\b"),
}
_PHONE = re.compile(r"(\d[\d \u00a0]{4,}\d)")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece as one of those that may carry a sentence."""

    number: int
    piece: Piece
    whole: Clause
    clauses: tuple[Clause, ...]
    passage: Passage


def turned_round(clauses: Sequence[Clause], carrier: Evidence) -> bool:
    """Says no where the evidence says yes, costs where it is free, must where it may."""
    groups: dict[int, tuple[Clause, list[Clause]]] = {}
    for clause in clauses:  # several may say together what the evidence says in one
        theirs = _aligned(clause, carrier.clauses)
        groups.setdefault(id(theirs), (theirs, []))[1].append(clause)
    return any(_turned(ours, theirs, carrier.whole) for theirs, ours in groups.values())


def _turned(clauses: Sequence[Clause], theirs: Clause, whole: Clause) -> bool:
    price = theirs.price or whole.price
    said = [clause.price for clause in clauses if clause.price]
    ours = frozenset[str]().union(*(clause.marks for clause in clauses))
    if price and said:
        if any(each != price for each in said):
            return True
    elif ("negation" in ours) != theirs.negative or (ours >= DOUBLE and not whole.marks >= DOUBLE):
        return True
    if "voluntary" in ours and "must" in whole.marks and "voluntary" not in whole.marks:
        return True
    if "may" in ours and "must" not in ours and "must" in theirs.marks and "may" not in theirs.marks:
        return True
    return "must" in ours and "must" not in whole.marks and "may" in theirs.marks


def moved(clause: Clause, said: Clause, evidence: Sequence[Evidence]) -> bool:
    """A figure that the evidence gives for another matter than the words around it."""
    units = clause.marks & UNITS
    if not clause.values or not units:
        return False
    around = clause if len(clause.words) >= 3 else said
    told = [other for item in evidence for other in item.clauses if other.values and other.marks & units]
    if len(told) < 2:
        return False
    best = _aligned(around, told)
    return bool(missing_values(clause.values, best.values))


def other_line(said: Clause, carrier: Clause) -> bool:
    """The phone number of the service in another language, where a piece has several."""
    before = _PHONE.split(carrier.text)
    for words, phone in zip(before[::2], before[1::2], strict=False):
        spoken, ours = marks_of(words, carrier.language) & SPOKEN, said.marks & SPOKEN
        if values_of(phone, carrier.language) & said.values and spoken and ours and not spoken & ours:
            return True
    return False


def compares_otherwise(said: Clause, carrier: Clause, reader: Reader) -> bool:
    """Says that A is cheaper than B where the evidence says that B is cheaper than A."""
    ours, theirs = (
        [reader.clause(part, whole.language) for part in THAN[whole.language].split(whole.text)]
        for whole in (said, carrier)
    )
    if len(ours) != 2 or len(theirs) != 2 or not (ours[1].words and theirs[1].words):
        return False
    straight = support(ours[1], theirs[1:]) + support(theirs[1], ours[1:])
    return support(ours[1], theirs[:1]) + support(theirs[1], ours[:1]) > straight


def support(said: Clause, carriers: Sequence[Clause]) -> float:
    """Mean over the words; such as "free" or "must" are left to the marks."""
    found = met(said, carriers)
    counts = ~np.array([bool(marks_of(word, said.language) & TURNING) for word in said.words], dtype=bool)
    return float((found[counts] if counts.any() else found).mean()) if len(found) else 0.0


def _aligned(clause: Clause, clauses: Sequence[Clause]) -> Clause:
    return max(clauses, key=lambda other: support(clause, [other]) + 0.5 * support(other, [clause]))
