"""Calls for help: by plain patterns, which are sure, and by a learned model, which knows what is like them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.clauses import asks
from app.domain import Language
from app.intents import NONE, Intents, between_commas
from app.patterns import fold, joined, patterns
from app.smalltalk import opening_end
from app.subject import has_subject

OTHER_DANGERS = Path(__file__).parent / "other_dangers.toml"
SURE = 0.5  # share of all danger from which a learned class is named; below, the first words are of any danger
LIKELY = 0.2  # share from which a class's helplines are given too
MOST_LINES = 4  # helplines; a person in need reads no list
LISTENING: dict[Language, str] = {
    "fi": "crisis_helpline_phone",
    "sv": "crisis_helpline_phone_sv",
    "en": "crisis_helpline_phone_en",
}
INTIMATE = ("sexual_violence", "honour", "self_harm")  # not said to somebody who may have told of nothing like it


@dataclass(frozen=True, slots=True)
class Danger:
    """A class of danger, and the facts of the numbers that help, the first first.

    A message that is not `sure` to tell of it is answered as any other, with a notice that names who helps.
    """

    kind: str
    helplines: tuple[str, ...]
    learned: bool = False
    sure: bool = True


def read_danger(text: str, language: Language, intents: Intents) -> Danger | None:
    """The danger that a message tells of, whoever is in it."""
    if found := find_emergency(fold(text)):
        return Danger(found, _helplines([found]))
    shares = intents.danger(_without_lookalikes(text[opening_end(text) :]), language)
    danger = 1 - shares[NONE]
    if not intents.believed("perhaps_danger", danger):
        return None
    ranked = sorted((name for name in shares if name != NONE), key=lambda name: -shares[name])
    likely = [name for name in ranked if shares[name] >= LIKELY * danger]
    kind = likely[0] if likely and shares[likely[0]] >= SURE * danger else "danger"
    if not intents.believed("danger", danger):
        return Danger(kind, _careful_lines(kind, language), learned=True, sure=False)
    return Danger(kind, _helplines([kind, *likely]), learned=True)


def read_danger_in(text: str, code: str) -> Danger | None:
    """The same in a language that the service does not speak, by its unmistakable words; it is told 112."""
    pattern = _other_dangers().get(code)
    return Danger("danger", _helplines(["danger"])) if pattern and pattern.search(text.lower()) else None


def find_emergency(folded: str) -> str | None:
    """The class of danger that plain patterns find in the folded text, or None."""
    text = _lookalikes().sub(" ", folded)
    return next((name for name, pattern in _emergencies() if pattern.search(text)), None)


def helping_sections(kind: str) -> list[tuple[str, str]]:
    """Topic and anchor of the sections that tell what helps in a danger, the first for all who are in it."""
    return [
        (topic, anchor) for topic, anchor in (named.split("#") for named in patterns()["emergency"][kind]["sections"])
    ]


def beside_emergency(text: str, language: Language, is_danger: Callable[[str], bool]) -> str:
    """What else is asked beside the call for help; the text as it is where nothing else is asked: what is only told
    ("she gave away her cat") belongs to the call.
    """
    parts = re.split(r"(?<=[.!?;])\s+|,\s*(?:and|but|ja|mutta|och|men)\s+", text)
    parts = [
        part for whole in parts if whole for part in (between_commas(whole, language) if is_danger(whole) else [whole])
    ]
    kept = [part for part in parts if not is_danger(part)]
    rest = " ".join(kept)
    return rest if len(kept) < len(parts) and has_subject(rest) and asks(rest, language) else text


def _without_lookalikes(text: str) -> str:
    """As it is written otherwise: sentences are told by their capitals, and messages were learned as people write."""
    folded = fold(text)
    if len(folded) != len(text):
        return text
    for found in _lookalikes().finditer(folded):
        text = text[: found.start()] + " " * len(found[0]) + text[found.end() :]
    return text


def _helplines(kinds: Sequence[str]) -> tuple[str, ...]:
    lines = [line for kind in kinds for line in patterns()["emergency"][kind]["helplines"]]
    return tuple(dict.fromkeys(lines))[:MOST_LINES]


def _careful_lines(kind: str, language: Language) -> tuple[str, ...]:
    """Where danger is not sure: 112, a line that listens, and those of a kind that hurts nobody when it is wrong."""
    own = () if kind in INTIMATE else _helplines([kind])
    return tuple(dict.fromkeys(["emergency_number", LISTENING[language], *own]))


@cache
def _emergencies() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, joined(entry["patterns"])) for name, entry in patterns()["emergency"].items())


@cache
def _other_dangers() -> dict[str, re.Pattern[str]]:
    listed = tomllib.loads(OTHER_DANGERS.read_text(encoding="utf-8"))
    return {code: joined(entry["patterns"]) for code, entry in listed.items()}


@cache
def _lookalikes() -> re.Pattern[str]:
    return joined(patterns()["lookalikes"]["patterns"])
