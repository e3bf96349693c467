"""The latest answers in memory: found before the log has written them, and while its database is away."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from app.domain import Answer
from app.log_entries import Asked

KEPT = 2_000


class RecentAnswers:
    """A bounded memory that several threads may use."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._entries: OrderedDict[str, Asked] = OrderedDict()
        self._forgotten: OrderedDict[str, datetime] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, entry: Asked) -> bool:
        """False when the id is known: the first answer of an id stays."""
        with self._lock:
            if entry.answer.id in self._entries:
                return False
            self._entries[entry.answer.id] = entry
            while len(self._entries) > self._kept:
                self._entries.popitem(last=False)
            return True

    def answer(self, answer_id: str) -> Answer | None:
        with self._lock:
            entry = self._entries.get(answer_id)
        return entry.answer if entry else None

    def conversation(self, conversation_id: str) -> list[Asked]:
        with self._lock:
            return [entry for entry in self._entries.values() if entry.answer.conversation_id == conversation_id]

    def forget(self, conversation_id: str, at: datetime) -> None:
        with self._lock:
            self._drop(lambda entry: entry.answer.conversation_id == conversation_id)
            self._forgotten[conversation_id] = at
            while len(self._forgotten) > self._kept:
                self._forgotten.popitem(last=False)

    def is_forgotten(self, conversation_id: str, asked_at: datetime) -> bool:
        with self._lock:
            at = self._forgotten.get(conversation_id)
        return at is not None and asked_at <= at

    def drop_before(self, moment: datetime) -> None:
        with self._lock:
            self._drop(lambda entry: entry.at < moment)

    def _drop(self, unwanted: Callable[[Asked], bool]) -> None:
        for answer_id in [key for key, entry in self._entries.items() if unwanted(entry)]:
            del self._entries[answer_id]
