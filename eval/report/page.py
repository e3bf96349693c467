"""What the report shows, gathered from the records, and the page that is made of it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.domain import LANGUAGES
from eval.compare import compare
from eval.differences import differences, paired
from eval.measures.answer_refuse import curve, point
from eval.measures.brier import brier
from eval.measures.calibration import bins, calibration_error
from eval.mistakes import KINDS, mistakes
from eval.records import Record
from eval.report import charts
from eval.report.understood import understood
from eval.score import LESS_IS_BETTER, MAIN, Scores, score
from eval.slices import DIMENSIONS, Audiences, rows, score_by

FOLDER = Path(__file__).parent
MEANINGS = {
    "recall@1": "the best section found answers the question",
    "recall@5": "one of the five best sections found answers it",
    "mrr": "mean reciprocal rank of the first section that answers",
    "facts": "share of the facts that an answer must hold",
    "wrong_answer": "answered though unanswerable",
    "wrong_refusal": "refused though answerable",
    "wrong_section": "answered from a section that does not answer",
    "citation": "sentences that stand word for word in what they cite",
    "brier": "squared distance of the stated confidence from right (1) or not (0)",
    "p50_ms": "milliseconds to the whole answer: half of the cases are faster",
    "p95_ms": "milliseconds to the whole answer: 19 of 20 cases are faster",
    "paraphrases": "families of paraphrases with one decision",
    "same_decision": "cases with one decision in the three languages",
}


@dataclass(frozen=True, slots=True)
class Run:
    configuration: Mapping[str, Any]
    records: Sequence[Record]


def render(
    run: Run, audiences: Audiences, before: Run | None = None, understanding: Mapping[str, Any] | None = None
) -> str:
    """The whole page: no script, nothing from elsewhere, under a policy that allows its own style sheet alone."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"x": charts.x, "y": charts.y, "steps": charts.steps}
    environment.filters |= {"figure": _figure, "signed": _signed}
    style = (FOLDER / "report.css").read_text(encoding="utf-8")
    return environment.get_template("report.html.j2").render(
        style=style,
        style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        run=run,
        before=before,
        **_measured(run.records, audiences),
        **_confidence(run),
        **_compared(run, before),
        kinds=KINDS,
        mistakes=mistakes(run.records),
        understood=understood(understanding or {}),
        understood_part=(understanding or {}).get("part", ""),
    )


def _measured(records: Sequence[Record], audiences: Audiences) -> dict[str, Any]:
    scores = score(records)
    parts = {dimension: rows(score_by(records, dimension, audiences)) for dimension in DIMENSIONS}
    return {
        "scores": scores,
        "main": MAIN,
        "meanings": MEANINGS,
        "less_is_better": LESS_IS_BETTER,
        "slices": ("all", *LANGUAGES),
        "parts": {"language": _languages(scores), **parts},
    }


def _languages(scores: Scores) -> dict[str, dict[str, Any]]:
    return {
        code: measured
        for code in LANGUAGES
        if (measured := {name: scores[name][code] for name in MAIN if code in scores.get(name, {})})
    }


def _confidence(run: Run) -> dict[str, Any]:
    threshold = run.configuration.get("threshold")
    return {
        "threshold": threshold,
        "bins": bins(run.records),
        "calibration": _calibration(run.records),
        "curve": curve(run.records),
        "at_threshold": None if threshold is None else point(run.records, threshold),
        "points": [point(run.records, tenth / 10) for tenth in range(1, 10)],
    }


def _calibration(records: Sequence[Record]) -> dict[str, tuple[int, float, float | None]]:
    """n, Brier score and expected calibration error of all, of the answered and of the refused cases."""
    groups = {
        "all": records,
        "answered": [record for record in records if record.said_something],
        "refused": [record for record in records if not record.said_something],
    }
    scored = {name: [value for r in part if (value := brier(r)) is not None] for name, part in groups.items()}
    return {
        name: (len(values), sum(values) / len(values), calibration_error(bins(groups[name])))
        for name, values in scored.items()
        if values
    }


def _compared(run: Run, before: Run | None) -> dict[str, Any]:
    """The paired differences, and the changed cases, each with its records before and after."""
    pairs = paired(before.records if before else (), run.records)
    by_key = {new.case.key: (old, new) for old, new in zip(*pairs, strict=True)}
    changes = [(change, *by_key[change.key]) for change in compare(*pairs)]
    return {"differences": differences(pairs), "changes": changes, "shared": len(by_key)}


def _figure(value: float, measure: str = "") -> str:
    return f"{value:.1f}" if measure.endswith("_ms") else f"{value:.3f}"


def _signed(value: float, measure: str) -> str:
    return ("−" if value < 0 else "+") + _figure(abs(value), measure)
