"""Every dependency is pinned, and nothing that runs is missing from the lock."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    pinned = {_plain(line.split("==")[0]) for line in _lines() if "==" in line}
    assert not {_plain(re.split(r"[\[=<>~]", name)[0]) for name in named} - pinned


def test_the_lock_names_no_place() -> None:
    assert not [line for line in _lines() if "://" in line or " @ " in line or line.startswith("-")]


def _lines() -> list[str]:
    return (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()


def _plain(name: str) -> str:
    return name.strip().lower().replace("_", "-").replace(".", "-")
