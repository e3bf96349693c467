from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stdnum import iban
from stdnum.fi import hetu

from app.masking import mask, normalised

CASES = Path(__file__).parent / "masking"
PERSONAL = (CASES / "personal.txt").read_text(encoding="utf-8").splitlines()
HONEST = (CASES / "honest.txt").read_text(encoding="utf-8").splitlines()


def test_there_are_enough_examples() -> None:
    assert len(set(PERSONAL)) >= 80
    assert len(set(HONEST)) >= 80


@pytest.mark.parametrize("line", PERSONAL)
def test_personal_data_is_masked_and_nothing_beside_it(line: str) -> None:
    masked = mask(re.sub(r"«\w+ (.*?)»", r"\1", line))
    assert masked.text == re.sub(r"«(\w+) .*?»", r"[\1]", line)
    assert set(masked.kinds) == set(re.findall(r"«(\w+) ", line))


@pytest.mark.parametrize("line", HONEST)
def test_an_honest_number_stays(line: str) -> None:
    assert mask(line).text == line


def test_published_contacts_stay_when_they_are_named() -> None:
    text = "Onko 09 816 21 Espoon vaihde, kirjaamo@espoo.fi osoite ja +358 9 816 57892 Hello Espoo?"
    keep = frozenset(map(normalised, ("+358 9 81621", "Kirjaamo@espoo.fi", "09 8165 7892")))
    assert mask(text, keep).text == text
    assert mask(text).text == "Onko [phone] Espoon vaihde, [email] osoite ja [phone] Hello Espoo?"
    assert mask("09 81621 8-16", keep).text == "09 81621 8-16"
    assert mask("09 81621, 040 1234567", keep).text == "09 81621, [phone]"


def test_a_published_address_stays() -> None:
    assert mask("Mallikuja 5 B, Espoo", frozenset({normalised("Mallikuja 5")})).text == "Mallikuja 5 B, Espoo"
    assert mask("Mallikuja 5 B, Espoo").text == "[address], Espoo"


@pytest.mark.parametrize(
    ("contact", "form"),
    [
        ("09 81621", "+358981621"),
        ("116 117", "116117"),
        ("112", "112"),
        ("A@B.fi ", "a@b.fi"),
        ("", ""),
        ("Mallikuja 5, 02100 Espoo", "mallikuja 5"),
    ],
)
def test_contacts_have_one_form(contact: str, form: str) -> None:
    assert normalised(contact) == form


def test_kinds_come_in_one_order() -> None:
    assert mask("040 1234567 a@b.fi 050 1234567").kinds == ("email", "phone")
    assert mask("hei") == mask(mask("hei").text)


@pytest.mark.parametrize("around", ["\x00", "\ud800", "😀", "\u202e", "\u200b", "\n", "ä", "٣", "'", '"', "[", "]"])
def test_odd_characters_beside_a_number_do_no_harm(around: str) -> None:
    text = f"{around} a@b.fi {around} 040 1234567 {around}"
    masked = mask(text)
    assert "1234567" not in masked.text
    assert "a@b.fi" not in masked.text


@pytest.mark.parametrize(
    "piece",
    [
        "0",
        "04 ",
        "040-",
        "0401234567 ",
        "a@",
        "FI21 ",
        "0 1 2 3 4 5 ",
        "010190 ",
        "4111 1111 1111 1112 ",
        "+",
        "😀",
        "a.b%",
        "passport A1234567 ",
        "1234/440/2025 ",
        "Esimerkkitie 5 B 12, ",
        "born on 1.1.1990 ",
        "My name is Anna ",
        "terveisin anna ",
        "al-",
    ],
)
def test_a_hundred_kilobytes_end_soon(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    mask(text)


def test_digits_lie_nowhere_after_a_long_text_is_masked() -> None:
    text = "Hei, numeroni on 040 1234567. " * 3_500
    assert len(text) > 100_000
    assert mask(text).text == "Hei, numeroni on [phone]. " * 3_500


PIECES = """040 1234567|+358 40 1234567|131052-308T|131052 308T|FI21 1234 5600 0007 85|a@b.fi|2025-2026|112|8-16
|4111 1111 1111 1111| |-|+|0|00|(|)|/|.|,|FI|@|[phone]|€|passi|AB1234567
|1234/440/2025|Asun |Mallikuja 5 B 12|kirjasto |syntynyt |1.2.1990|born in |Olen |My name is |terveisin |t. |Anna|bin |ja
|[name]|[birth]|[address]|[document]"""
pieces = st.sampled_from(PIECES.split("|"))


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(), st.text(alphabet=string.digits + " -+./()@AFfi"), st.lists(pieces).map("".join)))
@example("040-" * 50)
@example("00 00 00 040 1234567")
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask(text)
    assert mask(once.text).text == once.text
    assert bool(once.kinds) == (once.text != text)


