"""Emergencies, small talk, follow-ups and masking, in three languages."""

from __future__ import annotations

import time
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import Channel, Question, Status, Turn
from app.emergency import find_emergency
from app.follow_up import stand_alone
from app.intents import load_intents
from app.languages import load_detector
from app.patterns import fold
from app.smalltalk import find_smalltalk
from app.understand import LASTING, understand

DETECTOR = load_detector()
INTENTS = load_intents()
CASES = tomllib.loads((Path(__file__).parent / "understanding.toml").read_text(encoding="utf-8"))

EMERGENCIES = {
    "danger": ["Minun isä ei hengitä!", "talo palaa", "Min man andas inte", "Det brinner i köket", "My father had a heart attack", "Someone has a knife", "rintaan sattuu kovasti", "han är medvetslös"],
    "self_harm": ["haluan kuolla", "Aion tappaa itseni", "jag vill inte leva", "jag tänker ta livet av mig", "I want to die", "my friend says she will kill herself"],
    "violence": ["Mieheni lyö minua", "puolisoni uhkaa tappaa minut", "Min man slår mig", "han hotar mig och barnen", "My husband beats me"],
    "sexual_violence": ["I was raped", "minut raiskattiin eilen", "jag blev våldtagen"],
    "honour": ["hedersvåld i familjen", "They force me to marry my cousin", "isä pakottaa minut naimisiin"],
    "poisoning": ["lapsi joi pesuainetta", "barnet har svalt tabletter", "My son swallowed bleach", "hon har ätit en giftig svamp"],
    "trafficking": ["työnantaja otti passini", "chefen tog mitt pass", "My boss took my passport", "Jag är offer för människohandel"],
    "shelter": ["I have nowhere to sleep tonight", "minulla ei ole paikkaa missä nukkua", "jag har ingenstans att sova i natt"],
    "child": ["naapurin lasta lyödään, lapsi on vaarassa", "barnet är i fara", "the child is being abused"],
}  # fmt: skip
LOOKALIKES = [
    "lompakko hukkuu aina", "Mitä teen, jos passini hukkuu?", "paljonko uusi kortti maksaa, jos vanha hukkuu",
    "my phone died", "I'm killing time at the library", "fire safety course", "how do I report a lost card", "How much is the ambulance fee?",
    "puhelimeni kuoli", "paloturvallisuuskurssi Espoossa", "missä on lähin paloasema", "tapan aikaa kirjastossa", "passini on kadonnut",
    "min telefon dog", "brandsäkerhetskurs", "jag slår upp ord på svenska", "var kan jag sova billigt, hotell", "mitt pass är borta",
    "What happens if my residence permit dies out", "lapseni lyö palloa", "Where does the bus drop me off at night?",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in EMERGENCIES.items() for text in texts])
def test_emergencies(kind: str, text: str) -> None:
    assert find_emergency(fold(text)) == kind


@pytest.mark.parametrize("text", ["soitan puhelimella lapsi hukkuu apua", "otin puhelimen isä hukkuu", "jos se hukkuu"])
def test_what_gets_lost_hides_nobody_who_drowns(text: str) -> None:
    assert find_emergency(fold(text)) == "danger"


@pytest.mark.parametrize("text", LOOKALIKES)
def test_what_only_looks_like_an_emergency(text: str) -> None:
    assert find_emergency(fold(text)) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hei!", "greeting"), ("Hejsan", "greeting"), ("good morning", "greeting"), ("Kiitos paljon!", "thanks"), ("Tack så mycket", "thanks"), ("ok thanks", "thanks"),
        ("Are you a human?", "human"), ("Oletko robotti?", "human"), ("Är du en människa?", "human"), ("Mitä osaat?", "abilities"), ("Vad kan du göra?", "abilities"),
        ("I want to talk to a person", "person"), ("Haluan puhua ihmisen kanssa", "person"), ("Jag vill prata med en människa", "person"), ("Hej då!", "goodbye"),
        ("Hello, how do I get a tax card?", None), ("Hei, tarvitsen verokortin", None), ("hejsan, var får jag skattekort", None), ("verokortti", None),
    ],
)  # fmt: skip
def test_smalltalk_is_only_what_is_nothing_else(text: str, kind: str | None) -> None:
    assert find_smalltalk(fold(text)) == kind


@pytest.mark.parametrize(
    ("earlier", "text"),
    [
        ("Miten haen päiväkotipaikkaa?", "entä jos lapsi on alle 3-vuotias?"), ("Hur ansöker jag om dagvård?", "och för barn under tre år?"),
        ("How do I get a tax card?", "how much does it cost?"), ("Miten saan verokortin?", "paljonko se maksaa?"), ("Hur får jag ett skattekort?", "vad kostar det?"),
    ],
)  # fmt: skip
def test_a_follow_up_is_joined_to_what_it_leans_on(earlier: str, text: str) -> None:
    assert stand_alone(text, (Turn(earlier, earlier),)) == f"{earlier} {text}"


