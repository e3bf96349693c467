"""Reading what a model says, however it is cut into pieces."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answer.said import SaidLines
from app.domain import AnswerSentence
from app.errors import ModelFault

ANSWER = "You apply to Kela. [1]\n\n1. Log in to OmaKela [2].\n2. Send it.[1][2]\n- Ask Kela. [1, 3]\nOne. [1] Two. [2]"
READ = [
    AnswerSentence("You apply to Kela.", (1,)),
    AnswerSentence("Log in to OmaKela.", (2,), "step"),
    AnswerSentence("Send it.", (1, 2), "step"),
    AnswerSentence("Ask Kela.", (1, 3), "item"),
    AnswerSentence("One.", (1,)),
    AnswerSentence("Two.", (2,)),
]


def read(*pieces: str) -> list[AnswerSentence]:
    lines = SaidLines()
    return [sentence for piece in pieces for sentence in lines.add(piece)] + lines.end()


@given(st.integers(0, 10_000))
def test_pieces_may_be_cut_anywhere(seed: int) -> None:
    chance = random.Random(seed)
    cuts = sorted(chance.sample(range(1, len(ANSWER)), chance.randint(0, 20)))
    pieces = [ANSWER[a:b] for a, b in zip([0, *cuts], [*cuts, len(ANSWER)], strict=True)]
    assert read(*pieces) == READ


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("", "empty"),
        (" \n\n ", "empty"),
        ("NO_ANSWER", "no_answer"),
        ("NO_ANSWER.\n", "no_answer"),
        ("You apply to Kela.", "unreadable"),
        ("Here is the answer:\nYou apply to Kela. [1]", "unreadable"),
        ("[1]", "unreadable"),
        ("You [apply](x) to Kela. [1]", "unreadable"),
        ("You apply to Kela. [123]", "unreadable"),
        ("You apply. [1] And so on", "unreadable"),
        ("x" * 451, "too_long"),
        ("a. [1]\n" * 11, "too_long"),
        ('{"answer": "yes"}', "unreadable"),
    ],
)
def test_anything_else_is_a_fault(said: str, kind: str) -> None:
    with pytest.raises(ModelFault, match=kind):
        read(said)


@given(st.text(max_size=600))
def test_no_text_does_worse_than_a_fault(text: str) -> None:
    try:
        found = read(text)
    except ModelFault:
        return
    assert all(sentence.citations and sentence.text for sentence in found)
