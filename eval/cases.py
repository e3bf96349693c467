"""The questions of the evaluation and what a right answer to each must hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.domain import LANGUAGES, Language

QUESTIONS = Path(__file__).parent / "questions"
TRAINING = Path(__file__).parent / "training" / "questions.jsonl"
# Questions that were written blind and with which nothing was taught or chosen, with the sections that answer them.
FRESH = "fresh"
FIELDS = ("id", "language", "question", "history", "topic", "style", "expected", "part")
# No training question is on these topics, and the embedding has not seen their texts (the glossary's terms it has; the
# scorer has met their sections as wrong candidates): chosen from the 78 that were new by
# the first bytes of their names' digests, before anything was trained on any of them.
HELD_OUT_TOPICS = frozenset(
    [
        "associations-and-volunteering",
        "citizenship",
        "digital-help",
        "disability-services",
        "domestic-violence",
        "driving-licence",
        "emergency-care",
        "eu-citizens",
        "family-benefits",
        "higher-education",
        "homelessness",
        "integration-training",
        "interpreters",
        "libraries",
        "names-and-identity-documents",
        "police-services",
        "pre-primary-education",
        "sports",
        "student-residence-permit",
        "vocational-education",
    ]
)


@dataclass(frozen=True, slots=True)
class Case:
    """One question in one language.

    `gold` names the sections that answer it (`topic#anchor`); `must_include` are groups of alternatives, of each of
    which one must stand in the answer. `expected` is `answered` or `unanswered`; `part` is `train`, `test` or `fresh`;
    cases of one `family` ask the same in other words.
    """

    id: str
    language: Language
    question: str
    history: tuple[str, ...]
    topic: str | None
    style: str
    expected: str
    part: str
    gold: tuple[str, ...] = ()
    must_include: tuple[tuple[str, ...], ...] = ()
    family: str = ""

    @property
    def key(self) -> str:
        return f"{self.id}/{self.language}"


def load_cases(part: str = "all", folder: Path = QUESTIONS) -> list[Case]:
    """Every case of a part (`train`, `test`, both: `all`, or `fresh`), language by language."""
    if part == FRESH:
        return [_with_gold(row) for row in _rows(folder / f"{FRESH}.jsonl")]
    gold = {row["id"]: row for row in _rows(folder / "gold.jsonl")}
    cases = [
        _case(row, gold.get(str(row.get("family") or row["id"]), {}))
        for code in LANGUAGES
        for row in _rows(folder / f"{code}.jsonl")
    ]
    return [case for case in cases if part in ("all", case.part)]


def load_training_questions(use: str = "scorer", path: Path = TRAINING) -> list[Case]:
    """Questions for training alone; none of them is among the cases.

    Those for the `embedding` are not those for the `scorer`: of questions that the model was taught with, its
    vectors say more than they will of any other.
    """
    rows = ({"history": [], "style": "training", "part": "train", **row} for row in _rows(path) if row["use"] == use)
    return [_with_gold(row) for row in rows]


def seal(cases: Iterable[Case]) -> str:
    """The digest of the test part's questions, as DECISIONS.md states it."""
    test = sorted((case for case in cases if case.part == "test"), key=lambda case: (case.language, case.id))
    return hashlib.sha256("".join(f"{c.id}\t{c.language}\t{c.question}\n" for c in test).encode()).hexdigest()


def _with_gold(row: dict[str, object]) -> Case:
    return _case({key: row[key] for key in FIELDS}, row)


def _case(row: dict[str, object], gold: dict[str, object]) -> Case:
    told = gold.get("must_include", {})
    groups: Sequence[Sequence[str]] = told.get(str(row["language"]), ()) if isinstance(told, dict) else ()
    fields = {**row, "expected": gold.get("expected", row["expected"])}
    return Case(
        **{**fields, "history": tuple(row["history"])},  # type: ignore[arg-type]
        gold=tuple(gold.get("gold", ())),  # type: ignore[arg-type]
        must_include=tuple(tuple(group) for group in groups),
    )


def _rows(path: Path) -> list[dict[str, object]]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
