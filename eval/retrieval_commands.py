"""`python -m eval directions | models | parts`: retrieval alone, by language, by embedding model and part by part."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from app.domain import LANGUAGES
from app.errors import EspooError
from app.settings import load_settings

if TYPE_CHECKING:
    from eval.differences import Difference
    from eval.directions import Directions
    from eval.models import Model
    from eval.parts import Changes, Measured
    from eval.score import Figure

ADAPT = (
    "Where the defaults serve, the scorer knows nothing of the model; to adapt it: "
    "ESPOO_EMBEDDING_MODEL=NAME python -m eval train scorer calibration"
)

WIDTH = 100  # at least, of the table of models: twelve columns
WIDE = 136  # at least, of the tables of parts: four intervals

cli = typer.Typer()
console = Console(highlight=False)
problems = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Only = Annotated[list[str] | None, typer.Option("--only", help="This part, or several; else all.", metavar="NAME")]
Names = Annotated[list[str], typer.Argument(help="sentence-transformers models: names or folders.", metavar="NAME...")]


@cli.command()
def directions(part: Annotated[str, typer.Option(help="train, test or all.")] = "train", as_json: Json = False) -> None:
    """Recall in the nine directions: questions in each language, pages in one language alone."""
    from eval.cases import load_cases
    from eval.directions import directions as measure
    from eval.score import as_plain

    if part not in ("train", "test", "all"):
        raise typer.BadParameter("--part is train, test or all")
    try:
        found = measure(load_settings(), load_cases(part))
    except EspooError as error:
        _stop(error)
    if as_json:
        told = {"configuration": found.configuration, "scores": as_plain(found.scores)}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    console.print(directions_table(found))


@cli.command()
def models(names: Names, as_json: Json = False) -> None:
    """The bundled embedding model beside others: each makes a build of its own and is asked the train cases."""
    from eval.cases import load_cases
    from eval.models import measure_model

    try:
        settings, cases = load_settings(), load_cases("train")
        found = []
        for name in dict.fromkeys(["", *names]):
            problems.print(f"{name or 'the bundled model'} …", highlight=False, markup=False)
            found.append(measure_model(settings, cases, name))
    except EspooError as error:
        _stop(error)
    if as_json:
        told = {"cases": len(cases), "models": [asdict(model) for model in found], "adapt": ADAPT}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    Console(width=max(WIDTH, console.width), highlight=False).print(models_table(found, len(cases)))
    for model in (model for model in found if model.problem):
        console.print(f"{model.name}: {model.problem}", markup=False, soft_wrap=True)
    console.print(ADAPT, markup=False, soft_wrap=True)


@cli.command()
def parts(only: Only = None, as_json: Json = False) -> None:
    """What each part of the search is worth: each is switched off in a build of its own, asked the train cases."""
    from eval.cases import load_cases
    from eval.parts import PARTS, measure_parts

    if unknown := set(only or ()) - set(PARTS):
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: the parts are {', '.join(PARTS)}")
    names = [name for name in PARTS if not only or name in only]
    try:
        found = measure_parts(load_settings(), load_cases("train"), names, lambda name: problems.print(f"{name} …"))
    except EspooError as error:
        _stop(error)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    wide = Console(width=max(WIDE, console.width), highlight=False)
    for table in parts_tables(found):
        wide.print(table)
    for name in names:
        console.print(f"without {name}: {PARTS[name].without}", markup=False, soft_wrap=True)


def directions_table(found: Directions) -> Table:
    """A row for each language of the question, a column for each of the pages."""
    from eval.directions import direction

    scorer = "learned" if found.configuration["scorer_learned"] else "defaults"
    parts, model = "+".join(found.configuration["parts"]), found.configuration["embedding"]
    title = f"part: {parts}, {escape(model)}, scorer: {scorer} (value [95% interval])"
    columns = ("asked", "", *(f"{page} pages" for page in LANGUAGES))
    table = Table(*columns, title=title, box=SIMPLE, padding=(0, 1, 0, 0), show_edge=False)
    for asked in LANGUAGES:
        names = [direction(asked, page) for page in LANGUAGES]
        for place, (measure, by_direction) in enumerate(found.scores.items()):
            table.add_row("" if place else asked, measure, *(_interval(by_direction.get(name)) for name in names))
        counted = next(iter(found.scores.values()))
        table.add_row("", "n", *(str(counted[name].n) if name in counted else "" for name in names), end_section=True)
    return table


def models_table(found: Sequence[Model], cases: int) -> Table:
    """A line for each model; one that could not be measured has its name alone."""
    from eval.models import MEASURES

    title = f"{cases} cases of the part train; ms: retrieval of a question"
    table = Table(Column("model", overflow="fold"), title=title, box=SIMPLE, padding=0)
    measures = (measure.replace("_", "\n").replace("@", "\n@") for measure in MEASURES)
    for name in ("dim", *measures, "p50\nms", "p95\nms", "ingest\ns", "scorer"):
        table.add_column(name, justify="right", no_wrap=True)
    for model in found:
        table.add_row(escape(model.name), *([] if model.problem else _cells(model)))
    return table


def parts_tables(found: Measured) -> list[Table]:
    """All cases, then those typed as newcomers type, where there are such."""
    scorer = "as it was trained, with every part" if found.configuration["scorer_learned"] else "defaults"
    told = f"part: {'+'.join(found.configuration['parts'])}, scorer: {scorer}"
    title = f"{told}\n(without the part: value, difference to the whole \\[95% interval])"
    every = [(effect.part, effect.cases) for effect in found.effects]
    typed = [(effect.part, effect.typed) for effect in found.effects if effect.typed]
    tables = [_parts_table(f"all cases, {title}", every)]
    return [*tables, _parts_table(f"cases typed as newcomers type, {title}", typed)] if typed else tables


def _parts_table(title: str, found: Sequence[tuple[str, Changes]]) -> Table:
    """For each measure the whole, then a line for each part; the number of cases stands above."""
    whole = found[0][1]
    table = Table("", Column("without", no_wrap=True), title=title, box=SIMPLE, padding=(0, 1, 0, 0), show_edge=False)
    counted = next(iter(whole.values()))
    for name in counted:
        table.add_column(f"{name} ({counted[name].n})", no_wrap=True)
    for measure, slices in whole.items():
        table.add_row(measure, "–", *(_share(each.before) for each in slices.values()))
        for place, (part, changes) in enumerate(found, 1):
            cells = [_change(changes[measure][name]) for name in slices]
            table.add_row("", part, *cells, end_section=place == len(found))
    return table


def _cells(model: Model) -> list[str]:
    from eval.models import MEASURES

    shares = [_value(model, measure, 3) for measure in MEASURES]
    times = [_value(model, measure, 1) for measure in ("p50_ms", "p95_ms")]
    scorer = "learned" if model.learned else "defaults"
    return [str(model.dimensions), *shares, *times, f"{model.ingest_seconds:.1f}", scorer]


def _value(model: Model, measure: str, digits: int) -> str:
    return f"{model.figures[measure].value:.{digits}f}" if measure in model.figures else ""


def _interval(figure: Figure | None) -> str:
    return f"{figure.value:.3f} \\[{figure.low:.3f}–{figure.high:.3f}]" if figure else ""


def _change(found: Difference) -> str:
    low, high = (_share(bound, "+") for bound in (found.low, found.high))
    return f"{_share(found.after)} {_share(found.value, '+')} \\[{low}, {high}]"


def _share(value: float, sign: str = "-") -> str:
    return f"{value:{sign}.3f}".replace("0.", ".", 1)


def _stop(error: EspooError) -> NoReturn:
    problems.print(str(error), style="red", markup=False)
    raise typer.Exit(2)
