"""What is wrong with facts: their age, and two that speak of one thing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from itertools import combinations

from rapidfuzz import fuzz

from app.knowledge.age import is_recent
from app.knowledge.facts import Fact
from app.knowledge.problem import Problem

PATH = "facts.toml"
UNDATED_KINDS = ("phone", "email", "address")  # of offices known to be in force; knowledge/README.md says so
_PHONE = re.compile(r"\+?[\d ()-]{3,}")
_ALIKE = 90  # of 100, rapidfuzz ratio of two names without their topics
# Words that tell what sort of figure a fact is, not what it is about.
_SORT_WORDS = """phone email address number age year years month months week weeks day days hour hours since from to
 until min max limit fee fees price date time child adult"""
_SORTS = frozenset(_SORT_WORDS.split())


def fact_problems(
    facts: Mapping[str, Fact], used: Collection[str], topics: Collection[str], today: date
) -> Iterator[Problem]:
    for name, fact in facts.items():
        if name not in used:
            yield _problem("unused_fact", f"{name} is used by no text")
        if fact.review_by and fact.review_by <= today:
            yield _problem("stale_fact", f"{name} was to be read again by {fact.review_by}")
        if fact.kind not in UNDATED_KINDS and not (fact.law and fact.source):
            yield from _age_problems(name, fact, today)
    yield from _duplicates(facts)
    yield from _conflicts(facts, topics)


def _age_problems(name: str, fact: Fact, today: date) -> Iterator[Problem]:
    if fact.as_of is None:
        hint = "; if it is a phone or an address, write that as its kind" if _contact(fact) else ""
        yield _problem("undated_fact", f"{name} ({fact.kind}) has no as_of{hint}")
    elif not is_recent(fact.as_of, today):
        yield _problem("old_fact", f"{name} is from {fact.as_of}, more than two years ago")


def _duplicates(facts: Mapping[str, Fact]) -> Iterator[Problem]:
    """One phone, e-mail or address under several names."""
    same: dict[str, list[str]] = defaultdict(list)
    for name, fact in facts.items():
        if key := _contact(fact):
            same[key].append(name)
    for names in same.values():
        if len(names) > 1:
            publishers = sorted({facts[name].publisher for name in names})
            whose = f"; they name different publishers: {', '.join(publishers)}" if len(publishers) > 1 else ""
            value = " / ".join(facts[names[0]].wordings)
            yield _problem("duplicate_fact", f"{value} stands at {', '.join(names)}{whose}")


def _contact(fact: Fact) -> str:
    """A phone, e-mail or address however it is written; nothing for other facts."""
    written = [wording.casefold() for wording in fact.wordings]
    if fact.kind in ("phone", "text") and all(map(_PHONE.fullmatch, written)):
        return " ".join(re.sub(r"\D", "", text.replace("+358", "0")) for text in written)
    if fact.kind in UNDATED_KINDS or (fact.kind == "text" and any(map(str.isdecimal, "".join(written)))):
        return " / ".join(" ".join(text.split()) for text in written)
    return ""


def _conflicts(facts: Mapping[str, Fact], topics: Collection[str]) -> Iterator[Problem]:
    """Facts of two topics that look like one figure and differ. Within a topic two names mean two things."""
    groups: dict[tuple[str, str], list[tuple[str, Fact]]] = defaultdict(list)
    for name, fact in facts.items():
        groups[fact.kind, _unit(fact)].append((name, fact))
    for group in groups.values():
        for (one, first), (two, second) in combinations(group, 2):
            if first.value != second.value and _one_matter(one, first, two, second, topics):
                sort = f"{first.kind} {_unit(first)}".strip()
                message = f"{one} is {first.value}, {two} is {second.value} ({sort})"
                yield _problem("conflicting_facts", message)


def _one_matter(one: str, first: Fact, two: str, second: Fact, topics: Collection[str]) -> bool:
    """Whether two names mean one figure: the same words, or the same beside a topic that is part of the other's
    (daycare, daycare fees), or nearly the same from one page, or for a contact, of one publisher."""
    (topic, rest), (other, other_rest) = _split(one, topics), _split(two, topics)
    if topic == other:
        return False
    if _words(one) == _words(two):
        return True
    if _words(rest) == _words(other_rest) and (topic <= other or other <= topic):
        return True
    one_source = first.source == second.source or (first.kind == "phone" and first.publisher == second.publisher)
    return one_source and any(_alike(left, right) for left in {rest, one} for right in {other_rest, two})


def _alike(one: str, two: str) -> bool:
    words, others = _words(one), _words(two)
    if not words - _SORTS or not others - _SORTS:
        return False
    return words == others or (words ^ others <= _SORTS and fuzz.ratio(one, two) >= _ALIKE)


def _split(name: str, topics: Collection[str]) -> tuple[frozenset[str], str]:
    """(topic's words, the rest) of a fact's name; where it begins with no topic, its first word counts as one."""
    prefixes = [prefix for topic in topics if name.startswith(prefix := topic.replace("-", "_") + "_")]
    prefix = max(prefixes, key=len, default=name.split("_")[0] + "_")
    return _words(prefix), name.removeprefix(prefix)


def _words(name: str) -> frozenset[str]:
    return frozenset(name.strip("_").split("_"))


def _unit(fact: Fact) -> str:
    return re.split(r"[,:;(]", fact.unit)[0].strip().casefold()


def _problem(code: str, message: str) -> Problem:
    return Problem(PATH, None, code, message)
