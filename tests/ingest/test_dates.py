from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import is_stamp, page_date, read_date

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Publicerad 21.1.2013 kl. 8.34 , uppdaterad 18.4.2016 kl. 14.01", date(2016, 4, 18)),
        ("Päivitetty 9.10.2025", date(2025, 10, 9)),
        ("Julkaistu 1.2.2024 klo 10:15", date(2024, 2, 1)),
        ("Sivua on viimeksi päivitetty: 3. toukokuuta 2025", date(2025, 5, 3)),
        ("Updated on 21 January 2026", date(2026, 1, 21)),
        ("This page was last updated January 21, 2026.", date(2026, 1, 21)),
        ("Last updated: 2026-01-21T08:00:00Z", date(2026, 1, 21)),
        ("Sidan uppdaterad den 5 maj 2024", date(2024, 5, 5)),
        ("Sivu päivitetty viimeksi 1.3.2025", date(2025, 3, 1)),
        ("Päivitetty: 12.5.2024 klo 10.00", date(2024, 5, 12)),
        ("Updated on: 05.03.2025", date(2025, 3, 5)),
        ("Updated 5th March 2025", date(2025, 3, 5)),
        ("Page last updated: Wednesday 5 March 2025", date(2025, 3, 5)),
        ("Publicerad den 3 mars 2025, senast ändrad onsdagen den 4 april 2026.", date(2026, 4, 4)),
        ("Published 1.2.2024 | Updated 3.4.2025", date(2025, 4, 3)),
    ],
)
def test_a_stamp_gives_the_pages_date(line: str, expected: date) -> None:
    assert page_date([line], TODAY) == expected


@pytest.mark.parametrize(
    "line",
    [
        "Esbo belönades som föregångarstad för livslångt lärande 29.9.2015",
        "Laki päivitetty 1.1.2025 koskee kaikkia kotoutujia Espoossa.",
        "The fees were updated on 1 March 2026 and apply to all children.",
        "Updated 31.2.2026",
        "Päivitetty 1.1.2031",
        "24.8.2026",
    ],
)
def test_prose_impossible_and_future_dates_are_none(line: str) -> None:
    assert page_date([line], TODAY) is None


def test_the_latest_update_wins_over_everything_published() -> None:
    assert page_date(["Updated 1.2.2024", "Updated 3.3.2025", "Published 4.4.2026"], TODAY) == date(2025, 3, 3)


def test_the_dates_of_a_list_of_news_are_not_the_pages() -> None:
    assert page_date(["Published 1.2.2024", "Published 3.3.2025"], TODAY) is None


def test_a_plain_date() -> None:
    assert read_date("2025-10-09", TODAY) == date(2025, 10, 9)
    assert read_date("soon", TODAY) is None


@given(st.text(max_size=200))
def test_any_line_is_borne(line: str) -> None:
    is_stamp(line)
    page_date([line], TODAY)
    read_date(line, TODAY)
