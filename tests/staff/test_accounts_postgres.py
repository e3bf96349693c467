"""Accounts on a real PostgreSQL, as two replicas share them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.accounts import Accounts
from app.errors import AccountError, StoreUnavailable
from tests.log_made import made_settings
from tests.staff.conftest import Clock
from tests.test_question_log_postgres import Postgres, postgres

__all__ = ["postgres"]


@pytest.fixture
def address(postgres: Postgres) -> str:
    return postgres.database()


@pytest.fixture
def replicas(address: str, tmp_path: Path) -> Iterator[list[Accounts]]:
    clock = Clock()
    opened = [Accounts(made_settings(tmp_path / name, database_url=address), clock) for name in ("one", "other")]
    yield opened
    for accounts in opened:
        accounts.close()


def test_replicas_share_accounts_and_sessions(postgres: Postgres, replicas: list[Accounts]) -> None:
    one, other = replicas
    assert one.add("Äiti", "kolme sanaa 123") == "äiti"
    with pytest.raises(AccountError):
        other.add("äiti", "kolme sanaa 123")
    assert other.sign_in("a\x00b", "\x00", "fi") is None
    token = other.sign_in("äiti", "kolme sanaa 123", "sv")
    assert token
    session = one.session(token)
    assert session and session.language == "sv"
    one.set_language(token, "en")
    assert [account.signed_in_at is not None for account in other.all()] == [True]
    postgres.stop()
    try:
        with pytest.raises(StoreUnavailable):
            one.session(token)
    finally:
        postgres.start()
    session = other.session(token)
    assert session and session.language == "en"
    assert one.remove("äiti")
    assert other.session(token) is None


def test_a_new_password_ends_a_session_that_is_just_being_made(address: str, replicas: list[Accounts]) -> None:
    one, other = replicas
    one.add("maija", "kolme sanaa 123")
    token = one.sign_in("maija", "kolme sanaa 123", "fi")
    assert token
    with psycopg.connect(address) as signing_in, psycopg.connect(address, autocommit=True) as looking:
        signing_in.execute("UPDATE accounts SET signed_in_at = now()")
        columns = "account, language, created_at, seen_at"
        signing_in.execute(f"INSERT INTO staff_sessions SELECT 'late', {columns} FROM staff_sessions")
        change = threading.Thread(target=other.set_password, args=("maija", "neljä sanaa 1234"))
        change.start()
        while not looking.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
            pass
        signing_in.commit()
        change.join()
        assert looking.execute("SELECT count(*) FROM staff_sessions").fetchone() == (0,)
