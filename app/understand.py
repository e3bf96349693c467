"""What is asked: masked, in which language, alone or as a follow-up, small talk, or a call for help."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from app.domain import Language, Question, Turn, Understood
from app.languages import Detected
from app.masking import PLACEHOLDER, mask

PATTERNS = Path(__file__).parent / "patterns.toml"
MAX_OWN_WORDS = 12  # a follow-up is short; a longer question with "and" in front stands alone
MAX_CARRIED = 40  # words taken over from the earlier question, which may itself be joined of several


def understand(
    question: Question, detect: Callable[[str, Language | None], Detected], keep: frozenset[str]
) -> Understood:
    """Read one question.

    Args:
        question: as the door received it.
        detect: the language of a text, given the widget's language.
        keep: normalised service numbers that are no personal data.
    """
    masked = mask(question.text, keep=keep)
    text = _clean(masked.text)
    folded = fold(text)
    detected = detect(text, question.language)
    emergency = find_emergency(folded)
    smalltalk = None if emergency else find_smalltalk(folded)
    asked = _bare(_beside_emergency(text) if emergency else text)
    return Understood(
        text=text,
        standalone=text if smalltalk else stand_alone(asked, question.history),
        language=detected.language,
        masked=masked.kinds,
        emergency=emergency,
        helplines=tuple(_patterns()["emergency"][emergency]["helplines"]) if emergency else (),
        smalltalk=smalltalk,
        other_language=detected.other,
    )


def find_emergency(folded: str) -> str | None:
    """The class of danger that the folded text tells of, or None."""
    text = _lookalikes().sub(" ", folded)
    return next((name for name, pattern in _emergencies() if pattern.search(text)), None)


def find_smalltalk(folded: str) -> str | None:
    """The kind of small talk, where the text is nothing else."""
    bare = re.sub(r"\s+", " ", re.sub(r"[^\w\s]", " ", folded)).strip()
    if not bare:
        return None
    return next((name for name, pattern in _smalltalk() if pattern.fullmatch(bare)), None)


def _beside_emergency(text: str) -> str:
    """What else is asked beside the call for help; all of it where there is nothing else."""
    parts = re.split(r"(?<=[.!?;])\s+|,\s*(?:and|but|ja|mutta|och|men)\s+", text)
    rest = [part for part in parts if part and not find_emergency(fold(part))]
    return " ".join(rest) or text


def _bare(text: str) -> str:
    """The text without greeting, name, thanks and sign-off, and without what stands for personal data.

    "My name is Kalle" beside a question took the answer's probability from 0.96 to 0.20, "My number is [phone]" from
    0.97 to 0.57.
    """
    kept: list[str] = []
    for part in re.split(r"(?<=[.!?;])\s+", text[_opening_end(text) :]):
        folded = fold(part)
        if kept and _sign_off().match(folded):
            break
        told = _courtesy().match(folded) or PLACEHOLDER.search(part)
        if not told or part.endswith("?"):
            kept.append(part)
    return re.sub(r"\s+", " ", PLACEHOLDER.sub(" ", " ".join(kept))).strip() or text


def stand_alone(text: str, history: tuple[Turn, ...]) -> str:
    """The wording that can be searched alone: a follow-up is joined to the last question that stood alone.

    What was asked between them is left out: a chain of follow-ups would bury the new words under the old.
    """
    asked = [turn for turn in reversed(history) if not find_smalltalk(fold(turn.question))]
    alone = (turn.standalone for turn in asked if len(turn.standalone) <= len(turn.question))
    earlier = next(alone, asked[0].standalone if asked else "")
    if not earlier or not _leans(text):
        return text
    return f"{' '.join(earlier.split()[:MAX_CARRIED])} {text}"


def fold(text: str) -> str:
    """Lower case without accents: å, ä, ö become a, a, o."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _leans(text: str) -> bool:
    folded = fold(text[_opening_end(text) :].strip())
    return len(folded.split()) <= MAX_OWN_WORDS and bool(_follow_up().search(folded))


def _opening_end(text: str) -> int:
    """Where a greeting at the front ends; folding keeps a composed text's length."""
    folded = fold(text)
    found = _opening().match(folded) if len(folded) == len(text) else None
    return found.end() if found else 0


def _clean(text: str) -> str:
    """On one line, without what cannot be seen: a soft hyphen joins, another control character parts."""
    seen = (char for char in text if unicodedata.category(char) != "Cf")
    readable = "".join(char if char.isprintable() else " " for char in seen)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", readable)).strip()


@cache
def _patterns() -> dict[str, Any]:
    return tomllib.loads(PATTERNS.read_text(encoding="utf-8"))


@cache
def _emergencies() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, _joined(entry["patterns"])) for name, entry in _patterns()["emergency"].items())


@cache
def _smalltalk() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each kind with polite words around it. A greeting has only greetings before it: "hei, kiitos" is thanks."""
    kinds = {name: "|".join(entry["patterns"]) for name, entry in _patterns()["smalltalk"].items()}
    before, after = ("|".join(_patterns()["smalltalk_edges"][edge]) for edge in ("before", "after"))
    polite = {
        name: rf"(?:(?:{kinds['greeting']}|{before}) ){{0,2}}(?:{kind})(?: (?:{after}))?"
        for name, kind in kinds.items()
    }
    polite["greeting"] = rf"(?:(?:{kinds['greeting']}) )?(?:{kinds['greeting']})"
    return tuple((name, re.compile(pattern)) for name, pattern in polite.items())


@cache
def _opening() -> re.Pattern[str]:
    """A greeting or thanks before what is really asked."""
    before = "|".join(_patterns()["smalltalk_edges"]["before"])
    greeting = "|".join(_patterns()["smalltalk"]["greeting"]["patterns"])
    return re.compile(rf"^(?:(?:{before}|{greeting})\b[\s,.!:;-]*){{1,2}}(?=\w)")


@cache
def _sign_off() -> re.Pattern[str]:
    """The end of a letter: what follows is a name."""
    return re.compile(rf"(?:{'|'.join(_patterns()['letter']['sign_off'])})\b(?!.*\?)")


@cache
def _courtesy() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(_patterns()['letter']['courtesy'])})(?:[\s,]+\S+){{0,3}}$")


@cache
def _lookalikes() -> re.Pattern[str]:
    return _joined(_patterns()["lookalikes"]["patterns"])


@cache
def _follow_up() -> re.Pattern[str]:
    return _joined(_patterns()["follow_up"]["patterns"])


def _joined(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
