"""The main measures by topic, audience and style."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from app.settings import PROJECT
from eval.__main__ import cli
from eval.records import Record, write_records
from eval.score import MAIN, score
from eval.slices import read_audiences, rows, score_by
from tests.eval.made import record, unanswerable

AUDIENCES = {"tax-card": ("worker", "student"), "kela-card": ()}
RECORDS = [
    record("a", style="typed"),
    record("b", ranked=()),
    record("c", topic="kela-card"),
    record("d", topic="no-page"),
    unanswerable("e", 0.2, topic=None),
]


def cases(dimension: str, measure: str = "recall@1") -> dict[str, tuple[float, int]]:
    found = rows(score_by(RECORDS, dimension, AUDIENCES))
    return {name: (one[measure].value, one[measure].n) for name, one in found.items() if measure in one}


def test_each_case_counts_in_its_topic_style_and_audiences() -> None:
    assert cases("topic") == {"kela-card": (1.0, 1), "no-page": (1.0, 1), "tax-card": (0.5, 2)}
    assert cases("style") == {"plain": (2 / 3, 3), "typed": (1.0, 1)}
    assert cases("audience") == {"student": (0.5, 2), "worker": (0.5, 2), "none": (1.0, 2)}


def test_none_is_last_and_only_the_main_measures_are_there() -> None:
    scores = score_by(RECORDS, "topic", AUDIENCES)
    assert list(rows(scores))[-1] == "none"
    assert set(scores) == set(MAIN)
    assert cases("topic", "wrong_answer") == {"none": (0.0, 1)}


def test_audiences_are_those_of_the_english_pages(tmp_path: Path) -> None:
    for topic, front in (("a", "audience: [family, worker]"), ("b", "title: B")):
        (tmp_path / topic).mkdir()
        (tmp_path / topic / "en.md").write_text(f"---\n{front}\n---\n\ntext\n", encoding="utf-8")
    assert read_audiences(tmp_path) == {"a": ("family", "worker"), "b": ()}
    assert all(read_audiences(PROJECT / "knowledge").values())


def test_no_records_have_no_scores() -> None:
    assert score([]) == {}
    assert score_by([], "topic", {}) == {}


def test_the_command_prints_slices_and_gives_them_to_programs(tmp_path: Path) -> None:
    file = answers(tmp_path, RECORDS)
    printed = CliRunner().invoke(cli, ["score", str(file), "--by", "style"], env={"COLUMNS": "100"})
    assert (printed.exit_code, "0.667 3" in printed.output) == (0, True)
    told = json.loads(CliRunner().invoke(cli, ["score", str(file), "--json"]).stdout)
    assert set(told["slices"]) == {"topic", "audience", "style"}
    assert told["slices"]["style"]["recall@1"]["typed"]["n"] == 1
    assert CliRunner().invoke(cli, ["score", str(file), "--by", "language"]).exit_code == 2


def test_an_empty_run_is_scored(tmp_path: Path) -> None:
    empty = answers(tmp_path, [])
    assert [CliRunner().invoke(cli, ["score", str(empty), *by]).exit_code for by in ([], ["--by", "topic"])] == [0, 0]


def answers(folder: Path, records: list[Record]) -> Path:
    write_records(folder / "answers.jsonl", {"parts": ["made"]}, records)
    return folder / "answers.jsonl"
