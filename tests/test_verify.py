"""A sentence stays only if its evidence carries it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import AnswerSentence, Language, Piece
from app.verify import fault, verify
from tests.made import passage

SOURCE = passage("The card costs 54 euros.", "Call 029 497 000 or write to info@vero.fi.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The card costs 54 euros.", None),
        ("You pay €54 for the card.", None),
        ("You pay €45 for the card.", "figure_not_in_evidence"),
        ("Call 029 497 001.", "figure_not_in_evidence"),
        ("Write to help@vero.fi.", "figure_not_in_evidence"),
        ("See www.vero.example.com/card.", "figure_not_in_evidence"),
        ("   ", "empty"),
    ],
)
def test_figures_must_stand_in_the_evidence(text: str, expected: str | None) -> None:
    assert fault(AnswerSentence(text, (1,)), {1: SOURCE}, "en") == expected


@pytest.mark.parametrize("citations", [(), (2,), (1, 2)])
def test_a_sentence_needs_known_evidence(citations: tuple[int, ...]) -> None:
    assert fault(AnswerSentence("The card costs 54 euros.", citations), {1: SOURCE}, "en") == "no_evidence"


def test_the_language_is_the_asked_one_unless_quoted() -> None:
    def finnish(_: str) -> Language:
        return "fi"

    own_words = AnswerSentence("Kortti maksaa sinulle 54 euroa.", (1,))
    assert fault(own_words, {1: SOURCE}, "en", finnish) == "wrong_language"
    quoted = AnswerSentence("The card costs 54 euros.", (1,))
    assert fault(quoted, {1: SOURCE}, "en", finnish) is None


def test_only_what_fails_is_dropped() -> None:
    good, bad = AnswerSentence("The card costs 54 euros.", (1,)), AnswerSentence("The card costs 99 euros.", (1,))
    verified = verify([good, bad], {1: SOURCE}, "en")
    assert verified.sentences == (good,)
    assert verified.dropped == ((bad, "figure_not_in_evidence"),)


@given(st.text(min_size=1).filter(str.strip), st.integers(min_value=0, max_value=10**6))
def test_a_quotation_holds_and_a_new_number_never_does(text: str, number: int) -> None:
    source = passage(Piece(text))
    assert fault(AnswerSentence(text, (1,)), {1: source}, "en") is None
    invented = AnswerSentence(f"It is {10**7 + number} euros.", (1,))
    assert fault(invented, {1: SOURCE}, "en") == "figure_not_in_evidence"