words = st.text(alphabet="abcdefgåäö ,.!?", max_size=20)


@settings(max_examples=100, deadline=None)
@given(
    st.dates(),
    st.sampled_from("+-ABCDEFYXWVUabcdefyxwvu"),
    st.integers(2, 999),
    st.sampled_from(string.digits),
    words,
    words,
)
def test_every_identity_code_is_masked(
    day: object, sign: str, number: int, check: str, before: str, after: str
) -> None:
    code = f"{day:%d%m%y}{sign}{number:03}{check}"
    assert mask(f"{before} {code} {after}").text == f"{before} [id] {after}"


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**14 - 1), st.booleans(), words)
def test_every_finnish_account_is_masked(number: int, in_groups: bool, words: str) -> None:
    bare = f"{number:014}"
    account = "FI" + iban.calc_check_digits(f"FI00{bare}") + bare
    written = " ".join(re.findall("..?.?.?", account)) if in_groups else account
    assert mask(f"{words} {written} {words}").text == f"{words} [iban] {words}"


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["040", "041", "044", "045", "046", "050"]),
    st.integers(0, 9_999_999),
    st.sampled_from(["", " ", "-"]),
    words,
)
def test_every_mobile_number_is_masked(prefix: str, number: int, between: str, words: str) -> None:
    assert mask(f"{words} {prefix}{between}{number:07} {words}").text == f"{words} [phone] {words}"


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 999_999), st.sampled_from([" ", ".", ",", ""]), st.sampled_from([" €", " euroa", " euro", " e/kk"])
)
def test_no_amount_is_masked(amount: int, mark: str, unit: str) -> None:
    written = f"{amount:,}".replace(",", mark) + unit
    assert mask(f"Tuloni ovat {written} vuonna 2026").text == f"Tuloni ovat {written} vuonna 2026"


def test_the_examples_use_codes_that_no_person_has() -> None:
    """Codes from 900 up are temporary and given to nobody; the two of stdnum's own documentation are the exception."""
    codes = re.findall(r"\d{6}[-+A-Y]\d{3}[0-9A-Y]", "\n".join(PERSONAL))
    assert all(900 <= int(code[7:10]) <= 999 for code in codes if not code.startswith("131052"))
    assert sum(hetu.is_valid(code, allow_temporary=True) for code in codes) >= 20


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("I am Diabetic and need insulin.", "I am Diabetic and need insulin."),
        ("Olen Hitsaaja, mistä saan töitä?", "Olen Hitsaaja, mistä saan töitä?"),
        ("Jag är Epileptiker.", "Jag är Epileptiker."),
        ("I am Electrician", "I am Electrician"),
        ("Hi, I'm Pastor Lopez", "Hi, I'm Pastor [name]"),
        ("My name is Imam Hassan", "My name is [name]"),
        ("My name is Tailor Smith", "My name is [name]"),
        ("Minun nimeni on Seppo Maalari", "Minun nimeni on [name]"),
    ],
)
def test_trades_and_conditions_are_no_names_but_where_a_name_is_announced(text: str, masked: str) -> None:
    assert mask(text).text == masked
