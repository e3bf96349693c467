"""Answers for the question log, and patience for its thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from app.domain import Answer, Citation, Owner, Source, Status
from app.question_log import QuestionLog
from app.settings import Settings

SOURCE = Source(
    title="Kela-kortti",
    url="https://www.kela.fi/kela-kortti",
    anchor="apply",
    language="fi",
    publisher="Kela",
    owner=Owner.KELA,
    as_of=date(2026, 1, 10),
    checked_on=None,
    document_id="knowledge/kela-card/fi.md",
)


def made_answer(
    number: int = 1, conversation: str = "c1", question: str = "Miten haen Kela-kortin?", **changes: object
) -> Answer:
    """An answer with the id `a<number>`; `changes` are fields of Answer."""
    made = Answer(
        id=f"a{number}",
        conversation_id=conversation,
        question=question,
        standalone=question,
        status=Status.ANSWERED,
        language="fi",
        text=f"Vastaus {number}",
        citations=(Citation(1, "Hae korttia Kelasta.", SOURCE),),
        build="b1",
        timings_ms={"understand": 1.0, "retrieve": 2.0},
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def made_settings(folder: Path, **changes: object) -> Settings:
    return Settings(_env_file=None, data_dir=folder, **changes)  # type: ignore[call-arg, arg-type]


@contextmanager
def opened(settings: Settings) -> Iterator[QuestionLog]:
    log = QuestionLog.open(settings)
    try:
        yield log
    finally:
        log.close()


def until(true: Callable[[], object], patience: float = 15.0) -> None:
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def settled(log: QuestionLog) -> None:
    """Wait until all that was handed over is in the database."""
    until(lambda: not log.health.queued and not log.health.spooled)