@pytest.mark.parametrize(
    "text", ["Where can I learn Swedish in Espoo?", "Miten haen Kela-korttia?", "Var finns närmaste hälsostation?"]
)
def test_a_new_subject_stands_alone(text: str) -> None:
    assert stand_alone(text, (Turn("How do I get a tax card?", "How do I get a tax card?"),)) == text


def test_later_steps_see_masked_text_only() -> None:
    found = understand(
        _question("My code is 131052-308T, how do I get a tax card?"), DETECTOR.detect, frozenset(), INTENTS
    )
    assert "131052-308T" not in found.text + found.standalone
    assert found.masked


def test_the_language_of_the_question_beats_the_widgets() -> None:
    assert (
        understand(_question("Hur får jag ett skattekort i Esbo?"), DETECTOR.detect, frozenset(), INTENTS).language
        == "sv"
    )


@pytest.mark.parametrize("kind", [kind for kind in CASES["emergencies"] if kind != "any"])
def test_each_class_of_danger_is_known_in_many_words(kind: str) -> None:
    found = {text: find_emergency(fold(text)) for text in CASES["emergencies"][kind]}
    assert found == dict.fromkeys(found, kind)


def test_help_comes_first_whatever_the_class() -> None:
    assert [text for text in CASES["emergencies"]["any"] if not find_emergency(fold(text))] == []


def test_no_honest_question_cries_wolf() -> None:
    assert [text for text in CASES["lookalikes"]["texts"] if find_emergency(fold(text))] == []


def test_small_talk_in_many_words() -> None:
    for kind, texts in CASES["smalltalk"].items():
        found = {text: str(find_smalltalk(fold(text))).lower() for text in texts}
        assert found == dict.fromkeys(found, kind)


def test_follow_ups_and_new_questions_in_many_words() -> None:
    earlier = (Turn("Miten haen verokortin?", "Miten haen verokortin?"),)
    cases = CASES["follow_ups"]
    assert [text for text in cases["leaning"] if stand_alone(text, earlier) == text] == []
    assert [text for text in cases["alone"] if stand_alone(text, earlier) != text] == []


def test_a_follow_up_leans_past_small_talk_and_stays_short() -> None:
    turns: tuple[Turn, ...] = (Turn("How do I get a tax card?", "How do I get a tax card?"), Turn("Thanks!", "Thanks!"))
    assert stand_alone("And at night?", turns) == "How do I get a tax card? And at night?"
    assert stand_alone("And at night?", turns[1:]) == "And at night?"
    for _ in range(30):
        turns = (Turn("And then?", stand_alone("And what about the other one then?", turns)),)
    assert turns[0].standalone.startswith("How do I get a tax card?")
    assert len(turns[0].standalone.split()) < 50


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("vero\u00adkortti\u200b", "verokortti"),
        ("Olen 131052\u200b-308T, tax\u2066 card\u2069", "Olen [id], tax card"),
        ("a@exam\u200bple.fi tai\n 040\ue0001234567", "[email] tai [phone]"),
        ("vero\x07kortti", "vero kortti"),
    ],
)
def test_what_cannot_be_seen_hides_nothing(asked: str, text: str) -> None:
    assert understand(_question(asked), DETECTOR.detect, frozenset(), INTENTS).text == text


@pytest.mark.parametrize(
    "piece", ["hei ", "kiitos ", "ok ", "moi moi ", "tack for svaret ", "it ", "smoke coming ", "han "]
)
def test_a_thousand_letters_are_understood_at_once(piece: str) -> None:
    began = time.perf_counter()
    text = fold(piece * (1000 // len(piece))) + "x"
    find_emergency(text), find_smalltalk(text), stand_alone(text, (Turn("x", "x"),))
    assert time.perf_counter() - began < 0.2


@given(st.text(max_size=300))
def test_any_text_is_understood(text: str) -> None:
    understand(_question(text), DETECTOR.detect, frozenset(), INTENTS)


def _question(text: str) -> Question:
    return Question(text, "1", "1", Channel.API, "en")


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        ("When do I apply for daycare? My number is 040 1234567.", "When do I apply for daycare?"),
        ("Milloin päiväkotipaikkaa pitää hakea? 131052-308T", "Milloin päiväkotipaikkaa pitää hakea?"),
        ("Min kod är 131052-308T, hur får jag ett skattekort?", "hur får jag ett skattekort?"),
        ("Henkilötunnukseni on 131052-308T ja puhelinnumeroni 040 1234567, miten haen Kela-korttia?", "miten haen Kela-korttia?"),
        ("My code is 131052-308T and my phone number is 040 1234567, how do I apply?", "how do I apply?"),
        ("Can I call 040 1234567 and ask for an interpreter?", "Can I call and ask for an interpreter?"),
        ("131052-308T", "[id]"),
    ],
)  # fmt: skip
def test_what_was_masked_is_not_searched_for(asked: str, searched: str) -> None:
    assert understand(_question(asked), DETECTOR.detect, frozenset(), INTENTS).standalone == searched


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        ("Hello! How do I get a tax card? My name is Kalle.", "How do I get a tax card?"),
        ("Hei! Miten saan verokortin? Kiitos etukäteen, Maija", "Miten saan verokortin?"),
        ("Hej! Hur får jag ett skattekort? Med vänliga hälsningar, Anna Berg", "Hur får jag ett skattekort?"),
        ("Hello, my name is Ahmed. I moved last month. How do I get a tax card? Best regards, Ahmed", "I moved last month. How do I get a tax card?"),
        ("Thanks in advance for what?", "in advance for what?"),
        ("Cheers to whom?", "Cheers to whom?"),
    ],
)  # fmt: skip
def test_the_courtesies_of_a_letter_are_not_searched_for(asked: str, searched: str) -> None:
    assert understand(_question(asked), DETECTOR.detect, frozenset(), INTENTS).standalone == searched


