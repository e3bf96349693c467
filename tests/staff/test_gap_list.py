"""The list of gaps and the figures."""

from __future__ import annotations

import csv
import io

import pytest

from app.domain import Channel, Completeness, Reason, Status
from app.staff.gap_list import plain_cell
from app.texts import text
from tests.log_made import made_answer
from tests.staff.conftest import DeskPage

pytestmark = pytest.mark.anyio


@pytest.fixture
async def filled(signed_in: DeskPage) -> DeskPage:
    asked = [
        ("Missä voin lentää leijaa?", "fi"), ("Missä voin lentää leijaa?", "fi"), ("Saako täällä lentää leijaa?", "fi"),
        ("=HYPERLINK(\"http://evil.example\")", "sv"),
    ]  # fmt: skip
    for number, (question, language) in enumerate(asked):
        made = made_answer(
            number,
            f"c{number}",
            question,
            status=Status.UNANSWERED,
            reason=Reason.NO_SOURCE,
            language=language,
            citations=(),
        )
        signed_in.log.record(made, channel=Channel.WIDGET)
    partial = made_answer(9, "c9", "Miten haen Kela-kortin ja passin?", completeness=Completeness.PARTIAL)
    signed_in.log.record(partial, channel=Channel.API)
    signed_in.log.record(made_answer(10, "c10", "In the evaluation?", status=Status.UNANSWERED), channel=Channel.EVAL)
    while signed_in.log.health.written < 6:
        pass
    return signed_in


async def test_gaps_are_grouped_counted_and_filtered(filled: DeskPage) -> None:
    page = (await filled.client.get("/staff/gaps")).text
    assert "Groups: 3. Questions: 5." in page
    assert '<td class="count" data-label="Times">3</td>' in page and "Saako täällä lentää leijaa?" in page
    assert "Answered in part 1" in page and "No text answers this 3" in page and "evaluation" not in page
    page = (await filled.client.get("/staff/gaps?tongue=sv&period=7")).text
    assert "Groups: 1. Questions: 1." in page and "leijaa" not in page
    page = (await filled.client.get("/staff/gaps?tongue=en")).text
    assert "No such questions in this period." in page
    for odd in ("?period=-1", "?period=99999999999", "?period=x&tongue=<b>", "?period=%00"):
        assert "Groups: 3." in (await filled.client.get(f"/staff/gaps{odd}")).text


async def test_a_pasted_letter_does_not_fill_the_page(signed_in: DeskPage) -> None:
    letter = "leija " * 160
    signed_in.log.record(made_answer(1, "c", letter, status=Status.UNANSWERED, citations=()), channel=Channel.WIDGET)
    while signed_in.log.health.written < 1:
        pass
    page = (await signed_in.client.get("/staff/gaps")).text
    assert "leija leija" in page and "leija " * 50 not in page and "…</a>" in page
    assert "leija " * 150 in (await signed_in.client.get("/staff/gaps.csv")).text


async def test_the_table_for_a_spreadsheet_holds_no_formula(filled: DeskPage) -> None:
    found = await filled.client.get("/staff/gaps.csv")
    assert found.headers["content-type"] == "text/csv; charset=utf-8" and found.text.startswith("\ufeff")
    assert found.headers["content-disposition"] == 'attachment; filename="gaps.csv"'
    rows = list(csv.reader(io.StringIO(found.text.lstrip("\ufeff")), delimiter=";"))
    assert len(rows) == 4 and all(len(row) == 8 for row in rows)
    assert rows[0][:3] == ["Times", "Question", "Wordings"] and rows[1][0] == "3"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("cell", ["=1+1", "+358", "-1", "@x", "\t=1", "\r=1", " =1", "\n=1", '"=1', "＝1", "＠x"])
async def test_a_cell_is_text(cell: str) -> None:
    assert plain_cell(cell).startswith("'") and plain_cell(cell).replace("'", "") == cell


async def test_a_cell_is_text_where_a_program_splits_it_at_its_own_separator() -> None:
    assert plain_cell('a,=1;"@x\n-1\t+2') == "a,'=1;'\"@x\n'-1\t'+2"
    for question in ("Miten = 1?", "Maksu 5-10 euroa, kiitos", "a@b", "1; 2; 3"):
        assert plain_cell(question) == question


async def test_the_figures_of_a_period(filled: DeskPage) -> None:
    filled.log.add_feedback("a9", False, "unclear")
    filled.log.add_feedback("a0", False, "<b>of their own")
    while filled.log.health.written < 8:
        pass
    page = (await filled.client.get("/staff/report")).text
    assert text("widget.unclear", "en") in page and "&lt;b&gt;of their own" in page
    assert "<dt>Questions</dt><dd>5</dd>" in page and '<th scope="row">No answer</th><td>4</td>' in page
    assert '<th scope="row">Website</th><td>4</td>' in page and "Other programs" in page
    page = (await filled.client.get("/staff/report?since=2026-01-01&until=2026-01-31")).text
    assert "From 1 January 2026 to 31 January 2026." in page and "Nobody asked anything" in page
    page = (await filled.client.get("/staff/report?since=2026-02-01&until=2026-01-01")).text
    assert "The last day is before the first one" in page and "<dd>5</dd>" in page
    for odd in ("?since=x", "?since=0001-01-01", "?until=9999-12-31", "?since=%00", "?until=2026-02-30"):
        assert (await filled.client.get(f"/staff/report{odd}")).status_code == 200
