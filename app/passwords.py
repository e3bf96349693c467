"""Passwords of staff accounts: hashed with argon2id by argon2-cffi's defaults, and what makes one acceptable."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import AccountError

SHORTEST, LONGEST = 12, 1_000  # characters
FEWEST_DIFFERENT = 5  # characters; "aaaaaaaaaaaa" is long and no password


class Passwords:
    """One check takes about 0.14 s and 64 MiB, by design."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    def hash(self, password: str) -> str:
        return self._hasher.hash(_normal(password))

    def fits(self, password: str, stored: str | None) -> bool:
        """Whether the password made this hash. Without one (an unknown name) it takes as long and is False."""
        decoy = self._decoy
        try:
            return self._hasher.verify(stored or decoy, _normal(password)) and stored is not None
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, stored: str) -> bool:
        """Whether argon2-cffi's defaults have changed since the hash was made."""
        return self._hasher.check_needs_rehash(stored)

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe())


def check_new_password(password: str, name: str) -> None:
    """Raises:
    AccountError: the password is too short, too long or too easy to guess.
    """
    plain = _normal(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise AccountError(f"A password has {SHORTEST} to {LONGEST} characters. This one has {len(plain)}.")
    if len(set(plain)) < FEWEST_DIFFERENT or name in plain.casefold():
        raise AccountError("This password is too easy to guess: it repeats itself or holds the account's name.")


def _normal(password: str) -> str:
    """The same letters give the same characters, whichever keyboard they come from; no half of a pair survives."""
    return unicodedata.normalize("NFKC", password.encode("utf-8", "replace").decode("utf-8"))
