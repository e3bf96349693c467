"""Who else is named beside an answer."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import pytest

from app.composing import Composer
from app.desk import HELSINKI, Desk
from app.domain import Mode, Owner
from app.knowledge import Contact, Owners
from app.library import Library, Shelf
from tests.made import passage
from tests.test_compose import ASKED, UNDERSTOOD, draft, found

NAMES = {Owner.KELA: "Kela", Owner.VERO: "Tax Administration", Owner.ESPOO: "City"}


@pytest.mark.parametrize(
    ("quoted", "owners", "named"),
    [
        ([Owner.VERO], [], []),
        ([Owner.VERO, Owner.KELA], [], [Owner.KELA]),
        ([Owner.ESPOO, Owner.KELA], [], [Owner.KELA]),
        ([Owner.VERO, Owner.ESPOO], [Owner.VERO, Owner.ESPOO], []),  # the city's own text is there
        ([Owner.VERO], [Owner.VERO, Owner.ESPOO], [Owner.ESPOO]),
        ([Owner.ESPOO], [Owner.ESPOO, Owner.KELA], [Owner.KELA]),
        ([Owner.KELA], [Owner.OTHER, Owner.KELA], []),
    ],
)
def test_other_owners_are_named_but_for_the_city_where_it_is_quoted(
    quoted: list[Owner], owners: list[Owner], named: list[Owner]
) -> None:
    contacts = {owner: Contact(name=dict.fromkeys(("fi", "sv", "en"), name)) for owner, name in NAMES.items()}
    desk = Desk(Owners(desk=contacts[Owner.ESPOO], owners=contacts))
    composer = Composer(cast(Library, None), desk, lambda: datetime(2026, 11, 29, tzinfo=HELSINKI))
    passages = [passage(f"{owner}.", owner=owner) for owner in quoted]
    answer = composer.answer(
        ASKED, UNDERSTOOD, cast(Shelf, None), found(*passages), draft(*passages), Mode.QUOTING, owners
    )
    told = [notice.text for notice in answer.notices if notice.code == "other_owner"]
    assert len(told) == len(named)
    assert all(NAMES[owner] in said for owner, said in zip(named, told, strict=True))
