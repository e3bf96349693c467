"""Measures on records made by hand, where the right figure is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.compare import compare
from eval.measures.citation import citation
from eval.measures.wrong_refusal import wrong_refusal
from eval.records import Record, read_records, write_records
from eval.score import as_baseline, falls, score
from tests.eval.made import record


def value(measure: str, *records: Record) -> float:
    return score(records)[measure]["all"].value


@pytest.mark.parametrize(
    ("measure", "one", "expected"),
    [
        ("recall@1", record(), 1.0),
        ("recall@1", record(ranked=("kela-card#what", "tax-card#when")), 0.0),
        ("recall@5", record(ranked=("kela-card#what", "tax-card#when")), 1.0),
        ("mrr", record(ranked=("kela-card#what", "tax-card#when")), 0.5),
        ("mrr", record(ranked=()), 0.0),
        ("facts", record(), 1.0),
        ("facts", record(text="It costs 54 euros a year."), 0.5),
        ("facts", record(status="unanswered"), 0.0),
        ("wrong_answer", record(expected="unanswered", gold=()), 1.0),
        ("wrong_answer", record(expected="unanswered", gold=(), status="unanswered"), 0.0),
        ("wrong_refusal", record(status="unanswered"), 1.0),
        ("wrong_section", record(), 0.0),
        ("wrong_section", record(cited="kela-card"), 1.0),
        ("citation", record(), 1.0),
        ("citation", record(quote="Something else."), 0.0),
    ],
)
def test_measures(measure: str, one: Record, expected: float) -> None:
    assert value(measure, one) == expected


def test_the_same_decision_needs_all_three_languages() -> None:
    same = [record(language=code) for code in ("fi", "sv", "en")]
    torn = [
        record("b", language=code, status="unanswered" if code == "sv" else "answered") for code in ("fi", "sv", "en")
    ]
    assert value("same_decision", *same, *torn) == 0.5


def test_an_interval_holds_its_value_and_says_n() -> None:
    figure = score([record(str(n), ranked=("tax-card#when",) if n % 4 else ()) for n in range(40)])["recall@1"]["all"]
    assert (figure.value, figure.n) == (0.75, 40)
    assert 0.55 < figure.low < 0.75 < figure.high < 0.95


def test_a_fall_below_the_baseline_is_named_and_a_rise_is_not() -> None:
    good = score([record(str(n)) for n in range(20)])
    bad = score([record(str(n), ranked=()) for n in range(20)])
    assert falls(good, as_baseline(good)) == []
    assert any(line.startswith("recall@1 (all): 0.000, baseline 1.000") for line in falls(bad, as_baseline(good)))
    assert falls(good, as_baseline(bad)) == []


def test_records_come_back_as_they_were(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "answers.jsonl"
    write_records(file, {"parts": ["train"]}, [record()])
    assert read_records(file) == ({"parts": ["train"]}, [record()])


def test_another_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.jsonl"
    file.write_text(json.dumps({"case": 1}) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="eval run"):
        read_records(file)


def test_compare_tells_better_from_worse() -> None:
    before = [record("a"), record("b", status="unanswered"), record("c")]
    after = [record("a", cited="kela-card"), record("b"), record("c")]
    assert [(change.key, change.verdict) for change in compare(before, after)] == [
        ("a/en", "worse"),
        ("b/en", "better"),
    ]


def test_own_words_before_a_quotation_need_no_citation() -> None:
    said = record(status="emergency")
    said.answer["sentences"].insert(0, {"text": "Call 112.", "citations": []})
    assert citation(said) == 1.0
    said.answer["status"] = "answered"
    assert citation(said) == 0.5


def test_what_is_quoted_below_a_call_for_help_counts_as_an_answer() -> None:
    said = record(status="emergency")
    assert said.said_something and wrong_refusal(said) == 0.0
    said.answer["citations"] = []
    assert not said.said_something and wrong_refusal(said) == 1.0
    assert not record(status="referred").said_something
