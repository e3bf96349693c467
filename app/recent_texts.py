"""What was worked out for the last texts, by their digests: the texts themselves are not kept."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256
from threading import Lock
from typing import Generic, TypeVar

RECENT = 64  # texts

Value = TypeVar("Value")


class RecentTexts(Generic[Value]):
    """Threads may share it. A question is read for understanding and for the search, and by several tasks."""

    def __init__(self) -> None:
        self._values, self._lock = OrderedDict[bytes, Value](), Lock()

    def find(self, text: str) -> Value | None:
        with self._lock:
            return self._values.get(_key(text))

    def keep(self, text: str, value: Value) -> None:
        with self._lock:
            self._values[_key(text)] = value
            while len(self._values) > RECENT:
                self._values.popitem(last=False)


def _key(text: str) -> bytes:
    return sha256(text.encode("utf-8", "replace")).digest()
