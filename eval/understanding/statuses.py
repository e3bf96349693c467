"""Which status a message gets: declined, small talk, personal, asked back; and whose matter it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from app.domain import Answer, Language, Owner, Status
from eval.understanding.tally import Tally

Ask = Callable[[str, Language], Awaitable[Answer]]
Names = Mapping[Language, Mapping[Owner, str]]

# What a kind of message must end as; of all others it is enough that they end as none of these.
EXPECTED = {
    "declined": Status.DECLINED,
    "smalltalk": Status.SMALLTALK,
    "personal": Status.PERSONAL,
    "clarify": Status.CLARIFY,
}


async def measure_statuses(rows: Iterable[Mapping[str, Any]], ask: Ask, names: Names) -> dict[str, Any]:
    """Through the public door, each message alone.

    Args:
        names: by language and owner what its contact is called, to know it in a notice.
    """
    statuses, owners, both, others, same = Tally(), Tally(), Tally(), Tally(), Tally()
    decisions: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        answer = await ask(row["question"], row["language"])
        kind, found = row["kind"], _found(answer)
        decisions[row["id"]].add(found)
        if kind == "owner":
            owners.add(row["owner"], str(answer.owner or Owner.ESPOO), row["language"], row["owner"])
        elif kind == "two_owners":
            named = _named(answer, names.get(row["language"], {}))
            both.add("both", "both" if set(row["owners"]) <= named else "fewer", row["language"])
            others.add("none", "wrong" if named - {*row["owners"], Owner.ESPOO} else "none", row["language"])
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
        "no_third_owner": others.table(),
        "same_in_three_languages": same.table(),
    }


def _named(answer: Answer, names: Mapping[Owner, str]) -> set[str]:
    """The owners that a person is shown: on the card, of what is cited, and in the notices."""
    noticed = " ".join(notice.text for notice in answer.notices if notice.code == "other_owner")
    told = {owner for owner, name in names.items() if name in noticed}
    quoted = answer.status not in (Status.REFERRED, Status.UNANSWERED)  # there they are hints
    cited = {citation.source.owner for citation in answer.citations if quoted}
    desk = {Owner.ESPOO} if answer.hand_off and not answer.owner else set()
    return {str(owner) for owner in ({answer.owner} if answer.owner else desk) | cited | told}


def _found(answer: Answer) -> str:
    return next((kind for kind, status in EXPECTED.items() if answer.status == status), "question")
