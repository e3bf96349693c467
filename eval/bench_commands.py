"""`python -m eval bench` measures a running service; `bench peers` measures ours beside other retrieval systems."""

from __future__ import annotations

import asyncio
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from app.errors import EspooError
from app.settings import PROJECT, load_settings
from eval.cases import QUESTIONS, load_cases, load_training_questions
from eval.peers.catalogue import BY_NAME, ENTRIES, OURS, Entry

LOCAL = "http://127.0.0.1:8000"
PARALLEL = PROJECT.parent / "shared" / "parallel"
WIDTH = 150  # of a table that goes into a file

cli = typer.Typer(invoke_without_command=True)
problems = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Sizes = Annotated[str, typer.Option(help="Passages, separated by commas.")]
OursAt = Annotated[int, typer.Option(min=0, help="A further size, for ours and the exact search alone; 0: none.")]
Only = Annotated[list[str] | None, typer.Option(help=f"{', '.join(BY_NAME)}; repeatable.")]
Most = Annotated[int, typer.Option(min=1, help="At most so many questions.")]
Warming = Annotated[int, typer.Option(min=0, help="Other questions that go before, untimed.")]
Cases = Annotated[Path, typer.Option(help="The folder of the questions; only their part `train` is asked.")]
Parallel = Annotated[Path, typer.Option(help="The parallel corpus (*.tsv.gz), for text on other matters.")]


@cli.callback()
def service(
    context: typer.Context,
    url: Annotated[str, typer.Option(help="A running service, started with ESPOO_RATE_LIMIT= (no limit).")] = LOCAL,
    users: Annotated[list[int] | None, typer.Option(min=1, help="How many ask at once; repeatable.")] = None,
    count: Annotated[int, typer.Option(min=1, help="Questions for each number of users.")] = 300,
    as_json: Json = False,
) -> None:
    """Speed of a running service: question to whole answer over HTTP, at 1 and 20 users."""
    if context.invoked_subcommand:
        return
    from eval.bench import bench

    questions = [case.question for case in load_training_questions()]
    try:
        speeds = asyncio.run(bench(url, questions, users or [1, 20], count))
    except EspooError as error:
        _stop(error)
    if as_json:
        typer.echo(json.dumps([asdict(speed) for speed in speeds]))
        return
    table = Table("users", "questions", "p50 ms", "p95 ms", "per second")
    for speed in speeds:
        table.add_row(*(str(value) for value in asdict(speed).values()))
    Console().print(table)


@cli.command()
def peers(
    sizes: Sizes = "1000,10000",
    ours_at: OursAt = 0,
    only: Only = None,
    questions: Most = 1000,
    warming: Warming = 100,
    cases: Cases = QUESTIONS,
    parallel: Parallel = PARALLEL,
    as_json: Json = False,
) -> None:
    """Ours beside other retrieval systems: one corpus, one embedding model, one machine, one thread each.

    The passages are those of ESPOO_KNOWLEDGE_DIR, with text on other matters up to the size. Ours alone reads the
    topics' asked.toml and the glossary, has a trained ranking, and was developed with these questions.
    """
    from eval.peers.run import Plan, run
    from eval.peers.table import tables

    settings = load_settings()
    systems = _systems(sizes, ours_at, only or [])
    plan = Plan(systems, questions, warming, settings.knowledge_dir, parallel, settings.data_dir / "peers")
    try:
        rows = run(plan, load_cases("train", cases), lambda line: problems.print(line, highlight=False))
    except EspooError as error:
        _stop(error)
    if as_json:
        typer.echo(json.dumps({"machine": _machine(), "rows": [asdict(row) for row in rows]}, ensure_ascii=False))
        return
    console = Console(width=max(WIDTH, Console().width))
    for table in tables(rows):
        console.print(table)


def _systems(sizes: str, ours_at: int, only: Sequence[str]) -> dict[int, list[Entry]]:
    if unknown := set(only) - BY_NAME.keys():
        raise typer.BadParameter(f"--only: {', '.join(sorted(unknown))} is none of {', '.join(BY_NAME)}")
    if not all(size.strip().isdecimal() and int(size) for size in sizes.split(",")):
        raise typer.BadParameter(f"--sizes: {sizes} is no list of numbers")
    chosen = [entry for entry in ENTRIES if not only or entry.name in only]
    alone = {ours_at: [BY_NAME[OURS], BY_NAME["exact"]]} if ours_at else {}
    return alone | {int(size): chosen for size in sizes.split(",")}


def _machine() -> dict[str, str]:
    file = Path("/proc/cpuinfo")
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    models = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    processor = next(models, platform.machine())
    return {"processor": processor, "system": platform.platform(), "python": platform.python_version()}


def _stop(error: EspooError) -> NoReturn:
    problems.print(f"[red]{error}[/]")
    raise typer.Exit(2)
