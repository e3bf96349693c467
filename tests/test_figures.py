"""What is checked in a sentence, and how two ways of writing one figure meet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.figures import Figure, checkable, measured, without_figures


@pytest.mark.parametrize(
    ("one", "other"),
    [("100 000 euroa", "€100,000"), ("klo 9.00", "9:00"), ("09 8164 1234", "0981641234"), ("1\u00a0234", "1 234")],
)
def test_ways_of_writing_a_number_meet(one: str, other: str) -> None:
    assert checkable(one) == checkable(other)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to info@espoo.fi or see www.espoo.fi/en.", {"info@espoo.fi", "espoo.fi/en"}),
        ("https://www.migri.fi/en/home, 18.4.2016", {"migri.fi/en/home", "1842016"}),
        ("no figures here", set()),
    ],
)
def test_checkable(text: str, found: set[str]) -> None:
    assert checkable(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cirka 10 procent av invånarna", {Figure("10", "percent")}),
        ("yli 19 prosenttia on muunkielisiä", {Figure("19", "percent")}),
        ("rise to 30%, i.e. 105,000 people", {Figure("30", "percent"), Figure("105000", "peopl")}),
        ("maksaa 335 euroa kuukaudessa", {Figure("335", "money")}),
        ("costs €5.20", {Figure("5.20", "money")}),
    ],
)
def test_measured(text: str, found: set[Figure]) -> None:
    assert measured(text) == found


def test_without_figures_keeps_the_words() -> None:
    assert without_figures("yli 19 prosenttia vuonna 2035") == "yli prosenttia vuonna"


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert "" not in checkable(text)
    assert all(figure.unit for figure in measured(text))


@given(st.integers(min_value=0, max_value=10**9))
def test_a_number_is_found_however_grouped(number: int) -> None:
    assert checkable(f"maksu on {number:,} euroa") == {str(number)} == checkable(f"{number:,}".replace(",", " "))
