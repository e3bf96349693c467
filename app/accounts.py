"""Accounts of the desk's workers and their sessions, in the question log's database: replicas share both.

A session is a random token in the worker's cookie; the database knows only its digest. Sign-out, a new password and
the removal of an account end sessions at once, everywhere.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.domain import LANGUAGES, Language
from app.errors import AccountError, StoreUnavailable
from app.log_database import LogDatabase
from app.log_tables import accounts, staff_sessions
from app.passwords import Passwords, check_new_password
from app.settings import Settings

IDLE = timedelta(hours=8)
LONGEST = timedelta(hours=12)  # one shift; then the worker signs in again
TOUCH = timedelta(minutes=1)  # a session's use is written down this often
NAME = re.compile(r"[^\W_][\w.@+-]{0,63}")


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    created_at: datetime
    signed_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """`csrf` stands in every form; it follows from the token and tells nothing about it."""

    account: str
    language: Language
    csrf: str


class Accounts:
    """Every method raises StoreUnavailable while the database is away."""

    def __init__(self, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """
        Raises:
            ConfigurationError: the database's address does not fit.
        """
        self._database = LogDatabase(settings)
        self._passwords = Passwords()
        self._now = now

    def close(self) -> None:
        self._database.close()

    def add(self, name: str, password: str) -> str:
        """Make an account; its name as it is kept.

        Raises:
            AccountError: the name or the password does not do, or there is such an account.
        """
        kept = self.check_new(name)
        check_new_password(password, kept)
        made = {"name": kept, "password": self._passwords.hash(password), "created_at": self._now()}
        try:
            with self._database.writing() as connection:
                connection.execute(insert(accounts), made)
        except IntegrityError:
            raise AccountError(f"There is an account {kept} already.") from None
        return kept

    def check_new(self, name: str) -> str:
        """The name as it would be kept.

        Raises:
            AccountError: it does not do, or there is such an account.
        """
        kept = account_name(name)
        if not NAME.fullmatch(kept):
            raise AccountError(
                "A name has 1 to 64 letters, digits and the signs . _ @ + - and begins with a letter or a digit."
            )
        if any(account.name == kept for account in self.all()):
            raise AccountError(f"There is an account {kept} already.")
        return kept

    def all(self) -> list[Account]:
        columns = (accounts.c.name, accounts.c.created_at, accounts.c.signed_in_at)
        with self._database.reading() as connection:
            return [Account(*row) for row in connection.execute(select(*columns).order_by(accounts.c.name))]

    def remove(self, name: str) -> bool:
        """Delete an account with its sessions; False when there is none."""
        with self._database.writing() as connection:
            return connection.execute(delete(accounts).where(accounts.c.name == account_name(name))).rowcount > 0

    def set_password(self, name: str, password: str) -> bool:
        """Change a password and end the account's sessions; False when there is no such account.

        Raises:
            AccountError: the password does not do.
        """
        kept = account_name(name)
        check_new_password(password, kept)
        hashed = self._passwords.hash(password)
        with self._database.writing() as connection:
            changed = connection.execute(update(accounts).where(accounts.c.name == kept).values(password=hashed))
            # After the change, which waits for a sign-in that is under way: its session ends too.
            connection.execute(delete(staff_sessions).where(staff_sessions.c.account == kept))
            return changed.rowcount > 0

    def sign_in(self, name: str, password: str, language: Language) -> str | None:
        """The token of a new session; None, after the same time, where name and password do not belong together."""
        kept = account_name(name)
        with self._database.reading() as connection:
            stored = connection.execute(select(accounts.c.password).where(accounts.c.name == kept)).scalar()
        if not self._passwords.fits(password, stored):
            return None
        token, now = secrets.token_urlsafe(32), self._now()
        hashed = self._passwords.hash(password) if self._passwords.is_outdated(str(stored)) else stored
        same = update(accounts).where(accounts.c.name == kept, accounts.c.password == stored)
        with self._database.writing() as connection:
            if not connection.execute(same.values(signed_in_at=now, password=hashed)).rowcount:
                return None  # removed, or given a new password, since it was read
            ended = or_(staff_sessions.c.created_at <= now - LONGEST, staff_sessions.c.seen_at <= now - IDLE)
            connection.execute(delete(staff_sessions).where(ended))
            session = {"digest": _digest(token), "account": kept, "language": language}
            connection.execute(insert(staff_sessions), session | {"created_at": now, "seen_at": now})
        return token

    def session(self, token: str) -> Session | None:
        """The live session of a token."""
        digest, now = _digest(token), self._now()
        with self._database.reading() as connection:
            row = connection.execute(select(staff_sessions).where(staff_sessions.c.digest == digest)).first()
        if row is None or now - row.created_at >= LONGEST or now - row.seen_at >= IDLE:
            return None
        if now - row.seen_at >= TOUCH:
            with suppress(StoreUnavailable):  # a page is shown all the same while something else is being written
                self._change(digest, seen_at=now)
        language = row.language if row.language in LANGUAGES else LANGUAGES[0]
        return Session(row.account, cast(Language, language), _csrf(token))

    def set_language(self, token: str, language: Language) -> None:
        self._change(_digest(token), language=language)

    def sign_out(self, token: str) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(staff_sessions).where(staff_sessions.c.digest == _digest(token)))

    def _change(self, digest: str, **values: object) -> None:
        with self._database.writing() as connection:
            connection.execute(update(staff_sessions).where(staff_sessions.c.digest == digest).values(**values))


def account_name(name: str) -> str:
    """A name as it is kept: the same person, however it is typed."""
    plain = unicodedata.normalize("NFKC", name.encode("utf-8", "replace").decode("utf-8"))
    return plain.replace("\x00", "").strip().casefold()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _csrf(token: str) -> str:
    return hmac.new(token.encode("utf-8", "replace"), b"csrf", "sha256").hexdigest()
