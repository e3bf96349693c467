"""Follow-ups, corrections, choices and changes of subject, in conversations through the public door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from app.domain import Answer, Language, Retrieved, Turn, Understood
from eval.understanding.tally import Tally

Ask = Callable[[str, Language, tuple[Turn, ...]], Awaitable[Answer]]
LookUp = Callable[[str, Language, tuple[Turn, ...]], Awaitable[tuple[Understood, Retrieved]]]


async def measure_conversations(rows: Iterable[Mapping[str, Any]], ask: Ask, look_up: LookUp) -> dict[str, Any]:
    """By act: whether the turn is read as it is meant, and whether the right topic is found first or among five."""
    read, first, among = Tally(), Tally(), Tally()
    for row in rows:
        history: tuple[Turn, ...] = ()
        language: Language = row["language"]
        for turn in row["turns"]:
            understood, found = await look_up(turn["text"], language, history)
            answer = await ask(turn["text"], language, history)
            earlier = history[-1] if history else None
            read.add(
                turn["act"], _read_as(understood, earlier), turn["act"], right=_as_meant(turn, understood, earlier)
            )
            if turn["topic"] and turn["act"] not in ("smalltalk", "choice"):
                topics = [evidence.passage.topic or "" for evidence in found.evidence]
                first.add(turn["topic"], topics[0] if topics else "", turn["act"], row["language"])
                among.add("found", "found" if turn["topic"] in topics[:5] else "missed", turn["act"], row["language"])
            language = turn.get("to", language)
            told = answer.choices or answer.suggestions
            history += (Turn(answer.question, answer.standalone, answer.text, answer.status, told),)
    return {"read_as_meant": read.table(), "topic_first": first.table(), "topic_among_five": among.table()}


def _read_as(understood: Understood, earlier: Turn | None) -> str:
    if understood.smalltalk:
        return "smalltalk"
    alone = understood.standalone in understood.text  # without the courtesies in front of it
    return "joined" if earlier and not alone else "alone"


def _as_meant(turn: Mapping[str, Any], understood: Understood, earlier: Turn | None) -> bool:
    """A choice counts where one was offered; a switch, where the language is the asked one."""
    read = _read_as(understood, earlier)
    match turn["act"]:
        case "smalltalk":
            return read == "smalltalk"
        case "switch_language":
            return understood.language == turn["to"] and read == "joined"
        case "choice":
            return read == "joined" or not (earlier and earlier.choices)
        case "follow_up" | "correction":
            return read == "joined"
        case _:
            return read == "alone"
