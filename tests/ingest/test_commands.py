from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.settings import PROJECT, Settings
from ingest.__main__ import cli
from tests.ingest.made import write_page


def command(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def answer(*arguments: str | Path) -> dict[str, Any]:
    result = command(*arguments, "--json")
    found: dict[str, Any] = json.loads(result.stdout)
    return found | {"exit": result.exit_code}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)  # no .env of the developer's is read
    return tmp_path / "data"


def test_run_status_and_rollback(knowledge: Path, data: Path) -> None:
    first = answer("run", "--documents", knowledge, "--data", data)
    assert (first["exit"], first["created"], first["failed"]) == (0, 6, 0)
    rewritten(data, knowledge)
    (knowledge / "parking" / "fi.md").write_text("broken")
    second = answer("run", "--documents", knowledge, "--data", data)
    assert (second["exit"], second["unchanged"], second["failed"]) == (1, 5, 1)
    assert second["failures"] == [{"document": "knowledge/parking/fi.md", "reason": "no front matter"}]
    listed = answer("status", "--data", data)
    assert [build["served"] for build in listed["builds"]] == [True, False, False]
    assert listed["builds"][2]["documents"] == 6
    back = answer("rollback", "--data", data)
    assert (back["current"], back["before"]) == (first["build"], second["build"])
    assert answer("status", "--data", data)["current"] == first["build"]
    stuck = command("rollback", "--data", data)
    assert (stuck.exit_code, "no build to go back to" in stuck.stderr) == (2, True)
    assert "* " + first["build"] in command("status", "--data", data).stdout


def rewritten(data: Path, knowledge: Path) -> str:
    """A build of another model, which the service would refuse: rollback passes over it."""
    build: str = answer("run", "--documents", knowledge, "--data", data)["build"]
    manifest = data / "builds" / build / "manifest.json"
    manifest.write_text(re.sub(r'("embedding_digest": )".*?"', r'\1"another"', manifest.read_text()))
    return build


def test_an_interrupted_run_says_so_and_leaves_nothing(knowledge: Path, data: Path) -> None:
    # The handler is set, as a shell that runs the tests in the background has its children ignore the signal.
    waiting = "import os, signal; signal.signal(2, signal.default_int_handler); os.kill(os.getpid(), signal.SIGINT)"
    script = (
        f"from ingest import __main__ as m\ndef load(settings): exec({waiting!r})\nm._load = load\n"
        "m.cli(['run', '--documents', sys.argv[1], '--data', sys.argv[2]])"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{script}", knowledge, data], cwd=PROJECT, capture_output=True, text=True
    )
    assert (done.returncode, "Interrupted." in done.stderr, "Traceback" in done.stderr) == (130, True, False)
    assert [entry.name for entry in (data / "builds").iterdir()] == ["ingest.lock"]


def test_a_damaged_build_in_status(knowledge: Path, data: Path) -> None:
    build = answer("run", "--documents", knowledge, "--data", data)["build"]
    (data / "builds" / build / "passages.jsonl").write_text("")
    found = answer("status", "--data", data)
    assert (found["exit"], "counts disagree" in found["problem"]) == (1, True)


def test_the_five_counts_are_printed(knowledge: Path, data: Path) -> None:
    result = command("run", "--documents", knowledge, "--data", data)
    assert "6 created, 0 updated, 0 unchanged, 0 removed, 0 failed" in result.stdout
    assert "extract: 6" in result.stderr


def test_nothing_to_ingest(data: Path, tmp_path: Path) -> None:
    missing = command("run", "--documents", tmp_path / "missing", "--data", data)
    assert (missing.exit_code, "There is no folder" in missing.stderr) == (2, True)
    assert answer("run", "--documents", tmp_path / "missing", "--data", data)["exit"] == 2
    assert command("status", "--data", data).stdout.strip() == "no builds"
    assert command("rollback", "--data", data).exit_code == 2


def test_check(knowledge: Path, data: Path, settings: Settings) -> None:
    good = command("check", "--documents", knowledge)
    assert (good.exit_code, good.stdout) == (0, "0 problems\n")
    for language in ("fi", "sv", "en"):
        write_page(knowledge, "daycare", language, how="word " * (100 if language == "fi" else 160))
    (knowledge / "parking" / "sv.md").unlink()
    found = answer("check", "--documents", knowledge)
    assert (found["exit"], found["notes"]) == (1, [])
    assert found["counts"] == {
        "all languages": {},
        "fi": {},
        "sv": {"missing_translation": 1, "long_section": 1},
        "en": {"long_section": 1},
    }
    long = next(problem for problem in found["problems"] if problem["code"] == "long_section")
    assert (long["path"], long["anchor"], "Shorten" in long["advice"]) == ("daycare/en.md", "how", True)
    lines = command("check", "--documents", knowledge).stdout.splitlines()
    assert lines[0] == "sv: 2 problems"
    assert lines[1].startswith("  missing_translation (1): Write the page")
    assert "    daycare/en.md#how: 168 words; at most 150" in lines
    assert lines[-1] == "3 problems"


def test_a_broken_pointer_in_status(data: Path) -> None:
    (data / "builds").mkdir(parents=True)
    (data / "builds" / "current").write_text("nonsense")
    assert "broken" in answer("status", "--data", data)["problem"]
