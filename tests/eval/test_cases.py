"""The sealed questions are what DECISIONS.md says they are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from app.domain import LANGUAGES
from eval.cases import load_cases, load_training_questions, seal

ROOT = Path(__file__).resolve().parents[2]


def test_the_test_part_is_the_sealed_one() -> None:
    assert seal(load_cases()) in (ROOT / "DECISIONS.md").read_text(encoding="utf-8")


def test_the_three_languages_hold_the_same_cases() -> None:
    ids = {
        code: [(c.id, c.part, c.topic, c.style, c.expected) for c in load_cases() if c.language == code]
        for code in LANGUAGES
    }
    assert ids["fi"] == ids["sv"] == ids["en"]
    assert len(ids["fi"]) == len(set(ids["fi"])) >= 60


def test_there_are_enough_of_each_kind() -> None:
    cases = [case for case in load_cases() if case.language == "sv"]
    styles = Counter(case.style for case in cases)
    assert styles["follow_up"] >= 6
    assert styles["typed"] >= 6
    assert sum(case.expected == "unanswered" for case in cases) >= 12
    assert len([case for case in cases if case.part == "test"]) * 3 >= len(cases)


def test_every_answerable_case_says_where_and_what() -> None:
    assert all(case.gold and case.must_include for case in load_cases() if case.expected == "answered")


def test_gold_sections_exist() -> None:
    anchors = {
        f"{page.parent.name}#{line.split('{#')[1].split()[0].rstrip('}')}"
        for page in (ROOT / "knowledge").glob("*/en.md")
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith("## ")
    }
    assert (
        not {gold for case in [*load_cases(), *load_cases("fresh"), *load_training_questions()] for gold in case.gold}
        - anchors
    )


def test_the_fresh_questions_stand_apart() -> None:
    fresh = load_cases("fresh")
    assert len(fresh) == 1608 and {case.part for case in fresh} == {"fresh"}
    assert {(case.expected == "answered") == bool(case.gold) for case in fresh} == {True}
    assert not {case.key for case in fresh} & {case.key for case in load_cases()}
    known = {(case.language, case.question.lower()) for case in [*load_cases(), *load_training_questions()]}
    assert sum((case.language, case.question.lower()) in known for case in fresh) < 0.02 * len(fresh)


def test_no_training_question_is_a_case() -> None:
    asked = {case.question.lower() for case in load_cases()}
    assert not [case for case in load_training_questions() if case.question.lower() in asked]
