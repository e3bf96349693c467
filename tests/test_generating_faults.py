"""Every fault of a language model's server, over real HTTP: people still get a true answer, and in time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.assistant import Assistant
from app.domain import Mode
from app.settings import PROJECT
from eval.cases import load_cases
from eval.faults import KINDS, NO_SERVER, Outcome, rehearse

LIMIT = 1.0
NOISE = 3.0  # seconds that a busy machine may add; without load it is 0.1
SILENT = {"hang", "hang after headers", "slow headers"}


@pytest.fixture(scope="module")
def outcomes(assistant: Assistant) -> list[Outcome]:
    """Each fault once in each of a few questions, several at a time."""
    cases = [case for case in load_cases("train") if not case.history][::9]
    return rehearse(assistant.library, cases, KINDS, seed=7, limit=LIMIT)


def test_every_fault_still_gives_a_true_answer(outcomes: list[Outcome]) -> None:
    assert len(outcomes) == len(KINDS) >= 35
    assert not [outcome.kind for outcome in outcomes if not outcome.true]


def test_no_faulty_answer_passes_for_a_written_one(outcomes: list[Outcome]) -> None:
    assert {outcome.mode for outcome in outcomes} == {Mode.QUOTING}


def test_nobody_waits_longer_than_the_limit_and_a_second(outcomes: list[Outcome]) -> None:
    assert not [outcome for outcome in outcomes if outcome.end > LIMIT + 1.0 + NOISE]


def test_what_fails_at_once_is_answered_at_once(outcomes: list[Outcome]) -> None:
    quick = {"500", "429", "401", "404", "refused", "hung up", "redirect", "empty body", "wrong JSON"}
    assert not [o for o in outcomes if o.kind in quick and (o.reset or o.end > LIMIT + NOISE)]
    assert not [o for o in outcomes if o.kind in SILENT | NO_SERVER.keys() and o.reset]


def test_the_command_prints_the_table(data_dir: Path) -> None:
    command = [sys.executable, "-m", "eval", "faults", "--count", "3", "--limit", "0.5", "--json"]
    environment = {**os.environ, "ESPOO_DATA_DIR": str(data_dir)}
    run = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    *kinds, total = json.loads(run.stdout)
    assert (total["fault"], total["n"], total["true"]) == ("all", 3, 3)
    assert sum(row["n"] for row in kinds) == 3 and "end_max" in total
