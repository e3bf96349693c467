"""How an answer is written, and what it carries in each status."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date

import pytest

from app.answer import compose
from app.answer.quoting import Draft
from app.domain import (
    LANGUAGES,
    Answer,
    AnswerSentence,
    Channel,
    Citation,
    Evidence,
    HandOff,
    Helpline,
    Language,
    Owner,
    Passage,
    Question,
    Reason,
    Retrieved,
    Status,
    Understood,
    Urgent,
)
from app.knowledge import load_facts
from app.settings import PROJECT
from app.texts import text
from tests.made import passage

TODAY = date(2026, 11, 22)
DESK = HandOff(name="Hello Espoo info", url="https://www.espoo.fi/en/hello-espoo")
ASKED = Question("When?", "q", "c", Channel.API, "en")
UNDERSTOOD = Understood("When?", "When?", "When?", "en")


def draft(*passages: Passage, differing: tuple[Citation, ...] = ()) -> Draft:
    sentences = tuple(AnswerSentence(p.text, (n,)) for n, p in enumerate(passages, start=1))
    citations = tuple(Citation(n, p.text, p.source) for n, p in enumerate(passages, start=1))
    return Draft(sentences, citations, passages, differing)


def found(*passages: Passage, probability: float = 0.9) -> Retrieved:
    return Retrieved(tuple(Evidence(p, 1.0, probability) for p in passages), probability)


def test_steps_are_numbered_and_items_stand_on_their_own_lines() -> None:
    sentences = [
        AnswerSentence("You apply online.", (1,)), AnswerSentence("Do this:", (1,)),
        AnswerSentence("Log in.", (1,), "step"), AnswerSentence("Send it.", (1,), "step"),
        AnswerSentence("It is free.", (2,)), AnswerSentence("a passport", (2,), "item"),
    ]  # fmt: skip
    assert compose.written(sentences) == (
        "You apply online. Do this:\n1. Log in.\n2. Send it. [1]\n\nIt is free.\n– a passport [2]"
    )


def test_one_line_of_a_list_stands_without_its_mark() -> None:
    assert compose.written([AnswerSentence("At most 2 months.", (1,), "item")]) == "At most 2 months. [1]"


def test_the_owners_contact_is_given_where_it_is_not_the_city() -> None:
    vero = compose.answered(ASKED, UNDERSTOOD, draft(passage("a.")), found(passage("a.")), DESK, TODAY)
    city = passage("a.", owner=Owner.ESPOO)
    espoo = compose.answered(ASKED, UNDERSTOOD, draft(city), found(city), DESK, TODAY)
    assert (vero.owner, vero.hand_off) == (Owner.VERO, DESK)
    assert (espoo.owner, espoo.hand_off) == (Owner.ESPOO, None)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (passage("a.", as_of=date(2016, 4, 18)), "source_old"),
        (passage("a.", as_of=None, topic=None), "source_undated"),
        (passage("a.", draft=True), "source_draft"),
        (passage("a.", language="fi"), "source_in_other_language"),
    ],
)
def test_what_a_reader_must_know_of_a_source_is_said(source: Passage, code: str) -> None:
    answer = compose.answered(ASKED, UNDERSTOOD, draft(source), found(source), DESK, TODAY)
    assert [notice.code for notice in answer.notices] == [code]


def test_who_is_in_danger_is_not_told_that_a_page_is_old() -> None:
    old = passage("a.", as_of=date(2016, 4, 18))
    in_danger = replace(UNDERSTOOD, emergency="danger")
    assert not compose.answered(ASKED, in_danger, draft(old), found(old), DESK, TODAY).notices


def test_a_page_of_this_year_needs_no_notice() -> None:
    assert not compose.answered(ASKED, UNDERSTOOD, draft(passage("a.")), found(passage("a.")), DESK, TODAY).notices


@pytest.mark.parametrize(("probability", "reason"), [(0.01, Reason.NO_SOURCE), (0.5, Reason.WEAK_SOURCE)])
def test_unanswered_says_why_and_who_can_help(probability: float, reason: Reason) -> None:
    near = [passage("a.", document=f"knowledge/t{n}/en.md") for n in (1, 1, 2, 3)]
    answer = compose.unanswered(ASKED, UNDERSTOOD, found(*near, probability=probability), 0.6, DESK)
    assert (answer.status, answer.reason, answer.hand_off) == (Status.UNANSWERED, reason, DESK)
    assert DESK.name in answer.text
    hints = [citation.source.document_id for citation in answer.citations]
    assert hints == (["knowledge/t1/en.md", "knowledge/t2/en.md"] if reason is Reason.WEAK_SOURCE else [])


def test_the_nearest_page_is_shown_first_however_many_of_its_sections_follow() -> None:
    first, other, third = (passage("a.", document=f"knowledge/t{n}/en.md") for n in (1, 2, 3))
    near = found(first, other, third, replace(first, id="b", headings=("Other?",)), probability=0.5)
    answer = compose.unanswered(ASKED, UNDERSTOOD, near, 0.6, DESK)
    assert [citation.source.document_id for citation in answer.citations] == [first.document_id, other.document_id]
    assert answer.citations[0].quote == first.heading


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["danger", "violence", "self_harm", "poisoning", "trafficking", "child", "shelter"])
def test_an_emergency_gives_112_even_when_no_other_number_is_known(kind: str, language: Language) -> None:
    understood = Understood("x", "x", "x", language, emergency=kind)
    answer = compose.emergency(ASKED, understood, [Helpline("emergency_number", "112")], None)
    assert answer.status is Status.EMERGENCY
    assert "112" in answer.text


def test_every_number_of_an_emergency_sentence_is_a_known_fact() -> None:
    facts = load_facts(PROJECT / "knowledge")
    classes = tomllib.loads((PROJECT / "app" / "patterns.toml").read_text(encoding="utf-8"))["emergency"]
    for kind, entry in classes.items():
        helplines = entry["helplines"]
        assert set(helplines) <= facts.keys()
        for language in LANGUAGES:
            numbers = {name: str(facts[name].value) for name in helplines}
            assert all(number in text(f"emergency.{kind}", language, **numbers) for number in numbers.values())


def test_a_fault_is_said_without_a_trace() -> None:
    answer = compose.failed(ASKED, None, DESK)
    assert (answer.status, answer.hand_off) == (Status.FAILED, DESK)
    assert DESK.name in answer.text


def test_what_is_said_in_the_askers_own_language_comes_after_112() -> None:
    calm = Answer("a", "c", "q", "q", Status.ANSWERED, "en", "Yes.", sentences=(AnswerSentence("Yes."),))
    assert compose.preceded(calm, "Привет").text == "Привет\n\nYes."
    urgent = replace(calm, text="Call 112.\n\nYes.", urgent=Urgent("Call 112.", ()), sentences=(AnswerSentence("Call 112."), *calm.sentences))  # fmt: skip
    told = compose.preceded(urgent, "Привет")
    assert told.text == "Call 112.\n\nПривет\n\nYes."
    assert [sentence.text for sentence in told.sentences] == ["Call 112.", "Привет", "Yes."]


def test_who_helps_is_said_where_a_message_may_tell_of_danger() -> None:
    refused = compose.unanswered(ASKED, UNDERSTOOD, Retrieved((), 0.1), 0.6, DESK)
    told = compose.with_help(
        refused, [Helpline("emergency_number", "112"), Helpline("nollalinja_phone", "080 005 005")]
    )
    assert told.status == refused.status and told.text == refused.text
    assert told.notices[0].code == "perhaps_danger"
    assert "112" in told.notices[0].text and "080 005 005" in told.notices[0].text


def test_further_owners_are_named_with_their_contacts() -> None:
    refused = compose.unanswered(ASKED, UNDERSTOOD, Retrieved((), 0.1), 0.6, DESK)
    told = compose.with_others(refused, ["Kela · 020 634 0200"])
    assert [notice.code for notice in told.notices] == ["other_owner"] and "020 634 0200" in told.notices[0].text
    assert compose.with_others(refused, []) == refused
