"""Questions as tests ask them."""

from __future__ import annotations

import asyncio

from app.assistant import Assistant
from app.domain import Answer, Channel, Language, Question, Turn


def ask(assistant: Assistant, text: str, language: Language | None = None, history: tuple[Turn, ...] = ()) -> Answer:
    return asyncio.run(assistant.ask(question(text, language, history)))


def question(text: str, language: Language | None = None, history: tuple[Turn, ...] = ()) -> Question:
    return Question(text, "q" * 32, "c" * 32, Channel.EVAL, language, history)


def codes(answer: Answer) -> set[str]:
    return {notice.code for notice in answer.notices}
