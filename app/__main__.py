"""The service's commands: `python -m app serve | ask | gaps | report`."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console

from app.assistant import Assistant
from app.domain import Answer, Channel, Language, Question, Status
from app.errors import EspooError
from app.logs import configure_logs
from app.question_log import QuestionLog
from app.serving import run_server
from app.settings import Settings, load_settings
from app.terminal import print_answer, print_gaps, print_report
from app.wire import answer_to_dict

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
Tongue = Annotated[Language | None, typer.Option(help="The language of the person who asks.")]

cli = typer.Typer(help="Hello Espoo Advisor.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


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
        answer = asyncio.run(_asked(_quiet_settings(), question, language))
    if as_json:
        _print_json(answer_to_dict(answer))
    else:
        print_answer(answer, Console())
    raise typer.Exit(1 if answer.status is Status.FAILED else 0)


@cli.command()
def gaps(since: Day = None, language: Tongue = None, limit: int = 20, as_json: Json = False) -> None:
    """Questions that were not answered well, similar ones together."""
    with _plain_errors(), _question_log(_quiet_settings()) as log:
        found = log.gaps(since=_midnight(since), language=language, limit=limit)
    if as_json:
        _print_json(found)
    else:
        print_gaps(found, Console())


async def _asked(settings: Settings, text: str, language: Language | None) -> Answer:
    """Through the same door and into the same log as any other question."""
    with _question_log(settings) as log:
        assistant = Assistant.open(settings, lambda answer, channel: log.record(answer, channel=channel))
        try:
            return await assistant.ask(Question(text, str(uuid.uuid4()), str(uuid.uuid4()), Channel.API, language))
        finally:
            assistant.close()
