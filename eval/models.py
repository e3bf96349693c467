"""Embedding models side by side: each with a build of its own, asked the same cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.settings import Settings
from eval.cases import Case
from eval.records import Record
from eval.run import ask_all
from eval.score import Figure, figures, values
from eval.trial import trial

MEASURES = ("recall@1", "recall@5", "mrr", "facts", "wrong_answer", "wrong_refusal")
LONGEST = 300  # letters of a reason; foreign loaders tell stories


@dataclass(frozen=True, slots=True)
class Model:
    """One model's line. `figures` are by measure; `p50_ms` and `p95_ms` are of retrieval alone, in `eval run` of the
    whole answer. `learned`: a scorer fits the model, else the defaults serve. `problem`: why nothing was measured.
    """

    name: str
    dimensions: int = 0
    learned: bool = False
    ingest_seconds: float = 0.0
    figures: dict[str, Figure] = field(default_factory=dict)
    problem: str = ""


def measure_model(settings: Settings, cases: Sequence[Case], name: str = "") -> Model:
    """The cases asked of a build that the model made; no name is the bundled model.

    Whatever is wrong with a named model is in its line.

    Raises:
        EspooError: the bundled model or the knowledge cannot be used.
    """
    own = settings.model_copy(update={"embedding_model": name})
    try:
        with trial(own, settings.knowledge_dir) as one:
            library = one.assistant.library
            model, learned = library.embedder, library.scorer.learned
            found = _figures(ask_all(one.assistant, cases))
            return Model(name or model.name, model.dimensions, learned, one.ingest_seconds, found)
    except Exception as error:  # a foreign model may fail in any way, when it is loaded or when it is asked
        if not name:
            raise
        return Model(name, problem=" ".join(f"{type(error).__name__}: {error}".split())[:LONGEST])


def _figures(records: Sequence[Record]) -> dict[str, Figure]:
    measured = values(records)
    laps = {record.case.key: record.answer["timings_ms"] for record in records}
    times = {key: lap["retrieve"] for key, lap in laps.items() if "retrieve" in lap}
    chosen = {name: measured[name] for name in MEASURES} | {"p50_ms": times, "p95_ms": times}
    return {measure: slices["all"] for measure, slices in figures({"all": chosen}).items()}
