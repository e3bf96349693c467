"""The commands as a maintainer runs them: the training part is asked, scored, and not below the committed baseline."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from app.settings import PROJECT


def test_no_measure_falls_below_the_baseline(data_dir: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.jsonl"
    asked = _eval(data_dir, "run", "--out", str(answers), "--json")
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["asked"] == 504
    scored = _eval(data_dir, "score", str(answers), "--json")
    assert json.loads(scored.stdout)["falls"] == []
    assert scored.returncode == 0


def test_a_run_without_a_build_says_what_to_do(tmp_path: Path) -> None:
    failed = _eval(tmp_path, "run", "--out", str(tmp_path / "answers.jsonl"))
    assert failed.returncode == 2
    assert "ingest run" in failed.stderr
    assert "Traceback" not in failed.stderr


def _eval(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"ESPOO_DATA_DIR": str(data), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "eval", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
