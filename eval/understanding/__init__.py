"""Messages by which understanding is taught and measured; one JSON object a line, of `part` train or test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def read_rows(name: str, part: str, folder: Path = FOLDER) -> list[dict[str, Any]]:
    """The rows of one file (`dangers`, `statuses`, `languages`, `masking`, `conversations`, `foreign`) and part."""
    lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["part"] == part]
