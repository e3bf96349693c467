"""Commands: `python -m eval run | score | compare | report | directions | models | understanding | bench | …`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from app.errors import EspooError
from app.logs import configure_logs
from app.settings import load_settings
from eval.bench_commands import cli as bench
from eval.retrieval_commands import cli as retrieval
from eval.train_commands import cli as training
from eval.understanding_commands import cli as understanding

if TYPE_CHECKING:
    from eval.records import Record
    from eval.score import Scores

cli = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Measures the service before and after every change."
)
console = Console()

cli.add_typer(bench, name="bench")
cli.add_typer(retrieval)
cli.add_typer(training)
cli.add_typer(understanding)


@cli.callback()
def quiet() -> None:
    """Keep the log off the terminal: what a command prints is its result."""
    configure_logs("ERROR")


Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
File = Annotated[Path, typer.Argument(help="A file written by `python -m eval run`.")]


@cli.command()
def run(
    out: Annotated[Path, typer.Option(help="Where the answers go.")] = Path("var/eval/answers.jsonl"),
    part: Annotated[str, typer.Option(help="train, test, all (these two) or fresh.")] = "train",
    as_json: Json = False,
) -> None:
    """Ask every case; write the answers and the configuration that made them."""
    from eval.cases import FRESH, load_cases
    from eval.run import run as run_cases

    if part not in ("train", "test", "all", FRESH):
        raise typer.BadParameter(f"--part is train, test, all or {FRESH}")
    try:
        records = run_cases(load_settings(), load_cases(part), out)
    except EspooError as error:
        _stop(str(error))
    answered = sum(record.said_something for record in records)
    told = {"asked": len(records), "answered": answered, "file": str(out)}
    print(json.dumps(told)) if as_json else console.print(f"{len(records)} asked, {answered} answered: {out}")


@cli.command()
def score(
    file: File,
    as_json: Json = False,
    by: Annotated[str | None, typer.Option(help="topic, audience or style: the main measures of each.")] = None,
    write_baseline: Annotated[bool, typer.Option("--write-baseline", help="Make this run the baseline.")] = False,
) -> None:
    """Measures of one run; exit code 1 where one falls below the baseline by more than its margin."""
    from eval.records import read_records
    from eval.score import as_baseline, as_plain, falls, read_baseline
    from eval.score import score as score_records

    if by not in (None, "topic", "audience", "style"):
        raise typer.BadParameter("--by is topic, audience or style")
    try:
        configuration, records = read_records(file)
        slices = _slices(records) if as_json or by else {}
    except (OSError, ValueError, EspooError) as error:
        _stop(str(error))
    part = "+".join(configuration["parts"])
    scores = score_records(records)
    if write_baseline:
        _write_baseline(part, as_baseline(scores))
    lines = falls(scores, read_baseline(part))
    if as_json:
        sliced = {dimension: as_plain(found) for dimension, found in slices.items()}
        told = {"configuration": configuration, "scores": as_plain(scores), "slices": sliced, "falls": lines}
        print(json.dumps(told))
    else:
        _print_slices(by, slices[by]) if by else _print_scores(part, as_plain(scores))
        for line in lines:
            console.print(f"[red]below the baseline:[/] {line}")
    raise typer.Exit(1 if lines else 0)


@cli.command()
def compare(before: File, after: File, as_json: Json = False) -> None:
    """Differences between two runs, question by question."""
    from eval.compare import compare as compare_records
    from eval.records import read_records

    try:
        changes = compare_records(read_records(before)[1], read_records(after)[1])
    except (OSError, ValueError) as error:
        _stop(str(error))
    if as_json:
        print(json.dumps([asdict(change) for change in changes], ensure_ascii=False))
        return
    for change in changes:
        console.print(
            f"[bold]{change.verdict}[/] {change.key}: {change.question}\n    {change.before} → {change.after}"
        )
    console.print(f"{len(changes)} changed")


@cli.command()
def report(
    file: File,
    before: Annotated[Path | None, typer.Option(help="An earlier run to compare with.")] = None,
    understanding: Annotated[Path | None, typer.Option(help="What `understanding --json` printed.")] = None,
    out: Annotated[Path, typer.Option(help="Where the report goes.")] = Path("var/eval/report.html"),
    as_json: Json = False,
) -> None:
    """One HTML file of a run: measures, charts, every wrong case; with --before, what became different; with
    --understanding, its figures and confusion matrices.
    """
    from eval.records import read_records
    from eval.report import Run, render
    from eval.slices import read_audiences

    try:
        run, earlier = Run(*read_records(file)), Run(*read_records(before)) if before else None
        understood = json.loads(understanding.read_text(encoding="utf-8")) if understanding else None
        page = render(run, read_audiences(load_settings().knowledge_dir), earlier, understood)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(page, encoding="utf-8", errors="replace")  # a lone surrogate in a question is no reason to fail
    except (OSError, ValueError, EspooError) as error:
        _stop(str(error))
    told = {"cases": len(run.records), "file": str(out)}
    print(json.dumps(told)) if as_json else console.print(f"{len(run.records)} cases: {out}")


@cli.command()
def faults(
    count: Annotated[int, typer.Option(min=1, help="How many faults.")] = 100,
    seed: Annotated[int, typer.Option(help="The same seed makes the same faults.")] = 1,
    limit: Annotated[float, typer.Option(min=0.2, help="Seconds that the language model has for an answer.")] = 3.0,
    as_json: Json = False,
) -> None:
    """What people get when the language model fails: a scripted server fails in every way, at random."""
    from app.library import Library
    from eval.cases import load_cases
    from eval.faults import as_rows, random_kinds, rehearse

    library = Library.open(load_settings())
    try:
        library.require()
        rows = as_rows(rehearse(library, load_cases("train"), random_kinds(count, seed), seed, limit))
    except EspooError as error:
        _stop(str(error))
    finally:
        library.close()
    if as_json:
        print(json.dumps(rows))
        return
    table = Table(*rows[0], title=f"limit {limit} s, seconds from the question")
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    console.print(table)


def _print_scores(part: str, scores: dict[str, dict[str, dict[str, float]]]) -> None:
    table = Table("measure", "all", "fi", "sv", "en", title=f"part: {part} (value [95% interval] n)")
    for measure, slices in scores.items():
        table.add_row(measure, *(_cell(slices.get(name)) for name in ("all", "fi", "sv", "en")))
    console.print(table)


def _slices(records: Sequence[Record]) -> dict[str, Scores]:
    from eval.slices import read_audiences, score_slices

    return score_slices(records, read_audiences(load_settings().knowledge_dir))


def _print_slices(by: str, scores: Scores) -> None:
    from eval.score import MAIN
    from eval.slices import rows

    table = Table(Column(by, overflow="fold"), title="value n", box=SIMPLE, padding=(0, 1, 0, 0))
    for measure in MAIN:
        table.add_column(measure.replace("_", "\n"), no_wrap=True)
    for name, found in rows(scores).items():
        figures = (found.get(measure) for measure in MAIN)
        table.add_row(escape(name), *(f"{figure.value:.3f} {figure.n}" if figure else "" for figure in figures))
    console.print(table)


def _cell(figure: dict[str, float] | None) -> str:
    if figure is None:
        return ""
    digits = 1 if figure["value"] > 2 else 3
    return f"{figure['value']:.{digits}f} \\[{figure['low']:.{digits}f}–{figure['high']:.{digits}f}] {figure['n']:.0f}"


def _write_baseline(part: str, entry: dict[str, dict[str, dict[str, float]]]) -> None:
    from eval.score import BASELINE

    known = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.is_file() else {}
    BASELINE.write_text(json.dumps({**known, part: entry}, indent=1) + "\n", encoding="utf-8")


def _stop(message: str) -> NoReturn:
    Console(stderr=True).print(f"[red]{message}[/]")
    raise typer.Exit(2)


if __name__ == "__main__":
    cli()
