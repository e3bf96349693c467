"""Recall@1, recall@5 and reciprocal rank of the gold sections, by ir-measures' definitions."""

from __future__ import annotations

from collections.abc import Sequence

import ir_measures
from ir_measures import RR, Success

from eval.records import Record

# Several sections may answer a question alike: one of them found is enough, which is what Success@k counts.
MEASURES = {"recall@1": Success @ 1, "recall@5": Success @ 5, "mrr": RR}


def ranking(records: Sequence[Record]) -> dict[str, dict[str, float]]:
    """Each measure's value per case key, over the answerable cases with gold sections."""
    judged = [record for record in records if record.case.gold]
    qrels = {record.case.key: dict.fromkeys(record.case.gold, 1) for record in judged}
    run = {r.case.key: {section: -float(place) for place, section in enumerate(r.ranked)} for r in judged}
    values: dict[str, dict[str, float]] = {name: dict.fromkeys(qrels, 0.0) for name in MEASURES}
    names = {str(measure): name for name, measure in MEASURES.items()}
    for metric in ir_measures.iter_calc(list(MEASURES.values()), qrels, run):
        values[names[str(metric.measure)]][metric.query_id] = float(metric.value)
    return values
