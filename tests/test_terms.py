"""The glossary's terms in a text."""

from __future__ import annotations

import pytest

from app.domain import Language
from app.lexical import load_analyser
from app.terms import Terms

NAMES = {
    "personal-identity-code": {
        "fi": ["henkilötunnus", "hetu"],
        "sv": ["personbeteckning"],
        "en": ["personal identity code", "ID code"],
    },
    "residence-permit": {"fi": ["oleskelulupa"], "sv": ["uppehållstillstånd"], "en": ["residence permit"]},
    "permit": {"fi": ["lupa"], "sv": ["tillstånd"], "en": ["permit"]},
}


@pytest.fixture(scope="module")
def terms() -> Terms:
    return Terms(NAMES, load_analyser())


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("fi", "Mistä saan henkilötunnuksen?", ["personal-identity-code"]),
        ("sv", "Jag behöver en personbeteckning", ["personal-identity-code"]),
        ("en", "Where do I get a personal identity code", ["personal-identity-code"]),
        ("en", "where I get henkilötunnus", ["personal-identity-code"]),
        ("en", "residence permit or another permit", ["residence-permit", "permit"]),
        ("en", "hetu", []),  # too short to count in another language
        ("fi", "hetu", ["personal-identity-code"]),
        ("fi", "", []),
        ("en", "😀", []),
    ],
)
def test_a_term_is_found_by_any_of_its_names(terms: Terms, language: Language, text: str, found: list[str]) -> None:
    assert terms.find_in_question(text, language) == found


def test_the_longest_name_wins(terms: Terms) -> None:
    assert terms.find("residence permit", "en") == ["residence-permit"]


def test_in_a_text_only_its_own_language_counts(terms: Terms) -> None:
    assert terms.find("where I get henkilötunnus", "en") == []
