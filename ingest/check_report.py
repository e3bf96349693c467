"""What `check` prints: problems by language and kind, each kind with its count and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from app.domain import LANGUAGES
from app.knowledge import ADVICE, Problem

ALL = "all languages"


def check_lines(problems: Sequence[Problem], notes: Sequence[str]) -> Iterator[str]:
    for language in (None, *LANGUAGES):
        found = [problem for problem in problems if problem.language == language]
        if not found:
            continue
        yield f"{language or ALL}: {_counted(len(found))}"
        for code in ADVICE:
            if same := [problem for problem in found if problem.code == code]:
                yield f"  {code} ({len(same)}): {ADVICE[code]}"
                yield from (f"    {problem.place}: {problem.message}" for problem in same)
    yield from (f"note: {note}" for note in notes)
    yield _counted(len(problems))


def check_json(problems: Sequence[Problem], notes: Sequence[str]) -> dict[str, Any]:
    """`counts`: by language (`all languages` where a problem concerns all), then by kind."""
    counts: dict[str, dict[str, int]] = {}
    for language in (None, *LANGUAGES):
        counts[language or ALL] = dict(Counter(problem.code for problem in problems if problem.language == language))
    return {
        "problems": [asdict(problem) | {"advice": problem.advice} for problem in problems],
        "counts": counts,
        "notes": list(notes),
    }


def _counted(number: int) -> str:
    return f"{number} problem" if number == 1 else f"{number} problems"
