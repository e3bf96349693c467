"""Two runs side by side: which questions changed, and whether for better or worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from eval.measures.facts import facts
from eval.measures.wrong_section import wrong_section
from eval.records import Record


@dataclass(frozen=True, slots=True)
class Change:
    """One case that came out differently."""

    key: str
    question: str
    before: str
    after: str
    verdict: Literal["better", "worse", "other"]


def compare(before: Sequence[Record], after: Sequence[Record]) -> list[Change]:
    """The cases of both runs whose outcome differs, worse ones first."""
    earlier = {record.case.key: record for record in before}
    changes = [
        Change(new.case.key, new.case.question, outcome(old), outcome(new), _verdict(old, new))
        for new in after
        if (old := earlier.get(new.case.key)) is not None and outcome(old) != outcome(new)
    ]
    return sorted(changes, key=lambda change: ("worse", "other", "better").index(change.verdict))


def outcome(record: Record) -> str:
    """The outcome in words: status, whether the right section was cited, the share of facts."""
    words = [str(record.answer["status"])]
    if wrong_section(record):
        words.append("wrong section")
    share = facts(record)
    if share is not None:
        words.append(f"facts {share:.0%}")
    return ", ".join(words)


def _verdict(old: Record, new: Record) -> Literal["better", "worse", "other"]:
    before, after = _goodness(old), _goodness(new)
    return "other" if before == after else "better" if after > before else "worse"


def _goodness(record: Record) -> float:
    if record.case.expected == "unanswered":
        return float(not record.said_something)
    if not record.said_something:
        return 0.5  # an honest refusal is better than a wrong answer
    return 0.0 if wrong_section(record) else 1.0 + (facts(record) or 0.0)
