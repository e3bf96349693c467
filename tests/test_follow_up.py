"""Turns that lean on those before them: joined, put right, picked, asked for in another language."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain import Language, Status, Turn
from app.follow_up import read_turn, stand_alone

DAYCARE = (Turn("How do I apply for daycare?", "How do I apply for daycare?"),)
FLU = (Turn("Where do I get a flu jab?", "Where do I get a flu jab?"),)
CHOICES = ("How do I get a residence permit?", "How do I get a parking permit?", "Where do I get a building permit?")
ASKED_BACK = (Turn("permit", "permit", status=Status.CLARIFY, choices=CHOICES),)


def _joined() -> tuple[Turn, ...]:
    asked = "How do I get an identity code?"
    return (Turn(asked, asked), Turn("And the tax card?", f"{asked} And the tax card?"))


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("no, I meant a tick vaccine, not flu", "Where do I get a jab? a tick vaccine"),
        ("not flu, tick vaccine", "Where do I get a jab? tick vaccine"),
        ("i mean toothache", "Where do I get a flu jab? toothache"),
        ("ei flu vaan punkkirokote", "Where do I get a jab? punkkirokote"),
        ("jag menade fästingvaccin", "Where do I get a flu jab? fästingvaccin"),
        ("nej utan jag menade fästingvaccin", "Where do I get a flu jab? fästingvaccin"),
        ("ei vaan tarkoitin punkkirokotetta", "Where do I get a flu jab? punkkirokotetta"),
        ("no but I meant a tick vaccine", "Where do I get a flu jab? a tick vaccine"),
        ("I meant tick not flu", "Where do I get a jab? tick"),
        ("Nej, jag menade om man inte är sjuk", "Where do I get a flu jab? om man inte är sjuk"),
    ],
)
def test_a_correction_takes_the_place_of_what_was_not_meant(text: str, wording: str) -> None:
    read = read_turn(text, FLU)
    assert (read.act, read.standalone) == ("correction", wording)


def test_a_correction_is_of_the_latest_question_that_has_the_wrong_word() -> None:
    told = (
        Turn("Får jag barnbidrag här?", "Får jag barnbidrag här?"),
        Turn("Min fru jobbar i Estland, påverkar det?", "Min fru jobbar i Estland, påverkar det?"),
    )
    assert stand_alone("I meant a bus card, not a tax card", _joined()) == "How do I get an identity code? a bus card"
    assert stand_alone("Nej, jag menade bostadsbidraget, inte barnbidraget", told) == "Får jag här? bostadsbidraget"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("and in Swedish please", "sv"), ("samma på finska tack", "fi"), ("ja sama englanniksi", "en"), ("suomeksi?", "fi"),
        ("på svenska, tack", "sv"), ("same in english, my wife doesn't speak Finnish", "en"),
    ],
)  # fmt: skip
def test_the_same_in_another_language(text: str, language: Language) -> None:
    read = read_turn(text, DAYCARE)
    assert (read.act, read.language, read.standalone) == ("switch_language", language, DAYCARE[0].standalone)


@pytest.mark.parametrize("text", ["Is there daycare in Swedish?", "Onko päiväkotia englanniksi?", "Finnish course"])
def test_a_question_about_a_language_is_none(text: str) -> None:
    assert read_turn(text, DAYCARE).act != "switch_language"


@pytest.mark.parametrize(
    ("text", "place"),
    [("the second one", 1), ("ensimmäinen", 0), ("den tredje tack", 2), ("ok then the last one", 2), ("the parking one", 1), ("2", 1)],
)  # fmt: skip
def test_a_choice_by_its_place_or_its_words(text: str, place: int) -> None:
    read = read_turn(text, ASKED_BACK)
    assert (read.act, read.standalone) == ("choice", CHOICES[place])


def test_a_choice_that_was_not_offered_is_none() -> None:
    assert read_turn("the fourth one", ASKED_BACK).act != "choice"
    assert read_turn("the second one", DAYCARE).act != "choice"


def test_a_short_turn_may_lean_or_stand_alone_and_both_wordings_are_kept() -> None:
    read = read_turn("and a bank account?", DAYCARE)
    assert (read.own, read.joined) == ("and a bank account?", f"{DAYCARE[0].standalone} and a bank account?")
    assert read_turn("opening hours", DAYCARE).joined
    long = "What papers does a nurse from Nepal need for a licence to work in Finland?"
    assert read_turn(long, DAYCARE).joined == ""


def test_without_a_conversation_everything_stands_alone() -> None:
    assert stand_alone("and then?", ()) == "and then?"


def test_the_patterns_read_the_conversations_they_were_written_with() -> None:
    rows = [json.loads(line) for line in Path("eval/understanding/conversations.jsonl").read_text().splitlines()]
    read = {"correction": [0, 0], "switch_language": [0, 0], "follow_up": [0, 0]}
    misread = []  # a new question of which a part would be lost
    for row in (row for row in rows if row["part"] == "train" and row["id"].startswith("c")):
        history: tuple[Turn, ...] = ()
        for turn in row["turns"]:
            found = read_turn(turn["text"], history)
            if history and turn["act"] in ("new", "change", "follow_up") and found.act in ("correction", "choice"):
                misread.append(turn["text"])
            if history and turn["act"] in read:
                read[turn["act"]][0] += 1
                read[turn["act"]][1] += found.act == turn["act"] or bool(turn["act"] == "follow_up" and found.joined)
            history += (Turn(turn["text"], found.standalone),)
    assert all(right >= 0.85 * asked > 30 for asked, right in read.values()), read
    assert misread == []


@pytest.mark.parametrize(
    "text",
    [
        "What if I do not have a residence permit?", "Miksi lapsi ei saa paikkaa?", "I have not received a decision on my permit",
        "Kela ei vastaa puhelimeen", "minulla ei ole työtä", "jag kan inte betala hyran", "Ei ole työtä, mitä teen?",
        "not married, can I get a permit", "this is not the first time", "Nej, hur mycket kostar det?", "siis onko se ilmaista",
    ],
)  # fmt: skip
def test_what_only_says_no_is_no_correction(text: str) -> None:
    read = read_turn(text, DAYCARE)
    assert read.act != "correction" and text in read.standalone


def test_a_follow_up_leans_on_what_was_picked_or_put_right() -> None:
    picked = Turn("the second one", CHOICES[1], status=Status.ANSWERED)
    assert read_turn("how much does it cost?", (*ASKED_BACK, picked)).earlier == CHOICES[1]
    right = Turn("no, I meant a tick vaccine", "Where do I get a jab? a tick vaccine", status=Status.ANSWERED)
    assert "tick" in read_turn("how much does it cost?", (*FLU, right)).earlier


def test_nobody_leans_on_what_was_no_question() -> None:
    for status in (Status.SMALLTALK, Status.DECLINED, Status.FAILED):
        turn = Turn("your answer is useless to me", "your answer is useless to me", status=status)
        assert read_turn("how much does it cost?", (*DAYCARE, turn)).earlier == DAYCARE[0].standalone


def heard(**shares: float) -> Callable[[str], dict[str, float]]:
    names = ("alone", "correction", "follow_up", "smalltalk", "switch_language")
    return lambda _: dict.fromkeys(names, 0.01) | shares


def test_what_the_network_makes_of_a_turn_goes_to_the_search() -> None:
    text = "my daughter is not born yet and we come from outside the EU"
    read = read_turn(text, DAYCARE, heard(follow_up=0.9))
    assert (read.standalone, read.own) == (f"{DAYCARE[0].standalone} {text}", text)
    assert read.leaning > 3
    doubtful = read_turn(text, DAYCARE, heard(alone=0.8, follow_up=0.15))
    assert (doubtful.standalone, doubtful.own, bool(doubtful.joined)) == (text, text, True)
    assert read_turn(text, DAYCARE, heard(alone=0.99)).joined == ""
    assert read_turn("word " * 40, DAYCARE, heard(follow_up=0.99)).joined == ""


def test_a_correction_and_another_language_need_no_pattern() -> None:
    text = "it was the school that I had in mind"
    assert read_turn(text, DAYCARE).act == "alone"
    assert read_turn(text, DAYCARE, heard(correction=0.9)).act == "correction"
    text = "I would rather read that one in Swedish"
    read = read_turn(text, DAYCARE, heard(switch_language=0.9))
    assert (read.act, read.language, read.standalone) == ("switch_language", "sv", DAYCARE[0].standalone)
    assert read_turn("I would rather read that", DAYCARE, heard(switch_language=0.9)).act != "switch_language"


def test_the_network_hears_the_question_before_as_it_was_worded() -> None:
    told: list[str] = []

    def hear(before: str) -> dict[str, float]:
        told.append(before)
        return heard(alone=0.9)("")

    thanks = Turn("thanks", "thanks", status=Status.SMALLTALK)
    read_turn("and a bank account?", (*DAYCARE, thanks), hear)
    assert told == [DAYCARE[0].standalone]
