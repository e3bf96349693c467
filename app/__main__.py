"""The service's commands: `python -m app serve | ask | gaps | report | accounts | crisis-wording`."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from pydantic_core import PydanticCustomError, to_jsonable_python
from rich.console import Console

from app.account_commands import cli as accounts
from app.api.schemas import MAX_QUESTION, asked_text
from app.crisis_wording import crisis_wording as wording_page
from app.domain import Answer, Channel, Language, Question, Status
from app.errors import EspooError
from app.knowledge import load_facts
from app.logs import configure_logs
from app.main import open_parts
from app.question_log import QuestionLog
from app.serving import run_server
from app.settings import Settings, load_settings
from app.table import bundled_table
from app.terminal import print_answer, print_gaps, print_report
from app.texts import text
from app.wire import answer_to_dict

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Tongue = Annotated[Language | None, typer.Option(help="The language of the person who asks.")]

DAY = ["%Y-%m-%d"]
WEEK = 7  # days
HELSINKI = ZoneInfo("Europe/Helsinki")

cli = typer.Typer(
    help="Hello Espoo Advisor.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
cli.add_typer(accounts, name="accounts")


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; default: ESPOO_HOST.")] = "",
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="0 for a free one; default: ESPOO_PORT.")] = None,
) -> None:
    """Serve the API and the demo page."""
    with _plain_errors():
        settings = load_settings()
        configure_logs(settings.log_level)
        chosen: dict[str, Any] = {"host": host or settings.host, "port": settings.port if port is None else port}
        run_server(settings.model_copy(update=chosen))


@cli.command()
def ask(question: str, language: Tongue = None, as_json: Json = False) -> None:
    """Ask one question. Exit code 1 when the service failed."""
    with _plain_errors():
        answer = asyncio.run(_asked(_quiet_settings(), _fitting(question, language), language))
    if as_json:
        _print_json(answer_to_dict(answer))
    else:
        print_answer(answer, Console())
    raise typer.Exit(1 if answer.status is Status.FAILED else 0)


@cli.command()
def gaps(
    since: Annotated[datetime | None, typer.Option(formats=DAY, help="From this day on.")] = None,
    language: Tongue = None,
    limit: Annotated[int, typer.Option(min=1)] = 20,
    as_json: Json = False,
) -> None:
    """Questions that were not answered well, similar ones together."""
    with _plain_errors():
        settings = _quiet_settings()
        encode = bundled_table().encode_queries
        with _question_log(settings) as log:
            found = log.gaps(since=_start(since), language=language, limit=limit, encode=encode)
    if as_json:
        _print_json(found)
    else:
        print_gaps(found, Console())


@cli.command()
def report(
    since: Annotated[datetime | None, typer.Option(formats=DAY, help="First day; default: a week ago.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=DAY, help="Last day; default: today.")] = None,
    as_json: Json = False,
) -> None:
    """Figures for a period."""
    end = (_start(until) or _today()) + timedelta(days=1)
    start = _start(since) or end - timedelta(days=WEEK)
    with _plain_errors(), _question_log(_quiet_settings()) as log:
        if start >= end:
            raise EspooError("--since must not be later than --until.")
        found = log.report(start, end)
    if as_json:
        _print_json(found)
    else:
        print_report(found, Console())


@cli.command("crisis-wording")
def crisis_wording() -> None:
    """All that is said to somebody in danger, with the numbers' sources: one page of Markdown, for review."""
    with _plain_errors():
        print(wording_page(load_facts(load_settings().knowledge_dir)), end="")


async def _asked(settings: Settings, question: str, language: Language | None) -> Answer:
    """Through the same door and into the same log as any other question."""
    assistant, log = open_parts(settings)
    try:
        return await assistant.ask(Question(question, str(uuid.uuid4()), str(uuid.uuid4()), Channel.API, language))
    finally:
        assistant.close()
        log.close()


def _fitting(question: str, language: Language | None) -> str:
    """The question, by the same rules as at the other doors."""
    try:
        question.encode()
        return asked_text(question)
    except UnicodeEncodeError:
        code = "broken_text"
    except PydanticCustomError as error:
        code = error.type
    raise EspooError(text(f"errors.{code}.detail", language or "en", limit=str(MAX_QUESTION)))


@contextmanager
def _question_log(settings: Settings) -> Iterator[QuestionLog]:
    log = QuestionLog.open(settings)
    try:
        yield log
    finally:
        log.close()


def _quiet_settings() -> Settings:
    settings = load_settings()
    configure_logs("ERROR")
    return settings


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What we raise on purpose is one line on the terminal."""
    try:
        yield
    except EspooError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _print_json(found: Any) -> None:
    typer.echo(json.dumps(to_jsonable_python(found), ensure_ascii=False, indent=2))


def _today() -> datetime:
    return datetime.now(HELSINKI).replace(hour=0, minute=0, second=0, microsecond=0)


def _start(day: datetime | None) -> datetime | None:
    """The first moment of a day in Espoo."""
    return day.replace(tzinfo=HELSINKI) if day else None


if __name__ == "__main__":
    cli()
