"""The nine directions on two small topics: what is asked of which pages, and what is written down of it."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from app.domain import LANGUAGES
from app.errors import EspooError
from app.settings import Settings
from eval.__main__ import cli
from eval.cases import Case
from eval.directions import Directions, direction, directions, pages_of
from eval.measures.ranking import MEASURES
from eval.retrieval_commands import directions_table
from eval.score import Figure
from eval.trial import trial

ALL_NINE = {direction(asked, page) for asked in LANGUAGES for page in LANGUAGES}


def test_nothing_in_another_language_is_left(small_settings: Settings) -> None:
    source = small_settings.knowledge_dir
    (source / "daycare" / "asked.toml").write_text('en = ["When?"]\n', encoding="utf-8")
    (source / "glossary.toml").write_text("", encoding="utf-8")
    with pages_of("sv", source) as folder:
        found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        assert folder.name == source.name  # it stands in the documents' names
    assert found == {"daycare/sv.md", "parking/sv.md", "facts.toml", "owners.toml", "glossary.toml"}
    assert not folder.exists()


def test_each_language_is_asked_of_each_and_nothing_is_left(
    small_settings: Settings, small_cases: list[Case], tmp_path: Path
) -> None:
    looks = tmp_path / "looks.jsonl"
    found = directions(small_settings, small_cases, looks)
    assert {name: set(by_direction) for name, by_direction in found.scores.items()} == dict.fromkeys(MEASURES, ALL_NINE)
    assert {figure.n for by_direction in found.scores.values() for figure in by_direction.values()} == {4}
    same = [found.scores["recall@1"][direction(code, code)].value for code in LANGUAGES]
    assert same == [1.0, 1.0, 1.0]  # the questions are the headings
    assert found.scores["recall@5"]["sv→fi"].value > 0.5
    assert (found.configuration["cases"], found.configuration["parts"]) == (12, ["train"])
    assert not small_settings.data_dir.exists() and not looks.exists()


def test_a_build_holds_the_pages_of_one_language(small_settings: Settings) -> None:
    with pages_of("fi", small_settings.knowledge_dir) as folder, trial(small_settings, folder) as one:
        passages = one.assistant.library.require().build.passages
    assert {(passage.topic, passage.language) for passage in passages} == {("daycare", "fi"), ("parking", "fi")}


def test_the_test_part_is_one_look(small_settings: Settings, small_cases: list[Case], tmp_path: Path) -> None:
    looks = tmp_path / "looks.jsonl"
    directions(small_settings, [replace(small_cases[0], part="test"), small_cases[1]], looks)
    (look,) = (json.loads(line) for line in looks.read_text(encoding="utf-8").splitlines())
    assert look["build"].endswith("(eval directions)") and look["made_at"]


def test_without_gold_there_is_nothing_to_ask(small_settings: Settings, small_cases: list[Case]) -> None:
    with pytest.raises(EspooError, match="nothing to look for"):
        directions(small_settings, small_cases[-3:])


def test_the_table_has_a_row_for_each_language_and_what_is_not_there_is_empty() -> None:
    figure = Figure(0.75, 4, 0.5, 1.0)
    told = {"parts": ["train"], "scorer_learned": False, "embedding": "tiny"}
    out = StringIO()
    Console(file=out, width=80).print(
        directions_table(Directions(told, {"recall@1": dict.fromkeys(ALL_NINE - {"fi→en"}, figure)}))
    )
    lines = out.getvalue().splitlines()
    assert out.getvalue().count("0.750 [0.500–1.000]") == 8
    assert [line.split()[0] for line in lines if "recall@1" in line] == list(LANGUAGES)
    assert [line.split() for line in lines if " n " in line] == [["n", "4", "4"], *[["n", "4", "4", "4"]] * 2]


def test_an_unknown_part_or_folder_is_said(tmp_path: Path) -> None:
    assert CliRunner().invoke(cli, ["directions", "--part", "dev"]).exit_code == 2
    nothing = CliRunner().invoke(cli, ["directions"], env={"ESPOO_KNOWLEDGE_DIR": str(tmp_path)})
    assert (nothing.exit_code, nothing.exception.__class__) == (2, SystemExit)
