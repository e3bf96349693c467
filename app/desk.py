"""Who can help: the desk's and the owners' contacts, and whether they are open at this moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

from app.domain import HandOff, Language, Owner
from app.knowledge import Contact, Owners

HELSINKI = ZoneInfo("Europe/Helsinki")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOK_AHEAD = 14  # days; longer than any Finnish run of holidays


@dataclass(frozen=True, slots=True)
class Desk:
    """The contacts of `owners.toml`."""

    owners: Owners

    def hand_off(self, language: Language, now: datetime) -> HandOff:
        """Hello Espoo info, with whether it is open."""
        return _hand_off(self.owners.desk, language, now)

    def contact(self, owner: Owner, language: Language, now: datetime) -> HandOff:
        """The contact of whoever is responsible; the desk for the city's own matters."""
        if owner in (Owner.ESPOO, Owner.OTHER) or owner not in self.owners.owners:
            return self.hand_off(language, now)
        return _hand_off(self.owners.owners[owner], language, now)

    def about(self, owner: Owner, language: Language) -> str:
        """What the owner does, in a sentence."""
        return self.owners.owners[owner].about.get(language, "") if owner in self.owners.owners else ""


def _hand_off(contact: Contact, language: Language, now: datetime) -> HandOff:
    local = now.astimezone(HELSINKI)
    open_now = (
        any(start <= local < end for start, end in _openings(contact, local.date(), 1)) if contact.hours else None
    )
    following = (start for start, _ in _openings(contact, local.date(), LOOK_AHEAD) if start > local)
    return HandOff(
        name=contact.name[language],
        url=contact.url.get(language, ""),
        phone=contact.phone.get(language, ""),
        email=contact.email,
        address=contact.address.get(language, ""),
        open_now=open_now,
        opens_at=next(following, None) if open_now is False else None,
        languages=contact.languages,
        chat=contact.chat.get(language, ""),
        callback=contact.callback.get(language, ""),
    )


def _openings(contact: Contact, first: date, days: int) -> Iterator[tuple[datetime, datetime]]:
    """The opening times from a day on, in order; none on public holidays and on days the desk is closed."""
    for day in (first + timedelta(days=number) for number in range(days)):
        exception = next((e for e in contact.exceptions if e.date == day), None)
        if (exception and exception.closed) or (not exception and day in _finnish_holidays(day.year)):
            continue
        for hours in contact.hours:
            if DAYS[day.weekday()] in hours.days:
                yield _moment(day, hours.opens), _moment(day, hours.closes)


def _moment(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=HELSINKI)


def _finnish_holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("FI", years=year)
