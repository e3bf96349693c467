"""The draft, or its absence, becomes the Answer: contacts of the owner, helplines in an emergency, the desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from app.answer import compose
from app.answer.quoting import Draft
from app.desk import Desk
from app.domain import Answer, Mode, Owner, Question, Retrieved, Understood
from app.elsewhere import is_elsewhere
from app.library import Library, Shelf
from app.other_languages import told_in
from app.ownership import named_owner, owner_of
from app.subject import has_subject
from app.texts import contact_line


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
        owners: Sequence[Owner] = (),
    ) -> Answer:
        """Args:
        owners: whose matters the parts of the message are, where they are several's.
        """
        language, now = understood.language, self._clock()
        if draft:
            contact = self._desk.contact(draft.passages[0].owner, language, now)
            answer = compose.answered(question, understood, draft, found, contact, now.date())
            answer = self._with_others(replace(answer, mode=mode), draft, owners)
        else:
            desk = self._desk.hand_off(language, now)
            answer = compose.unanswered(question, understood, found, shelf.scorer.threshold_for(found), desk)
        if understood.emergency:
            helplines = self._library.helplines(understood.helplines)
            return compose.emergency(question, understood, helplines, answer if draft else None)
        if not draft and not has_subject(understood.standalone):
            return answer  # "Is it free?" is nobody's matter yet
        owner = draft.passages[0].owner if draft else self._owner(understood, found, owners)
        if not draft and understood.off_topic and owner in (None, Owner.ESPOO, Owner.OTHER):
            return compose.declined(question, understood)
        if understood.personal:
            contact = self._desk.contact(owner or Owner.ESPOO, language, now)
            answer = compose.personal(question, understood, contact, owner, answer if draft else None)
        elif not draft and is_elsewhere(understood.standalone, owner):
            return compose.elsewhere(answer)
        elif not draft and owner and owner not in (Owner.ESPOO, Owner.OTHER):
            contact, about = self._desk.contact(owner, language, now), self._desk.about(owner, language)
            answer = compose.referred(answer, contact, owner, about)
        return answer if draft else self._with_others(answer, draft, owners)

    def _with_others(self, answer: Answer, draft: Draft | None, owners: Sequence[Owner]) -> Answer:
        """With the contacts of those beside the one who has a card: owners of what is quoted, and of the parts.

        The city is none of them where its own text is quoted: that its desk helps is known.
        """
        quoted = [passage.owner for passage in draft.passages] if draft else []
        now, first = self._clock(), answer.owner or Owner.ESPOO
        known = {first, Owner.OTHER} | ({Owner.ESPOO} & {*quoted})
        others = [owner for owner in dict.fromkeys([*quoted, *owners]) if owner not in known]
        contacts = (self._desk.contact(owner, answer.language, now) for owner in others)
        return compose.with_others(answer, [contact_line(contact, answer.language) for contact in contacts])

    def _owner(self, understood: Understood, found: Retrieved, owners: Sequence[Owner]) -> Owner | None:
        """Whose matter it is; where that is not clear of the whole, the first of its parts that is not the city's."""
        if understood.other_language:
            return named_owner(understood.text, self._library.owners)
        elsewhere = (owner for owner in owners if owner not in (Owner.ESPOO, Owner.OTHER) and not understood.off_topic)
        return owner_of(understood.standalone, found, self._library.intents) or next(elsewhere, None)

    def clarify(self, question: Question, understood: Understood, choices: tuple[str, ...]) -> Answer:
        return compose.clarify(question, understood, choices)

    def declined(self, question: Question, understood: Understood) -> Answer:
        return compose.declined(question, understood)

    def with_help(self, answer: Answer, understood: Understood | None) -> Answer:
        """With the numbers that help below, where a message may tell of danger."""
        lines = self._library.helplines(understood.perhaps) if understood and not answer.urgent else ()
        return compose.with_help(answer, lines) if lines else answer

    def in_own_language(self, answer: Answer, understood: Understood | None) -> Answer:
        """With a sentence in the asker's language before it, where that is one of the city's most spoken."""
        told = told_in(understood.other_language) if understood and understood.other_language else None
        return compose.preceded(answer, told.text) if told else answer

    def smalltalk(self, question: Question, understood: Understood) -> Answer:
        return compose.smalltalk(question, understood, self._desk.hand_off(understood.language, self._clock()))

    def after_fault(self, question: Question, understood: Understood | None) -> Answer:
        """The numbers for an emergency need no document; everything else ends as `failed` with the desk's contact."""
        if understood and understood.emergency:
            return compose.emergency(question, understood, self._library.helplines(understood.helplines), None)
        language = understood.language if understood else question.language or "fi"
        return compose.failed(question, understood, self._desk.hand_off(language, self._clock()))
