"""Accounts and sessions in the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from app.accounts import Accounts
from app.errors import AccountError, StoreUnavailable
from app.passwords import Passwords
from app.settings import Settings
from tests.log_made import made_settings
from tests.staff.conftest import NAME, PASSWORD, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(settings: Settings, clock: Clock) -> Iterator[Accounts]:
    opened = Accounts(settings, clock)
    yield opened
    opened.close()


def test_a_session_lasts_as_long_as_it_is_used_and_at_most_a_shift(accounts: Accounts, clock: Clock) -> None:
    token = accounts.sign_in(NAME.upper(), PASSWORD, "sv")
    assert token
    session = accounts.session(token)
    assert session and (session.account, session.language) == (NAME, "sv")
    clock.go_on(hours=7.9)
    assert accounts.session(token)
    clock.go_on(hours=4)
    assert accounts.session(token), "it was used in between"
    clock.go_on(hours=0.2)
    assert accounts.session(token) is None, "twelve hours are over"


def test_a_session_that_nobody_uses_ends(accounts: Accounts, clock: Clock) -> None:
    token = accounts.sign_in(NAME, PASSWORD, "fi")
    assert token
    clock.now += timedelta(hours=8)
    assert accounts.session(token) is None


def test_every_sign_in_makes_a_new_token_and_the_database_knows_none(accounts: Accounts, settings: Settings) -> None:
    tokens = [accounts.sign_in(NAME, PASSWORD, "fi") for _ in range(2)]
    assert tokens[0] and tokens[1] and tokens[0] != tokens[1]
    assert accounts.session(tokens[0]) and accounts.session(tokens[1])
    stored = (settings.data_dir / "questions.sqlite3").read_bytes()
    stored += (settings.data_dir / "questions.sqlite3-wal").read_bytes()
    assert b"argon2id" in stored and PASSWORD.encode() not in stored
    assert not any(token and token.encode() in stored for token in tokens)
    accounts.sign_out(tokens[0])
    assert accounts.session(tokens[0]) is None and accounts.session(tokens[1])


def test_a_new_password_and_a_removal_end_sessions(accounts: Accounts) -> None:
    token = accounts.sign_in(NAME, PASSWORD, "fi")
    assert token and accounts.set_password(NAME, "another long one 5")
    assert accounts.session(token) is None
    assert accounts.sign_in(NAME, PASSWORD, "fi") is None
    token = accounts.sign_in(NAME, "another long one 5", "fi")
    assert token and accounts.remove(NAME) and not accounts.remove(NAME)
    assert accounts.session(token) is None
    assert accounts.all() == [] and not accounts.set_password(NAME, "another long one 5")


@pytest.mark.parametrize("password", ["short", "abababababab", f"x {NAME} 1234", "a" * 1001])
def test_a_weak_password_is_refused(accounts: Accounts, password: str) -> None:
    with pytest.raises(AccountError):
        accounts.set_password(NAME, password)


@pytest.mark.parametrize("name", ["", " ", "a b", "<script>", "x" * 65, ".hidden", "a\nb", NAME.upper()])
def test_a_name_that_does_not_do_or_is_taken_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(AccountError):
        accounts.add(name, "a long enough one 1")


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "å" * 10_000])
def test_a_token_that_nobody_got_opens_nothing(accounts: Accounts, token: str) -> None:
    assert accounts.session(token) is None


def test_names_and_passwords_are_the_same_from_every_keyboard(accounts: Accounts) -> None:
    assert accounts.add(" A\u0308iti ", "sala sana\u0308 sana 12") == "äiti"
    assert accounts.sign_in("ÄITI", "sala sanä sana 12", "fi")


def test_a_hash_of_older_parameters_is_renewed(accounts: Accounts, settings: Settings) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024).hash(PASSWORD)
    with sqlite3.connect(settings.data_dir / "questions.sqlite3") as connection:
        connection.execute("UPDATE accounts SET password = ?", (weak,))
    assert accounts.sign_in(NAME, PASSWORD, "fi")
    with sqlite3.connect(settings.data_dir / "questions.sqlite3") as connection:
        (stored,) = connection.execute("SELECT password FROM accounts").fetchone()
    assert stored != weak and not Passwords().is_outdated(stored)


def test_an_unknown_name_costs_a_hash_too() -> None:
    hasher = CountingHasher()
    passwords = Passwords(hasher)
    assert not passwords.fits("whatever it is", None)
    assert passwords.fits("the right one 12", passwords.hash("the right one 12"))
    assert hasher.verified == 2


class CountingHasher(PasswordHasher):
    """Counts the hashes that are computed to compare, whatever comes of it."""

    verified = 0

    def verify(self, *words: Any) -> bool:
        self.verified += 1
        return super().verify(*words)


def test_a_session_is_read_while_something_else_is_being_written(
    accounts: Accounts, settings: Settings, clock: Clock
) -> None:
    token = accounts.sign_in(NAME, PASSWORD, "fi")
    clock.go_on(minutes=5)
    with sqlite3.connect(settings.data_dir / "questions.sqlite3", isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert token and accounts.session(token), "when it was last used is written down the next time"
        assert accounts.session(token) and accounts.all()
        with pytest.raises(StoreUnavailable):
            accounts.sign_out(token)
        assert accounts.all(), "a write that failed does not keep others from reading"
        writer.execute("ROLLBACK")
    accounts.sign_out(token)
    assert accounts.session(token) is None


def test_the_database_away_is_told(tmp_path: Path) -> None:
    away = Accounts(made_settings(tmp_path, database_url="postgresql://nobody@127.0.0.1:1/nothing"))
    for work in (away.all, lambda: away.session("x"), lambda: away.sign_in("x", "y", "fi")):
        with pytest.raises(StoreUnavailable):
            work()
    away.close()
