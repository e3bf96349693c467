"""Calls for help: learned ones, in other languages, beside another question, and with which numbers."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from app.crisis_wording import crisis_wording
from app.domain import LANGUAGES, Language
from app.emergency import (
    MOST_LINES,
    beside_emergency,
    find_emergency,
    helping_sections,
    read_danger,
    read_danger_in,
)
from app.errors import KnowledgeError
from app.intents import between_commas, load_intents, windows
from app.knowledge import load_facts, read_topic_file
from app.languages import detect_language
from app.other_languages import told
from app.patterns import fold, patterns

INTENTS = load_intents()
KNOWLEDGE = Path(__file__).parents[1] / "knowledge"
FACTS = load_facts(KNOWLEDGE)
KNOWN = tomllib.loads((Path(__file__).parent / "understanding.toml").read_text(encoding="utf-8"))
OTHER = tomllib.loads((Path(__file__).parent / "other_dangers.toml").read_text(encoding="utf-8"))


def is_danger(text: str, language: Language) -> bool:
    danger = read_danger(text, language, INTENTS)
    return danger is not None and danger.sure


@pytest.mark.parametrize("code", OTHER)
def test_unmistakable_words_of_other_languages(code: str) -> None:
    assert len(OTHER) >= 15
    assert [text for text in OTHER[code]["examples"] if not read_danger_in(text, code)] == []
    assert [text for text in OTHER[code]["harmless"] if read_danger_in(text, code)] == []


def test_a_language_without_words_is_no_danger() -> None:
    assert read_danger_in("yardım", "xx") is None


@pytest.mark.parametrize(
    "wish",
    [
        "I want to be dead",
        "I wish I was dead",
        "I'd rather be dead",
        "they are better off dead, me too",
        "i want dead",
        "haluan olla kuollut",
        "voisinpa kuolla",
        "kunpa olisin kuollut",
        "jag vill vara död",
        "önskar att jag vore död",
    ],
)
def test_the_wish_to_be_dead_is_a_call_for_help(wish: str) -> None:
    assert find_emergency(fold(wish)) == "self_harm"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("My boss has my passport and says I owe him money", "trafficking"),
        ("our employer still has our passports", "trafficking"),
        ("pomollani on passini", "trafficking"),
        ("passini on vielä työnantajalla", "trafficking"),
        ("chefen har mitt pass", "trafficking"),
        ("my employer has my passport number", None),
        ("pomolla on passini kopio", None),
        ("the police has my passport", None),
        ("chefen har passat barnen", None),
    ],
)
def test_an_employer_who_has_the_passport(text: str, kind: str | None) -> None:
    assert find_emergency(fold(text)) == kind


@pytest.mark.parametrize(
    "other",
    [
        "I want to be dead sure about the deadline",
        "my phone is dead",
        "My landlord wants dead trees removed from the yard.",
        "I want dead birds reported, who do I call?",
        "My car battery is rather dead, where is a garage?",
        "han önskar död ved till sin trädgård",
        "mieheni on kuollut, mitä teen?",
        "vill du veta när han blev död?",
    ],
)
def test_a_death_is_none(other: str) -> None:
    assert find_emergency(fold(other)) is None


def test_danger_is_found_in_one_sentence_of_a_long_message() -> None:
    text = "How do I get a tax card? My husband hit me again last night and I am afraid. Also, where is the library?"
    danger = read_danger(text, "en", INTENTS)
    assert danger and danger.sure and danger.helplines[0] == "emergency_number"
    assert len(danger.helplines) <= MOST_LINES
    beside = beside_emergency(text, "en", lambda part: is_danger(part, "en"))
    assert "tax card" in beside and "hit me" not in beside


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("my husband says he will burn me and the kids if I go", "en"),
        ("mies löi mua taas eilen ja pelkään että se tulee takas", "fi"),
        ("min man slår mig och barnen varje kväll, jag är rädd att gå hem", "sv"),
        ("I don't see any reason to go on, I have the pills here", "en"),
        ("en halua enää herätä huomenna", "fi"),
        ("vi har ingenstans att sova i natt, jag har två barn med mig", "sv"),
    ],
)
def test_learned_ones_have_112_first(text: str, language: str) -> None:
    danger = read_danger(text, language, INTENTS)  # type: ignore[arg-type]
    assert danger and danger.sure and danger.helplines[0] == "emergency_number"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("my phone died, how do I identify myself in Suomi.fi?", "en"), ("tapan aikaa kirjastossa, milloin se sulkeutuu", "fi"),
        ("brandsäkerhetskurs för nybörjare", "sv"), ("Where do I report a lost bank card?", "en"), ("verokortti uuteen työhön", "fi"),
    ],
)  # fmt: skip
def test_look_alikes_are_none(text: str, language: str) -> None:
    assert read_danger(text, language, INTENTS) is None  # type: ignore[arg-type]


def test_each_sentence_is_looked_at() -> None:
    assert windows("One. Two. Three.", "en") == ["One. Two. Three.", "One.", "Two.", "Three."]
    assert windows("One", "en") == ["One"]


def test_what_stands_between_commas_is_looked_at_alone() -> None:
    told = "Jag orkar inte längre, allting vore bättre om jag inte fanns."
    assert windows(told, "sv") == [told, "Jag orkar inte längre,", "allting vore bättre om jag inte fanns."]
    assert between_commas("Lapsi tarvitsee paikan, mieheni lyö minua", "fi")[1] == "mieheni lyö minua"
    assert between_commas("Hi, where is the daycare, and what does it cost?", "en") == [
        "Hi, where is the daycare,", "and what does it cost?",
    ]  # fmt: skip


def test_a_rest_that_says_nothing_is_no_question() -> None:
    text = "He beats her. What can we do?"
    assert beside_emergency(text, "en", lambda part: "beats" in part) == text
    asked = beside_emergency("He beats her every day, how do I get a tax card?", "en", lambda part: "beats" in part)
    assert asked == "how do I get a tax card?"
    told = "My friend has stopped eating, she says that soon nobody needs to worry."
    assert beside_emergency(told, "en", lambda part: "nobody" in part) == told


def test_few_look_alikes_of_the_patterns_are_taken_for_calls_for_help() -> None:
    texts = KNOWN["lookalikes"]["texts"]
    alarms = [text for text in texts if is_danger(text, detect_language(text).language)]
    # Written against the patterns, word for word; the learned model takes 13 of 113 for calls for help.
    assert len(alarms) <= 0.13 * len(texts), alarms


def test_each_danger_names_a_section_that_tells_what_helps() -> None:
    named = [(kind, *section) for kind in patterns()["emergency"] for section in helping_sections(kind)]
    assert len({kind for kind, _, _ in named}) == 9
    for kind, topic, anchor in named:
        for language in LANGUAGES:
            page = read_topic_file(KNOWLEDGE / topic / f"{language}.md", FACTS)
            assert anchor in {section.anchor for section in page.sections}, (kind, language)


def test_all_crisis_wording_is_on_one_page() -> None:
    page = crisis_wording(FACTS)
    for kind in patterns()["emergency"]:
        assert f"## {kind}\n" in page
    assert all(number in page for number in ("112", "080 005 005"))
    assert page.count("* **") == 3 * (len(patterns()["emergency"]) + 1) + len(told())
    assert page.count("{") == page.count("{lines}") == 4  # no place is left open but the one that is told of
    with pytest.raises(KnowledgeError, match=r"facts\.toml lacks"):
        crisis_wording({})


def test_where_danger_is_not_sure_nobody_is_told_what_they_may_have_met() -> None:
    unsure = replace(INTENTS, thresholds=INTENTS.thresholds | {"danger": 1.1, "perhaps_danger": 0.0})
    for text, language, others in (
        ("I was forced to have intercourse", "en", ()),
        ("barnet har nog fått i sig något ur flaskan under diskhon", "sv", ("poison_information_phone",)),
    ):
        danger = read_danger(text, language, unsure)  # type: ignore[arg-type]
        assert danger and not danger.sure
        assert danger.helplines[:2] == ("emergency_number", f"crisis_helpline_phone_{language}")
        assert danger.helplines[2:] == others


@pytest.mark.parametrize(
    ("text", "language", "in_danger"),
    [
        ("barnet dör", "sv", True),
        ("Hjälp, min man dör!", "sv", True),
        ("lapsi kuolee", "fi", True),
        ("Vauva on kuolemassa", "fi", True),
        ("my child is dying", "en", True),
        ("Vad gör jag när min man dör?", "sv", False),
        ("Vem ärver om min pappa dör?", "sv", False),
        ("Saanko leskeneläkettä, jos mieheni kuolee?", "fi", False),
        ("Mitä teen, kun joku kuolee?", "fi", False),
        ("What do I do when my husband dies?", "en", False),
    ],
)
def test_who_is_dying_is_in_danger_and_who_asks_what_to_do_at_a_death_is_not(
    text: str, language: Language, in_danger: bool
) -> None:
    found = read_danger(text, language, INTENTS)
    assert (found is not None and found.sure and found.kind == "danger") == in_danger
    assert in_danger or not (found and found.sure)
