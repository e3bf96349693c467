"""The problems that the check of a knowledge folder finds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from app.knowledge import Problem, check_knowledge

TODAY = date(2026, 11, 22)


def found(knowledge: Path, *codes: str) -> list[Problem]:
    """The problems, which must be of these kinds and no others."""
    problems = check_knowledge(knowledge, TODAY)
    assert {problem.code for problem in problems} == set(codes)
    return problems
