"""The file between `run` and `score`: the configuration that made the answers, then one line per case."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.cases import Case


@dataclass(frozen=True, slots=True)
class Record:
    """A case with what the service gave.

    `ranked` are the sections found (`topic#anchor`), best first; `answer` is the Answer object of the API.
    `milliseconds` is the time from question to final answer.
    """

    case: Case
    answer: dict[str, Any]
    ranked: tuple[str, ...]
    milliseconds: float
    signs: tuple[float, ...] = ()

    @property
    def said_something(self) -> bool:
        """Whether sections are quoted: also below a call for help, and beside what only the owner of a file can see."""
        status = self.answer["status"]
        return bool(status == "answered" or (status in ("emergency", "personal") and self.answer["citations"]))


def write_records(path: Path, configuration: dict[str, Any], records: Sequence[Record]) -> None:
    lines = [json.dumps({"configuration": configuration}, ensure_ascii=False)]
    lines += [json.dumps(asdict(record), ensure_ascii=False) for record in records]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_records(path: Path) -> tuple[dict[str, Any], list[Record]]:
    """The configuration and the records of a file.

    Raises:
        FileNotFoundError, ValueError: no such file, or not written by `eval run`.
    """
    lines = _lines(path)
    first = json.loads(next(lines))
    if "configuration" not in first:
        raise ValueError(f"{path} was not written by `python -m eval run`: its first line holds no configuration")
    return first["configuration"], [_record(json.loads(line)) for line in lines]


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        yield from file


def _record(row: dict[str, Any]) -> Record:
    case = row["case"]
    case = Case(
        **{
            **case,
            "history": tuple(case["history"]),
            "gold": tuple(case["gold"]),
            "must_include": tuple(map(tuple, case["must_include"])),
        }
    )
    return Record(case, row["answer"], tuple(row["ranked"]), row["milliseconds"], tuple(row["signs"]))
