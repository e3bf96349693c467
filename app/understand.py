"""What is asked: masked, in which language, alone or as a follow-up; a call for help, small talk, or nothing for us."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from app.domain import Language, Question, Status, Turn, Understood
from app.emergency import Danger, beside_emergency, read_danger, read_danger_in
from app.follow_up import Read, leans, read_turn
from app.intents import SMALLTALK, Intents
from app.languages import Detected
from app.masking import mask
from app.patterns import fold, joined, patterns
from app.smalltalk import begins_another, find_smalltalk, without_courtesies

Detect = Callable[[str, Language | None], Detected]
Meant = Callable[[str, Language], str]

MANIPULATION = "manipulation"
# A question hidden in base64; capitals and digits tell it from long compounds, slashes between words and addresses.
ENCODED = re.compile(r"(?<![\w./])(?=\S*\d)(?=\S*[A-Z])(?=\S*[a-z])[A-Za-z0-9+/]{40,}={0,2}(?![\w./])")
OF_THE_TURN = ("switch_language", "choice", "correction")  # acts that are nothing else
NO_CALL = ("switch_language", "choice")  # acts that tell of nothing new, whatever the model hears in them
MOST_SMALLTALK = 10  # words; what is longer asks for something besides
# Share of small talk from which a turn that may lean on the one before is it; of what is meant as small talk most have
# more, of short turns hardly any.
SURE_SMALLTALK = 0.65
LASTING = 3  # turns for which the numbers stay in sight after a call for help


def understand(
    question: Question, detect: Detect, keep: frozenset[str], intents: Intents, meant: Meant = lambda text, _: text
) -> Understood:
    """Read one question. `detect` tells the language of a text, given the widget's, `meant` what a text in a language
    means to say, `intents` what kind of message it is; `keep` are normalised service numbers, no personal data.
    """
    detected = detect(written := _clean((masked := mask(question.text, keep=keep)).text), question.language)
    text = written if detected.other else meant(written, detected.language)
    question = replace(question, history=tuple(_turn_as_meant(turn, detect, meant, keep) for turn in question.history))
    read_as, before = _danger(text, detected, intents), _told_before(question, detected, intents)
    danger = read_as if read_as and read_as.sure else None
    rest = _beside(text, detected, intents) if danger else text
    asked = without_courtesies(rest)
    learned = None if detected.other else intents  # they know three languages
    read = _read(question, rest, asked, learned)
    if smalltalk := None if danger else _smalltalk(text, read, learned):
        read = Read("alone", text)
    kind = "" if danger or smalltalk else _kind(asked, read, learned)
    return Understood(
        written=written,
        text=text,
        standalone=read.standalone,
        language=read.language or detected.language,
        masked=masked.kinds,
        emergency=danger.kind if danger else None,
        helplines=danger.helplines if danger else (),
        smalltalk=smalltalk,
        other_language=detected.other,
        own=read.own,
        joined=read.joined,
        earlier=read.earlier,
        leaning=read.leaning,
        corrects=read.act == "correction",
        declined=kind == MANIPULATION,
        off_topic=kind == "declined",
        personal=kind == "personal",
        perhaps=() if danger else _perhaps(before, read_as, read),
        told_before=before.kind if before else "",
        besides=rest != text,
    )


def _read(question: Question, rest: str, asked: str, intents: Intents | None) -> Read:
    """What the turn is in its conversation; who says that another subject comes begins anew."""
    history = () if begins_another(rest) and not leans(asked) else question.history
    return read_turn(asked, history, (lambda before: intents.turn(rest, before)) if intents else None)


def _turn_as_meant(turn: Turn, detect: Detect, meant: Meant, keep: frozenset[str]) -> Turn:
    """Masked once more: what a question leans on is searched with it, and goes to a language model where one is set."""
    asked, standalone = (mask(text, keep=keep).text for text in (turn.question, turn.standalone))
    return replace(turn, question=meant(asked, detect(asked, None).language), standalone=standalone)


def _danger(text: str, detected: Detected, intents: Intents) -> Danger | None:
    """In the language of the text. What is nothing but small talk is none, whatever the model says of it."""
    if detected.other:
        return read_danger_in(text, detected.other)
    found = read_danger(text, detected.language, intents)
    return None if found and found.learned and find_smalltalk(fold(text)) else found


def _told_before(question: Question, detected: Detected, intents: Intents) -> Danger | None:
    """The danger that one of the last turns told of: "where can we go tonight?" tells of none itself."""
    told = (turn for turn in reversed(question.history[-LASTING:]) if turn.status is Status.EMERGENCY)
    turn = next(told, None)
    return _danger(turn.question, detected, intents) if turn else None


def _perhaps(before: Danger | None, read_as: Danger | None, read: Read) -> tuple[str, ...]:
    """Who helps where a message may be a call for help, or one of the last was one."""
    if before:
        return before.helplines
    return read_as.helplines if read_as and read.act not in NO_CALL else ()


def _beside(text: str, detected: Detected, intents: Intents) -> str:
    def is_danger(part: str) -> bool:
        found = _danger(part, detected, intents)
        return found is not None and found.sure

    return beside_emergency(text, detected.language, is_danger)


def _smalltalk(text: str, read: Read, intents: Intents | None) -> str | None:
    """By pattern; or learned, of a short message that is not an act of the conversation."""
    found = find_smalltalk(fold(text))
    bare = without_courtesies(text)
    if found or intents is None or read.act in OF_THE_TURN or len(bare.split()) > MOST_SMALLTALK:
        return found
    shares = intents.shares("matter", bare)
    best = max(SMALLTALK, key=lambda kind: shares[kind])
    share = sum(shares[kind] for kind in SMALLTALK)
    return best if intents.believed("smalltalk", share) and (share >= SURE_SMALLTALK or not read.joined) else None


def _kind(text: str, read: Read, intents: Intents | None) -> str:
    """`declined` or `personal`; empty where it is a question for the documents."""
    if _manipulation().search(fold(text)) or ENCODED.search(text):
        return MANIPULATION
    if intents is None or read.act in OF_THE_TURN:
        return ""
    shares = intents.shares("matter", text)
    return next((kind for kind in ("declined", "personal") if intents.believed(kind, shares[kind])), "")


def _clean(text: str) -> str:
    """On one line, without what cannot be seen: a soft hyphen joins, another control character parts."""
    seen = (char for char in text if unicodedata.category(char) != "Cf")
    readable = "".join(char if char.isprintable() else " " for char in seen)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", readable)).strip()


@cache
def _manipulation() -> re.Pattern[str]:
    return joined(patterns()["declined"]["patterns"])
