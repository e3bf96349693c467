"""The difference of each measure between two runs, over the cases of both, with paired bootstrap intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from eval.records import Record
from eval.score import LESS_IS_BETTER, RESAMPLES, STATISTICS, by_language, values

Pairs = tuple[list[Record], list[Record]]


@dataclass(frozen=True, slots=True)
class Difference:
    """After less before, with its 95% interval; `verdict` is `same` where the interval holds 0."""

    before: float
    after: float
    value: float
    n: int
    low: float
    high: float
    verdict: Literal["better", "worse", "same"]


def paired(before: Sequence[Record], after: Sequence[Record]) -> Pairs:
    """The cases that both runs asked in the same words, in one order; both judged by what the later run expects."""
    earlier = {(record.case.key, record.case.question, record.case.history): record for record in before}
    both = [
        (replace(old, case=new.case), new)
        for new in after
        if (old := earlier.get((new.case.key, new.case.question, new.case.history)))
    ]
    return [old for old, _ in both], [new for _, new in both]


def differences(pairs: Pairs) -> dict[str, dict[str, Difference]]:
    """Measure → slice (`all`, `fi`, `sv`, `en`) → difference."""
    before, after = (by_language(records) for records in pairs)
    table: dict[str, dict[str, Difference]] = {}
    for name in after:
        old, new = values(before[name]), values(after[name])
        for measure in new:
            if found := _difference(measure, old[measure], new[measure]):
                table.setdefault(measure, {})[name] = found
    return table


def _difference(measure: str, before: Mapping[str, float], after: Mapping[str, float]) -> Difference | None:
    """Cases are drawn; each run's measure is taken over those of them that it is about. None where one has none."""
    if not before or not after:
        return None
    keys = list(dict.fromkeys([*before, *after]))
    samples = np.array([[run.get(key, np.nan) for key in keys] for run in (before, after)])
    draws = np.random.default_rng(0).integers(0, len(keys), (RESAMPLES, len(keys)))
    old, new = (_statistic(measure, sample[None, :])[0] for sample in samples)
    drawn = [_statistic(measure, sample[draws]) for sample in samples]
    low, high = np.nanpercentile(drawn[1] - drawn[0], [2.5, 97.5])
    return Difference(
        float(old), float(new), float(new - old), len(keys), float(low), float(high), _verdict(measure, low, high)
    )


def _statistic(measure: str, samples: NDArray[np.float64]) -> NDArray[Any]:
    """Along the rows of (samples, cases); NaN marks a case that the measure is not about."""
    if measure in STATISTICS:
        return np.asarray(STATISTICS[measure](samples, axis=1))
    with np.errstate(invalid="ignore"):
        return np.asarray(np.nansum(samples, axis=1) / np.sum(~np.isnan(samples), axis=1))


def _verdict(measure: str, low: float, high: float) -> Literal["better", "worse", "same"]:
    if low <= 0 <= high:
        return "same"
    return "better" if (low > 0) != (measure in LESS_IS_BETTER) else "worse"
