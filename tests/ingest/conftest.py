from __future__ import annotations

from pathlib import Path

import pytest

from app.lexical import load_analyser
from app.settings import Settings
from ingest.pipeline import Parts
from tests.ingest.made import HashingEmbedder, write_knowledge


@pytest.fixture(scope="session")
def parts() -> Parts:
    return Parts(HashingEmbedder(), load_analyser())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "var", knowledge_dir=tmp_path / "knowledge", _env_file=None)


@pytest.fixture
def knowledge(settings: Settings) -> Path:
    """Two topics in three languages."""
    write_knowledge(settings.knowledge_dir)
    return settings.knowledge_dir
