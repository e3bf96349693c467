"""Questions in a question."""

from __future__ import annotations

import pytest

from app.clauses import asking_sentences, clauses_of, stand_alone_clauses
from app.domain import Language

TWO: tuple[tuple[Language, str, list[str]], ...] = (
    ("en", "Where do I get a tax card, and what does it cost?", ["Where do I get a tax card", "what does it cost?"]),
    ("fi", "Mistä saan verokortin ja mitä se maksaa?", ["Mistä saan verokortin", "mitä se maksaa?"]),
    ("sv", "Hur söker jag dagis och när ska jag söka?", ["Hur söker jag dagis", "när ska jag söka?"]),
    ("en", "My son is five. Where is the school? When does it begin?", ["Where is the school?", "When does it begin?"]),
    ("en", "hi how do i apply kela card and what does it cost", ["hi how do i apply kela card", "what does it cost"]),
)
ONE: tuple[tuple[Language, str], ...] = (
    ("en", "What are Kela and DVV?"),
    ("fi", "Saavatko äiti ja isä vanhempainpäivärahaa?"),
    ("sv", "skattekort och personbeteckning"),
    ("en", "I came in May and I work. Do I need a tax card?"),
    ("fi", ""),
)


@pytest.mark.parametrize(("language", "text", "clauses"), TWO)
def test_each_thing_asked_is_a_clause(language: Language, text: str, clauses: list[str]) -> None:
    assert clauses_of(text, language) == clauses


def test_every_clause_is_there() -> None:
    assert len(clauses_of("Where is the school? When does it begin? Who pays for it? What do they eat?", "en")) == 4


@pytest.mark.parametrize(("language", "text"), ONE)
def test_one_question_has_no_clauses(language: Language, text: str) -> None:
    assert clauses_of(text, language) == []


def test_a_clause_that_points_back_takes_the_first_along() -> None:
    assert stand_alone_clauses(["Where do I get a tax card", "what does it cost?"])[1].startswith("Where do I get")
    both = ["How do I apply for daycare", "when does pre-primary education start in Espoo?"]
    assert stand_alone_clauses(both) == both


@pytest.mark.parametrize(
    ("language", "text", "asking"),
    [
        ("en", "Kela sent me a letter. Where is the daycare?", "Where is the daycare?"),
        ("fi", "Kela lähetti kirjeen. Missä on päiväkoti?", "Missä on päiväkoti?"),
        ("sv", "FPA skickade ett brev. Var finns daghemmet?", "Var finns daghemmet?"),
        (
            "en",
            "Tell me about housing allowance. I live here. Is it free?",
            "Tell me about housing allowance. Is it free?",
        ),
        ("fi", "Haluaisin tietää asumistuesta. Asun täällä.", "Haluaisin tietää asumistuesta."),
        ("sv", "Jag vill veta mer om bostadsbidrag. Jag bor här.", "Jag vill veta mer om bostadsbidrag."),
        ("en", "The benefit did not come and my tax is wrong.", "The benefit did not come and my tax is wrong."),
        ("en", "", ""),
    ],
)
def test_what_is_told_beside_a_question_is_context(language: Language, text: str, asking: str) -> None:
    assert asking_sentences(text, language) == asking


@pytest.mark.parametrize(
    ("language", "text", "clauses"),
    [
        ("en", "My mother lives in Nigeria and can I bring her here?", []),
        ("sv", "Jag bor i Esbo och kan jag få dagvård?", []),
        ("sv", "Jag var sjuk i maj och kan jag få sjukdagpenning?", []),
        ("fi", "Muutin tänne viikko sitten ja voiko lapseni aloittaa koulun?", []),
        (
            "en",
            "I live in Espoo and can I get daycare, and what does it cost?",
            ["I live in Espoo and can I get daycare", "what does it cost?"],
        ),
        (
            "en",
            "Am I entitled to housing allowance? How do I get a tax card?",
            ["Am I entitled to housing allowance?", "How do I get a tax card?"],
        ),
        (
            "sv",
            "Går det att förnya kortet på nätet och vad kostar det?",
            ["Går det att förnya kortet på nätet", "vad kostar det?"],
        ),
        (
            "fi",
            "Miksi lupani hylättiin? Kuka auttaa valituksessa?",
            ["Miksi lupani hylättiin?", "Kuka auttaa valituksessa?"],
        ),
        ("fi", "Asun Espoossa ja voiko lapseni aloittaa koulun?", []),
        ("fi", "Mistä saan verokortin ja mitä se maksaa?", ["Mistä saan verokortin", "mitä se maksaa?"]),
        ("sv", "Hej, hur får jag dagvård och vad kostar det?", ["Hej, hur får jag dagvård", "vad kostar det?"]),
    ],
)
def test_what_is_told_is_no_clause(language: Language, text: str, clauses: list[str]) -> None:
    assert clauses_of(text, language) == clauses