def test_a_follow_up_to_a_letter_leans_on_its_question() -> None:
    letter = understand(
        _question("Hello! How do I get a tax card? Best regards, Ahmed"), DETECTOR.detect, frozenset(), INTENTS
    )
    older = Turn("Where can I learn Finnish?", "Where can I learn Finnish?")
    turns = (older, Turn(letter.text, letter.standalone))
    assert stand_alone("how much does it cost?", turns) == "How do I get a tax card? how much does it cost?"


@pytest.mark.parametrize(
    ("call", "turn"),
    [
        ("Mieheni lyö minua", "minne voimme mennä ensi yöksi?"),
        ("Min man slår mig", "vart kan vi gå i natt?"),
        ("My husband beats me", "where can we go tonight?"),
    ],
)
def test_after_a_call_for_help_the_numbers_stay_in_sight(call: str, turn: str) -> None:
    told = understand(_question(call), DETECTOR.detect, frozenset(), INTENTS)
    history = (Turn(call, call, status=Status.EMERGENCY), Turn("vad?", "vad?", status=Status.UNANSWERED))

    def seen(text: str, turns: tuple[Turn, ...]) -> tuple[str, ...]:
        return understand(replace(_question(text), history=turns), DETECTOR.detect, frozenset(), INTENTS).perhaps

    assert told.helplines and seen(turn, history) == told.helplines
    later = (*history, *[Turn("Kela?", "Kela?", status=Status.ANSWERED)] * LASTING)
    own = told.helplines[-1]  # the turn alone may be told who finds a place for the night, and not who helps the beaten
    assert own not in seen(turn, history[1:]) + seen(turn, later)


@pytest.mark.parametrize("text", ["online or in person?", "does it cost anything", "på arabiska?"])
def test_a_short_turn_of_a_conversation_is_hardly_small_talk(text: str) -> None:
    history = (Turn("How do I register as a jobseeker?", "How do I register as a jobseeker?"),)
    asked = replace(_question(text), history=history)
    assert understand(asked, DETECTOR.detect, frozenset(), INTENTS).smalltalk is None
    spoken = replace(_question("I want to talk with somebody"), history=history)
    assert understand(spoken, DETECTOR.detect, frozenset(), INTENTS).smalltalk == "person"


def test_turns_before_are_read_as_they_were_meant() -> None:
    meant = {"mista saan verokortin": "mistä saan verokortin", "enta paivahoito?": "entä päivähoito?"}
    turns = (Turn("mista saan verokortin", "mistä saan verokortin"),)
    first = understand(_question("mista saan verokortin"), DETECTOR.detect, frozenset(), INTENTS, lambda t, _: meant[t])
    asked = replace(_question("enta paivahoito?"), history=turns)
    second = understand(asked, DETECTOR.detect, frozenset(), INTENTS, lambda text, _: meant[text])
    assert (first.written, first.text) == ("mista saan verokortin", "mistä saan verokortin")
    assert second.text == "entä päivähoito?" and second.earlier == "mistä saan verokortin"


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("Ok. Another thing: where can I get a bus card?", "where can I get a bus card?"),
        ("one more question how do i get a tax card", "how do i get a tax card"),
        ("Toinen asia: missä lähin kirjasto on auki sunnuntaina?", "missä lähin kirjasto on auki sunnuntaina?"),
        ("En helt annan sak: min katt är sjuk, var finns en veterinär?", "min katt är sjuk, var finns en veterinär?"),
        ("förresten, hur får jag ett skattekort?", "hur får jag ett skattekort?"),
    ],
)
def test_who_says_that_another_subject_comes_does_not_lean(text: str, searched: str) -> None:
    told = (Turn("How do I apply for daycare?", "How do I apply for daycare?", status=Status.ANSWERED),)
    found = understand(Question(text, "q", "c", Channel.API, history=told), DETECTOR.detect, frozenset(), INTENTS)
    assert (found.standalone, found.joined) == (searched, "")


def test_what_is_announced_may_still_lean() -> None:
    told = (Turn("How do I apply for daycare?", "How do I apply for daycare?", status=Status.ANSWERED),)
    asked = Question("One more thing: how much does it cost?", "q", "c", Channel.API, history=told)
    assert "daycare" in understand(asked, DETECTOR.detect, frozenset(), INTENTS).joined
