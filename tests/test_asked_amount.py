"""Who asks for a price gets a price, or hears where prices stand, or an honest "I don't know"."""

from __future__ import annotations

import pytest

from app.asked_amount import asks_price, says_price


@pytest.mark.parametrize(
    "question",
    [
        "Paljonko Kela-kortti maksaa?",
        "Vad kostar daghem?",
        "How much does a ticket cost?",
        "price of residence permit",
        "päivähoidon hinta",
    ],
)
def test_questions_for_a_price(question: str) -> None:
    assert asks_price(question)


@pytest.mark.parametrize(
    "question", ["Miten saan verokortin?", "How many hours does it take?", "Hur mycket finska behöver jag kunna?"]
)
def test_other_questions(question: str) -> None:
    assert not asks_price(question)


@pytest.mark.parametrize(
    "text",
    [
        "Maksu on enintään 335 euroa.",
        "Kortti on maksuton.",
        "Kortet är gratis.",
        "Avgiften beror på inkomsten.",
        "The call is free of charge.",
        "The fee is on Migri's price list.",
        "Adults usually pay a client fee for public dental care.",
        "Aikuiset maksavat yleensä asiakasmaksun.",
        "Vuxna betalar i allmänhet en klientavgift.",
        "Asiakasmaksu koostuu käyntimaksusta ja toimenpiteistä.",
        "Den som är vuxen betalar en klientavgift.",
    ],
)
def test_texts_that_speak_of_a_price(text: str) -> None:
    assert says_price(text)


@pytest.mark.parametrize(
    "text",
    [
        "Kela vähentää korvauksen hinnasta.",
        "Apoteket drar av ersättningen från priset.",
        "The pharmacy deducts 3 months.",
        "Pay the processing fee.",
        "Maksa käsittelymaksu.",
        "Betala behandlingsavgiften när du lämnar in ansökan.",
    ],
)
def test_texts_that_do_not(text: str) -> None:
    assert not says_price(text)


@pytest.mark.parametrize(
    "question",
    [
        "Who is in charge of my child's daycare group?",
        "Where can I charge my phone?",
        "Paljonko aikaa käsittely ottaa?",
        "Vad tar ni hänsyn till?",
    ],
)
def test_words_that_only_look_like_a_price_ask_for_none(question: str) -> None:
    assert not asks_price(question)
