"""The look at written sentences: how many honest ones it rejects, how many lies it lets through."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assistant import Assistant
from app.domain import AnswerSentence, Language
from app.errors import ModelFault
from app.verify.values import missing_values, values_of
from app.verify.written import WritingVerifier
from tests.generating.written import Written, load_written
from tests.made import passage


@pytest.fixture(scope="module")
def verifier(assistant: Assistant) -> WritingVerifier:
    return assistant.library.require().verifier


@pytest.fixture(scope="module")
def written(assistant: Assistant) -> list[Written]:
    return load_written(assistant.library.require().build.passages)


def fault(verifier: WritingVerifier, item: Written) -> str:
    """What is wrong with an answer of this one sentence; empty where nothing is."""
    try:
        numbers = tuple(range(1, len(item.passages) + 1))
        carried = verifier.carried(AnswerSentence(item.text, numbers), item.passages, item.language)
        verifier.check_whole([item.text], carried, item.passages, item.language)
    except ModelFault as found:
        return str(found)
    return ""


def test_there_are_enough_sentences_to_measure_by(written: list[Written]) -> None:
    honest = [item for item in written if not item.lie]
    assert len(honest) >= 60 and len(written) - len(honest) >= 120
    assert {item.language for item in honest} == {"fi", "sv", "en"}
    assert sum(item.language != item.passages[0].language for item in honest) >= 15


@pytest.mark.parametrize(
    ("part", "missed", "alarms"), [("tuning", 0.051, 0.10), ("sealed", 0.08, 0.26), ("unseen", 0.06, 0.33)]
)
def test_lies_are_caught_and_honest_sentences_pass(
    verifier: WritingVerifier, written: list[Written], part: str, missed: float, alarms: float
) -> None:
    """Measured: see DECISIONS.md."""
    lies = [item for item in written if item.part == part and item.lie]
    honest = [item for item in written if item.part == part and not item.lie]
    assert sum(not fault(verifier, item) for item in lies) <= missed * len(lies)
    assert sum(bool(fault(verifier, item)) for item in honest) <= alarms * len(honest)


def test_values_are_never_let_through_wrong(verifier: WritingVerifier, written: list[Written]) -> None:
    plain = {"number", "phone", "form", "email", "link", "date", "time", "unit", "moved"}
    assert not [item.text for item in written if item.lie in plain and not fault(verifier, item)]


def test_what_stands_in_the_passage_word_for_word_passes(assistant: Assistant, verifier: WritingVerifier) -> None:
    passages = assistant.library.require().build.passages[::7]
    rejected = []
    for found in passages:
        for piece in found.pieces:
            item = Written(found, "", found.language, "", piece.text)
            try:
                verifier.carried(AnswerSentence(item.text, (1,)), (found,), found.language)
            except ModelFault as error:
                rejected.append((str(error), piece.text))
    assert not rejected


@pytest.mark.parametrize(
    "text",
    [
        "You need a tax card, see [the page](https://vero.fi).",
        "You need a tax card ![x](http://a.example/x.png).",
        "You need a **tax card**.",
        "<b>You need a tax card.</b>",
        "You need a tax card according to passage 1.",
        "You need a tax\u200b card.",
        "You need a tax card\U000e0041.",
        "You need a tax card \u202egro.live",
        "Tarvitset verokortin, jos saat palkkaa.",
        "Вам нужна налоговая карта.",
        "word " * 61,
        "You need a tax card if you get wages of ² euros.",
        "You need a tax card if you get wages Ⅵ.",
        "You need a tax card if you get wages ٣.",
        "You need а tax card if you get wages.",  # a Cyrillic letter
        "You need a tax card \u061cif you get wages.",
        "You need a tax card 😀 if you get wages.",
        "You need a tax card if you get wages, see wages.xyz.",
        "You need a tax card\u2028if you get wages.",
        "You need a tax card \ud800 if you get wages.",
    ],
)
def test_forms_that_no_answer_has_are_refused(verifier: WritingVerifier, text: str) -> None:
    source = passage("You need a tax card if you get wages.")
    with pytest.raises(ModelFault):
        verifier.carried(AnswerSentence(text, (1,)), (source,), "en")


@given(st.text(max_size=200), st.sampled_from(["fi", "sv", "en"]))
@settings(deadline=None, max_examples=150)
def test_no_text_does_worse_than_a_fault(verifier: WritingVerifier, text: str, language: Language) -> None:
    source = passage("You need a tax card if you get wages.", "", "1 2 3", ":", language=language)
    try:
        carried = verifier.carried(AnswerSentence(text, (1,)), (source,), language)
    except ModelFault:
        return
    assert carried


@pytest.mark.parametrize("numbers", [(), (0,), (2,), (1, 9)])
def test_only_numbers_of_passages_that_were_shown_count(verifier: WritingVerifier, numbers: tuple[int, ...]) -> None:
    source = passage("You need a tax card if you get wages.")
    with pytest.raises(ModelFault, match="no_evidence"):
        verifier.carried(AnswerSentence("You need a tax card if you get wages.", numbers), (source,), "en")


COMPARED: list[tuple[Language, str, str]] = [
    ("en", "An online application is usually cheaper than a paper application.", "A paper application is usually cheaper"
     " than an online application."),
    ("fi", "Verkkohakemus on yleensä halvempi kuin paperihakemus.", "Paperihakemus on yleensä halvempi kuin"
     " verkkohakemus."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "true", "turned"), COMPARED)
def test_what_is_compared_stays_on_its_side(
    verifier: WritingVerifier, language: Language, true: str, turned: str
) -> None:
    source = passage("In most cases an application made online is cheaper than a paper application.", language="en")
    assert verifier.carried(AnswerSentence(true, (1,)), (source,), language)
    with pytest.raises(ModelFault):
        verifier.carried(AnswerSentence(turned, (1,)), (source,), language)


NUMBERS: list[tuple[Language, str, str]] = [
    ("en", "one month, fifteen days, twenty euros", "1 15 20"),
    ("en", "one parent", ""),
    ("sv", "en månad, femton dagar, tjugo euro", "1 15 20"),
    ("fi", "yhden kuukauden, viisitoista päivää, kahdenkymmenen euron", "1 15 20"),
    ("fi", "kahdessatoista kuukaudessa, sata", "12 100"),
]


def test_the_right_of_one_group_is_not_the_right_of_another(verifier: WritingVerifier) -> None:
    source = passage(
        "A citizen of a Nordic country needs no decision from Migri.", "An EU citizen needs a decision from Migri."
    )
    true = "A Nordic citizen needs no decision from Migri."
    assert verifier.carried(AnswerSentence(true, (1,)), (source,), "en")
    with pytest.raises(ModelFault):
        verifier.carried(AnswerSentence(true.replace("A Nordic", "An EU"), (1,)), (source,), "en")


def test_what_is_said_twice_over_with_not_is_turned_round(verifier: WritingVerifier) -> None:
    source = passage("In a serious emergency you can go to the emergency clinic without calling.")
    true = "In a serious emergency you may go to the emergency clinic without calling."
    assert verifier.carried(AnswerSentence(true, (1,)), (source,), "en")
    with pytest.raises(ModelFault, match="turned_round"):
        verifier.carried(AnswerSentence(true.replace("may", "may not"), (1,)), (source,), "en")


@pytest.mark.parametrize(("language", "text", "expected"), NUMBERS)
def test_numbers_in_words_are_values(language: Language, text: str, expected: str) -> None:
    assert values_of(text, language) == frozenset(expected.split())


def test_the_line_of_another_language_is_another_number(verifier: WritingVerifier) -> None:
    source = passage("The Swedish service answers on 09 816 27600 and the Finnish service on 09 816 31000.")
    assert verifier.carried(AnswerSentence("The Swedish service answers on 09 816 27600.", (1,)), (source,), "en")
    with pytest.raises(ModelFault, match="figure_of_other_matter"):
        verifier.carried(AnswerSentence("The Swedish service answers on 09 816 31000.", (1,)), (source,), "en")


LANGUAGE_OF_DATES: list[tuple[Language, str]] = [
    ("en", "The deadline is 1 August 2026 at 9:00."),
    ("fi", "Määräaika on 1. elokuuta 2026 klo 9."),
    ("sv", "Tidsfristen är den 1 augusti 2026 kl. 9.00."),
]


@pytest.mark.parametrize(("language", "text"), LANGUAGE_OF_DATES)
def test_dates_and_times_meet_across_languages(language: Language, text: str) -> None:
    there = values_of("Määräaika on 1.8.2026 klo 9.00.", "fi")
    assert not missing_values(values_of(text, language), there)
    assert missing_values(values_of(text.replace("1", "2", 1), language), there)
