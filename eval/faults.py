"""A rehearsal: what people get when the language model's server fails, in each way and at random.

An answer counts as true when every sentence shown (and not taken back by a reset) is a sentence of the documents,
and nothing false that the scripted server said is among them. This judge knows nothing of the verifier.
"""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from app.answer.generating import Writer
from app.assistant import Assistant
from app.desk import Desk
from app.domain import Channel, Mode, Question, Status
from app.events import Finished, Reset, SentenceReady
from app.library import Library
from app.llm import LanguageModel
from app.prompts import as_data, load_prompt
from eval.cases import Case
from eval.scripted_faults import FAULTS
from eval.scripted_model import ScriptedModel

AT_ONCE = 10
ASKED = 60  # cases that the questions are drawn from
NO_SERVER = {"refused": "http://127.0.0.1:9/v1", "no such host": "http://model.invalid/v1"}
KINDS = (*FAULTS, *NO_SERVER)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one person got; seconds from the question."""

    kind: str
    true: bool
    mode: Mode
    first: float
    end: float
    reset: bool


@dataclass(slots=True)
class _Shown:
    texts: list[str] = field(default_factory=list)
    first: float = 0.0
    reset: bool = False


def rehearse(library: Library, cases: Sequence[Case], kinds: Sequence[str], seed: int, limit: float) -> list[Outcome]:
    """One question for each of `kinds`, several at once. `limit`: the model's seconds for an answer."""
    return asyncio.run(_rehearse(library, cases, kinds, seed, limit))


def random_kinds(count: int, seed: int) -> list[str]:
    """Each kind as often as the others, in random order."""
    chance = random.Random(seed)
    kinds = [KINDS[place % len(KINDS)] for place in range(count)]
    chance.shuffle(kinds)
    return kinds


def with_writer(library: Library, writer: Writer | None) -> Assistant:
    """The same parts with another way to the model."""
    own = copy(library)
    own.writer = writer
    return Assistant(own, Desk(library.owners))


def as_rows(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """One row for each kind, and one for all."""
    by_kind = {kind: [o for o in outcomes if o.kind == kind] for kind in sorted({o.kind for o in outcomes})}
    return [_row(kind, found) for kind, found in (*by_kind.items(), ("all", list(outcomes)))]


def _row(kind: str, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {
        "fault": kind,
        "n": len(outcomes),
        "true": sum(o.true for o in outcomes),
        "modes": dict(Counter(str(o.mode) for o in outcomes)),
        "first_p50": round(median(o.first for o in outcomes), 3),
        "first_max": round(max(o.first for o in outcomes), 3),
        "end_p50": round(median(o.end for o in outcomes), 3),
        "end_max": round(max(o.end for o in outcomes), 3),
        "reset": sum(o.reset for o in outcomes),
    }


async def _rehearse(
    library: Library, cases: Sequence[Case], kinds: Sequence[str], seed: int, limit: float
) -> list[Outcome]:
    chance = random.Random(seed)
    places = asyncio.Semaphore(AT_ONCE)
    true = {_plain(piece.text) for passage in library.require().build.passages for piece in passage.pieces}
    answerable = await _answerable(library, chance.sample(list(cases), min(ASKED, len(cases))))

    async def one(kind: str, case: Case, own: random.Random) -> Outcome:
        async with places:
            return await _ask(library, case, kind, own, limit, true)

    return await asyncio.gather(
        *(one(kind, chance.choice(answerable), random.Random(chance.random())) for kind in kinds)
    )


async def _answerable(library: Library, cases: Sequence[Case]) -> list[Case]:
    """Cases that quoting answers: where the evidence is not enough, no model is asked."""
    quoting = with_writer(library, None)
    return [case for case in cases if (await quoting.ask(_question(case))).status == Status.ANSWERED]


async def _ask(library: Library, case: Case, kind: str, chance: random.Random, limit: float, true: set[str]) -> Outcome:
    lies: list[str] = []
    if kind in NO_SERVER:
        return await _watched(library, case, kind, NO_SERVER[kind], limit, true, lies)
    with ScriptedModel(then=FAULTS[kind](chance, lies)) as model:
        return await _watched(library, case, kind, model.url, limit, true, lies)


async def _watched(
    library: Library, case: Case, kind: str, url: str, limit: float, true: set[str], lies: list[str]
) -> Outcome:
    writer = Writer(LanguageModel(url, "scripted", "", limit), load_prompt("answer"), limit)
    assistant = with_writer(library, writer)
    shown, start = _Shown(), time.perf_counter()
    async for event in assistant.stream(_question(case)):
        if isinstance(event, SentenceReady):
            shown.texts.append(event.sentence.text)
            shown.first = shown.first or time.perf_counter() - start
        elif isinstance(event, Reset):
            shown.texts.clear()
            shown.reset = True
        elif isinstance(event, Finished):
            answer, end = event.answer, time.perf_counter() - start
    await asyncio.to_thread(writer.close)
    told = [*shown.texts, *(sentence.text for sentence in answer.sentences)]
    is_true = answer.status == Status.ANSWERED and all(_plain(text) in true for text in told)
    is_true = is_true and not any(lie in answer.text for lie in lies if _plain(lie) not in true)
    return Outcome(kind, is_true, answer.mode, shown.first, end, shown.reset)


def _question(case: Case) -> Question:
    return Question(case.question, uuid.uuid4().hex, uuid.uuid4().hex, Channel.EVAL, case.language)


def _plain(text: str) -> str:
    return as_data(text)
