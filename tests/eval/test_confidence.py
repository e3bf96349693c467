"""What the stated confidence is worth, and whether paraphrases meet the same decision: figures counted by hand."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import pytest

from app.domain import Language
from eval.cases import Case
from eval.measures.answer_refuse import Point, curve, point
from eval.measures.brier import brier
from eval.measures.calibration import bins, calibration_error
from eval.measures.paraphrases import paraphrases
from eval.measures.right import right
from eval.records import Record
from eval.score import score
from tests.eval.made import record, refused, unanswerable


@dataclass(frozen=True, slots=True)
class Familiar(Case):
    """A case with a family, whether or not Case itself has that field by now."""

    family: str = ""


def familiar(one: Record, family: str) -> Record:
    told = {field.name: getattr(one.case, field.name) for field in fields(one.case) if field.name != "family"}
    return replace(one, case=Familiar(**told, family=family))


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (record(), 1.0),
        (record(cited="kela-card"), 0.0),
        (record(ranked=()), 1.0),
        (refused("a", 0.3), 1.0),
        (refused("a", 0.3, ranked=("kela-card#what", "tax-card#when")), 0.0),
        (refused("a", 0.3, ranked=()), 0.0),
        (unanswerable("a", 0.9, "answered"), 0.0),
        (unanswerable("a", 0.2), 0.0),
        (record(gold=()), None),
        (record(status="emergency"), None),
        (record(status="failed"), None),
    ],
)
def test_right_is_judged_of_answers_and_refusals(one: Record, expected: float | None) -> None:
    assert right(one) == expected


def test_brier_is_the_squared_distance() -> None:
    assert brier(record(confidence=0.8)) == pytest.approx(0.04)
    assert brier(unanswerable("a", 0.9, "answered")) == pytest.approx(0.81)
    assert brier(record()) is None
    assert "brier" not in score([record()])


def test_bins_and_calibration_error() -> None:
    found = bins([record("a", confidence=0.95), record("b", confidence=1.0, cited="kela-card"), unanswerable("c", 0.0)])
    assert [(one.low, one.high, one.n, one.answered, one.right) for one in found] == [
        (0.0, 0.1, 1, 0, 0.0),
        (0.9, 1.0, 2, 2, 0.5),
    ]
    assert found[1].confidence == pytest.approx(0.975)
    assert calibration_error(found) == pytest.approx((0.0 + 2 * 0.475) / 3)
    assert bins([]) == [] and calibration_error([]) is None


def test_the_curve_counts_each_kind_by_its_own_number() -> None:
    records = [
        record("a", confidence=0.9),
        refused("b", 0.4),
        unanswerable("c", 0.9, "answered"),
        unanswerable("d", 0.1),
    ]
    assert curve(records) == [Point(0.9, 0.5, 0.5), Point(0.4, 1.0, 0.5), Point(0.1, 1.0, 1.0)]
    assert point(records, 0.5) == Point(0.5, 0.5, 0.5)
    assert curve(records[:2]) == [] and point(records[:2], 0.5) is None


def test_no_threshold_makes_an_answer_of_an_emergency() -> None:
    records = [record("a", status="emergency", confidence=1.0), record("b", confidence=None), unanswerable("c", 0.5)]
    assert curve(records) == [Point(0.5, 0.0, 1.0)]


def test_paraphrases_are_one_family_in_one_language() -> None:
    def asked(case_id: str, language: Language, status: str, family: str = "tax") -> Record:
        return familiar(record(case_id, language, status), family)

    records = [
        asked("a", "fi", "answered"), asked("b", "fi", "unanswered"), asked("c", "fi", "answered"),
        asked("a", "sv", "answered"), asked("b", "sv", "answered"),
        asked("d", "fi", "answered", family="alone"), asked("e", "fi", "unanswered", family=""), record("f", "fi"),
    ]  # fmt: skip
    assert paraphrases(records) == {"tax/fi": 0.0, "tax/sv": 1.0}
    figures = score(records)["paraphrases"]
    assert (figures["all"].value, figures["all"].n, figures["fi"].value, figures["sv"].value) == (0.5, 2, 0.0, 1.0)
    assert "paraphrases" not in score([record()])
