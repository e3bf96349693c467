"""Whose matter a question is: by what is asked, and by whose pages lie near."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

from app.domain import Owner, Retrieved
from app.intents import Intents, Shares
from app.knowledge import Contact, Owners
from app.patterns import fold

NEAR = 5  # sections
# Share from which it is said whose matter it is. At .5 one was named for 277 of 1,608 fresh questions, and 58 of these
# were none of the page's owners.
SURE = 0.7
LIKELY = 0.5  # by its words alone, share from which a part of a message is looked at
SHORTEST, MOST = 3, 4  # words of a part; parts of a message
INFLECTED = 4  # letters, from which a name may go on: "Kelast", "verokortin"
# Wider than app/clauses.py: a complaint without a question has owners too.
_BETWEEN = re.compile(
    r"[.?!;]+(?=\s|$)|\s[–—&]\s|,\s|\s(?:ja|sekä|och|samt|and|also|lisäksi|dessutom|mutta|men|but|entä)\s",
    re.IGNORECASE,
)


def owner_of(text: str, found: Retrieved, intents: Intents) -> Owner | None:
    """The owner, where it is clear."""
    best, share = _best(intents, intents.shares("owner", text), found)
    return Owner(best) if share >= SURE else None


def named_owner(text: str, owners: Owners) -> Owner | None:
    """The owner that a text names, itself or a service by its Finnish name; None where it names several.

    For texts in other languages, of which the models know nothing: of 27 that they told an owner of, 10 were wrong.
    """
    folded = fold(text)
    called = {owner: tuple(fold(name) for name in _called(contact)) for owner, contact in owners.owners.items()}
    named = [owner for owner, names in called.items() if names and _pattern_of(names).search(folded)]
    return named[0] if len(named) == 1 else None


@cache
def _pattern_of(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(name)}" + ("" if len(name) >= INFLECTED else r"\b") for name in names))


def _called(contact: Contact) -> Iterator[str]:
    """Its short names ("Kela", "FPA", "Migri", "Traficom") and its services' Finnish names."""
    names = list(contact.name.values())
    common = set.intersection(*({*name.split()} for name in names))
    for name in names:
        yield from (match[1] for match in re.finditer(r"\((\w+)\)", name))
        yield from (word for word in name.split() if word in common or word == name)
    yield from contact.services.get("fi", ())


def owners_of_parts(text: str, intents: Intents, search: Callable[[str], Retrieved]) -> tuple[Owner, ...]:
    """The owners of a message's parts, where they are clear and several; only then its parts are searched.

    Of what is answered only the sentences that ask come here: a reader of 57 answers found one of nine notices of
    use while every sentence did.
    """
    parts = [part.strip() for part in _BETWEEN.split(text) if len(part.split()) >= SHORTEST][:MOST]
    said = [(part, intents.shares("owner", part)) for part in parts]
    likely = [(part, shares) for part, shares in said if max(shares.values()) >= LIKELY]
    if len({max(shares, key=lambda name: shares[name]) for _, shares in likely}) < 2:
        return ()
    found = []
    for part, shares in likely:
        best, share = _best(intents, shares, search(part))
        if share >= SURE and shares[best] >= LIKELY:
            found.append(Owner(best))
    owners = tuple(dict.fromkeys(found))
    return owners if len(owners) > 1 else ()


def _best(intents: Intents, words: Shares, found: Retrieved) -> tuple[str, float]:
    """The likeliest owner by words and pages together, and its share."""
    shares = intents.whose.shares(words, owners_near(found))
    best = max(shares, key=lambda name: shares[name])
    return best, shares[best]


def owners_near(found: Retrieved) -> Shares:
    """The owners of the nearest sections, each by how near it is; shares of one."""
    shares: dict[str, float] = defaultdict(float)
    for evidence in found.evidence[:NEAR]:
        shares[str(evidence.passage.owner)] += float(np.exp(evidence.score - found.evidence[0].score))
    total = sum(shares.values()) or 1.0
    return {name: share / total for name, share in shares.items()}
