from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import Answer, AnswerSentence, HandOff, Helpline, Notice, Owner, Reason, Status, Urgent
from app.wire import answer_from_dict, answer_to_dict
from tests.log_made import made_answer

FULL = replace(
    made_answer(),
    status=Status.UNANSWERED,
    reason=Reason.WEAK_SOURCE,
    sentences=(AnswerSentence("Hae korttia.", (1,), "step"),),
    owner=Owner.KELA,
    urgent=Urgent("Soita.", (Helpline("Hätänumero", "112"),)),
    notices=(Notice("old", "Sivu on vuodelta 2016."),),
    choices=("Mikä lupa?",),
    hand_off=HandOff("Hello Espoo", open_now=False, opens_at=datetime(2026, 11, 23, 9, tzinfo=UTC)),
    suggestions=("Miten haen verokortin?",),
)


def test_the_answer_object_is_the_one_of_the_design() -> None:
    data = answer_to_dict(FULL)
    assert list(data) == [
        "id", "conversation_id", "question", "standalone", "status", "reason", "completeness", "language", "mode", "confidence",
        "text", "sentences", "citations", "owner", "urgent", "notices", "choices", "hand_off", "suggestions", "build", "timings_ms",
    ]  # fmt: skip
    assert (data["status"], data["reason"], data["owner"], data["mode"]) == (
        "unanswered",
        "weak_source",
        "kela",
        "quoting",
    )
    assert data["sentences"] == [{"text": "Hae korttia.", "citations": [1], "kind": "step"}]
    assert data["citations"][0]["source"]["as_of"] == "2026-01-10"
    assert data["citations"][0]["source"]["checked_on"] is None
    assert data["urgent"] == {"text": "Soita.", "helplines": [{"name": "Hätänumero", "phone": "112"}]}
    assert data["hand_off"]["opens_at"] == "2026-11-23T09:00:00+00:00"


def test_the_smallest_answer_comes_back() -> None:
    smallest = Answer("a", "c", "", "", Status.FAILED, "sv", "")
    assert answer_from_dict(json.loads(json.dumps(answer_to_dict(smallest)))) == smallest


answers = st.builds(
    Answer,
    confidence=st.floats(0, 1),
    timings_ms=st.dictionaries(st.text(max_size=5), st.floats(0, 1e6), max_size=3),
)


@settings(max_examples=60, deadline=None)
@given(answers)
def test_every_answer_comes_back_as_it_was(answer: Answer) -> None:
    assert answer_from_dict(json.loads(json.dumps(answer_to_dict(answer)))) == answer


@pytest.mark.parametrize(
    "wrong", [{"language": "ru"}, {"status": "maybe"}, {"citations": [{}]}, {"hand_off": {"opens_at": "x"}}]
)
def test_what_is_no_answer_of_ours_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        answer_from_dict(answer_to_dict(FULL) | wrong)


def test_dates_are_plain() -> None:
    assert answer_from_dict(answer_to_dict(FULL)).citations[0].source.as_of == date(2026, 1, 10)
