"""The whole comparison: one corpus per size, and one process per system, one after the other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.errors import EspooError
from app.settings import PROJECT
from eval.cases import Case
from eval.peers.catalogue import Entry
from eval.peers.corpus import choose_questions, choose_topics, in_order_of_chance, read_knowledge, write_corpus
from eval.peers.peer import Asked, Text
from eval.peers.place import Place
from eval.peers.row import Row, counted, figures

LONGEST = 3 * 3600  # seconds for one system
# One thread each; no system looks for news of itself or for models elsewhere.
ENVIRONMENT = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1"),
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured: `systems` by size, with at most so many questions, after so many that nobody times."""

    systems: Mapping[int, Sequence[Entry]]
    questions: int
    warming: int
    knowledge: Path
    parallel: Path
    folder: Path


def run(plan: Plan, cases: Sequence[Case], tell: Callable[[str], None]) -> list[Row]:
    """The rows, size by size. The same questions are asked at each: those that the smallest corpus answers. The systems
    are warmed with others.

    Raises:
        EspooError: a corpus cannot be made.
    """
    knowledge = read_knowledge(plan.knowledge)
    topics = {size: choose_topics(knowledge, cases, size) for size in sorted(plan.systems)}
    chosen = choose_questions(knowledge, cases, topics[min(topics)], plan.questions)
    if not chosen:
        raise EspooError(f"None of the questions is answered by {plan.knowledge} within {min(topics)} passages.")
    others = in_order_of_chance([case for case in cases if case not in chosen])
    rows = []
    for size, kept in topics.items():
        place = Place(plan.folder / str(size))
        tell(f"{size} passages: writing them")
        texts = write_corpus(place, knowledge, kept, size, plan.parallel)
        place.write_asked(map(_asked, chosen))
        place.write_warming(map(_asked, others[: plan.warming]))
        rows += [_row(entry, place, texts, tell) for entry in plan.systems[size]]
    return rows


def _asked(case: Case) -> Asked:
    return Asked(case.question, case.language, case.gold)


def _row(entry: Entry, place: Place, texts: Sequence[Text], tell: Callable[[str], None]) -> Row:
    asked = place.read_asked()
    row = Row(entry.name, entry.title, len(texts), counted(asked), entry.versions())
    if missing := entry.missing():
        return replace(row, problem=f"not installed: {missing}")
    tell(f"{len(texts)} passages: {entry.title}")
    if problem := _measured_apart(entry.name, place):
        return replace(row, problem=problem)
    keys = {text.id: text.key for text in texts}
    return replace(row, **figures(place.read_finding(entry.name), asked, keys))


def _measured_apart(name: str, place: Place) -> str:
    """What went wrong in the system's process; empty when nothing did."""
    setting = [f"{key}={value}" for key, value in ENVIRONMENT.items()]
    command = ["env", *setting, sys.executable, "-m", "eval.peers", name, str(place.folder.resolve())]
    try:
        ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return f"did not end within {LONGEST // 3600} hours"
    if ended.returncode == 0:
        return ""
    lines = [line for line in ended.stderr.splitlines() if line.strip()]
    return f"failed: {lines[-1].strip() if lines else f'exit code {ended.returncode}'}"
