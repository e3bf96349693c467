"""`python -m eval understanding`: each part of understanding by itself."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from typing import Annotated, Any

import numpy as np
import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from app.assistant import Assistant
from app.domain import LANGUAGES, Answer, Channel, Language, Question, Retrieved, Turn, Understood
from app.errors import EspooError
from app.settings import load_settings
from app.understand import understand
from eval.understanding import read_rows
from eval.understanding.conversations import measure_conversations
from eval.understanding.dangers import measure_dangers
from eval.understanding.foreign import measure_foreign
from eval.understanding.languages import measure_languages
from eval.understanding.masking import measure_masking
from eval.understanding.statuses import measure_statuses

CONFUSED = 12  # pairs that are shown

cli = typer.Typer()
console = Console(highlight=False)


@cli.command()
def understanding(
    part: Annotated[str, typer.Option(help="train or test.")] = "train",
    only: Annotated[str, typer.Option(help="languages, masking, dangers, statuses, conversations or foreign.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Languages, masking, dangers, statuses and owners, conversations; time. Part train was taught or tuned on."""
    if part not in ("train", "test"):
        raise typer.BadParameter("--part is train or test")
    try:
        assistant = Assistant.open(load_settings())
        assistant.library.require()
        measured = asyncio.run(_measured(assistant, part, only))
        assistant.close()
    except EspooError as error:
        Console(stderr=True).print(str(error), style="red", markup=False)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps({"part": part, **measured}, ensure_ascii=False))
        return
    for name, found in measured.items():
        _print(f"{name} ({part})", found)


async def _measured(assistant: Assistant, part: str, only: str) -> dict[str, Any]:
    library = assistant.library

    async def ask(text: str, language: Language, history: tuple[Turn, ...] = ()) -> Answer:
        return await assistant.ask(_question(text, language, history))

    async def look_up(text: str, language: Language, history: tuple[Turn, ...]) -> tuple[Understood, Retrieved]:
        return await assistant.look_up(_question(text, language, history))

    measured: dict[str, Any] = {}
    if only in ("", "languages"):
        measured["languages"] = measure_languages(read_rows("languages", part), library.detector.detect)
    if only in ("", "masking"):
        measured["masking"] = measure_masking(read_rows("masking", part), library.published)
    if only in ("", "dangers"):
        measured["dangers"] = measure_dangers(read_rows("dangers", part), library.intents)
    if only in ("", "statuses"):
        names = {code: {o: c.name[code] for o, c in library.owners.owners.items()} for code in LANGUAGES}
        measured["statuses"] = await measure_statuses(read_rows("statuses", part), ask, names)
    if only in ("", "conversations"):
        measured["conversations"] = await measure_conversations(read_rows("conversations", part), ask, look_up)
    if only in ("", "foreign") and part == "train":
        measured["foreign"] = await measure_foreign(read_rows("foreign", part), ask)
    return measured | {"time": _times(assistant, part)}


def _times(assistant: Assistant, part: str) -> dict[str, Any]:
    """Milliseconds of reading one message, without retrieval."""
    library, taken = assistant.library, []
    for row in read_rows("statuses", part):
        question = _question(row["question"], row["language"], ())
        began = time.perf_counter()
        understand(question, library.detector.detect, library.published, library.intents, library.writing.read)
        taken.append(1000 * (time.perf_counter() - began))
    return {"p50_ms": round(float(np.median(taken)), 2), "p95_ms": round(float(np.percentile(taken, 95)), 2)}


def _question(text: str, language: Language, history: tuple[Turn, ...]) -> Question:
    return Question(text, uuid.uuid4().hex, uuid.uuid4().hex, Channel.EVAL, language, history)


def _print(title: str, found: dict[str, Any]) -> None:
    table = Table("measure", "group", "share", "n", title=title, box=SIMPLE, padding=(0, 1, 0, 0))
    for measure, told in found.items():
        for group, figure in _groups(told):
            table.add_row(measure, group, f"{figure['share']:.3f}", str(figure["n"]))
        if isinstance(told, (int, float)):
            table.add_row(measure, "", str(told))
    console.print(table)
    for measure, told in found.items():
        confused = told.get("confused", told) if isinstance(told, dict) else {}
        pairs = [f"{pair}: {n}" for pair, n in confused.items() if isinstance(n, int)][:CONFUSED]
        if pairs and measure != "languages":
            console.print(f"  {measure}, confused: {'; '.join(pairs)}", markup=False)


def _groups(told: Any) -> list[tuple[str, dict[str, Any]]]:
    """The groups of a tally; of the languages' measure, each figure is one."""
    if not isinstance(told, dict):
        return []
    if "groups" in told:
        return [(group or "–", figure) for group, figure in told["groups"].items()]
    if "accuracy" in told:
        return [("", {"share": told["accuracy"], "n": told["n"]})]
    figures = {name: each for name, each in told.items() if isinstance(each, dict) and "accuracy" in each}
    return [(name, {"share": each["accuracy"], "n": each["n"]}) for name, each in figures.items()]
