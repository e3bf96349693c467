"""Records made by hand."""

from __future__ import annotations

from typing import Any

from app.domain import Language
from eval.cases import Case
from eval.records import Record


def record(case_id: str = "a", language: Language = "en", status: str = "answered", **changes: Any) -> Record:
    """An answered case about the tax card; `changes` are fields of the case, the answer or the record."""
    case = Case(
        case_id, language, changes.get("question", "When?"), changes.get("history", ()),
        changes.get("topic", "tax-card"), changes.get("style", "plain"), changes.get("expected", "answered"), "train",
        changes.get("gold", ("tax-card#when",)), (("54",), ("month", "months")),
    )  # fmt: skip
    source = {"document_id": f"knowledge/{changes.get('cited', 'tax-card')}/en.md", "anchor": "when"}
    answer = {
        "status": status,
        "text": changes.get("text", "It costs 54 euros a month."),
        "sentences": [{"text": "It costs 54 euros.", "citations": [1]}],
        "citations": [{"number": 1, "quote": changes.get("quote", "It costs 54  euros. More."), "source": source}],
    }
    if "confidence" in changes:
        answer["confidence"] = changes["confidence"]
    ranked = changes.get("ranked", ("tax-card#when", "kela-card#what"))
    return Record(case, answer, ranked, changes.get("milliseconds", 10.0))


def refused(case_id: str, confidence: float, **changes: Any) -> Record:
    return record(case_id, status="unanswered", confidence=confidence, **changes)


def unanswerable(case_id: str, confidence: float, status: str = "unanswered", **changes: Any) -> Record:
    return record(case_id, status=status, confidence=confidence, expected="unanswered", gold=(), **changes)
