"""`asked.toml`: how people ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import KnowledgeError
from app.knowledge.asked import AskedQuestion, asked_problems, read_asked

GOOD = """
[questions.first-card]
fi = ["Mistä saan verokortin?"]
sv = ["Var får jag skattekort?"]
en = ["Where do I get a tax card?"]

[not_answered]
en = ["What is my tax rate?"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "tax-card" / "asked.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_questions_are_read_with_their_sections(tmp_path: Path) -> None:
    questions = read_asked(written(tmp_path, GOOD))
    assert AskedQuestion("tax-card", "first-card", "sv", "Var får jag skattekort?") in questions
    assert AskedQuestion("tax-card", "", "en", "What is my tax rate?") in questions
    assert len(questions) == 4


def test_no_file_is_no_questions(tmp_path: Path) -> None:
    assert read_asked(tmp_path / "asked.toml") == []


@pytest.mark.parametrize(
    "text",
    [
        "[question.a]\nfi = []",
        "questions = 1",
        "[questions.a]\nde = ['x']",
        "[questions.a]\nfi = 'x'",
        "[questions.a]\nfi = ['']",
        "[questions.a]\nfi = [1]",
        f"[questions.a]\nfi = ['{'x' * 401}']",
        "[questions.a",
    ],
)
def test_a_broken_file_says_what_is_wrong(tmp_path: Path, text: str) -> None:
    with pytest.raises(KnowledgeError, match=r"asked\.toml"):
        read_asked(written(tmp_path, text))


def test_problems_are_named() -> None:
    questions = [
        AskedQuestion("t", "gone", "fi", "Mitä?"),
        AskedQuestion("t", "a", "en", "Where is it?"),
        AskedQuestion("t", "", "en", "where is it"),
    ]
    codes = [(problem.code, problem.language) for problem in asked_problems("t/asked.toml", questions, {"a"})]
    assert ("asked_of_nothing", None) in codes
    assert ("asked_twice", "en") in codes
    assert ("asked_untranslated", "sv") in codes
