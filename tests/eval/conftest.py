"""A small knowledge folder, questions that it answers and one that it does not, and a toy transformer."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain import LANGUAGES, Language
from app.settings import Settings
from eval.cases import Case
from eval.training.start import Start, read_start
from tests.eval.toy_start import Tensors, write_start
from tests.ingest.made import TOPICS, write_knowledge

NOBODY: dict[Language, str] = {
    "fi": "Missä on lähin uimahalli?",
    "sv": "Var finns närmaste simhall?",
    "en": "Where is the nearest swimming hall?",
}


@pytest.fixture
def small_settings(tmp_path: Path) -> Settings:
    """Two topics in three languages; no build."""
    write_knowledge(tmp_path / "knowledge")
    return Settings(data_dir=tmp_path / "var", knowledge_dir=tmp_path / "knowledge", _env_file=None)


@pytest.fixture
def small_cases() -> list[Case]:
    """The headings as they are, in each language, and one question that no page answers."""
    answerable = [
        Case(f"{topic}-{anchor}", code, TOPICS[topic][code][place], (), topic, "plain", "answered", "train",
             (f"{topic}#{anchor}",), (("4",),))
        for topic in TOPICS
        for anchor, place in (("when", 1), ("how", 4))
        for code in LANGUAGES
    ]  # fmt: skip
    return answerable + [Case("x", code, NOBODY[code], (), None, "plain", "unanswered", "train") for code in LANGUAGES]


@pytest.fixture(scope="module")
def toy_start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tensors]:
    path = tmp_path_factory.mktemp("start") / "toy.bin"
    return path, write_start(path)


@pytest.fixture(scope="module")
def begun(toy_start: tuple[Path, Tensors]) -> Start:
    return read_start(toy_start[0])
