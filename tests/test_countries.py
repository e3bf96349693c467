"""Which side of the EU's border is meant."""

from __future__ import annotations

from datetime import date

import pytest

from app.assistant import Assistant
from app.countries import Side, is_for_others, side_of, side_of_heading
from app.domain import Language


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("jag har iranskt körkort", "outside"),
        ("Muutamme Turkista kissan kanssa", "outside"),
        ("I come from India", "outside"),
        ("koira Virosta Suomeen", "inside"),
        ("My husband is German", "inside"),
        ("venäjäksi, kiitos", ""),
        ("is there help in French?", ""),
        ("I am an EU citizen married to a Turkish man", ""),  # what is asked stands with the EU
        ("koirani turkki", ""),
        ("from Brazil via Spain", ""),
        ("asun Turussa", ""),
        ("palvelua ruotsiksi", ""),
        ("", ""),
    ],
)
def test_countries_tell_the_side(text: str, side: Side) -> None:
    assert side_of(text) == side


@pytest.mark.parametrize(
    ("heading", "side"),
    [
        ("May I drive in Finland with a licence from an EU or EEA country?", "inside"),
        ("Vad behöver en hund eller katt när jag kommer från ett land utanför EU?", "outside"),
        ("Mitä koira tai kissa tarvitsee, kun tulen EU:n ulkopuolelta?", "outside"),
        ("Mitä EU-kansalaisen pitää tehdä?", "inside"),
        ("What is the P-EU permit, and what if my application is refused?", ""),
        ("My spouse is not an EU citizen. Which permit is needed?", ""),
        ("I am a British citizen. Do the EU rules concern me?", ""),
        ("How do I get a tax card?", ""),
    ],
)
def test_headings_tell_the_side(heading: str, side: Side) -> None:
    assert side_of_heading(["A page", heading]) == side


@pytest.mark.parametrize(
    ("language", "asked", "anchor"),
    [
        ("en", "Which vaccinations does my dog from Turkey need?", "from-outside"),
        ("fi", "Mitä rokotuksia koirani tarvitsee, kun tulemme Espanjasta?", "from-eu"),
        ("sv", "Vilka vaccinationer behöver min katt från Ukraina?", "from-outside"),
    ],
)
def test_the_section_for_the_askers_side_is_found(
    assistant: Assistant, language: Language, asked: str, anchor: str
) -> None:
    found = assistant.library.require().retriever.retrieve(asked, language, date(2026, 11, 30))
    assert (found.evidence[0].passage.topic, found.evidence[0].passage.anchor) == ("pets", anchor)


@pytest.mark.parametrize(
    ("text", "heading", "others"),
    [
        ("Does DVV or Migri register me?", "I am a Nordic citizen. Must I go to Migri?", True),
        ("Kuka rekisteröi minut?", "Olen Pohjoismaan kansalainen. Pitääkö mennä Migriin?", True),
        ("Jag är svensk medborgare, vem registrerar mig?", "Jag är nordisk medborgare. Måste jag till Migri?", False),
        ("We come from Norway", "I am a Nordic citizen. Must I go to Migri?", False),
        ("Olen pohjoismaalainen", "Olen Pohjoismaan kansalainen. Pitääkö mennä Migriin?", False),
        ("I come from India", "May I drive with a licence from an EU country?", True),
        ("Does DVV or Migri register me?", "How do I register?", False),
        ("x", "", False),
    ],
)
def test_a_section_for_others_is_known_by_its_heading(text: str, heading: str, others: bool) -> None:
    assert is_for_others(text, (heading,) if heading else ()) == others


def test_the_turn_tells_the_country_and_not_the_question_before_it() -> None:
    joined = "How long may I drive with a foreign licence from outside the EU? and my wife has one from Germany?"
    assert side_of(joined) == "inside"
    assert side_of("Jag kommer från Tyskland. Och min fru är från Indien, behöver hon visum?") == "outside"
    assert side_of("I am from India. Can I travel to Sweden with my residence permit?") == ""
    assert side_of("I am from Iran. My wife is from Spain and our child from Iran, must we register?") == ""
