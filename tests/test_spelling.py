"""Wrong letters in long words, with the real dictionaries."""

from __future__ import annotations

import pytest

from app.lexical import load_analyser
from app.spelling import Speller

KNOWN = ["henkilötunnus", "päiväkoti", "verokortti", "kindergarten", "residence", "skattekort", "lupa", "arokortti"]


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(KNOWN, load_analyser())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("henkilotunuss", "henkilötunnus"),
        ("verokorrti", "verokortti"),
        ("vrokortti", "verokortti"),
        ("where is the kindergarden?", "where is the kindergarten?"),
        ("residance permit", "residence permit"),
        ("Skattekrot, tack", "skattekort, tack"),
    ],
)
def test_a_wrong_letter_is_put_right(speller: Speller, typed: str, meant: str) -> None:
    assert speller.mend(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "paivakoti",  # without its dots it is right
        "päiväkodissa ja verokorttia",  # inflected
        "vesiskootteri",  # a known word that the documents lack
        "lupo",  # too short to tell
        "Xerokortti",  # another first letter makes another word
        "Matti Meikäläinen 112",
        "漢字 😀 \ud800",
        "",
    ],
)
def test_what_may_be_meant_as_it_stands_is_left_alone(speller: Speller, text: str) -> None:
    assert speller.mend(text) == text


def test_without_known_words_nothing_is_changed() -> None:
    assert Speller([], load_analyser()).mend("verokorrti") == "verokorrti"
