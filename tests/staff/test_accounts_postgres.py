"""Accounts on a real PostgreSQL, as two replicas share them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.accounts import Accounts
from app.errors import AccountError, StoreUnavailable
from tests.log_made import made_settings
from tests.staff.conftest import Clock
from tests.test_question_log_postgres import Postgres, postgres

__all__ = ["postgres"]


@pytest.fixture
def replicas(postgres: Postgres, tmp_path: Path) -> Iterator[list[Accounts]]:
    address, clock = postgres.database(), Clock()
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
