"""Questions that were not answered well, grouped; as a page and as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from app.desk import HELSINKI
from app.domain import Language
from app.gaps import Gap
from app.staff.evidence import titles
from app.staff.pages import language_named, page
from app.staff.parts import parts_of, read
from app.texts import text

PERIODS = (7, 30, 90)  # days
MOST = 100
LONG = 250  # characters of a wording on the page; all of it is in the table and on the page of its answer
# With what a spreadsheet takes a cell for a formula, where a cell begins or is made to begin by another separator.
FORMULA = re.compile(r"(?:^|(?<=[,;|\t\r\n]))(?=[\s\"']*[=+\-@＝＋－＠\t\r])")
COLUMNS = ("asked", "question", "wordings", "languages", "why", "first_seen", "last_seen", "nearest")


async def show_gaps(request: Request) -> Response:
    gaps = await _gaps(request)

    return page(
        request,
        "gaps.html",
        gaps=gaps,
        total=sum(gap.count for gap in gaps),
        titles=titles(parts_of(request).assistant),
        periods=PERIODS,
        period=_period(request),
        tongue=_tongue(request),
        most=MOST,
        long=LONG,
    )


async def export_gaps(request: Request) -> Response:
    """CSV in UTF-8 with its mark and semicolons, as Excel wants it in Finland. The wordings are masked."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    language: Language = request.state.language
    writer.writerow(text(f"staff.gaps.{column}", language) for column in COLUMNS)
    for gap in await _gaps(request):
        writer.writerow(plain_cell(cell) for cell in _cells(gap, language))
    headers = {"Content-Disposition": 'attachment; filename="gaps.csv"'}
    return Response("\ufeff" + file.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")


def plain_cell(cell: str) -> str:
    """The text, never a formula, even where a program splits it at commas."""
    return FORMULA.sub("'", cell)


async def _gaps(request: Request) -> list[Gap]:
    parts, days = parts_of(request), _period(request)
    since = datetime.now(UTC) - timedelta(days=days) if days else None
    encode = parts.assistant.library.embedder.table.encode_queries
    return await read(parts, lambda: parts.log.gaps(since=since, language=_tongue(request), limit=MOST, encode=encode))


def _cells(gap: Gap, language: Language) -> tuple[str, ...]:
    wordings = " | ".join(f"{wording.text} ({wording.count}, {wording.language})" for wording in gap.wordings)
    why = {text(f"staff.gap_kinds.{kind}", language): count for kind, count in gap.kinds.items()}
    days = (f"{moment.astimezone(HELSINKI):%Y-%m-%d}" for moment in (gap.first_seen, gap.last_seen))
    return (
        *(str(gap.count), gap.title, wordings, _counts(gap.languages), _counts(why)),
        *(*days, " | ".join(gap.sources)),
    )


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _period(request: Request) -> int:
    """Days; 0 for all that is kept."""
    named = request.query_params.get("period", str(PERIODS[1]))
    return int(named) if named in map(str, (0, *PERIODS)) else PERIODS[1]


def _tongue(request: Request) -> Language | None:
    return language_named(request.query_params.get("tongue"))
