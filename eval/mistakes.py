"""The cases that came out wrong, and in which way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from eval.measures.facts import missing_facts
from eval.measures.wrong_answer import wrong_answer
from eval.measures.wrong_refusal import wrong_refusal
from eval.measures.wrong_section import cited_sections, wrong_section
from eval.records import Record

Kind = Literal["wrong answer", "wrong section", "missing fact", "wrong refusal"]
KINDS: tuple[Kind, ...] = ("wrong answer", "wrong section", "missing fact", "wrong refusal")


@dataclass(frozen=True, slots=True)
class Mistake:
    """`kinds` the gravest first; `missing` are the groups of alternatives of which none was said."""

    record: Record
    kinds: tuple[Kind, ...]
    cited: tuple[str, ...]
    missing: tuple[tuple[str, ...], ...]


def mistakes(records: Sequence[Record]) -> list[Mistake]:
    """In the order of KINDS; a case with several stands under the gravest one."""
    found = [_mistake(record) for record in records]
    return sorted((one for one in found if one.kinds), key=lambda one: KINDS.index(one.kinds[0]))


def _mistake(record: Record) -> Mistake:
    answered_rightly = record.said_something and record.case.expected == "answered"
    missing = tuple(missing_facts(record)) if answered_rightly else ()
    made: dict[Kind, bool] = {
        "wrong answer": bool(wrong_answer(record)),
        "wrong section": bool(wrong_section(record)),
        "missing fact": bool(missing),
        "wrong refusal": bool(wrong_refusal(record)),
    }
    cited = tuple(sorted(cited_sections(record))) if record.said_something else ()
    return Mistake(record, tuple(kind for kind in KINDS if made[kind]), cited, missing)
