"""The ingest's commands: run, check, new, status, rollback."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from app.builds import builds_before, current_build_id, finished_builds, point_to, read_manifest
from app.domain import Language, Owner
from app.embedding import load_embedder
from app.errors import BuildError, EspooError
from app.index import open_build, open_folder
from app.knowledge import Problem, check_knowledge
from app.lexical import load_analyser
from app.settings import Settings, load_settings
from ingest.check_report import check_json, check_lines
from ingest.collect import Request
from ingest.links import check_links
from ingest.new_topic import write_topic
from ingest.pipeline import IngestBusy, Parts, run
from ingest.progress import Shown

cli = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Makes builds of the knowledge and of other documents."
)

Folders = Annotated[list[Path] | None, typer.Option("--documents", help="A folder instead of knowledge/ (repeatable).")]
Sources = Annotated[list[str] | None, typer.Option("--source", help="Read this source only (repeatable).")]
Data = Annotated[Path | None, typer.Option("--data", help="The data folder, in place of ESPOO_DATA_DIR.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Links = Annotated[bool, typer.Option("--links", help="Ask the sites too whether the linked pages are there.")]
AllowRemoval = Annotated[bool, typer.Option(help="Let a run through that loses more than 20% of a source.")]


@cli.command("run")
def run_command(
    documents: Folders = None,
    source: Sources = None,
    data: Data = None,
    allow_removal: AllowRemoval = False,
    as_json: AsJson = False,
) -> None:
    """Make a build and switch to it.

    Exit code 1: some documents failed, the others are served; 2: nothing was switched; 3: another run is at work.
    """
    settings = _settings(data)
    request = Request(tuple(documents or [settings.knowledge_dir]), tuple(source or ()), allow_removal)
    try:
        with Shown() as steps:
            report = run(settings, request, lambda: _load(settings), steps)
    except KeyboardInterrupt:
        _stop("Interrupted. `python -m ingest status` shows the build that is served.", as_json, code=130)
    except EspooError as error:
        _stop(str(error), as_json, code=3 if isinstance(error, IngestBusy) else 2)
    else:
        _print(report.as_json() if as_json else "\n".join(report.lines()))
        raise typer.Exit(1 if report.failures else 0)


@cli.command()
def check(documents: Folders = None, links: Links = False, as_json: AsJson = False) -> None:
    """Say what is wrong with the knowledge, and what to do about it. Exit code 1: something is wrong."""
    problems: list[Problem] = []
    notes: list[str] = []
    for folder in documents or [_settings(None).knowledge_dir]:
        if not folder.is_dir():
            _stop(f"There is no folder {folder}.", as_json, code=2)
        problems += check_knowledge(folder)
        if links:
            dead, unsure = check_links(folder)
            problems += dead
            notes += unsure
    _print(check_json(problems, notes) if as_json else "\n".join(check_lines(problems, notes)))
    raise typer.Exit(1 if problems else 0)


@cli.command()
def new(
    topic: Annotated[str, typer.Argument(help="The folder's name: English, small letters and hyphens.")],
    owner: Annotated[Owner, typer.Option(help="Who is responsible for the matter.")],
    title_fi: Annotated[str, typer.Option(help="The page's title in Finnish.")] = "",
    title_sv: Annotated[str, typer.Option(help="The page's title in Swedish.")] = "",
    title_en: Annotated[str, typer.Option(help="The page's title in English.")] = "",
    documents: Annotated[Path | None, typer.Option(help="The folder of topics, instead of knowledge/.")] = None,
) -> None:
    """Make the three files of a new topic. They say what to write; until that is done they are not served."""
    folder = documents or _settings(None).knowledge_dir
    titles: dict[Language, str] = {"fi": title_fi, "sv": title_sv, "en": title_en}
    try:
        paths = write_topic(folder, topic, owner, titles, date.today())
    except EspooError as error:
        _stop(str(error), as_json=False, code=2)
    made = "\n".join(f"  {path}" for path in paths)
    _print(f"Made:\n{made}\nReplace each [[…]] in them by your text. Then: python -m ingest check")


@cli.command()
def status(data: Data = None, as_json: AsJson = False) -> None:
    """The builds, newest first. Exit code 1: the served one cannot be read."""
    settings = _settings(data)
    builds_dir = settings.builds_dir
    current, problem = None, ""
    try:
        current = current_build_id(builds_dir)
        if current and current not in finished_builds(builds_dir):
            problem = f"The served build {current} has vanished."
        elif current:
            open_folder(builds_dir / current, settings.chroma_url).close()
    except BuildError as error:
        problem = str(error)
    entries = [_entry(builds_dir / name, current) for name in reversed(finished_builds(builds_dir))]
    if as_json:
        _print({"current": current, "problem": problem, "builds": entries})
    else:
        _print("\n".join([*map(_line, entries), *([problem] if problem else [])]) or "no builds")
    raise typer.Exit(1 if problem else 0)


@cli.command()
def rollback(data: Data = None, as_json: AsJson = False) -> None:
    """Go back to the newest build before the served one that the service can open."""
    settings = _settings(data)
    try:
        current = current_build_id(settings.builds_dir)
        before = _usable_before(settings, current)
        point_to(settings.builds_dir, before)
    except (EspooError, OSError) as error:
        _stop(str(error), as_json, code=2)
    _print({"current": before, "before": current} if as_json else f"serving {before} (was {current})")


def _settings(data: Path | None) -> Settings:
    try:
        settings = load_settings()
    except EspooError as error:
        _stop(str(error), as_json=False, code=2)
    return settings.model_copy(update={"data_dir": data}) if data else settings


def _load(settings: Settings) -> Parts:
    return Parts(load_embedder(settings.embedding_model), load_analyser())


def _usable_before(settings: Settings, current: str | None) -> str:
    parts, reasons = _load(settings), []
    for name in builds_before(settings.builds_dir, current) if current else ():
        try:
            open_build(
                settings,
                embedding_digest=parts.embedder.digest,
                analyser_digest=parts.analyser.digest,
                build_id=name,
            ).close()
        except BuildError as error:
            reasons.append(f" {error}")
        else:
            return name
    raise BuildError(f"There is no build to go back to.{''.join(reasons)}")


def _entry(folder: Path, current: str | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": folder.name, "served": folder.name == current}
    try:
        manifest = read_manifest(folder)
    except BuildError as error:
        return entry | {"problem": str(error)}
    return entry | asdict(manifest)


def _line(entry: dict[str, Any]) -> str:
    mark = "*" if entry["served"] else " "
    if "problem" in entry:
        return f"{mark} {entry['id']}  {entry['problem']}"
    made: datetime = entry["made_at"]
    counts = ", ".join(f"{language} {count}" for language, count in entry["counts"].items())
    return f"{mark} {entry['id']}  {made:%Y-%m-%d %H:%M}  {entry['documents']} documents, passages: {counts}"


def _print(content: Any) -> None:
    typer.echo(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=2, default=str))


def _stop(message: str, as_json: bool, code: int) -> NoReturn:
    if as_json:
        _print({"error": message})
    else:
        typer.echo(message, err=True)
    raise typer.Exit(code)


if __name__ == "__main__":
    cli()
