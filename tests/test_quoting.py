"""Which sentences are quoted, in which order, and what is said about sources that disagree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from app.answer.quoting import Draft, FloatArray, is_newer, quote, with_more
from app.domain import AnswerSentence, Citation, Evidence, Passage, Piece
from tests.made import passage

TODAY = date(2026, 11, 22)


def encode(texts: Sequence[str]) -> FloatArray:
    """Bags of words as unit vectors: words that two texts share bring them nearer."""
    vectors = np.zeros((len(texts), 512), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text.lower().replace(".", "").replace(",", "").split():
            vectors[row, sum(map(ord, word)) * 31 % 512] += 1
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def found(*passages: Passage) -> list[Evidence]:
    return [Evidence(p, score=5.0 - place, probability=0.9 / (place + 1)) for place, p in enumerate(passages)]


def test_a_short_knowledge_section_is_quoted_whole_and_in_order() -> None:
    section = passage(
        "You get a tax card from the Tax Administration.", "The card is free.", "Give it to your employer."
    )
    draft = quote("tax card", found(section), "en", encode, TODAY)
    assert [sentence.text for sentence in draft.sentences] == [piece.text for piece in section.pieces]
    assert {sentence.citations for sentence in draft.sentences} == {(1,)}
    assert draft.citations[0].source.url == "https://www.vero.fi/en/"


def test_of_a_long_document_only_what_answers_is_quoted() -> None:
    filler = [
        f"The committee met in room {n} and talked about streets, parks, bridges and other public works."
        for n in range(12)
    ]
    document = passage(
        *filler[:6], "Over 420 foreign companies work in Espoo.", *filler[6:], topic=None, document="city/a.txt"
    )
    draft = quote("how many foreign companies in Espoo", found(document), "en", encode, TODAY)
    assert [sentence.text for sentence in draft.sentences] == ["Over 420 foreign companies work in Espoo."]


def test_steps_come_whole_with_what_leads_to_them() -> None:
    steps = [
        Piece(f"{n}. Fill in part {n} of the long form about your earlier life abroad and at home.", "step")
        for n in range(1, 6)
    ]
    words = "The office also keeps a list of other matters that are of no use to anybody in this question at all today."
    section = passage("You apply in MyTax.", "Apply in this way:", *steps, words, words)
    texts = [sentence.text for sentence in quote("how do I apply", found(section), "en", encode, TODAY).sentences]
    assert [piece.text for piece in steps] == texts[2:7]
    assert texts[1] == "Apply in this way:"


def test_a_list_item_brings_its_introduction() -> None:
    items = [
        Piece(f"paper number {n} of the many papers that somebody may have to bring along", "item") for n in range(9)
    ]
    document = passage(
        "Unrelated words stand here.", "Bring these to the bank:", *items, Piece("your passport", "item"), topic=None
    )
    texts = [sentence.text for sentence in quote("passport", found(document), "en", encode, TODAY).sentences]
    assert texts[0] == "Bring these to the bank:"
    assert "your passport" in texts


NEW = passage(
    "More than 19% of Espoo residents speak a foreign mother tongue.", document="city/new.txt", topic=None, as_of=None
)
OLD = passage(
    "About 10 percent of Espoo residents speak a foreign mother tongue.",
    document="city/old.txt",
    topic=None,
    as_of=date(2016, 4, 18),
)


@pytest.mark.parametrize("order", [(NEW, OLD), (OLD, NEW)])
def test_of_two_that_disagree_the_newer_answers_and_the_difference_is_kept(order: tuple[Passage, Passage]) -> None:
    draft = quote("how many residents speak a foreign mother tongue", found(*order), "en", encode, TODAY)
    assert draft.passages == (NEW,)
    assert draft.differing[0].source.as_of == date(2016, 4, 18)
    assert "10 percent" in draft.differing[0].quote


def test_other_matters_with_other_figures_do_not_disagree() -> None:
    other = passage("The library lends 45 percent more books in summer.", document="city/library.txt", topic=None)
    assert quote("residents foreign mother tongue", found(NEW, other), "en", encode, TODAY).differing == ()


@pytest.mark.parametrize(
    ("one", "two", "newer"),
    [
        (date(2026, 1, 1), date(2025, 1, 1), True),
        (date(2025, 1, 1), date(2026, 1, 1), False),
        (None, date(2016, 4, 18), True),
        (None, date(2025, 4, 18), False),
        (date(2016, 4, 18), None, False),
    ],
)
def test_which_page_is_newer(one: date | None, two: date | None, newer: bool) -> None:
    assert is_newer(passage("a", as_of=one), passage("b", as_of=two), TODAY) is newer


def scored(first: Passage, second: Passage, gap: float) -> list[Evidence]:
    return [Evidence(first, 5.0, 0.9), Evidence(second, 5.0 - gap, 0.5)]


def test_a_second_section_is_quoted_where_it_is_nearly_as_near() -> None:
    first = passage("You get a tax card from the Tax Administration.", anchor="get")
    same_page = passage("A new tax card comes in January.", anchor="new")
    elsewhere = passage(
        "Give the tax card to your employer.", topic="first-week", document="knowledge/first-week/en.md"
    )
    plain = passage("Bring the tax card.", topic=None, document="city/a.txt")
    for second, gap, quoted in (
        (same_page, 0.9, 2), (same_page, 1.1, 1), (elsewhere, 0.4, 2), (elsewhere, 0.6, 1), (plain, 0.1, 1),
    ):  # fmt: skip
        draft = quote("tax card", scored(first, second, gap), "en", encode, TODAY)
        assert len(draft.citations) == quoted, (second.id, gap)


def test_what_is_too_long_with_its_by_catch_fits_without_it() -> None:
    long = " ".join(f"word{n}" for n in range(100)) + "."
    main = quote("one", found(passage(long, anchor="one")), "en", encode, TODAY)
    answer, by_catch = passage("The other thing costs 5 euros.", anchor="two"), passage(long, long, anchor="three")
    other = Draft(
        tuple(
            AnswerSentence(piece.text, (number,)) for number, p in ((1, answer), (2, by_catch)) for piece in p.pieces
        ),
        (Citation(1, answer.text, answer.source), Citation(2, by_catch.text, by_catch.source)),
        (answer, by_catch),
    )
    both = with_more(main, other)
    assert [p.anchor for p in both.passages] == ["one", "two"]
    assert [citation.number for citation in both.citations] == [1, 2]


def test_what_introduces_a_list_brings_it() -> None:
    document = passage(
        "You reach the ombudsman like this:", Piece("call 0295 666 817", "item"), Piece("write", "item"), topic=None
    )
    texts = [sentence.text for sentence in quote("reach the ombudsman", found(document), "en", encode, TODAY).sentences]
    assert texts == ["You reach the ombudsman like this:", "call 0295 666 817", "write"]


def test_a_question_in_a_text_brings_its_answer() -> None:
    document = passage("Who moves an abandoned car?", "The housing company asks the city.", "Bye.", topic=None)
    texts = [sentence.text for sentence in quote("abandoned car", found(document), "en", encode, TODAY).sentences]
    assert texts == ["Who moves an abandoned car?", "The housing company asks the city."]


@pytest.mark.parametrize("question", ["How old must a volunteer be?", "Hur gammal ska en volunteer vara?"])
def test_who_asks_for_a_figure_gets_the_sentence_that_has_one(question: str) -> None:
    document = passage("A volunteer must take the course.", "You should be at least 25.", topic=None)
    texts = [sentence.text for sentence in quote(question, found(document), "en", encode, TODAY).sentences]
    assert texts == ["A volunteer must take the course.", "You should be at least 25."]


def test_what_stands_between_two_quoted_sentences_is_quoted() -> None:
    document = passage(
        "The fee for a missed visit is paid by you.", "In 2024 it is 56.70 euros.", "The fee for a missed visit is sent home.",
        topic=None,
    )  # fmt: skip
    texts = [
        sentence.text for sentence in quote("fee for a missed visit", found(document), "en", encode, TODAY).sentences
    ]
    assert texts[1] == "In 2024 it is 56.70 euros."


@pytest.mark.parametrize(
    "limits", ["For the first two grades the limit is 3 km.", "However, the way may be too dangerous to walk."]
)
def test_a_rule_is_not_quoted_without_what_limits_it(limits: str) -> None:
    document = passage("School transport is free from 5 km.", limits, "The bus is yellow.", topic=None)
    texts = [piece.text for piece in quote("free school transport", found(document), "en", encode, TODAY).sentences]
    assert texts == ["School transport is free from 5 km.", limits]
