"""What a turn has to do with those before it: it leans on them, puts them right, picks a choice, changes language.

By patterns (app/patterns.toml), and by a network that reads it behind the question before it (app/intents.py). Where a
turn may lean and may as well begin something new ("and a bank account?"), both wordings go to the search, which knows
what there is to ask about (app/change_of_subject.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import log
from typing import Literal

from app.domain import LANGUAGES, Language, Status, Turn
from app.lemmas import plain
from app.patterns import fold, joined, patterns
from app.smalltalk import find_smalltalk, opening_end

MAX_OWN_WORDS = 12  # a follow-up that only begins like one is short; a longer question with "and" in front stands alone
MAX_LEANING = 5  # words up to which any turn may lean on the one before: "opening hours?", "without a referral?"
MAX_HEARD = 20  # words up to which one may lean that the network does not take to stand alone
MAY_LEAN = -3.0  # logarithm of how much likelier it leans than not, from which it may
SURE = 0.8  # share from which a turn is a correction, another language or small talk without a pattern that says so
MAX_CARRIED = 40  # words taken over from the earlier question, which may itself be joined of several
NO_QUESTION = (Status.SMALLTALK, Status.DECLINED, Status.FAILED)  # of turns on which none leans
LEAST = 1e-4  # of a share, before its logarithm is taken
STEM = 5  # letters that a word shares with its other forms

Hear = Callable[[str], Mapping[str, float]]
Act = Literal["alone", "follow_up", "correction", "choice", "switch_language"]


@dataclass(frozen=True, slots=True)
class Read:
    """`standalone` can be searched alone. `own` and `joined` are given where the search has to tell whether the turn
    stands alone or leans on `earlier`, the question before it that stood alone.
    """

    act: Act
    standalone: str
    own: str = ""
    joined: str = ""
    earlier: str = ""
    language: Language | None = None
    leaning: float = 0.0


def read_turn(text: str, history: Sequence[Turn], hear: Hear | None = None) -> Read:
    """What a turn is in its conversation, and the wording that can be searched alone.

    Args:
        hear: the shares of the acts of this turn, given the wording of the question before it.
    """
    earlier = _earlier(history)
    if not earlier:
        return Read("alone", text)
    folded = fold(text).strip()
    if chosen := _chosen(folded, history[-1]):  # "Finnish" may be a choice that was offered
        return Read("choice", chosen)
    if language := _switched(folded):
        return Read("switch_language", earlier, language=language)
    if correction := _corrected(text, earlier, history):
        return correction
    read = Read("alone", text, text, _together(earlier, text), earlier)
    if hear:
        return _heard(read, hear(_worded(history)), folded)
    if leans(text):
        return replace(read, act="follow_up", standalone=read.joined)
    return read if len(text.split()) <= MAX_LEANING else Read("alone", text)


def _heard(read: Read, shares: Mapping[str, float], folded: str) -> Read:
    """By what the network makes of it."""
    if shares["switch_language"] >= SURE and (language := _switched(folded, anywhere=True)):
        return Read("switch_language", read.earlier, language=language)
    if shares["correction"] >= SURE:
        return replace(read, act="correction", standalone=read.joined)
    if shares["smalltalk"] >= SURE:
        return Read("alone", read.own)
    leaning = log((shares["correction"] + shares["follow_up"] + LEAST) / (shares["alone"] + LEAST))
    if (leaning < MAY_LEAN and not leans(read.own)) or len(read.own.split()) > MAX_HEARD:
        return Read("alone", read.own)
    return replace(read, act="follow_up", standalone=read.joined if leaning > 0 else read.own, leaning=leaning)


def _worded(history: Sequence[Turn]) -> str:
    """The wording of the last question."""
    asked = (turn.standalone or turn.question for turn in reversed(history) if turn.status not in NO_QUESTION)
    return next(asked, "")


def stand_alone(text: str, history: Sequence[Turn]) -> str:
    """The wording that can be searched alone, as far as it can be told without searching."""
    return read_turn(text, history).standalone


def leans(text: str) -> bool:
    """Whether a short question begins or points back like one that needs the one before it."""
    folded = fold(text[opening_end(text) :].strip())
    return len(folded.split()) <= MAX_OWN_WORDS and bool(_compiled("follow_up").search(folded))


def _earlier(history: Sequence[Turn]) -> str:
    """The wording to lean on: of the last turn that stood alone, or put another right, or picked a choice.

    What was asked between them is left out: a chain of follow-ups would bury the new words under the old.
    """
    asked = [turn for turn in reversed(history) if turn.status not in NO_QUESTION and not _is_smalltalk(turn)]
    alone = (turn for turn in asked if not _was_joined(turn))
    found = next(alone, asked[0] if asked else None)
    return (found.standalone or found.question) if found else ""


def _alone(history: Sequence[Turn]) -> Iterator[str]:
    """What was asked alone, the latest first."""
    asked = (turn for turn in reversed(history) if turn.status not in NO_QUESTION and not _was_joined(turn))
    return (turn.standalone or turn.question for turn in asked)


def _is_smalltalk(turn: Turn) -> bool:
    return find_smalltalk(fold(turn.question)) is not None


def _was_joined(turn: Turn) -> bool:
    """Whether its wording is an earlier question with its own behind it."""
    longer = len(turn.standalone) > len(turn.question)
    ends_alike = turn.standalone.split()[-2:] == turn.question.split()[-2:]
    return longer and ends_alike and not any(pattern.search(fold(turn.question)) for pattern in _corrections())


def _together(earlier: str, text: str) -> str:
    return f"{' '.join(earlier.split()[:MAX_CARRIED])} {text}"


def _switched(folded: str, *, anywhere: bool = False) -> Language | None:
    """The language that the same answer is asked for in, where the turn asks for nothing else; or one that it names."""
    pattern = r"\b(?:LANGUAGE)\b" if anywhere else patterns()["switch_language"]["pattern"]
    for language in LANGUAGES:
        names = "|".join(patterns()["switch_language"][language])
        if re.search(pattern.replace("LANGUAGE", names), folded):
            return language
    return None


def _chosen(folded: str, last: Turn) -> str:
    """The choice or ready question of the last answer that is meant: by its place, or by words of its own."""
    if not last.choices:
        return ""
    bare = re.sub(r"[^\w\s]", " ", folded).strip()
    for place, ordinal in enumerate(patterns()["choice"]["ordinals"]):
        if re.fullmatch(patterns()["choice"]["pattern"].replace("ORDINAL", ordinal), bare):
            return last.choices[-1 if place == 0 else place - 1] if place <= len(last.choices) else ""
    words = set(_stems(bare)) - set(_stems(" ".join(patterns()["choice"]["empty"])))
    if not words or len(bare.split()) > MAX_LEANING:
        return ""
    meant = [choice for choice in last.choices if words <= set(_stems(fold(choice)))]
    return meant[0] if len(meant) == 1 else ""


def _corrected(text: str, earlier: str, history: Sequence[Turn]) -> Read | None:
    """The earlier question with what was meant in place of what was not, or the latest before it that names that.

    Where it does not say what was not meant ("no, I meant a tax card"), that may be all of the earlier question.
    """
    folded = fold(text)
    if len(text.split()) > MAX_OWN_WORDS or len(folded) != len(text):
        return None
    found = next((match for pattern in _corrections() if (match := pattern.search(folded))), None)
    if not found:
        return None
    parts = {name: text[slice(*found.span(name))].strip(" ,.!?") for name in found.groupdict() if found[name]}
    meant, not_meant = parts.get("meant", ""), parts.get("wrong", "")
    if not meant:
        return None
    wrong = set(_stems(fold(not_meant)))
    if not wrong & set(_stems(fold(earlier))):
        earlier = next((asked for asked in _alone(history) if wrong & set(_stems(fold(asked)))), earlier)
    corrected = _together(" ".join(word for word in earlier.split() if _stem(fold(word)) not in wrong), meant)
    return Read("correction", corrected) if wrong else Read("correction", corrected, meant, corrected, earlier)


def _stem(word: str) -> str:
    return plain(re.sub(r"\W", "", word))[:STEM]


def _stems(text: str) -> Iterator[str]:
    return (_stem(word) for word in text.split() if len(word) > 2)


@cache
def _compiled(name: str) -> re.Pattern[str]:
    return joined(patterns()[name]["patterns"])


@cache
def _corrections() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns()["correction"]["patterns"])
