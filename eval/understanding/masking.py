"""How much personal data is masked, and how much that is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.masking import mask
from eval.understanding.tally import Tally


def measure_masking(rows: Iterable[Mapping[str, Any]], keep: frozenset[str]) -> dict[str, Any]:
    """Recall over the spans that must go, and the share of honest ones that stay."""
    gone, stayed = Tally(), Tally()
    for row in rows:
        masked = mask(row["text"], keep=keep).text
        for span in row["spans"]:
            gone.add("masked", "left" if span in masked else "masked", row["language"])
        for span in row["keep"]:
            stayed.add("left", "left" if span in masked else "masked", row["language"])
    return {"recall": gone.table(), "honest_kept": stayed.table()}
