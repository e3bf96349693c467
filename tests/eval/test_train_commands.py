"""`eval train`: what is missing is said before anything is trained."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.table import bundled_table
from eval.__main__ import cli
from eval.train_commands import forget_models


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "nothing: can be trained"),
        (["known", "embedding"], "--parallel must name"),
        (["known", "embedding", "--parallel", "EMPTY"], "--parallel must name"),
        (["transformer", "--parallel", "FULL"], "--start must name"),
        (["transformer", "--parallel", "FULL", "--start", "EMPTY"], "--start must name"),
        (["transformer", "embedding", "--parallel", "FULL", "--start", "START", "--out", "EMPTY"], "--out takes one"),
        (["known", "--further"], "--further is for"),
        (["reading", "--out", "EMPTY"], "--out is not for"),
    ],
)
def test_a_mistake_is_said_first(tmp_path: Path, words: list[str], said: str) -> None:
    places = {"EMPTY": tmp_path / "empty", "FULL": tmp_path / "full", "START": tmp_path / "full" / "start.bin"}
    for name in ("EMPTY", "FULL"):
        places[name].mkdir()
    (places["FULL"] / "a.tsv.gz").touch()
    places["START"].touch()
    result = CliRunner().invoke(cli, ["train", *(str(places.get(word, word)) for word in words)])
    assert result.exit_code == 2
    assert said in " ".join(result.output.replace("│", " ").split())
    assert not any(places["EMPTY"].iterdir())


def test_what_was_trained_is_read_anew() -> None:
    before = bundled_table()
    assert bundled_table() is before
    forget_models()
    assert bundled_table() is not before
