"""Two runs: the same cases, and the differences of their measures."""

from __future__ import annotations

import pytest

from eval.differences import differences, paired
from tests.eval.made import record, refused


def test_only_cases_asked_in_the_same_words_are_paired() -> None:
    before = [record("a"), record("b", question="Then?"), record("c", history=("Why?",)), record("d")]
    after = [record("d"), record("e"), record("c"), record("b"), record("a")]
    old, new = paired(before, after)
    assert [one.case.key for one in old] == [one.case.key for one in new] == ["d/en", "a/en"]


def test_both_are_judged_by_what_is_expected_now() -> None:
    old, _ = paired([record("a", gold=("tax-card#fee",))], [record("a")])
    assert old[0].case.gold == ("tax-card#when",)
    assert differences(paired([record("a", gold=("tax-card#fee",))], [record("a")]))["recall@1"]["all"].value == 0


def test_a_clear_difference_has_a_verdict_and_a_doubtful_one_has_none() -> None:
    before = [record(str(n), ranked=(), milliseconds=20.0) for n in range(30)]
    after = [record(str(n), ranked=("tax-card#when",) if n else ()) for n in range(30)]
    found = differences(paired(before, after))
    recall, speed = found["recall@1"]["all"], found["p50_ms"]["all"]
    assert (recall.before, recall.after, recall.n, recall.verdict) == (0.0, pytest.approx(29 / 30), 30, "better")
    assert 0.85 < recall.low < recall.value <= recall.high
    assert (speed.value, speed.low, speed.verdict) == (-10.0, -10.0, "better")
    one = differences(paired(before, [*after[:1], *(record(str(n), ranked=()) for n in range(1, 29)), after[29]]))
    assert (one["recall@1"]["all"].n, one["recall@1"]["all"].verdict) == (30, "same")


def test_more_refusals_are_worse_and_each_run_keeps_its_own_answered_cases() -> None:
    before = [record(str(n)) for n in range(20)]
    after = [refused(str(n), 0.2) if n < 15 else record(str(n), cited="kela-card") for n in range(20)]
    found = differences(paired(before, after))
    assert (found["wrong_refusal"]["all"].value, found["wrong_refusal"]["all"].verdict) == (0.75, "worse")
    assert (found["wrong_section"]["en"].before, found["wrong_section"]["en"].after) == (0.0, 1.0)
    assert "fi" not in found["recall@1"]


def test_what_one_run_lacks_has_no_difference() -> None:
    assert differences(paired([], [record()])) == {}
    none_answered = [refused(str(n), 0.2) for n in range(3)]
    assert "wrong_section" not in differences(paired(none_answered, [record(str(n)) for n in range(3)]))
