"""Whose matter a message is, and whose the parts of it are."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pytest

from app.domain import Evidence, Owner, Retrieved
from app.intents import Intents, Whose, load_intents, read_whose
from app.knowledge import load_owners
from app.ownership import SURE, named_owner, owner_of, owners_of_parts
from app.settings import PROJECT
from tests.made import passage

# What the words of a part say of its owner.
SAID = {"tax": {"vero": 0.9, "kela": 0.1}, "benefit": {"vero": 0.1, "kela": 0.9}, "thing": {"vero": 0.55, "kela": 0.45}}


OWNERS = ("vero", "kela")


class Told:
    """The learned models of owners, as far as these tests need them."""

    whose = Whose(OWNERS, np.eye(2), np.eye(2), np.zeros(2))  # words and pages count the same

    def shares(self, model: str, text: str) -> dict[str, float]:
        assert model == "owner"
        return next((shares for word, shares in SAID.items() if word in text), {"vero": 0.5, "kela": 0.5})


INTENTS = cast(Intents, Told())


def pages_of(owner: str) -> Retrieved:
    made = passage("Text.", owner=Owner(owner))
    return Retrieved((Evidence(made, 1.0, 0.5),), 0.5)


def test_the_owner_is_named_where_words_and_pages_agree() -> None:
    assert owner_of("my tax", pages_of("vero"), INTENTS) == Owner.VERO
    assert owner_of("some thing", pages_of("kela"), INTENTS) == Owner.KELA  # the pages are sure
    assert owner_of("what is it", Retrieved((), 0.0), INTENTS) is None


def test_words_of_which_no_page_is_near_tell_the_owner() -> None:
    """The police have few pages, so what is theirs comes near to others' pages."""
    police = dict.fromkeys(load_intents().whose.owners, 0.005) | {"police": 0.95}
    shares = load_intents().whose.shares(police, {"espoo": 0.6, "other": 0.4})
    assert max(shares, key=lambda name: shares[name]) == "police" and shares["police"] >= SURE
    assert sum(shares.values()) == pytest.approx(1.0)


def test_weights_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    (tmp_path / "owners.json").write_text('{"owners": ["a"], "words": [[1]], "pages": [[1, 2]], "bias": [0]}')
    with pytest.raises(ValueError, match="do not fit"):
        read_whose(tmp_path / "owners.json")


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("where do I see my tax, and who pays the benefit?", (Owner.VERO, Owner.KELA)),
        ("the benefit did not come and my tax is wrong", (Owner.KELA, Owner.VERO)),
        ("where do I see my tax and when is the tax due", ()),
        ("where do I see my tax", ()),
        ("tax, benefit", ()),  # too short to be parts
        ("", ()),
    ],
)
def test_the_owners_of_parts_are_named_where_they_are_several(text: str, owners: tuple[Owner, ...]) -> None:
    searched: list[str] = []

    def search(part: str) -> Retrieved:
        searched.append(part)
        return pages_of("vero" if "tax" in part else "kela")

    assert owners_of_parts(text, INTENTS, search) == owners
    assert bool(searched) == bool(owners)  # nothing is searched where the words name one owner alone


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("Kelast tuli kiri, mida teha?", Owner.KELA),
        ("как получить verokortti", Owner.VERO),
        ("¿Cuánto tarda Migri?", Owner.MIGRI),
        ("DVV randevu nasıl alınır", Owner.DVV),
        ("Kela ve Migri hangisi", None),  # two
        ("Maxaan sameeyaa?", None),
    ],
)
def test_in_other_languages_an_owner_is_one_that_is_named(text: str, owner: Owner | None) -> None:
    assert named_owner(text, load_owners(PROJECT / "knowledge")) == owner
