"""The figures of a period."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from starlette.requests import Request
from starlette.responses import Response

from app.desk import HELSINKI
from app.staff.evidence import titles
from app.staff.pages import page
from app.staff.parts import parts_of, read
from app.texts import text

WEEK = 7  # days
SAID = ("wrong", "outdated", "incomplete", "unclear")  # in the widget, of an answer that did not help
EARLIEST = date(2020, 1, 1)


async def show_report(request: Request) -> Response:
    """A day that cannot be read, or a period that ends before it begins, gives the week until today."""
    parts, today = parts_of(request), datetime.now(HELSINKI).date()
    last = _day(request, "until", today) or today
    first = _day(request, "since", today) or last - timedelta(days=WEEK - 1)
    misread = first > last
    if misread:
        first, last = today - timedelta(days=WEEK - 1), today
    start, end = _start(first), _start(last + timedelta(days=1))
    found = await read(parts, lambda: parts.log.report(start, end))
    return page(
        request,
        "report.html",
        report=found,
        titles=titles(parts.assistant),
        said={reason: text(f"widget.{reason}", request.state.language) for reason in SAID},
        first=first,
        last=last,
        today=today,
        misread=misread,
    )


def _day(request: Request, name: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(request.query_params.get(name, ""))
    except ValueError:
        return None
    return day if EARLIEST <= day <= today else None


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), HELSINKI)
