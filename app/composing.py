"""The draft, or its absence, becomes the Answer: contacts of the owner, helplines in an emergency, the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from app.answer import compose
from app.answer.quoting import Draft
from app.desk import Desk
from app.domain import Answer, Mode, Question, Retrieved, Understood
from app.library import Library, Shelf


class Composer:
    def __init__(self, library: Library, desk: Desk, clock: Callable[[], datetime]) -> None:
        self._library, self._desk, self._clock = library, desk, clock

    def answer(
        self,
        question: Question,
        understood: Understood,
        shelf: Shelf,
        found: Retrieved,
        draft: Draft | None,
        mode: Mode,
    ) -> Answer:
        language, now = understood.language, self._clock()
        if draft:
            contact = self._desk.contact(draft.passages[0].owner, language, now)
            answer = replace(compose.answered(question, understood, draft, found, contact, now.date()), mode=mode)
        else:
            desk = self._desk.hand_off(language, now)
            answer = compose.unanswered(question, understood, found, shelf.scorer.threshold, desk)
        if understood.emergency:
            helplines = self._library.helplines(understood.helplines)
            return compose.emergency(question, understood, helplines, answer if draft else None)
        return answer

    def smalltalk(self, question: Question, understood: Understood) -> Answer:
        return compose.smalltalk(question, understood, self._desk.hand_off(understood.language, self._clock()))

    def after_fault(self, question: Question, understood: Understood | None) -> Answer:
        """The numbers for an emergency need no document; everything else ends as `failed` with the desk's contact."""
        if understood and understood.emergency:
            return compose.emergency(question, understood, self._library.helplines(understood.helplines), None)
        language = understood.language if understood else question.language or "fi"
        return compose.failed(question, understood, self._desk.hand_off(language, self._clock()))
