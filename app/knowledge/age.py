"""How old the official text behind a figure may be."""

from __future__ import annotations

from datetime import date, timedelta

TWO_YEARS = timedelta(days=731)


def is_recent(as_of: date | None, today: date) -> bool:
    return as_of is not None and as_of >= today - TWO_YEARS
