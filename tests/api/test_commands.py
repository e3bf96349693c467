"""`python -m app ask | gaps | report` as a person and as a program use them."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from rich.console import Console
from typer.testing import CliRunner

from app.__main__ import cli
from app.domain import Answer, AnswerSentence, Citation, Helpline, Notice, Owner, Source, Status, Urgent
from app.terminal import print_answer

Run = Callable[..., Result]


@pytest.fixture
def run(data_dir: Path, tmp_path: Path) -> Run:
    """A command against a real build, with a question log of its own."""
    (tmp_path / "builds").symlink_to(data_dir / "builds")
    runner = CliRunner(env={"ESPOO_DATA_DIR": str(tmp_path), "COLUMNS": "200"})
    return lambda *words: runner.invoke(cli, words)


def test_ask_prints_text_sources_and_status(run: Run) -> None:
    asked = run("ask", "How do I get a tax card?")
    assert asked.exit_code == 0
    for part in ("Sources", "[1]", "https://", "Status: answered"):
        assert part in asked.output


def test_ask_gives_programs_the_answer_object(run: Run) -> None:
    asked = run("ask", "Hur får jag ett skattekort?", "--language", "sv", "--json")
    answer = json.loads(asked.stdout)
    assert (asked.exit_code, answer["status"], answer["language"]) == (0, "answered", "sv")
    assert answer["citations"][0]["source"]["url"].startswith("https://")


def test_what_is_unanswered_is_no_error_and_becomes_a_gap(run: Run) -> None:
    assert run("gaps").output.strip() == "No gaps."
    asked = run("ask", "Who is the headmaster of the school of Kauklahti?", "--json")
    assert (asked.exit_code, json.loads(asked.stdout)["status"]) == (0, "unanswered")
    gaps = json.loads(run("gaps", "--json").stdout)
    assert [gap["title"] for gap in gaps] == ["Who is the headmaster of the school of Kauklahti?"]
    assert "headmaster" in run("gaps", "--language", "en").output
    figures = json.loads(run("report", "--json").stdout)
    assert (figures["questions"], figures["channels"]) == (1, {"api": 1})
    assert "unanswered 1" in run("report").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ask", ""), "Write your question"),
        (("ask", "?!", "--language", "sv"), "Skriv din fråga med ord"),
        (("ask", "x" * 1001), "at most 1000"),
        (("ask", "tax \udce4 card"), "damaged"),
        (("report", "--since", "2026-02-02", "--until", "2026-02-01"), "--since"),
    ],
)
def test_what_does_not_fit_is_one_line(run: Run, words: tuple[str, ...], said: str) -> None:
    failed = run(*words)
    assert failed.exit_code == 1
    assert said in failed.stderr and len(failed.stderr.strip().splitlines()) == 1


def test_without_a_build_ask_fails_and_says_so(tmp_path: Path) -> None:
    runner = CliRunner(env={"ESPOO_DATA_DIR": str(tmp_path)})
    asked = runner.invoke(cli, ["ask", "How do I get a tax card?"])
    assert asked.exit_code == 1
    assert "failed" in asked.output


def test_settings_that_do_not_fit_are_one_line(tmp_path: Path) -> None:
    runner = CliRunner(env={"ESPOO_DATA_DIR": str(tmp_path), "ESPOO_PORT": "abc"})
    for command in (["serve"], ["ask", "x"], ["gaps"], ["report"]):
        failed = runner.invoke(cli, command)
        assert failed.exit_code == 1
        assert "ESPOO_PORT" in failed.stderr and "Traceback" not in failed.stderr


def test_half_a_language_model_is_refused(tmp_path: Path) -> None:
    for url, name in (("http://127.0.0.1:1/v1", ""), ("", "some"), ("127.0.0.1:1", "some")):
        named = {"ESPOO_DATA_DIR": str(tmp_path), "ESPOO_LLM_BASE_URL": url, "ESPOO_LLM_MODEL": name}
        failed = CliRunner(env=named).invoke(cli, ["ask", "Hello"])
        assert (failed.exit_code, "ESPOO_LLM_BASE_URL" in failed.stderr) == (1, True)


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        failed = CliRunner(env={"ESPOO_DATA_DIR": str(tmp_path)}).invoke(cli, ["serve", "--port", port])
    assert failed.exit_code == 1
    assert f"port {port}" in failed.stderr and len(failed.stderr.strip().splitlines()) == 1


def test_what_was_found_is_printed_as_it_is_and_urgent_help_first() -> None:
    """Brackets in a text are no markup for rich, and what is urgent is said once."""
    source = Source("[red]Title[/red]", "https://x.fi/#:~:text=a[1]", "a", "fi", "Vero", Owner.VERO, None, None, "d")
    urgent = Urgent("Call 112.", (Helpline("Nollalinja", "080 005 005"),))
    answer = Answer(
        "a", "b", "q", "q", Status.EMERGENCY, "en", "Call 112. The rest [1].", sentences=(AnswerSentence("x", (1,)),),
        citations=(Citation(1, "x", source),), notices=(Notice("n", "[bold]note"),), urgent=urgent,
    )  # fmt: skip
    console = Console(record=True, width=100)
    with console.capture() as printed:
        print_answer(answer, console)
    text = printed.get()
    assert "[red]Title[/red]" in text and "https://x.fi/#:~:text=a[1]" in text and "[bold]note" in text
    assert text.index("Call 112.") < text.index("Nollalinja") < text.index("The rest [1].")
    assert text.count("Call 112.") == 1
