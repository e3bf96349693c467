"""What docker/Dockerfile and docker/compose.yaml say, read for the tests."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import yaml

from app.settings import PROJECT

DOCKER = PROJECT / "docker"
SECRETS = {"POSTGRES_PASSWORD": "made-up", "ESPOO_SECRET_KEY": "made-up-too"}

_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<kind>:?[-?])(?P<word>[^}]*))?\}")


@cache
def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions in order, each with its words on one line."""
    text = re.sub(r"^\s*#.*\n", "", (DOCKER / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines if line.strip()]


def last(instruction: str) -> str:
    return [words for name, words in instructions() if name == instruction][-1]


def command(instruction: str) -> list[str]:
    """The words of an ENTRYPOINT, a CMD or a HEALTHCHECK."""
    words: list[str] = json.loads(last(instruction)[last(instruction).index("[") :])
    return words


def copied() -> list[str]:
    """What the image takes from the project."""
    copies = [words.split() for name, words in instructions() if name == "COPY" and "--from" not in words]
    return [source for words in copies for source in words[:-1]]


def environment() -> dict[str, str]:
    return dict(word.split("=", 1) for word in last("ENV").split())


@cache
def composition() -> dict[str, Any]:
    """The compose file with its variables filled in: the two secrets made up, all others by their defaults."""
    text = (DOCKER / "compose.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(_VARIABLE.sub(_value, text).replace("$$", "$"))
    return found


def variables() -> set[str]:
    return {found["name"] for found in _VARIABLE.finditer((DOCKER / "compose.yaml").read_text(encoding="utf-8"))}


def _value(found: re.Match[str]) -> str:
    if found["name"] in SECRETS:
        return SECRETS[found["name"]]
    assert "-" in found["kind"], f"{found['name']} has no default"
    return found["word"]
