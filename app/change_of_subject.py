"""Whether a turn that looks like a follow-up begins something new: "and a bank account?" after a question on daycare.

Both wordings are searched. A turn with a subject of its own pulls the joined wording to that subject too.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.domain import Retrieved, Understood
from app.follow_up import leans
from app.library import Shelf
from app.scorer import SIGNS

# Logistic regressions. The first knows the bundled models: of 385 such turns of the made conversations (part train) it
# tells 90% apart of those it has not seen (begins something new: .85, leans: .93), and all of 210 keywords on another
# subject; the one before, which serves with other models, 89% (.71, .97) and 7% of the keywords.
WEIGHTS = {
    "own": 0.87, "joined": -3.93, "as_before": -2.97, "as_joined": 0.56, "words": 0.82, "dense": 6.34,
    "read": 28.53, "read_asked": 37.74, "alike": -16.75, "leans": 0.9,
}  # fmt: skip
BIAS = -50.35
PLAIN_WEIGHTS = {"own": 1.5, "joined": -3.0, "as_before": -3.9, "as_joined": 1.7, "words": 1.1, "dense": 6.1}
PLAIN_BIAS = -9.1


def settled(understood: Understood, shelf: Shelf, today: date) -> Understood:
    """The question with the one wording that is answered."""
    if shelf.retriever.lists(understood.text):  # what is known beats what is guessed
        return replace(
            understood, standalone=understood.text, own="", joined="", smalltalk=None, personal=False, off_topic=False
        )
    if not understood.own:
        return understood
    new = _is_new(_signs(understood, shelf, today), bundled=shelf.embedder.bundled)
    return replace(understood, standalone=understood.own if new else understood.joined, own="", joined="")


def _is_new(signs: dict[str, float], *, bundled: bool) -> bool:
    weights, bias = (WEIGHTS, BIAS) if bundled else (PLAIN_WEIGHTS, PLAIN_BIAS)
    return sum(weight * signs[name] for name, weight in weights.items()) + bias > 0


def _signs(understood: Understood, shelf: Shelf, today: date) -> dict[str, float]:
    language, text = understood.language, understood.own
    own, joined, before = (
        shelf.retriever.retrieve(wording, language, today) for wording in (text, understood.joined, understood.earlier)
    )
    found = dict(zip(SIGNS, own.signs, strict=False))  # none where nothing was found
    vectors = shelf.embedder.encode_queries([text, understood.earlier])
    return {
        "own": own.probability,
        "joined": joined.probability,
        "as_before": float(_topic(own) == _topic(before)),
        "as_joined": float(_topic(own) == _topic(joined)),
        "words": float(len(text.split())),
        "dense": found.get("dense", 0.0),
        "read": found.get("read", 0.0),
        "read_asked": found.get("read_asked", 0.0),
        "alike": float(vectors[0] @ vectors[1]),
        "leans": float(leans(text)),
    }


def _topic(found: Retrieved) -> str:
    return (found.evidence[0].passage.topic or found.evidence[0].passage.document_id) if found.evidence else ""
