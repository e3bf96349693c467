"""The date that a page itself gives: "Publicerad 21.1.2013, uppdaterad 18.4.2016"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

_UPDATED = r"päivitetty|muokattu|muutettu|uppdaterad|uppdaterat|ändrad|updated|modified|revised|last[ -]reviewed"
_PUBLISHED = r"julkaistu|laadittu|publicerad|publicerat|published|posted"
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "tammi january januari jan",
            "helmi february februari feb",
            "maalis march mars mar",
            "huhti april apr",
            "touko may maj",
            "kesä june juni jun",
            "heinä july juli jul",
            "elo august augusti aug",
            "syys september sep sept",
            "loka october oktober oct okt",
            "marras november nov",
            "joulu december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = rf"""(?:
    (?P<iso>\d{{4}}-\d{{2}}-\d{{2}})(?:T[\d:.]+Z?)?
  | (?P<day>\d{{1,2}})\s?[./]\s?(?P<month>\d{{1,2}})\s?[./]\s?(?P<year>\d{{4}})
  | (?P<day2>\d{{1,2}})(?:\.|st|nd|rd|th)?\s+(?P<name>{_MONTH})(?:kuuta|kuun)?\.?,?\s+(?P<year2>\d{{4}})
  | (?P<name3>{_MONTH})\.?\s+(?P<day3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year3>\d{{4}})
)"""
_TIME = r"(?:\s*,?\s*(?:kl\.?|klo|at)?\s*\d{1,2}[.:]\d{2}(?::\d{2})?\s*(?:UTC|EET|EEST)?)?"
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mån|tis|ons|tors|fre|lör|sön)dag(?:en)?|[a-zäö]+na)"
_STAMP = re.compile(
    rf"""\b(?P<label>{_UPDATED}|{_PUBLISHED})\b(?:\s+(?:viimeksi|senast|last))?\s*(?:on|den|the)?\s*:?\s*
    (?:{_WEEKDAY},?\s+)?(?:den\s+|the\s+)?{_DATE}{_TIME}""",
    re.I | re.X,
)
# What may stand around the stamps of a line that is nothing but a stamp.
_AROUND = re.compile(
    r"\b(?:this|page|was|is|has|been|last|content|tämä|sivu|sivua|on|viimeksi|sisältö|den|här|sidan|är|senast|and|och|ja)\b"
    r"|[\s,.;:|()–•·*_/-]",
    re.I,
)
_IS_UPDATE = re.compile(_UPDATED, re.I)
_PLAIN = re.compile(rf"\s*{_DATE}\s*", re.I | re.X)


def page_date(lines: Iterable[str], today: date) -> date | None:
    """The latest "updated" of a page, or else its one "published". A date in prose or of the future is none."""
    updated: list[date] = []
    published: list[date] = []
    for line in lines:
        for match in _STAMP.finditer(line) if is_stamp(line) else ():
            if (day := _day(match)) and day <= today:
                (updated if _IS_UPDATE.search(match["label"]) else published).append(day)
    if updated:
        return max(updated)
    # Several different ones belong to the entries of a list of news, not to the page.
    return published[0] if len(set(published)) == 1 else None


def is_stamp(line: str) -> bool:
    """Whether a line says when the page was published or updated, and nothing else."""
    rest, stamps = _STAMP.subn("", line)
    return stamps > 0 and not _AROUND.sub("", rest)


def read_date(text: str, today: date) -> date | None:
    """A date that stands alone, as in front matter or a meta element."""
    match = _PLAIN.match(text.strip())
    day = _day(match) if match else None
    return day if day and day <= today else None


def _day(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    try:
        if parts["iso"]:
            return date.fromisoformat(parts["iso"])
        if parts["month"]:
            return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
        name, suffix = ("name", "2") if parts["name"] else ("name3", "3")
        return date(int(parts[f"year{suffix}"]), _MONTHS[parts[name].lower()], int(parts[f"day{suffix}"]))
    except ValueError:
        return None
