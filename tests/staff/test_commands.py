"""`python -m app accounts` as whoever runs the service types it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.account_commands import cli

Accounts = Callable[..., tuple[int, str]]


@pytest.fixture
def accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    monkeypatch.setenv("ESPOO_DATA_DIR", str(tmp_path))

    def run(*words: str, typed: str = "") -> tuple[int, str]:
        done = CliRunner().invoke(cli, list(words), input=typed)
        return done.exit_code, done.output

    return run


def test_an_account_is_made_listed_changed_and_removed(accounts: Accounts) -> None:
    made = "a long enough one 1\n"
    assert accounts("add", "Maija", typed="too short\n")[0] == 1
    assert accounts("add", "Maija", typed=made) == (0, "Account maija was made.\n")
    assert accounts("add", "maija", typed=made) == (1, "There is an account maija already.\n")
    code, said = accounts("list", "--json")
    assert code == 0 and [(found["name"], found["signed_in_at"]) for found in json.loads(said)] == [("maija", None)]
    assert accounts("password", "maija", typed="another long one 2") == (0, "Account maija has a new password.\n")
    assert accounts("remove", "maija") == (0, "Account maija was removed.\n")
    assert accounts("remove", "maija") == (1, "There is no account maija.\n")
    assert accounts("list") == (0, "")


def test_a_password_is_never_an_argument(accounts: Accounts) -> None:
    code, said = accounts("add", "maija", "a long enough one 1")
    assert code == 2 and "unexpected extra argument" in said.lower()


def test_a_database_that_is_away_is_one_line(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESPOO_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    code, said = accounts("list")
    assert code == 1 and said.startswith("The question log is away.") and said.count("\n") == 1
