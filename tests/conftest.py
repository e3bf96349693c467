"""Real parts for tests: a build of the project's own knowledge and one of the city's documents, made once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.assistant import Assistant
from app.settings import PROJECT, Settings
from tests.ingest.made import write_knowledge

CITY_DOCUMENTS = Path(__file__).parent / "city_documents"


def ingest(data: Path, *arguments: str) -> None:
    """Run `python -m ingest run` as a maintainer would."""
    command = [sys.executable, "-m", "ingest", "run", "--data", str(data), *arguments]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", default="", help="A folder for pictures of the pages as the browser shows them.")


_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped test is a failure, however it was skipped."""
    if _skipped:
        print("\nSkipped, which counts as failed:", *_skipped, sep="\n  ")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a build of `knowledge/`."""
    data = tmp_path_factory.mktemp("knowledge-build")
    ingest(data)
    return data


@pytest.fixture(scope="session")
def city_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a build of the city's documents alone."""
    data = tmp_path_factory.mktemp("city-build")
    ingest(data, "--documents", str(CITY_DOCUMENTS))
    return data


@pytest.fixture(scope="session")
def assistant(data_dir: Path) -> Iterator[Assistant]:
    opened = Assistant.open(Settings(data_dir=data_dir))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def city_assistant(city_data_dir: Path) -> Iterator[Assistant]:
    opened = Assistant.open(Settings(data_dir=city_data_dir))
    yield opened
    opened.close()


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """A small knowledge folder: two topics in three languages."""
    folder = tmp_path / "knowledge"
    write_knowledge(folder)
    return folder
