"""How often the language of a message is told right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.domain import LANGUAGES
from app.languages import Detected
from eval.understanding.tally import Tally

_GROUPS = ("overall", "own_long", "own_short", "other")
_LONG = 3  # words; of fewer, the widget's language may be the better sign


def measure_languages(rows: Iterable[Mapping[str, Any]], detect: Callable[[str], Detected]) -> dict[str, Any]:
    """Accuracy overall, by kind of message and by language, and which languages are mistaken for which."""
    right, asked, confused = Counter[str](), Counter[str](), Counter[str]()
    ours = Tally()
    for row in rows:
        detected = detect(row["text"])
        told, language = detected.other or detected.language, row["language"]
        for group in ("overall", _kind(row["text"], language), language):
            asked[group] += 1
            right[group] += told == language
        ours.add(_own(language), _own(told) if told == language or told in LANGUAGES else "wrong other")
        if told != language:
            confused[f"{language} as {told}"] += 1
    shares: dict[str, Any] = {group: {"n": n, "accuracy": round(right[group] / n, 4)} for group, n in asked.items()}
    kinds: dict[str, Any] = {group: shares.pop(group) for group in _GROUPS if group in shares}
    told_as = {"matrix": ours.table()["matrix"]}
    return {
        **kinds,
        "languages": dict(sorted(shares.items())),
        "confused": dict(confused.most_common()),
        "told": told_as,
    }


def _own(language: str) -> str:
    return language if language in LANGUAGES else "other"


def _kind(text: str, language: str) -> str:
    if language not in LANGUAGES:
        return "other"
    return "own_long" if len(text.split()) >= _LONG else "own_short"
