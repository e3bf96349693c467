"""`patterns.toml`: what people usually write, as regular expressions over folded text."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "patterns.toml"


def fold(text: str) -> str:
    """Lower case without accents: å, ä, ö become a, a, o."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@cache
def patterns() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def joined(alternatives: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in alternatives))
