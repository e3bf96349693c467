"""The hand-off knows the time, Finnish holidays and the desk's exceptions."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from app.desk import HELSINKI, Desk
from app.domain import Owner
from app.knowledge import Contact, Exceptional, Hours, Owners

NAMES = {"fi": "Hello Espoo -info", "sv": "Hello Espoo info", "en": "Hello Espoo info"}
WEEKDAYS = Hours(("mon", "tue", "wed", "thu", "fri"), "09:00", "15:00")
DESK = Contact(
    name=NAMES, phone={"fi": "09 1"}, hours=(WEEKDAYS,), exceptions=(Exceptional(date(2026, 11, 24), closed=True),)
)
KELA = Contact(name={"fi": "Kela", "sv": "FPA", "en": "Kela"}, url={"sv": "https://www.fpa.fi"})


@pytest.mark.parametrize(
    ("now", "open_now", "opens_at"),
    [
        (datetime(2026, 11, 23, 10, 0), True, None),
        (datetime(2026, 11, 23, 8, 59), False, datetime(2026, 11, 23, 9, 0)),
        (datetime(2026, 11, 23, 15, 0), False, datetime(2026, 11, 25, 9, 0)),  # the 24th is an exception
        (datetime(2026, 11, 28, 12, 0), False, datetime(2026, 11, 30, 9, 0)),  # a Saturday
        (datetime(2026, 12, 24, 20, 0), False, datetime(2026, 12, 28, 9, 0)),  # Christmas, then a weekend
    ],
)
def test_open_or_next_opening(now: datetime, open_now: bool, opens_at: datetime | None) -> None:
    found = Desk(Owners(desk=DESK, owners={})).hand_off("en", now.replace(tzinfo=HELSINKI))
    assert found.open_now is open_now
    assert found.opens_at == (opens_at.replace(tzinfo=HELSINKI) if opens_at else None)


def test_unknown_hours_are_not_guessed() -> None:
    found = Desk(Owners(desk=Contact(name=NAMES), owners={})).hand_off(
        "fi", datetime(2026, 11, 23, 10, tzinfo=HELSINKI)
    )
    assert (found.open_now, found.opens_at) == (None, None)


def test_the_owner_is_named_in_the_askers_language() -> None:
    desk = Desk(Owners(desk=DESK, owners={Owner.KELA: KELA}))
    now = datetime(2026, 11, 23, 10, tzinfo=HELSINKI)
    assert desk.contact(Owner.KELA, "sv", now).name == "FPA"
    assert desk.contact(Owner.KELA, "sv", now).url == "https://www.fpa.fi"
    assert desk.contact(Owner.ESPOO, "sv", now).name == "Hello Espoo info"
