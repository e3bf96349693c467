"""`python -m app accounts add | list | remove | password`. A password is typed or piped in, never an argument."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from pydantic_core import to_jsonable_python

from app.accounts import Accounts, account_name
from app.desk import HELSINKI
from app.errors import AccountError, EspooError
from app.logs import configure_logs
from app.settings import load_settings

cli = typer.Typer(help="Accounts for the desk page.", no_args_is_help=True)


@cli.command()
def add(name: str) -> None:
    """Make an account. Asks for the password, or reads it from standard input."""
    with _accounts() as accounts:
        accounts.check_new(name)
        typer.echo(f"Account {accounts.add(name, _password())} was made.")


@cli.command("list")
def list_accounts(as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False) -> None:
    """All accounts, and when each was last used."""
    with _accounts() as accounts:
        found = accounts.all()
    if as_json:
        typer.echo(json.dumps(to_jsonable_python([asdict(account) for account in found]), indent=2))
        return
    for account in found:
        typer.echo(f"{account.name}\tmade {_day(account.created_at)}\tlast sign-in {_day(account.signed_in_at)}")


@cli.command()
def remove(name: str) -> None:
    """Remove an account and end its sessions."""
    with _accounts() as accounts:
        if not accounts.remove(name):
            raise AccountError(f"There is no account {account_name(name)}.")
        typer.echo(f"Account {account_name(name)} was removed.")


@cli.command()
def password(name: str) -> None:
    """Set a new password and end the account's sessions."""
    with _accounts() as accounts:
        if not accounts.set_password(name, _password()):
            raise AccountError(f"There is no account {account_name(name)}.")
        typer.echo(f"Account {account_name(name)} has a new password.")


@contextmanager
def _accounts() -> Iterator[Accounts]:
    """What we raise on purpose is one line on the terminal."""
    try:
        settings = load_settings()
        configure_logs("ERROR")
        accounts = Accounts(settings)
        try:
            yield accounts
        finally:
            accounts.close()
    except EspooError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _day(moment: datetime | None) -> str:
    return moment.astimezone(HELSINKI).strftime("%Y-%m-%d") if moment else "never"
