"""Which status a message gets: declined, small talk, personal, asked back; and whose matter it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from app.domain import Answer, Language, Owner, Status
from eval.understanding.tally import Tally

Ask = Callable[[str, Language], Awaitable[Answer]]

# What a kind of message must end as; of all others it is enough that they end as none of these.
EXPECTED = {
    "declined": Status.DECLINED,
    "smalltalk": Status.SMALLTALK,
    "personal": Status.PERSONAL,
    "clarify": Status.CLARIFY,
}


async def measure_statuses(rows: Iterable[Mapping[str, Any]], ask: Ask) -> dict[str, Any]:
    """Through the public door, each message alone."""
    statuses, owners, both, same = Tally(), Tally(), Tally(), Tally()
    decisions: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        answer = await ask(row["question"], row["language"])
        kind, found = row["kind"], _found(answer)
        decisions[row["id"]].add(found)
        if kind == "owner":
            owners.add(row["owner"], str(answer.owner or Owner.ESPOO), row["language"], row["owner"])
        elif kind == "two_owners":
            named = {str(answer.owner), *(str(citation.source.owner) for citation in answer.citations)}
            both.add("both", "both" if set(row["owners"]) <= named else "fewer", row["language"])
        if kind in EXPECTED:
            statuses.add(kind, found, row["language"], kind)
        else:
            statuses.add("question", found, row["language"], "question")
    for kinds in decisions.values():
        same.add("same", "same" if len(kinds) == 1 else "different")
    return {
        "status": statuses.table(),
        "owner": owners.table(),
        "both_owners": both.table(),
        "same_in_three_languages": same.table(),
    }


def _found(answer: Answer) -> str:
    return next((kind for kind, status in EXPECTED.items() if answer.status == status), "question")
