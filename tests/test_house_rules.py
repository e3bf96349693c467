"""The rules of the house that a test can enforce."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from app.domain import LANGUAGES
from app.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("app", "ingest", "eval")
WIDGET = sorted((ROOT / "app" / "widget" / "src").glob("*.ts"))
SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "manager"}


def test_files_are_short() -> None:
    long = [
        f"{path}: {lines}"
        for path in (*SOURCES, *TESTS, *WIDGET)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 300
    ]
    assert len(WIDGET) > 15 and not long


def test_functions_are_short() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path in (*SOURCES, *TESTS)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 40
    ]
    assert not long


def test_no_drawer_files() -> None:
    assert not [path for path in SOURCES if path.stem in FORBIDDEN_NAMES]


# What the bench compares us with is LangChain itself.
LANGCHAIN_PEERS = {f"eval/peers/langchain_{name}.py" for name in ("ensemble", "minilm", "stock", "vectors")}


@pytest.mark.parametrize(
    ("library", "allowed"),
    [("chromadb", {"app/vector_store.py"}), ("langchain", {"app/llm.py", "ingest/split.py", *LANGCHAIN_PEERS})],
)
def test_library_stays_behind_its_file(library: str, allowed: set[str]) -> None:
    pattern = re.compile(rf"^\s*(?:from|import) {library}", re.MULTILINE)
    users = {str(path.relative_to(ROOT)) for path in SOURCES if pattern.search(path.read_text(encoding="utf-8"))}
    assert users <= allowed


def test_nobody_else_reads_the_environment() -> None:
    pattern = re.compile(r"\benviron\b|\bgetenv\b")
    assert not [path for path in SOURCES if pattern.search(path.read_text(encoding="utf-8"))]


def test_ingest_uses_only_the_parts_it_may() -> None:
    used = {
        match
        for path in (ROOT / "ingest").rglob("*.py")
        for match in re.findall(r"^\s*(?:from|import) app\.(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    parts = {
        "index",
        "embedding",
        "lexical",
        "languages",
        "knowledge",
        "known_questions",
        "settings",
        "domain",
        "errors",
        "terms",
        "passage_words",
    }
    halves = {"builds", "build_files", "sentences"}  # of index and of languages, which were too long for one file each
    assert used <= parts | halves


def test_every_part_of_the_service_has_its_layer() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layered = set(re.findall(r"app\.(\w+)", " ".join(next(c["layers"] for c in contracts if c["type"] == "layers"))))
    files = {path.stem for path in (ROOT / "app").glob("*.py")} - {"__init__"}
    packages = {path.parent.name for path in (ROOT / "app").glob("*/__init__.py")}
    assert files | packages <= layered


def test_import_directions() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout


def test_locales_have_the_same_keys_and_places() -> None:
    shapes = {
        code: _shape(tomllib.loads((ROOT / "app" / "locales" / f"{code}.toml").read_text(encoding="utf-8")))
        for code in LANGUAGES
    }
    assert shapes["fi"] == shapes["sv"] == shapes["en"]


def test_every_setting_is_documented() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert not [name for name in Settings.model_fields if f"`ESPOO_{name.upper()}`" not in readme]


def test_every_command_is_documented() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = {f"python -m {package} {name}" for package, names in _commands().items() for name in names}
    assert len(commands) >= 12
    assert not [command for command in commands if command not in readme]


def test_no_test_is_skipped_and_nothing_is_patched() -> None:
    words = re.compile(r"pytest\.(?:mark\.)?(?:skip|xfail|importorskip)|mock\.patch|MagicMock")
    own = Path(__file__)
    assert not [
        path
        for path in (ROOT / "tests").rglob("*.py")
        if path != own and words.search(path.read_text(encoding="utf-8"))
    ]


def _shape(table: dict[str, object], prefix: str = "") -> dict[str, object]:
    """Dotted keys, each with the places that its sentence fills (or the number of sentences in a list)."""
    shape: dict[str, object] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            shape |= _shape(value, f"{prefix}{key}.")
        else:
            shape[prefix + key] = (
                len(value) if isinstance(value, list) else frozenset(re.findall(r"\{(\w+)\}", str(value)))
            )
    return shape


def _commands() -> dict[str, list[str]]:
    """The names of each package's commands, read off its typer app."""
    read = "{p: list(typer.main.get_command(import_module(p + '.__main__').cli).commands) for p in sys.argv[1:]}"
    code = f"import json, sys, typer; from importlib import import_module; print(json.dumps({read}))"
    run = subprocess.run([sys.executable, "-c", code, *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = json.loads(run.stdout)
    return found
