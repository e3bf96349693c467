"""The comparison with other systems, without any of them: corpora, measures, and what is said of one that is missing."""

from __future__ import annotations

import gzip
import shutil
from io import StringIO
from itertools import islice
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from app.domain import LANGUAGES, Language
from app.errors import EspooError
from app.settings import PROJECT
from eval.bench_commands import cli
from eval.cases import Case
from eval.peers.catalogue import BY_NAME, ENTRIES, Entry
from eval.peers.corpus import Knowledge, choose_questions, choose_topics, read_knowledge, write_corpus
from eval.peers.filler import LONGEST, SHORTEST, filler_texts
from eval.peers.peer import Asked
from eval.peers.place import Finding, Place
from eval.peers.row import Row, counted, figures
from eval.peers.run import Plan, run
from eval.peers.table import tables

WORDS = {"fi": "Lumi satoi maahan koko yön", "sv": "Snön föll hela natten", "en": "The snow fell all through the night"}


@pytest.fixture
def parallel(tmp_path: Path) -> Path:
    """Rows with every mark that means something in Markdown."""
    folder = tmp_path / "parallel"
    folder.mkdir()
    rows = ["\t".join((f"s{n}", *(f"{WORDS[code]} *{n}* #_[{n}]" for code in LANGUAGES))) for n in range(200)]
    with gzip.open(folder / "general.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(["source\tfi\tsv\ten", *rows]) + "\n")
    return folder


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """One topic."""
    folder = tmp_path / "topics"
    shutil.copytree(PROJECT / "knowledge" / "tax-card", folder / "tax-card")
    for file in (PROJECT / "knowledge").glob("*.toml"):
        shutil.copy(file, folder)
    return folder


def case(case_id: str, *gold: str, language: Language = "en", history: tuple[str, ...] = ()) -> Case:
    return Case(case_id, language, f"{case_id}?", history, None, "plain", "answered", "train", gold)


def test_filler_has_the_length_of_a_passage_and_never_ends(parallel: Path) -> None:
    texts = list(islice(filler_texts(parallel, "sv"), 60))
    assert all(SHORTEST <= len(text.split()) <= LONGEST for text in texts)
    assert len(set(texts)) == 60 and texts == list(islice(filler_texts(parallel, "sv"), 60))


def test_no_text_to_fill_with_is_said(tmp_path: Path) -> None:
    with pytest.raises(EspooError, match="too little text in fi"):
        next(filler_texts(tmp_path, "fi"))


def test_topics_that_are_asked_about_come_first_and_fit() -> None:
    knowledge = Knowledge(Path(), {"a": 6, "b": 6, "c": 6, "d": 2}, frozenset())
    assert choose_topics(knowledge, [case("x", "b#one")], 8) == ["b", "d"]
    assert choose_topics(knowledge, [], 100) == ["a", "b", "c", "d"]


def test_only_questions_that_the_corpus_answers_are_asked() -> None:
    knowledge = Knowledge(Path(), {"a": 1, "b": 1}, frozenset({"a#one", "b#one"}))
    cases = [
        case("x", "a#one"),
        case("y", "a#one", "b#one"),
        case("z", "a#gone"),
        case("v"),
        case("w", "a#one", history=("?",)),
    ]
    assert [one.id for one in choose_questions(knowledge, cases, ["a"], 9)] == ["x"]
    assert len(choose_questions(knowledge, cases, ["a", "b"], 1)) == 1


def test_a_corpus_has_the_size_that_is_asked_for(tmp_path: Path, knowledge: Path, parallel: Path) -> None:
    topics = read_knowledge(knowledge)
    place = Place(tmp_path / "300")
    texts = write_corpus(place, topics, ["tax-card"], 300, parallel)
    filler = [text for text in texts if text.key.startswith("None#")]
    assert len(texts) == 300 == len({text.id for text in texts}) and place.read_texts() == texts
    assert len(filler) == 300 - topics.sizes["tax-card"] and "*" in filler[0].text
    assert {text.key for text in texts if text not in filler} <= topics.sections


def test_any_passage_of_a_section_that_answers_is_a_hit() -> None:
    asked = [Asked("?", "fi", ("a#one",)), Asked("?", "en", ("b#two", "b#three")), Asked("?", "en", ("c#one",))]
    keys = {"a/sv": "a#one", "a/sv~2": "a#one", "b": "b#three", "x": "x#one"}
    found = [["a/sv", "x"], ["x", "b"], ["x", "x", "x", "x", "x", "a/sv"]]
    row = figures(Finding(found, [1.0, 2.0, 3.0], 4.0, 5.0, 6.0, {}), asked, keys)
    assert row["recall_1"] == {"all": 0.3333, "fi": 1.0, "en": 0.0}
    assert row["recall_5"] == {"all": 0.6667, "fi": 1.0, "en": 0.5}
    assert row["mrr"] == {"all": 0.5, "fi": 1.0, "en": 0.25}
    assert (row["p50_ms"], row["per_second"]) == (2.0, 500.0)
    assert counted(asked) == {"all": 3, "fi": 1, "sv": 0, "en": 2}


def test_what_is_not_installed_is_told_and_not_measured(tmp_path: Path, knowledge: Path, parallel: Path) -> None:
    entry = Entry("nobody", "Nobody", ("no-such-package", "llama-index-retrievers-bm25", "numpy"))
    cases = [case("x", _first_section(knowledge))]
    plan = Plan({30: [entry]}, 5, 0, knowledge, parallel, tmp_path)
    (row,) = run(plan, cases, lambda line: None)
    assert row.problem.startswith("not installed: pip install no-such-package") and "numpy" not in row.problem
    assert set(row.versions) >= {"numpy"}


def test_the_exact_search_is_measured_in_a_process_of_its_own(tmp_path: Path, knowledge: Path, parallel: Path) -> None:
    plan = Plan({60: [BY_NAME["exact"]]}, 5, 1, knowledge, parallel, tmp_path)
    cases = [case("tax card", _first_section(knowledge))]
    (row,) = run(plan, [*cases, case("unknown")], lambda line: None)
    assert not row.problem and row.passages == 60 and row.more["search_alone_p50_ms"] > 0
    assert 10 < row.held_mb <= row.peak_mb and row.per_second > 0


def test_a_system_that_fails_costs_its_own_line_alone(tmp_path: Path, knowledge: Path, parallel: Path) -> None:
    plan = Plan({30: [Entry("no_such_system", "None")]}, 5, 0, knowledge, parallel, tmp_path)
    (row,) = run(plan, [case("x", _first_section(knowledge))], lambda line: None)
    assert row.problem.startswith("failed: ModuleNotFoundError")


def test_each_system_has_its_file() -> None:
    assert all((PROJECT / "eval" / "peers" / f"{entry.name}.py").is_file() for entry in ENTRIES)


def test_the_table_shows_figures_and_problems() -> None:
    shares = {"all": 0.5, "fi": 0.25, "sv": 0.5, "en": 0.75}
    asked = {"all": 4, "fi": 1, "sv": 1, "en": 2}
    good = Row(
        "ours",
        "Ours",
        1000,
        asked,
        {},
        shares,
        shares,
        shares,
        12.3,
        more={"answer_p50_ms": 1, "answer_p95_ms": 2, "answered": 3},
    )
    out = StringIO()
    console = Console(width=150, file=out)
    for table in tables([good, Row("other", "Other", 1000, asked, problem="not installed: pip install other")]):
        console.print(table)
    shown = out.getvalue()
    assert "0.50 0.25 0.50 0.75" in shown and "12.3" in shown and "3 of 4 answered" in shown
    assert "Other: not installed: pip install other" in shown


@pytest.mark.parametrize("arguments", [["--only", "nobody"], ["--sizes", "many"], ["--sizes", "0"]])
def test_a_wrong_option_is_said(arguments: list[str]) -> None:
    assert CliRunner().invoke(cli, ["peers", *arguments]).exit_code == 2


def _first_section(folder: Path) -> str:
    return min(read_knowledge(folder).sections)
