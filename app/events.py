"""What an answer in the making tells, one after another."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain import Answer, AnswerSentence, Citation


@dataclass(frozen=True, slots=True)
class Started:
    """The first event of a stream: the ids under which the answer can be fetched again."""

    id: str
    conversation_id: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A sign of life: the name of the step that begins (`understand`, `retrieve`, `answer`)."""

    step: str


@dataclass(frozen=True, slots=True)
class SentenceReady:
    sentence: AnswerSentence
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Reset:
    """What was shown so far is void: the mode changed in mid-answer."""


@dataclass(frozen=True, slots=True)
class Finished:
    answer: Answer


Event = Started | Progress | SentenceReady | Reset | Finished
