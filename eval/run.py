"""Asking every case through the public door, and writing what came."""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.assistant import Assistant
from app.domain import Channel, Question, Turn
from app.settings import PROJECT, Settings
from app.wire import answer_to_dict
from eval.cases import Case
from eval.records import Record, write_records

LOOKS = Path(__file__).parent / "looks.jsonl"


def run(settings: Settings, cases: Sequence[Case], out: Path) -> list[Record]:
    """Ask the cases one after the other; write the records to `out`.

    A run that holds cases of the test part is written down in `looks.jsonl`, so that everybody sees how often it was
    looked at.

    Raises:
        BuildError: there is no build to ask.
    """
    assistant = Assistant.open(settings)
    try:
        assistant.library.require()
        told = configuration(assistant, cases)
        records = ask_all(assistant, cases)
    finally:
        assistant.close()
    write_records(out, told, records)
    note_look(told)
    return records


def ask_all(assistant: Assistant, cases: Sequence[Case]) -> list[Record]:
    """One case after the other; once for an assistant, as its threads belong to one event loop."""
    return asyncio.run(_ask_all(assistant, cases))


async def _ask_all(assistant: Assistant, cases: Sequence[Case]) -> list[Record]:
    return [await _ask(assistant, case) for case in cases]


async def _ask(assistant: Assistant, case: Case) -> Record:
    question = _question(case, await _history(assistant, case))
    start = time.perf_counter()
    answer = await assistant.ask(question)
    milliseconds = (time.perf_counter() - start) * 1000
    _, found = await assistant.look_up(question)
    ranked = tuple(dict.fromkeys(f"{e.passage.topic}#{e.passage.anchor}" for e in found.evidence))
    return Record(case, answer_to_dict(answer), ranked, round(milliseconds, 2), found.signs)


async def _history(assistant: Assistant, case: Case) -> tuple[Turn, ...]:
    turns: tuple[Turn, ...] = ()
    for earlier in case.history:
        answer = await assistant.ask(_question(case, turns, earlier))
        turns += (
            Turn(answer.question, answer.standalone, answer.text, answer.status, answer.choices or answer.suggestions),
        )
    return turns


def _question(case: Case, history: tuple[Turn, ...], text: str | None = None) -> Question:
    return Question(text or case.question, uuid.uuid4().hex, uuid.uuid4().hex, Channel.EVAL, case.language, history)


def configuration(assistant: Assistant, cases: Sequence[Case]) -> dict[str, Any]:
    """What makes the answers, and how many cases of which parts are asked."""
    library = assistant.library
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "build": assistant.build_id,
        "embedding": library.embedder.name,
        "embedding_digest": library.embedder.digest,
        "analyser_digest": library.analyser.digest,
        "scorer_learned": library.scorer.learned,
        "threshold": library.scorer.threshold,
        "language_model": assistant.language_model,
        "prompt": library.writer.prompt.digest if library.writer else "",
        "cases": len(cases),
        "parts": sorted({case.part for case in cases}),
    }


def _commit() -> str:
    """The commit the answers were made from, marked where the tree was changed; empty without git."""
    try:
        command = ["git", "describe", "--always", "--dirty"]
        return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


def note_look(told: dict[str, Any], looks: Path = LOOKS) -> None:
    """Write down what was asked cases of the test part; nothing where it was asked none."""
    if "test" not in told["parts"]:
        return
    look = {key: told[key] for key in ("made_at", "commit", "build", "embedding", "threshold")}
    with looks.open("a", encoding="utf-8") as file:
        file.write(json.dumps(look) + "\n")
